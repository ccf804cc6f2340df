"""Look-up answers ready to send: the same bytes as ``lookup --json``, without making the record each time.

Everything about a unit but the point and the distances is the same for every point in it. The record of a unit is made
once, by the use case itself, with holes where these go; an answer fills the holes.
"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np

from geopolity.arrays import NOWHERE
from geopolity.geometry.snapping import SNAP
from geopolity.lookup.resolver import Resolver, resolver
from services.lookup.answer import NEAR_M, answer_of_point, answer_of_units, certainty_of, nearest_unit
from services.lookup.directory import Directory
from services.lookup.index import LookupIndex

HOLE = "\ue000"
"""A private character: no name of a unit or title holds it."""
METRES, DEGREES = f'"{HOLE}metres"'.encode(), f'"{HOLE}degrees"'.encode()
FAR_M = NEAR_M + 1.0
"""Beyond this no rounding makes a border near."""
CERTAIN, NEAR = certainty_of(None).encode(), certainty_of(0.0).encode()
OUTSIDE = NOWHERE - 1
"""Minus the position of the nearest unit: stands for a point outside every unit of a layer."""
KEPT_FORMS = 50_000


class Answers:
    """Answers for one state of the store and one day. Not for two threads at once."""

    def __init__(self, index: LookupIndex, directory: Directory, date: str) -> None:
        self.index, self.date = index, date
        self._directory = directory
        outer = [index.lookups[layer.digest].outer for layer in index.layers]
        joined = [_resolver(index, layer.digest) for layer in index.layers]
        self._resolvers = [
            (one.at, border, np.diff(one.first).tolist(), memoryview(one.distances.data))
            for one, border in zip(joined, outer, strict=True)
        ]
        self._forms: dict[tuple[int, ...], bytes] = {}

    def body(self, lon: float, lat: float) -> bytes:
        """Answer for a place on Earth, as ``lookup --json`` prints it.

        Raises
        ------
        PointError
            If the coordinates are no place on Earth.
        """
        if not (-180.0 <= lon <= 180.0 and -90.0 <= lat <= 90.0):
            return self._whole(lon, lat)
        values: list[Any] = []
        outside: list[float] = []
        positions: tuple[int, ...] = ()
        for at, outer, counts, distances in self._resolvers:
            position = at(lon, lat)
            if position < 0:
                nearest, metres = outer.nearest(lon, lat)
                outside.append(metres)
                positions += (OUTSIDE - nearest,)
                continue
            positions += (position,)
            for place in range(counts[position]):
                metres = distances[place]
                if metres == math.inf:
                    return self._whole(lon, lat)
                values += (metres, CERTAIN if metres > FAR_M or round(metres, 1) > NEAR_M else NEAR)
        form = self._forms.get(positions)
        if form is None:
            form = self._form(positions)
        return form % (*values, round(lon * SNAP) / SNAP, round(lat * SNAP) / SNAP, *outside)

    def _whole(self, lon: float, lat: float) -> bytes:
        return _text(answer_of_point(lon, lat, self.date, self.index, self._directory).as_json())

    def _form(self, positions: tuple[int, ...]) -> bytes:
        """Make the answer of some units with holes: distance and certainty of each polity, the point, the nearest."""
        units = [max(position, NOWHERE) for position in positions]
        answer = answer_of_units(units, self.date, self.index, self._directory, lambda _: math.inf)
        nearest = [
            nearest_unit(layer, OUTSIDE - position, f"{HOLE}metres", self.index, self._directory)
            for layer, position in zip(self.index.layers, positions, strict=True)
            if position < NOWHERE
        ]
        point = {"point": {"lon": f"{HOLE}degrees", "lat": f"{HOLE}degrees"}}
        record = replace(answer, place=point, nearest=nearest).as_json()
        for polity in record["polities"]:
            polity |= {"border_distance_m": f"{HOLE}metres", "certainty": HOLE}
        text = _text(record).replace(b"%", b"%%")
        form = text.replace(METRES, b"%.1f").replace(DEGREES, b"%a").replace(HOLE.encode(), b"%b")
        if len(self._forms) >= KEPT_FORMS:
            self._forms.clear()
        self._forms[positions] = form
        return form


def _text(record: dict[str, Any]) -> bytes:
    return f"{json.dumps(record, ensure_ascii=False, indent=2)}\n".encode()


def _resolver(index: LookupIndex, digest: str) -> Resolver:
    layer, polities = index.lookups[digest], list(index.polities[digest].values())
    inside = [layer.positions(list(polity.affected)) for polity in polities]
    return resolver(
        layer.index,
        len(layer.ids),
        [positions[positions > NOWHERE].astype(np.int64) for positions in inside],
        [polity.border for polity in polities],
    )
