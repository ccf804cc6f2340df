"""One call from a point to its unit and the distances to the borders of that unit's polities (hot kernel).

What it says is what ``UnitIndex.at`` and ``Border.distance_m`` say one by one; it exists because a look-up service
spends more time calling than computing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geopolity.arrays import NOBODY, NOWHERE, FloatArray, IntArray
from geopolity.compiling import njit
from geopolity.lookup.borders import Border, nearest_segment
from geopolity.lookup.grid import HALF_TURN, STEPS, unit_at
from geopolity.lookup.unit_index import UnitIndex


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Resolver:
    """A layer's grid, who belongs where, and all borders, in a few flat arrays.

    Attributes
    ----------
    first, polity
        Polities of unit ``u`` are ``polity[first[u]:first[u + 1]]``.
    segment, owner, boxes, level
        Borders of all polities, one after the other; ``starts`` (polities + 1, 3) says where each begins.
    hints
        For each unit and polity, the segment that was nearest last time. It changes; no answer depends on it.
    distances
        Metres of the latest call, in the order of the unit's polities; infinite where there is no border.
    """

    index: UnitIndex
    first: IntArray
    polity: IntArray
    segment: FloatArray
    owner: IntArray
    boxes: FloatArray
    level: IntArray
    starts: IntArray
    hints: IntArray
    distances: FloatArray

    def at(self, lon: float, lat: float) -> int:
        """Position of the unit at a place on Earth, or -1; ``distances`` then holds the metres. Not for two threads."""
        index = self.index
        return resolve(
            lon,
            lat,
            index.place,
            index.grid,
            index.packed,
            self.first,
            self.polity,
            self.segment,
            self.owner,
            self.boxes,
            self.level,
            self.starts,
            self.hints,
            self.distances,
        )


def resolver(index: UnitIndex, units: int, inside: Sequence[IntArray], borders: Sequence[Border]) -> Resolver:
    """Join an index of so many units with polities: the positions of the units inside each, and their borders."""
    held = np.concatenate([np.empty(0, np.int64), *inside])
    who = np.repeat(np.arange(len(inside)), [len(positions) for positions in inside])
    order = np.lexsort((who, held))
    counts = np.bincount(held, minlength=units)
    sizes = [(len(border.segment), len(border.boxes), len(border.level)) for border in borders]
    plain = UnitIndex(place=np.asarray(index.place), grid=np.asarray(index.grid), packed=np.asarray(index.packed))
    return Resolver(
        index=plain,  # arrays mapped into memory are slower to hand over
        first=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        polity=who[order].astype(np.int64),
        segment=np.concatenate([np.empty((0, 6)), *(border.segment for border in borders)]),
        owner=np.concatenate([np.empty(0, np.int64), *(border.owner.astype(np.int64) for border in borders)]),
        boxes=np.concatenate([np.empty((0, 6)), *(border.boxes for border in borders)]),
        level=np.concatenate([np.empty(0, np.int64), *(border.level for border in borders)]),
        starts=np.concatenate([np.zeros((1, 3), np.int64), np.cumsum(np.array(sizes).reshape(-1, 3), axis=0)]),
        hints=np.full(len(held), NOBODY, np.int64),
        distances=np.empty(max(int(counts.max(initial=0)), 1)),
    )


@njit(cache=True, nogil=True)
def resolve(
    lon: float,
    lat: float,
    place: IntArray,
    grid: np.ndarray,
    packed: np.ndarray,
    first: IntArray,
    polity: IntArray,
    segment: FloatArray,
    owner: IntArray,
    boxes: FloatArray,
    level: IntArray,
    starts: IntArray,
    hints: IntArray,
    distances: FloatArray,
) -> int:
    """Return the unit's position, or -1, and write the metres to its polities' borders into ``distances``."""
    x, y = np.int64(np.rint(lon * STEPS)), np.int64(np.rint(lat * STEPS))
    unit = unit_at(x, y, place, grid, packed)
    if abs(x) == HALF_TURN:  # the same meridian, drawn on the other side
        other = unit_at(-x, y, place, grid, packed)
        unit = other if unit == NOWHERE or (other != NOWHERE and other < unit) else unit
    if unit < 0:
        return unit
    for k in range(first[unit], first[unit + 1]):
        begin, end = starts[polity[k]], starts[polity[k] + 1]
        if begin[0] == end[0]:
            distances[k - first[unit]] = math.inf
            continue
        hints[k], distances[k - first[unit]] = nearest_segment(
            lon,
            lat,
            segment[begin[0] : end[0]],
            owner[begin[0] : end[0]],
            boxes[begin[1] : end[1]],
            level[begin[2] : end[2]],
            hints[k],
        )
    return unit
