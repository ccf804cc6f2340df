"""Features of one vector tile as bytes: clipped, in whole numbers, wound as Mapbox Vector Tiles (version 2) ask.

Polygons are clipped by Sutherland and Hodgman's rule (*CACM* 17, 1974), lines by Liang and Barsky's (*ACM TOG* 3,
1984). Rings that have no area left are dropped, a hole with them that lost its shell.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geopolity.compiling import njit

Bytes = NDArray[np.uint8]
IntArray = NDArray[np.int64]

EXTENT = 4096
BUFFER = 64
"""How far beyond a tile its features reach, so that no cut shows."""
POINT, LINE, POLYGON = 1, 2, 3
MOVE_TO, LINE_TO, CLOSE = 1, 2, 7
GROWTH, ROOM = 6, 16
"""A ring cut on four sides has at most so many times its vertices, and so many more."""
BYTES_A_VERTEX = 10


@njit(cache=True, nogil=True)
def encode(
    kind: int,
    xy: IntArray,
    first: IntArray,
    hole: NDArray[np.bool_],
    box: IntArray,
    rings: IntArray,
    features: IntArray,
    ids: IntArray,
    tags: IntArray,
    corner: IntArray,
    world: int,
    out: Bytes,
) -> int:
    """Write features into ``out`` as fields of a layer; returns how many bytes.

    Parameters
    ----------
    kind
        ``POINT``, ``LINE`` or ``POLYGON``.
    xy, first
        Vertices of all rings (lines, points) on the zoom's grid, and where each begins; rings are not closed twice.
    hole
        Whether a ring bounds a hole.
    box
        (r, 4) west, north, east and south of every ring on the grid.
    rings
        (f + 1,) where the rings of each feature begin.
    features, ids
        Which features to write, and the number under which each is known.
    tags
        (len(features), 2k) pairs of key and value; a negative value is left out.
    corner
        Upper left corner of the tile on the grid.
    world
        Width of the whole grid; lines that run along its edge are cuts at the antimeridian, not borders.
    """
    longest = 1
    for feature in features:
        for ring in range(rings[feature], rings[feature + 1]):
            longest = max(longest, first[ring + 1] - first[ring])
    one = np.empty((GROWTH * longest + ROOM, 2), np.int64)
    two = np.empty((GROWTH * longest + ROOM, 2), np.int64)
    at = 0
    for place in range(len(features)):
        feature = features[place]
        points = 0
        for ring in range(rings[feature], rings[feature + 1]):
            if not is_apart(box[ring], corner):
                points += GROWTH * (first[ring + 1] - first[ring]) + ROOM
        words = np.empty(3 * points, np.int64)
        count, x, y, shelled = 0, 0, 0, False
        for ring in range(rings[feature], rings[feature + 1]):
            low, high = first[ring], first[ring + 1]
            if is_apart(box[ring], corner):
                shelled = shelled and hole[ring]
            elif kind == POLYGON:
                if hole[ring] and not shelled:
                    continue
                size = clipped_ring(xy, low, high, corner, one, two)
                size = tidied(one, size, hole[ring])
                if not hole[ring]:
                    shelled = size > 0
                if size:
                    count, x, y = _put_ring(words, count, x, y, one, size)
            elif kind == LINE:
                count, x, y = _put_line(words, count, x, y, xy, low, high, corner, world, one)
            else:
                count, x, y = _put_points(words, count, x, y, xy, low, high, corner)
        if count:
            at = _put_feature(out, at, kind, ids[place], tags[place], words, count)
    return at


@njit(cache=True, nogil=True)
def is_apart(box: IntArray, corner: IntArray) -> bool:
    """Whether a ring lies beyond a tile and its buffer."""
    return (
        box[2] < corner[0] - BUFFER
        or box[3] < corner[1] - BUFFER
        or box[0] > corner[0] + EXTENT + BUFFER
        or box[1] > corner[1] + EXTENT + BUFFER
    )


@njit(cache=True, nogil=True)
def clipped_ring(xy: IntArray, low: int, high: int, corner: IntArray, one: IntArray, two: IntArray) -> int:
    """Cut a ring to the tile and its buffer into ``one``; returns its number of vertices."""
    size = high - low
    west, north, east, south = EXTENT + BUFFER, EXTENT + BUFFER, -BUFFER, -BUFFER
    for k in range(size):
        one[k, 0], one[k, 1] = xy[low + k, 0] - corner[0], xy[low + k, 1] - corner[1]
        west, east = min(west, one[k, 0]), max(east, one[k, 0])
        north, south = min(north, one[k, 1]), max(south, one[k, 1])
    if west >= -BUFFER and north >= -BUFFER and east <= EXTENT + BUFFER and south <= EXTENT + BUFFER:
        return size
    for side in range(4):
        axis, bound = side % 2, -BUFFER if side < 2 else EXTENT + BUFFER
        sign = 1 if side < 2 else -1
        kept = 0
        for k in range(size):
            previous = size - 1 if k == 0 else k - 1
            here, before = sign * (one[k, axis] - bound), sign * (one[previous, axis] - bound)
            if (here >= 0) != (before >= 0):
                share = before / (before - here)
                other = 1 - axis
                two[kept, axis] = bound
                two[kept, other] = np.int64(
                    np.rint(one[previous, other] + share * (one[k, other] - one[previous, other]))
                )
                kept += 1
            if here >= 0:
                two[kept, 0], two[kept, 1] = one[k, 0], one[k, 1]
                kept += 1
        size = kept
        for k in range(size):
            one[k, 0], one[k, 1] = two[k, 0], two[k, 1]
        if size == 0:
            return 0
    return size


@njit(cache=True, nogil=True)
def tidied(ring: IntArray, size: int, hole: bool) -> int:
    """Drop vertices that repeat the one before or turn straight back, and rings that turned inside out."""
    changed = True
    while changed and size >= 3:
        changed = False
        kept = 0
        for k in range(size):
            x, y = ring[k, 0], ring[k, 1]
            if kept and ring[kept - 1, 0] == x and ring[kept - 1, 1] == y:
                changed = True
                continue
            if kept > 1 and _is_back(ring[kept - 2], ring[kept - 1], x, y):
                kept -= 1
                changed = True
                if ring[kept - 1, 0] == x and ring[kept - 1, 1] == y:
                    continue
            ring[kept, 0], ring[kept, 1] = x, y
            kept += 1
        while kept > 1 and ring[kept - 1, 0] == ring[0, 0] and ring[kept - 1, 1] == ring[0, 1]:
            kept -= 1
        size = kept
    if size < 3:
        return 0
    twice = 0
    for k in range(size):
        following = 0 if k == size - 1 else k + 1
        twice += ring[k, 0] * ring[following, 1] - ring[following, 0] * ring[k, 1]
    # the inside lies to the left with north up, which is to the right in a tile, where y runs south
    return size if (twice > 0) == hole and twice != 0 else 0


@njit(cache=True, nogil=True)
def _is_back(first: IntArray, second: IntArray, x: int, y: int) -> bool:
    ax, ay, bx, by = second[0] - first[0], second[1] - first[1], x - second[0], y - second[1]
    return ax * by == ay * bx and ax * bx + ay * by < 0


@njit(cache=True, nogil=True)
def _put_ring(words: IntArray, count: int, x: int, y: int, ring: IntArray, size: int) -> tuple[int, int, int]:
    """Add a ring, backwards: a shell then has the positive area that the format asks for."""
    for k in range(size):
        if k == 0:
            words[count] = (1 << 3) | MOVE_TO
            count += 1
        elif k == 1:
            words[count] = ((size - 1) << 3) | LINE_TO
            count += 1
        place = size - 1 - k
        words[count], words[count + 1] = _zigzag(ring[place, 0] - x), _zigzag(ring[place, 1] - y)
        x, y = ring[place, 0], ring[place, 1]
        count += 2
    words[count] = (1 << 3) | CLOSE
    return count + 1, x, y


@njit(cache=True, nogil=True)
def _put_line(
    words: IntArray,
    count: int,
    x: int,
    y: int,
    xy: IntArray,
    low: int,
    high: int,
    corner: IntArray,
    world: int,
    piece: IntArray,
) -> tuple[int, int, int]:
    """Add the pieces of a line that lie in the tile and its buffer."""
    size = 0
    for k in range(low, high - 1):
        ax, ay, bx, by = xy[k, 0], xy[k, 1], xy[k + 1, 0], xy[k + 1, 1]
        if ax == bx and ay == by:
            continue
        start, end = 0.0, 1.0
        if ax == bx and ax in {0, world}:
            end = -1.0
        ax, ay, bx, by = ax - corner[0], ay - corner[1], bx - corner[0], by - corner[1]
        for side in range(4):
            along = (bx - ax) if side < 2 else (by - ay)
            from_low = (ax if side < 2 else ay) + BUFFER
            toward, room = (-along, from_low) if side % 2 == 0 else (along, EXTENT + 2 * BUFFER - from_low)
            if toward == 0:
                end = -1.0 if room < 0 else end
            elif toward < 0:
                start = max(start, room / toward)
            else:
                end = min(end, room / toward)
        if start < end:
            x1, y1 = np.int64(np.rint(ax + start * (bx - ax))), np.int64(np.rint(ay + start * (by - ay)))
            x2, y2 = np.int64(np.rint(ax + end * (bx - ax))), np.int64(np.rint(ay + end * (by - ay)))
            if size and not (piece[size - 1, 0] == x1 and piece[size - 1, 1] == y1):
                count, x, y = _put_piece(words, count, x, y, piece, size)
                size = 0
            if size == 0:
                piece[0, 0], piece[0, 1] = x1, y1
                size = 1
            if x1 != x2 or y1 != y2:
                piece[size, 0], piece[size, 1] = x2, y2
                size += 1
        elif size:
            count, x, y = _put_piece(words, count, x, y, piece, size)
            size = 0
    return _put_piece(words, count, x, y, piece, size)


@njit(cache=True, nogil=True)
def _put_piece(words: IntArray, count: int, x: int, y: int, piece: IntArray, size: int) -> tuple[int, int, int]:
    if size < 2:
        return count, x, y
    for k in range(size):
        if k < 2:
            words[count] = ((1 << 3) | MOVE_TO) if k == 0 else ((size - 1) << 3) | LINE_TO
            count += 1
        words[count], words[count + 1] = _zigzag(piece[k, 0] - x), _zigzag(piece[k, 1] - y)
        x, y = piece[k, 0], piece[k, 1]
        count += 2
    return count, x, y


@njit(cache=True, nogil=True)
def _put_points(
    words: IntArray, count: int, x: int, y: int, xy: IntArray, low: int, high: int, corner: IntArray
) -> tuple[int, int, int]:
    """Add the points that lie in the tile itself, so that a label is in one tile only."""
    inside = 0
    for k in range(low, high):
        inside += 0 <= xy[k, 0] - corner[0] < EXTENT and 0 <= xy[k, 1] - corner[1] < EXTENT
    if inside == 0:
        return count, x, y
    words[count] = (inside << 3) | MOVE_TO
    count += 1
    for k in range(low, high):
        px, py = xy[k, 0] - corner[0], xy[k, 1] - corner[1]
        if 0 <= px < EXTENT and 0 <= py < EXTENT:
            words[count], words[count + 1] = _zigzag(px - x), _zigzag(py - y)
            x, y = px, py
            count += 2
    return count, x, y


@njit(cache=True, nogil=True)
def _put_feature(out: Bytes, at: int, kind: int, feature: int, tags: IntArray, words: IntArray, count: int) -> int:
    tag_bytes = 0
    for k in range(0, len(tags), 2):
        if tags[k + 1] >= 0:
            tag_bytes += _width(tags[k]) + _width(tags[k + 1])
    word_bytes = 0
    for k in range(count):
        word_bytes += _width(words[k])
    length = 1 + _width(feature + 1) + 2 + 1 + _width(word_bytes) + word_bytes
    if tag_bytes:
        length += 1 + _width(tag_bytes) + tag_bytes
    at = _put(out, _put(out, at, 0x12), length)
    at = _put(out, _put(out, at, 0x08), feature + 1)
    if tag_bytes:
        at = _put(out, _put(out, at, 0x12), tag_bytes)
        for k in range(0, len(tags), 2):
            if tags[k + 1] >= 0:
                at = _put(out, _put(out, at, tags[k]), tags[k + 1])
    at = _put(out, _put(out, at, 0x18), kind)
    at = _put(out, _put(out, at, 0x22), word_bytes)
    for k in range(count):
        at = _put(out, at, words[k])
    return at


@njit(cache=True, nogil=True)
def _zigzag(value: int) -> int:
    return (value << 1) ^ (value >> 63)


@njit(cache=True, nogil=True)
def _width(value: int) -> int:
    size = 1
    while value >= 0x80:
        value >>= 7
        size += 1
    return size


@njit(cache=True, nogil=True)
def _put(out: Bytes, at: int, value: int) -> int:
    while value >= 0x80:
        out[at] = (value & 0x7F) | 0x80
        value >>= 7
        at += 1
    out[at] = value
    return at + 1
