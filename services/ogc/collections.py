"""Collections of features: the units of each layer, all published versions of polities, the membership cells."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from geopolity.arrays import GeometryArray
from services.clock import now
from services.ogc.crs import OgcError
from services.ogc.fields import CELL, POLITY, UNIT, Fields
from services.storage.layers.census import find_layer, read_shapes, units_of
from services.storage.store import Store
from services.storage.tables import LayerRow, MemberRow, PolityRow
from services.views.tiles import generation, versions

POLITIES = "polities"
CELLS = "-cells"
PUBLISHED = ("active", "superseded", "retired")
KEPT = 12


class UnknownCollectionError(OgcError):
    """There is no such collection, or no such feature in it."""

    code = "unknown-collection"


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A collection as the list of collections says it; ``layer`` is the layer of its tiles, empty where it has none."""

    id: str
    title: str
    description: str
    licence: str
    layer: str = ""
    timed: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Collection:
    """A collection with its features.

    Attributes
    ----------
    fields
        The properties and their kinds, which are the table's columns.
    table
        Properties by feature id, in id order; with ``valid_from`` and ``valid_to`` where features have their time.
    shapes
        In longitude and latitude (CRS84), in the table's order.
    generation
        Names the state: the same name, the same features.
    """

    said: Described
    fields: Fields
    table: pd.DataFrame
    shapes: GeometryArray
    generation: str

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Index of the shapes."""
        return shapely.STRtree(self.shapes)

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        west, south, east, north = (
            shapely.total_bounds(self.shapes).tolist() if len(self.shapes) else (-180, -90, 180, 90)
        )
        return west, south, east, north

    @cached_property
    def interval(self) -> tuple[str | None, str | None]:
        """Time that the features span."""
        if not self.said.timed or self.table.empty:
            return None, None
        ends = self.table["valid_to"]
        return str(self.table["valid_from"].min()), None if ends.isna().any() else str(ends.max())


def described(store: Store) -> list[Described]:
    """All collections, without their features."""
    with store.reading() as session:
        return _described(session)


def collection(name: str, store: Store) -> Collection:
    """Return a collection with its features; the latest few stay in memory until the store changes.

    Raises
    ------
    UnknownCollectionError
        If there is none of that name.
    """
    with store.reading() as session:
        known = {one.id: one for one in _described(session)}
        if name not in known:
            raise UnknownCollectionError(
                "There is no collection {name:quoted}; there are {known:list}.",
                name=name[:60],
                known=list(known),
            )
        said = known[name]
        key = f"{store.url} {name} {_generation(session, said)}"
        with _lock:
            if key not in _kept:
                _kept[key] = _opened(session, said)
                for oldest in list(_kept)[:-KEPT]:
                    _kept.pop(oldest)
            return _kept[key]


_kept: dict[str, Collection] = {}
_lock = Lock()


def _described(session: Session) -> list[Described]:
    layers = {row.name: row for row in session.scalars(select(LayerRow).order_by(LayerRow.name, LayerRow.kept_at))}
    found = [
        Described(
            id=POLITIES,
            title="Polities",
            description="Every published version of every polity; status=active are those in force.",
            licence="; ".join(sorted({row.licence for row in layers.values()})),
            timed=True,
        )
    ]
    for name, row in layers.items():
        units = f"Census units of {row.title}, {row.vintage}; source: {row.source}."
        cells = f"Units of {row.title} with the same set of polities in force, joined."
        found.append(Described(id=name, title=row.title, description=units, licence=row.licence, layer=name))
        found.append(
            Described(
                id=name + CELLS,
                title=f"Membership cells of {row.title}",
                description=cells,
                licence=row.licence,
                layer=name,
            )
        )
    return found


def _generation(session: Session, asked: Described) -> str:
    if asked.layer:
        row = find_layer(session, asked.layer)
        return generation(row, versions(session, row, now()))
    states = select(PolityRow.issue, PolityRow.version, PolityRow.status).order_by(PolityRow.issue, PolityRow.version)
    said = "\n".join(" ".join(map(str, row)) for row in session.execute(states))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _opened(session: Session, said: Described) -> Collection:
    if not said.layer:
        return _polities(session, said)
    row = find_layer(session, said.layer)
    return _cells(session, said, row) if said.id.endswith(CELLS) else _units(session, said, row)


def _units(session: Session, said: Described, row: LayerRow) -> Collection:
    kept = units_of(session, row.digest)
    ids = kept.table.index.to_numpy()
    table = kept.table.assign(unit_id=ids)[[*UNIT]]
    return Collection(said=said, fields=UNIT, table=table, shapes=kept.shapes, generation=row.digest[:16])


def _polities(session: Session, said: Described) -> Collection:
    query = select(PolityRow, LayerRow.name).join(LayerRow, LayerRow.digest == PolityRow.layer)
    query = query.where(PolityRow.status.in_(PUBLISHED)).order_by(PolityRow.issue, PolityRow.version)
    rows = [(row, layer) for row, layer in session.execute(query)]
    figures = [name for name in POLITY if name not in {"polity_id", "layer"}]
    records = [
        {"polity_id": row.issue, "layer": layer} | {name: getattr(row, name) for name in figures} for row, layer in rows
    ]
    table = pd.DataFrame(records, columns=[*POLITY])
    table.index = pd.Index([f"{row.issue}.{row.version}" for row, _ in rows], dtype=object)
    shapes = read_shapes([row.shape for row, _ in rows]) if rows else np.zeros(0, dtype=object)
    return Collection(said=said, fields=POLITY, table=table, shapes=shapes, generation=_generation(session, said))


def _cells(session: Session, said: Described, row: LayerRow) -> Collection:
    from geopolity.polity.membership import memberships  # noqa: PLC0415

    kept = units_of(session, row.digest)
    ids, valid = kept.table.index, versions(session, row, now())
    members = memberships(len(ids), {one.issue: _positions(session, one, ids) for one in valid})
    people = np.nan_to_num(kept.table["population"].to_numpy(dtype=float))
    records, shapes = {}, {}
    for cell in np.unique(members.unit_cell).tolist():
        inside, signature = members.unit_cell == cell, members.signatures[cell] or ()
        name = members.cell_id(cell)
        records[name] = {
            "cell_id": name,
            "polities": len(signature),
            "polity_ids": ",".join(signature),
            "units": int(inside.sum()),
            "population": float(people[inside].sum()),
        }
        shapes[name] = _joined(kept.shapes[inside])
    order = sorted(records)
    index = pd.Index(order, dtype=object)
    table = pd.DataFrame([records[name] for name in order], index=index, columns=[*CELL])
    found = np.array([shapes[name] for name in order], dtype=object)
    return Collection(said=said, fields=CELL, table=table, shapes=found, generation=generation(row, valid))


def _positions(session: Session, row: PolityRow, ids: pd.Index) -> np.ndarray:
    inside: Sequence[str] = session.scalars(select(MemberRow.unit_id).where(MemberRow.polity == row.key)).all()
    places = ids.get_indexer(pd.Index(inside))
    return np.asarray(np.sort(places[places >= 0]), dtype=np.int64)


def _joined(shapes: GeometryArray) -> shapely.Geometry:
    try:
        return shapely.coverage_union_all(shapes)
    except shapely.GEOSException:  # units that overlap are no coverage
        return shapely.union_all(shapes)
