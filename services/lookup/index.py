"""Everything a look-up needs, in memory: the grid of each layer, the memberships of each moment, borders on demand.

What depends on a layer alone is kept under ``GEOPOLITY_HOME/cache/lookup`` as plain arrays, named by the layer's
digest, and mapped into memory instead of read.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from geopolity.lookup import Border, UnitIndex, border_of, index_units
from geopolity.lookup.borders import border_of_units
from geopolity.lookup.outlines import outlines_of, unshared
from geopolity.polity.membership import Memberships, memberships
from services.lookup.evidence import Evidence, evidence_of
from services.storage.layers.census import units_of
from services.storage.polities.versions import boundary, valid_at
from services.storage.tables import LayerRow, MemberRow, PolityRow

FORMAT = "2"
"""Changes when the arrays mean something else, so that an older cache is not read."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LayerLookup:
    """One layer's units, ready to be looked up.

    Attributes
    ----------
    ids
        (n,) unit ids in order.
    outer
        Borders that only one unit has, to find the nearest unit from outside.
    """

    ids: np.ndarray
    index: UnitIndex
    outer: Border

    def position(self, unit_id: str) -> int:
        """Position of a unit, -1 if there is no such unit."""
        place = int(np.searchsorted(self.ids, unit_id))
        return place if place < len(self.ids) and self.ids[place] == unit_id else -1

    def positions(self, unit_ids: Sequence[str] | np.ndarray) -> np.ndarray:
        """Positions of many units, -1 where there is no such unit."""
        wanted = np.asarray(unit_ids, dtype=self.ids.dtype if len(unit_ids) == 0 else None).astype(str)
        place = np.minimum(np.searchsorted(self.ids, wanted), len(self.ids) - 1)
        return np.where(self.ids[place] == wanted, place, -1).astype(np.int64)


def open_layer_lookup(session: Session, layer: LayerRow, home: Path) -> LayerLookup:
    """Take a layer's index from the cache, or build and keep it."""
    folder = home / "cache" / "lookup" / f"{layer.digest[:24]}-{FORMAT}"
    with contextlib.suppress(OSError, ValueError, KeyError):
        return _read(folder)
    kept = units_of(session, layer.digest)
    found = LayerLookup(
        ids=kept.table.index.to_numpy().astype(str),
        index=index_units(kept.shapes),
        outer=border_of_units(unshared(outlines_of(kept.shapes))),
    )
    with contextlib.suppress(OSError):  # a cache that cannot be written costs time, not the answer
        _write(folder, found)
    return found


@dataclass(frozen=True, kw_only=True, eq=False)
class PolityLookup:
    """A version of a polity, as far as look-ups need it.

    Attributes
    ----------
    affected
        People affected in each unit inside, by unit id.
    evidence
        What its derivation says beyond that.
    """

    row: PolityRow
    affected: Mapping[str, float]
    evidence: Evidence = field(default_factory=Evidence)

    @cached_property
    def border(self) -> Border:
        """Its border, built when it is first asked for."""
        return border_of(boundary(self.row))


@dataclass(frozen=True, kw_only=True, eq=False)
class LookupIndex:
    """All layers and the polities valid at one moment.

    Attributes
    ----------
    layers
        Base layers first, then by name.
    polities
        By the layer's digest, then by the polity's id.
    """

    layers: Sequence[LayerRow]
    lookups: Mapping[str, LayerLookup]
    polities: Mapping[str, Mapping[str, PolityLookup]]

    @cached_property
    def memberships(self) -> Mapping[str, Memberships]:
        """Memberships of each layer, by its digest."""
        return {
            digest: memberships(
                len(lookup.ids),
                {
                    polity_id: _inside(lookup.positions(list(polity.affected)))
                    for polity_id, polity in self.polities[digest].items()
                },
            )
            for digest, lookup in self.lookups.items()
        }

    @property
    def by_version(self) -> Mapping[int, PolityLookup]:
        """Its polities by the key of their version, which never changes."""
        return {polity.row.key: polity for group in self.polities.values() for polity in group.values()}

    @property
    def generation(self) -> str:
        """Name of this state: the same layers and versions give the same name."""
        return generation(self.layers, [one.row for group in self.polities.values() for one in group.values()])


def generation(layers: Sequence[LayerRow], versions: Sequence[PolityRow]) -> str:
    """Name of a state of the store: the same layers and versions give the same name."""
    order = {layer.digest: place for place, layer in enumerate(layers)}
    known = sorted(versions, key=lambda row: (order[row.layer], row.issue))
    named = [layer.digest for layer in layers] + [f"{row.issue} {row.version} {row.digest}" for row in known]
    return hashlib.sha256("\n".join(named).encode()).hexdigest()[:16]


def indexed(session: Session, moment: str) -> tuple[list[LayerRow], list[PolityRow]]:
    """Layers and polities of an index: base layers first, then by name, and versions by their polity's id."""
    versions = list(session.scalars(select(PolityRow).where(valid_at(moment)).order_by(PolityRow.issue)))
    query = select(LayerRow).order_by(LayerRow.is_base.desc(), LayerRow.name, LayerRow.kept_at.desc())
    used = {row.layer for row in versions}
    return [layer for layer in session.scalars(query) if layer.is_base or layer.digest in used], versions


def open_lookup_index(session: Session, home: Path, moment: str, before: LookupIndex | None = None) -> LookupIndex:
    """Index the layers and the polities that were valid at a moment; layers without any are left out unless base.

    What an index opened ``before`` has in common with it is taken from there.
    """
    layers, versions = indexed(session, moment)
    kept = {} if before is None else before.by_version
    affected: dict[int, dict[str, float]] = {row.key: {} for row in versions if row.key not in kept}
    columns = (MemberRow.polity, MemberRow.unit_id, MemberRow.affected)
    for key, unit_id, people in session.execute(select(*columns).where(MemberRow.polity.in_(list(affected)))):
        affected[key][unit_id] = people
    evidence = {row.key: evidence_of(session, row, home) for row in versions if row.key not in kept}
    session.expunge_all()
    return LookupIndex(
        layers=layers,
        lookups={
            layer.digest: before.lookups[layer.digest]
            if before is not None and layer.digest in before.lookups
            else open_layer_lookup(session, layer, home)
            for layer in layers
        },
        polities={
            layer.digest: {
                row.issue: kept.get(row.key)
                or PolityLookup(row=row, affected=affected[row.key], evidence=evidence[row.key])
                for row in versions
                if row.layer == layer.digest
            }
            for layer in layers
        },
    )


def _inside(positions: np.ndarray) -> np.ndarray:
    return positions[positions >= 0]


def _write(folder: Path, lookup: LayerLookup) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    np.save(draft / "ids.npy", lookup.ids)
    for name, part in (("index", lookup.index), ("outer", lookup.outer)):
        for one in fields(part):
            np.save(draft / f"{name}.{one.name}.npy", getattr(part, one.name))
    try:
        draft.rename(folder)
    except OSError:  # another process was first, or a broken one is in the way
        shutil.rmtree(draft, ignore_errors=True)


def _read(folder: Path) -> LayerLookup:
    def arrays(name: str, kind: type) -> dict[str, np.ndarray]:
        return {f.name: np.load(folder / f"{name}.{f.name}.npy", mmap_mode="r") for f in fields(kind)}

    ids = np.load(folder / "ids.npy")
    os.utime(folder)
    return LayerLookup(ids=ids, index=UnitIndex(**arrays("index", UnitIndex)), outer=Border(**arrays("outer", Border)))
