"""Distance from a point to the nearest stretch of a border, anywhere on Earth.

Border points lie in space on the WGS 84 ellipsoid, so neither the poles nor the antimeridian are special, and the
straight distance through the ground orders points as the distance along it does. A tree of boxes over the border, taken
in the order in which it is drawn, leaves few segments to look at (Roussopoulos et al., *SIGMOD* 1995).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geopolity.arrays import NOBODY, FloatArray, IntArray
from geopolity.compiling import njit
from geopolity.geometry.ellipsoid import AXIS, ECCENTRICITY
from geopolity.geometry.snapping import HALF_TURN, SNAP
from geopolity.lookup.outlines import Outlines, outlines_of

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

LEAF = 8
LONGEST_STEPS = SNAP // 20
"""A longer stretch of 0.05° is cut, so that a parallel's bend between two vertices stays below 0.4 m at 60°."""
RADIUS = 6_371_008.8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Border:
    """Stretches of a border with a tree of boxes over them.

    Attributes
    ----------
    segment
        (m, 6) metres in space: start and end.
    owner
        (m,) position of the unit whose border it is.
    boxes
        (k, 6) least and greatest coordinates of ``LEAF`` children each, leaves first.
    level
        Where each level of boxes begins, and where the last ends.
    """

    segment: FloatArray
    owner: IntArray
    boxes: FloatArray
    level: IntArray

    def distance_m(self, lon: float, lat: float) -> float:
        """Metres along the ground to the nearest border; infinite where there is none. Right to 0.1 % or 1 m."""
        return self.nearest(lon, lat)[1]

    def nearest(self, lon: float, lat: float) -> tuple[int, float]:
        """Owner of the nearest border, and the metres to it; of several as near, the lowest."""
        if not len(self.segment):
            return NOBODY, math.inf
        nearest, metres = nearest_segment(lon, lat, self.segment, self.owner, self.boxes, self.level, NOBODY)
        return int(self.owner[nearest]), metres


def border_of(shape: BaseGeometry) -> Border:
    """Border of one region in EPSG:4326; cuts along the antimeridian and at the poles are not borders."""
    return border_of_units(outlines_of(np.array([shape], dtype=object)))


def border_of_units(outlines: Outlines) -> Border:
    """Border of many units, each stretch with its owner."""
    edge, owner = outlines.edge, outlines.unit
    seam = (np.abs(edge[:, 0]) == HALF_TURN) & (np.abs(edge[:, 2]) == HALF_TURN)
    pole = (np.abs(edge[:, 1]) == HALF_TURN // 2) & (np.abs(edge[:, 3]) == HALF_TURN // 2)
    edge, owner = edge[~(seam | pole)], owner[~(seam | pole)]
    pieces = np.maximum(-(-np.abs(edge[:, 2:] - edge[:, :2]).max(axis=1, initial=0) // LONGEST_STEPS), 1)
    number = np.arange(pieces.sum()) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    start, step = (np.repeat(part, pieces, axis=0) for part in (edge[:, :2], (edge[:, 2:] - edge[:, :2])))
    share = (np.stack([number, number + 1]) / np.repeat(pieces, pieces))[..., None]
    degrees = (start + share * step) / SNAP
    segment = np.hstack([_all_in_space(degrees[0]), _all_in_space(degrees[1])])
    boxes, level = _tree(segment)
    return Border(segment=segment, owner=np.repeat(owner, pieces), boxes=boxes, level=level)


def _all_in_space(degrees: FloatArray) -> FloatArray:
    east, north = np.radians(degrees).T
    bend = AXIS / np.sqrt(1.0 - ECCENTRICITY * np.sin(north) ** 2)
    across = bend * np.cos(north)
    return np.column_stack([across * np.cos(east), across * np.sin(east), bend * (1.0 - ECCENTRICITY) * np.sin(north)])


def _tree(segment: FloatArray) -> tuple[FloatArray, IntArray]:
    low, high = np.minimum(segment[:, :3], segment[:, 3:]), np.maximum(segment[:, :3], segment[:, 3:])
    boxes: list[FloatArray] = []
    level = [0]
    while len(low) > 1 or not boxes:
        first = np.arange(0, len(low), LEAF)
        if not len(first):
            break
        low, high = np.minimum.reduceat(low, first), np.maximum.reduceat(high, first)
        boxes.append(np.hstack([low, high]))
        level.append(level[-1] + len(low))
    return np.vstack([np.empty((0, 6)), *boxes]), np.array(level, dtype=np.int64)


@njit(cache=True, nogil=True)
def nearest_segment(
    lon: float,
    lat: float,
    segment: FloatArray,
    owner: IntArray,
    boxes: FloatArray,
    level: IntArray,
    hint: int,
) -> tuple[int, float]:
    """Find the nearest segment of a border that has any, and the metres to it.

    Parameters
    ----------
    hint
        A segment that may be near, such as the answer for a point close by: the search cuts more, and finds the
        same; -1 for none.
    """
    x, y, z = _in_space(lon, lat)
    found, straight = _nearest(x, y, z, segment, owner, boxes, level, hint)
    return found, 2 * RADIUS * math.asin(min(straight / (2 * RADIUS), 1.0))


@njit(cache=True, nogil=True)
def _in_space(lon: float, lat: float) -> tuple[float, float, float]:
    east, north = math.radians(lon), math.radians(lat)
    bend = AXIS / math.sqrt(1.0 - ECCENTRICITY * math.sin(north) ** 2)
    across = bend * math.cos(north)
    return across * math.cos(east), across * math.sin(east), bend * (1.0 - ECCENTRICITY) * math.sin(north)


@njit(cache=True, nogil=True)
def _nearest(
    x: float, y: float, z: float, segment: FloatArray, owner: IntArray, boxes: FloatArray, level: IntArray, hint: int
) -> tuple[int, float]:
    """Walk the tree depth first, the nearest child first, and cut what is farther than the best so far."""
    best, found = np.inf, np.int64(-1)
    if hint >= 0:
        best, found = _segment_distance(x, y, z, segment[hint]), np.int64(hint)
    stack = np.empty((LEAF * len(level) + 1, 2), np.int64)
    away = np.empty(LEAF * len(level) + 1, np.float64)
    top = 0
    stack[0, 0], stack[0, 1], away[0] = len(level) - 2, 0, 0.0
    while top >= 0:
        depth, node = stack[top, 0], stack[top, 1]
        top -= 1
        if away[top + 1] > best:
            continue
        if depth == 0:
            for s in range(node * LEAF, min((node + 1) * LEAF, len(segment))):
                apart = _segment_distance(x, y, z, segment[s])
                if apart < best or (apart == best and owner[s] < owner[found]):
                    best, found = apart, np.int64(s)
            continue
        first = node * LEAF
        last = min(first + LEAF, level[depth] - level[depth - 1])
        begin = top + 1
        for child in range(first, last):  # insertion sort: the nearest child on top of the stack
            apart = _box_distance(x, y, z, boxes[level[depth - 1] + child])
            if apart > best:
                continue
            top += 1
            slot = top
            while slot > begin and away[slot - 1] < apart:
                stack[slot, 0], stack[slot, 1], away[slot] = stack[slot - 1, 0], stack[slot - 1, 1], away[slot - 1]
                slot -= 1
            stack[slot, 0], stack[slot, 1], away[slot] = depth - 1, child, apart
    return found, np.sqrt(best)


@njit(cache=True, nogil=True)
def _box_distance(x: float, y: float, z: float, box: FloatArray) -> float:
    a = max(box[0] - x, 0.0, x - box[3])
    b = max(box[1] - y, 0.0, y - box[4])
    c = max(box[2] - z, 0.0, z - box[5])
    return a * a + b * b + c * c


@njit(cache=True, nogil=True)
def _segment_distance(x: float, y: float, z: float, segment: FloatArray) -> float:
    dx, dy, dz = segment[3] - segment[0], segment[4] - segment[1], segment[5] - segment[2]
    px, py, pz = x - segment[0], y - segment[1], z - segment[2]
    length = dx * dx + dy * dy + dz * dz
    share = 0.0 if length == 0.0 else min(max((px * dx + py * dy + pz * dz) / length, 0.0), 1.0)
    a, b, c = px - share * dx, py - share * dy, pz - share * dz
    return a * a + b * b + c * c
