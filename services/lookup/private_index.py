"""The look-up index that anyone may download, to find their polities without telling where they are."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from boundaries.gazetteer.counties import LAYER
from boundaries.gazetteer.us_postcodes import postcodes
from geopolity.caching import SingleFlightCache
from geopolity.layers.arcs import arcs_of
from geopolity.lookup.pack import packed_layer, packed_postcodes
from services.clock import end_of
from services.lookup.answer import reason_of, unit_share, why_outside
from services.lookup.directory import KeptDirectory, Place, keep_directory
from services.lookup.index import LookupIndex, PolityLookup, generation, indexed, open_lookup_index
from services.lookup.private_places import packed_towns
from services.storage.layers.census import KeptUnits, units_of
from services.storage.store import Store
from services.storage.tables import LayerRow, LogRow

FORMAT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateIndex:
    """The index as a compressed file, and the generation of the store that it holds."""

    content: bytes
    generation: str

    @property
    def name(self) -> str:
        """First twelve digits of the content's SHA-256."""
        return hashlib.sha256(self.content).hexdigest()[:12]


def private_index(date: str, store: Store) -> PrivateIndex:
    """Build the index: layers, polities valid at the end of a day, open proposals, laws. Same state, same bytes."""
    with store.reading() as session:
        index = open_lookup_index(session, store.home, end_of(date))
        return index_of(session, index, date)


def todays_index(date: str, store: Store) -> PrivateIndex:
    """Return the index of a day; the latest one stays in memory until the store or the day changes."""
    with store.reading() as session:
        entries = session.scalar(select(func.max(LogRow.index)))
        state = f"{generation(*indexed(session, end_of(date)))} {entries}"
    return _latest.get((state, date), lambda: private_index(date, store))


_latest: SingleFlightCache[tuple[str, str], PrivateIndex] = SingleFlightCache(1)


def index_of(session: Session, index: LookupIndex, date: str) -> PrivateIndex:
    """Build it from an open index."""
    names = sorted({name for group in index.polities.values() for name in group})
    directory = keep_directory(session, index.layers, names, date[:10])
    layers, bodies = [], []
    for layer in index.layers:
        said, body = _layer(session, layer, index)
        said["proposals"] = _proposals(directory, layer, said["ids"])
        layers.append(said)
        bodies.append(body)
    codes, count = _postcodes(index)
    laws = [law.as_json() for law in directory.laws(names, date[:10])]
    places, towns = packed_towns(_position(index))
    head = {"format": FORMAT, "date": date, "layers": layers, "laws": laws, "postcodes": count, "places": places}
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    content = b"".join([len(text).to_bytes(4, "little"), text, *bodies, codes, towns])
    return PrivateIndex(content=gzip.compress(content, 9, mtime=0), generation=index.generation)


def _layer(session: Session, layer: LayerRow, index: LookupIndex) -> tuple[dict[str, Any], bytes]:
    kept = units_of(session, layer.digest)
    found = [_polity(layer, kept, polity) for polity in index.polities[layer.digest].values()]
    body = packed_layer(
        arcs_of(kept.shapes), [members for _, inside, outside in found for members in (inside, outside)]
    )
    said = {
        "name": layer.name,
        "title": layer.title,
        "vintage": layer.vintage,
        "ids": kept.table.index.tolist(),
        "names": kept.table["name"].tolist(),
        "people": [None if np.isnan(people) else round(people) for people in kept.table["population"].tolist()],
        "polities": [said for said, *_ in found],
        "bytes": len(body),
    }
    return said, body


Columns = tuple[np.ndarray, ...]
"""Positions of units, ascending, and columns of numbers beside them."""


def _polity(layer: LayerRow, kept: KeptUnits, polity: PolityLookup) -> tuple[dict[str, Any], Columns, Columns]:
    """A polity with its reasons each once, less the name of the unit that each begins with; units inside, outside."""
    inside, shares = _units(layer, kept, polity, polity.affected)
    reasons: dict[str, int] = {}
    numbers = []
    for place in inside.places:
        reason = reason_of(polity, [place]).removeprefix(place.name)
        numbers.append(reasons.setdefault(reason, len(reasons)))
    outside, others = _units(layer, kept, polity, polity.evidence.outside)
    said = {
        "id": polity.row.issue,
        "title": polity.row.title,
        "question": polity.row.question,
        "version": polity.row.version,
        "valid_from": polity.row.valid_from,
        "reasons": list(reasons),
        "bridges": {unit_id: list(names) for unit_id, names in polity.evidence.bridges.items()},
        "why": why_outside(polity.row),
        "coverage": polity.row.coverage,
    }
    return said, (inside.positions, np.array(numbers, dtype=np.int64), *shares), (outside.positions, *others)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Units:
    """Units by their position in the layer, ascending."""

    positions: np.ndarray
    places: list[Place]


def _units(
    layer: LayerRow, kept: KeptUnits, polity: PolityLookup, units: Mapping[str, float]
) -> tuple[_Units, tuple[np.ndarray, np.ndarray]]:
    """Units with people affected and the share that they are, in hundredths of a per cent and 1 more; 0 for none."""
    found = kept.table.index.get_indexer(pd.Index(list(units), dtype=object))
    positions = np.sort(found[found >= 0]).astype(np.int64)
    rows = kept.table.iloc[positions]
    places = [
        Place(layer=layer.digest, unit_id=unit_id, name=name, population=None if np.isnan(people) else float(people))
        for unit_id, name, people in zip(rows.index, rows["name"], rows["population"], strict=True)
    ]
    said = [unit_share(polity, place).as_json() for place in places]
    affected = np.array([one["affected"] for one in said], dtype=np.int64)
    shares = [0 if one["affected_share"] is None else round(10_000 * one["affected_share"]) + 1 for one in said]
    return _Units(positions=positions, places=places), (affected, np.array(shares, dtype=np.int64))


def _proposals(directory: KeptDirectory, layer: LayerRow, unit_ids: list[str]) -> list[dict[str, Any]]:
    """The open proposals on a layer, each with the positions of the units that it would take in."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for position, unit_id in enumerate(unit_ids):
        for one in directory.proposals([(layer.name, unit_id)]):
            found.setdefault((one.id, one.version), one.as_json() | {"units": []})["units"].append(position)
    return [found[key] for key in sorted(found)]


def _position(index: LookupIndex) -> Callable[[str], int]:
    """Position of a county in the first layer; -1 where that is another layer."""
    if not index.layers or index.layers[0].name != LAYER:
        return lambda _: -1
    return index.lookups[index.layers[0].digest].position


def _postcodes(index: LookupIndex) -> tuple[bytes, int]:
    """Postcodes of the gazetteer, where its layer comes first in the index."""
    if not index.layers or index.layers[0].name != LAYER:
        return b"", 0
    known = sorted((int(code), ids) for code, ids in postcodes().items())
    places = index.lookups[index.layers[0].digest].positions([unit_id for _, ids in known for unit_id in ids])
    parts = np.split(places, np.cumsum([len(ids) for _, ids in known])[:-1])
    found = [(code, np.sort(of[of >= 0])) for (code, _), of in zip(known, parts, strict=True)]
    return packed_postcodes(found), len(found)
