"""Polygons that rounding or a tile's edge made touch themselves: found in whole numbers, and cut again, validly.

Nearly all are as they should be, so looking is quick and exact, and only those that are not are given to GEOS, which
cuts on the tile's own grid (Hobby's snap rounding, as OverlayNG does it).
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from geopolity.compiling import njit
from maps.tiles.mvt import BUFFER, EXTENT, GROWTH, ROOM, clipped_ring, is_apart, tidied
from maps.tiles.sketch import Sketch, boxes

IntArray = NDArray[np.int64]
Flags = NDArray[np.bool_]


@njit(cache=True, nogil=True)
def broken(  # noqa: PLR0913, PLR0917 - the arrays of a sketch
    xy: IntArray, first: IntArray, hole: Flags, box: IntArray, rings: IntArray, features: IntArray, corner: IntArray
) -> Flags:
    """Which of some features, cut to a tile, have rings that touch themselves or each other.

    Parameters
    ----------
    xy, first, hole, box, rings, features, corner
        As ``maps.tiles.mvt.encode`` takes them.
    """
    found = np.zeros(len(features), np.bool_)
    longest, most = 1, 1
    for feature in features:
        vertices = 0
        for ring in range(rings[feature], rings[feature + 1]):
            longest = max(longest, first[ring + 1] - first[ring])
            vertices += GROWTH * (first[ring + 1] - first[ring]) + ROOM
        most = max(most, vertices)
    one = np.empty((GROWTH * longest + ROOM, 2), np.int64)
    two = np.empty((GROWTH * longest + ROOM, 2), np.int64)
    sides = np.empty((most, 6), np.int64)  # x1, y1, x2, y2, the ring, and the place in it
    sizes = np.empty(len(first), np.int64)
    for place in range(len(features)):
        count, number, shelled = 0, 0, False
        for ring in range(rings[features[place]], rings[features[place] + 1]):
            if is_apart(box[ring], corner):
                shelled = shelled and hole[ring]
                continue
            if hole[ring] and not shelled:
                continue
            size = clipped_ring(xy, first[ring], first[ring + 1], corner, one, two)
            size = tidied(one, size, hole[ring])
            if not hole[ring]:
                shelled = size > 0
            if size:
                for k in range(size):
                    following = 0 if k == size - 1 else k + 1
                    sides[count, 0], sides[count, 1] = one[k, 0], one[k, 1]
                    sides[count, 2], sides[count, 3] = one[following, 0], one[following, 1]
                    sides[count, 4], sides[count, 5] = number, k
                    count += 1
                sizes[number] = size
                number += 1
        found[place] = _any_touch(sides[:count], sizes)
    return found


@njit(cache=True, nogil=True)
def _any_touch(sides: IntArray, sizes: IntArray) -> bool:
    """Whether two sides have a point in common that is not the end of one and the beginning of the next."""
    west = np.minimum(sides[:, 0], sides[:, 2])
    order = np.argsort(west)
    for i in range(len(order)):
        a = order[i]
        east = max(sides[a, 0], sides[a, 2])
        for j in range(i + 1, len(order)):
            b = order[j]
            if west[b] > east:
                break
            if max(sides[a, 1], sides[a, 3]) < min(sides[b, 1], sides[b, 3]):
                continue
            if max(sides[b, 1], sides[b, 3]) < min(sides[a, 1], sides[a, 3]):
                continue
            if _follow(sides[a], sides[b], sizes):
                if _is_back(sides[a], sides[b]):
                    return True
            elif _meet(sides[a], sides[b]):
                return True
    return False


@njit(cache=True, nogil=True)
def _follow(a: IntArray, b: IntArray, sizes: IntArray) -> bool:
    """Whether two sides of one ring follow each other."""
    apart = abs(a[5] - b[5])
    return bool(a[4] == b[4] and (apart == 1 or apart == sizes[a[4]] - 1))


@njit(cache=True, nogil=True)
def _is_back(a: IntArray, b: IntArray) -> bool:
    """Whether one of two sides that follow each other goes back along the other."""
    ax, ay, bx, by = a[2] - a[0], a[3] - a[1], b[2] - b[0], b[3] - b[1]
    return bool(ax * by == ay * bx and ax * bx + ay * by < 0)


@njit(cache=True, nogil=True)
def _meet(a: IntArray, b: IntArray) -> bool:
    """Whether two sides have a point in common, exactly."""
    one, two = _side(a, b[0], b[1]), _side(a, b[2], b[3])
    three, four = _side(b, a[0], a[1]), _side(b, a[2], a[3])
    if one * two < 0 and three * four < 0:
        return True
    return bool(
        (one == 0 and _is_between(a, b[0], b[1]))
        or (two == 0 and _is_between(a, b[2], b[3]))
        or (three == 0 and _is_between(b, a[0], a[1]))
        or (four == 0 and _is_between(b, a[2], a[3]))
    )


@njit(cache=True, nogil=True)
def _side(side: IntArray, x: int, y: int) -> int:
    turn: int = (side[2] - side[0]) * (y - side[1]) - (side[3] - side[1]) * (x - side[0])
    return 1 if turn > 0 else (-1 if turn < 0 else 0)


@njit(cache=True, nogil=True)
def _is_between(side: IntArray, x: int, y: int) -> bool:
    along = min(side[0], side[2]) <= x <= max(side[0], side[2])
    return bool(along and min(side[1], side[3]) <= y <= max(side[1], side[3]))


_NOTHING = shapely.Polygon()


def cut(sketch: Sketch, features: IntArray, corner: IntArray) -> Sketch:
    """Features cut to a tile, numbered anew, so that none touches itself; what has no area left has no rings."""
    window = np.stack([corner - BUFFER, corner + EXTENT + BUFFER])
    return _sketched(
        shapely.intersection(_polygons(sketch, features, window), shapely.box(*window.ravel()), grid_size=1.0)
    )


def _polygons(sketch: Sketch, features: IntArray, window: IntArray) -> NDArray[np.object_]:
    """What each feature covers of a window: what its shells enclose, each without the holes that follow it."""
    found = np.empty(len(features), object)
    for place, feature in enumerate(features):
        rings = np.arange(sketch.rings[feature], sketch.rings[feature + 1])
        shell = np.maximum.accumulate(np.where(sketch.hole[rings], 0, rings))
        near = (sketch.box[rings, 2:] >= window[0]).all(axis=1) & (sketch.box[rings, :2] <= window[1]).all(axis=1)
        near &= near[shell - sketch.rings[feature]]
        groups = np.split(rings[near], np.flatnonzero(np.diff(shell[near])) + 1)
        found[place] = shapely.union_all([_enclosed(sketch, its, window) for its in groups if len(its)])
    return found


def _enclosed(sketch: Sketch, rings: IntArray, window: IntArray) -> shapely.Geometry:
    """What a shell encloses of a window without the holes that follow it."""
    shell, *holes = (_area_of(_without_far(_ring(sketch, ring), window)) for ring in rings)
    return shapely.difference(shell, shapely.union_all(holes)) if holes else shell


def _ring(sketch: Sketch, ring: int) -> IntArray:
    return sketch.xy[sketch.first[ring] : sketch.first[ring + 1]]


def _without_far(ring: IntArray, window: IntArray) -> IntArray:
    """A ring that goes round the same points of a window, without what it does farther off.

    Of vertices in a row that all lie beyond one side the first and the last do: what is between them goes round nothing
    inside.
    """
    for axis in (0, 1):
        for side, way in zip(window[:, axis], (-1, 1), strict=True):
            beyond = way * ring[:, axis] > way * side
            if beyond.any():
                ring = ring[~(beyond & np.roll(beyond, 1) & np.roll(beyond, -1))]
    return ring


def _area_of(ring: IntArray) -> shapely.Geometry:
    """What a ring encloses; where it crosses itself, all of its parts."""
    if len(ring) < 3:
        return _NOTHING
    return shapely.make_valid(shapely.Polygon(ring), method="structure", keep_collapsed=False)


def _sketched(shapes: NDArray[np.object_]) -> Sketch:
    """Areas as rings, wound as a sketch's are; lines and points that are left of some are none."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    while (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():
        parts, index = shapely.get_parts(parts, return_index=True)
        owner = owner[index]
    area = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    parts, owner = shapely.orient_polygons(parts[area], exterior_cw=True), owner[area]
    rings, index = shapely.get_rings(parts, return_index=True)
    hole = np.ones(len(rings), np.bool_)
    hole[np.unique(index, return_index=True)[1]] = False
    points, ring = shapely.get_coordinates(rings, return_index=True)
    last = np.append(np.diff(ring) > 0, True) if len(ring) else np.zeros(0, np.bool_)
    xy, ring = np.rint(points[~last]).astype(np.int64), ring[~last]
    first = np.searchsorted(ring, np.arange(len(rings) + 1))
    return Sketch(
        xy=xy,
        first=first,
        hole=hole,
        box=boxes(xy, first),
        rings=np.searchsorted(owner[index], np.arange(len(shapes) + 1)),
    )
