"""What a look-up says about units beyond the index: names, proposals, laws. Asked of the store, or kept in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.lookup.found import BindingLaw, OpenProposal
from services.storage.docket.laws import laws_in_force
from services.storage.layers.census import UnknownLayerError
from services.storage.tables import LawRow, LayerRow, MemberRow, PolityRow, UnitRow

Spot = tuple[str, str]
"""A layer's name and a unit's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A unit as a look-up names it; ``layer`` is a digest."""

    layer: str
    unit_id: str
    name: str
    population: float | None


class Directory(Protocol):
    """Where a look-up finds names, proposals and laws."""

    def unit(self, layer: LayerRow, unit_id: str) -> Place:
        """Return a unit of a layer; ``UnknownLayerError`` if there is none."""

    def proposals(self, spots: Collection[Spot]) -> list[OpenProposal]:
        """Name the proposals that would take in one of the units, so that people can object in time."""

    def laws(self, polities: Sequence[str], day: str) -> list[BindingLaw]:
        """Name the laws that bind in some polities on a day, and the assembly that decided each."""


@dataclass(frozen=True, slots=True)
class StoreDirectory:
    """Asks the store each time: right for one question."""

    session: Session

    def unit(self, layer: LayerRow, unit_id: str) -> Place:
        """Return a unit of a layer."""
        row = self.session.get(UnitRow, (layer.digest, unit_id))
        if row is None:
            some = select(UnitRow.unit_id).where(UnitRow.layer == layer.digest).limit(1)
            raise UnknownLayerError(
                "Layer {layer} has no unit {unit:quoted}; ids are text with their leading zeros, such as "
                "{example:quoted}.",
                layer=layer.name,
                unit=unit_id,
                example=self.session.scalar(some),
            )
        return Place(layer=layer.digest, unit_id=row.unit_id, name=row.name, population=row.population)

    def proposals(self, spots: Collection[Spot]) -> list[OpenProposal]:
        """Name the proposals that would take in one of the units."""
        wanted = set(spots)
        found = _open_proposals(self.session, [unit for _, unit in wanted])
        return _named(row for spot, rows in found.items() if spot in wanted for row in rows)

    def laws(self, polities: Sequence[str], day: str) -> list[BindingLaw]:
        """Name the laws that bind in some polities on a day."""
        return [_law(row) for row in laws_in_force(self.session, list(polities), day)]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDirectory:
    """Knows one state of the store, as of one day: right for very many questions."""

    units: Mapping[Spot, Place]
    proposed: Mapping[Spot, Sequence[PolityRow]]
    in_force: Mapping[str, Sequence[LawRow]]

    def unit(self, layer: LayerRow, unit_id: str) -> Place:
        """Return a unit of a layer."""
        return self.units[layer.digest, unit_id]

    def proposals(self, spots: Collection[Spot]) -> list[OpenProposal]:
        """Name the proposals that would take in one of the units."""
        return _named(row for spot in spots for row in self.proposed.get(spot, ()))

    def laws(self, polities: Sequence[str], day: str) -> list[BindingLaw]:
        """Name the laws that bind in some polities; the day is the one that it was read for."""
        del day
        return [_law(row) for polity in sorted(set(polities)) for row in self.in_force.get(polity, ())]


def keep_directory(session: Session, layers: Sequence[LayerRow], polities: Sequence[str], day: str) -> KeptDirectory:
    """Read the names of all units of some layers, the open proposals, and the laws of some polities on a day."""
    columns = (UnitRow.layer, UnitRow.unit_id, UnitRow.name, UnitRow.population)
    rows = session.execute(select(*columns).where(UnitRow.layer.in_([layer.digest for layer in layers])))
    units = {(row[0], row[1]): Place(layer=row[0], unit_id=row[1], name=row[2], population=row[3]) for row in rows}
    in_force = defaultdict(list)
    for law in laws_in_force(session, list(polities), day):
        in_force[law.polity].append(law)
    kept = KeptDirectory(units=units, proposed=_open_proposals(session), in_force=in_force)
    session.expunge_all()
    return kept


def _open_proposals(session: Session, unit_ids: Sequence[str] | None = None) -> dict[Spot, list[PolityRow]]:
    query = (
        select(PolityRow, LayerRow.name, MemberRow.unit_id)
        .join(LayerRow, LayerRow.digest == PolityRow.layer)
        .join(MemberRow, MemberRow.polity == PolityRow.key)
        .where(PolityRow.status == "proposed")
    )
    if unit_ids is not None:
        query = query.where(MemberRow.unit_id.in_(unit_ids))
    found: dict[Spot, list[PolityRow]] = defaultdict(list)
    for row, layer, unit_id in session.execute(query):
        found[layer, unit_id].append(row)
    return found


def _named(rows: Any) -> list[OpenProposal]:
    once = {row.key: row for row in rows}
    return [
        OpenProposal(id=row.issue, title=row.title, version=row.version, open_until=row.open_until)
        for row in sorted(once.values(), key=lambda row: (row.issue, row.version))
    ]


def _law(row: LawRow) -> BindingLaw:
    return BindingLaw(
        law=row.law,
        title=row.title,
        version=row.version,
        since=str(row.binds_from),
        polity=row.polity,
        matter=row.matter,
    )
