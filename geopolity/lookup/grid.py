"""The grid index for points in polygons: exact on borders, and one memory read for most points.

A cell is either wholly inside one unit, wholly outside all, or *mixed*: then its words list the units whose edges cross
it, whether each holds the cell's lower left corner, and those edges:

    units, cover, (unit, corner, edges, (x1, y1, x2, y2) for each edge) for each unit, in order

``cover`` is the lowest unit that covers the cell without an edge in it, or -1. A point in a mixed cell walks from that
corner up the cell's left side and then across, and counts the edges it crosses: an odd number changes sides. Ties are
broken by moving the path an infinitesimal step right and a yet smaller one up (simulation of simplicity, Edelsbrunner
and Mücke, *ACM TOG* 9, 1990), so the answer is exact in integers. A point on an edge belongs to the unit.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geopolity.arrays import NOWHERE, FloatArray, IntArray
from geopolity.compiling import njit

Words = npt.NDArray[np.int32]

RUBBISH, MIXED = -2, -2
HEAD, ENTRY, EDGE = 2, 3, 4
"""Words at the beginning of a mixed cell, of one of its units, and of an edge."""
STEPS = 10_000_000.0
HALF_TURN = 1_800_000_000


@njit(cache=True, nogil=True)
def sizes(unit: IntArray, edge: IntArray, origin: IntArray, shift: IntArray, shape: IntArray) -> tuple[Words, Words]:
    """Count edges and units per cell, row-major."""
    edges = np.zeros(shape[0] * shape[1], np.int32)
    units = np.zeros(shape[0] * shape[1], np.int32)
    last = np.full(shape[0] * shape[1], -1, np.int32)
    for e in range(len(unit)):
        low, high = _rows(edge[e], origin, shift)
        for row in range(low, high + 1):
            left, right = _columns(edge[e], row, origin, shift)
            for column in range(left, right + 1):
                cell = row * shape[1] + column
                edges[cell] += 1
                if last[cell] != unit[e]:
                    last[cell] = unit[e]
                    units[cell] += 1
    return edges, units


@njit(cache=True, nogil=True)
def fill(
    edge: IntArray,
    first_edge: IntArray,
    origin: IntArray,
    shift: IntArray,
    shape: IntArray,
    start: IntArray,
    words: int,
) -> tuple[Words, Words]:
    """Fill the index: what covers whole cells, and the packed words of the mixed ones.

    Parameters
    ----------
    first_edge
        (units + 1,) where each unit's edges begin.
    start
        Per cell, where its words begin; -1 for a cell that is not mixed.
    words
        How many words there are.
    """
    cover = np.full(shape[0] * shape[1], NOWHERE, np.int32)
    packed = np.zeros(words, np.int32)
    entry = np.zeros(shape[0] * shape[1], np.int32)  # per cell, the word where its latest unit begins
    for u in range(len(first_edge) - 1):
        if first_edge[u] == first_edge[u + 1]:
            continue
        left, bottom, right, top = shape[1], shape[0], -1, -1
        for e in range(first_edge[u], first_edge[u + 1]):
            low, high = _rows(edge[e], origin, shift)
            bottom, top = min(bottom, low), max(top, high)
            for row in range(low, high + 1):
                near, far = _columns(edge[e], row, origin, shift)
                left, right = min(left, near), max(right, far)
                for column in range(near, far + 1):
                    cell = row * shape[1] + column
                    _add_edge(packed, start[cell], entry, cell, u, edge[e])
        inside = _corners(edge, first_edge[u], first_edge[u + 1], origin, shift, (left, bottom, right, top))
        for row in range(bottom, top + 1):
            for column in range(left, right + 1):
                cell = row * shape[1] + column
                if start[cell] >= 0 and entry[cell] > 0 and packed[entry[cell]] == u:
                    packed[entry[cell] + 1] = inside[row - bottom, column - left]
                elif inside[row - bottom, column - left] and cover[cell] == NOWHERE:
                    cover[cell] = u
    for cell in range(len(cover)):
        if start[cell] >= 0:
            packed[start[cell] + 1] = cover[cell]
    return cover, packed


@njit(cache=True, nogil=True)
def _add_edge(packed: Words, start: int, entry: Words, cell: int, unit: int, edge: IntArray) -> None:
    place = entry[cell]
    if place == 0 or packed[place] != unit:
        place = start + HEAD if place == 0 else place + ENTRY + EDGE * packed[place + 2]
        entry[cell] = place
        packed[start] += 1
        packed[place] = unit
    at = place + ENTRY + EDGE * packed[place + 2]
    for k in range(EDGE):
        packed[at + k] = edge[k]
    packed[place + 2] += 1


@njit(cache=True, nogil=True)
def _corners(
    edge: IntArray, start: int, stop: int, origin: IntArray, shift: IntArray, box: tuple[int, int, int, int]
) -> npt.NDArray[np.uint8]:
    """Which lower left corners of the cells in ``box`` lie inside one unit, moved right and a little up."""
    left, bottom, right, top = box
    inside = np.zeros((top - bottom + 1, right - left + 1), np.uint8)
    for e in range(start, stop):
        x1, y1, x2, y2 = edge[e, 0], edge[e, 1], edge[e, 2], edge[e, 3]
        if y1 == y2:
            continue
        if y1 > y2:
            x1, y1, x2, y2 = x2, y2, x1, y1
        first = (y1 - origin[1] + (1 << shift[1]) - 1) >> shift[1]  # the first row line at or above y1
        last = (y2 - 1 - origin[1]) >> shift[1]
        for row in range(max(first, bottom), min(last, top) + 1):
            line = origin[1] + (row << shift[1])
            reach = -(-((x1 - origin[0]) * (y2 - y1) + (line - y1) * (x2 - x1)) // (y2 - y1))
            column = (reach + (1 << shift[0]) - 1) >> shift[0]  # the first whose left side is at or right of the edge
            if column <= right:
                inside[row - bottom, max(column, left) - left] ^= 1
    for row in range(inside.shape[0]):
        for column in range(1, inside.shape[1]):
            inside[row, column] ^= inside[row, column - 1]
    return inside


@njit(cache=True, nogil=True)
def _rows(edge: IntArray, origin: IntArray, shift: IntArray) -> tuple[int, int]:
    return (min(edge[1], edge[3]) - origin[1]) >> shift[1], (max(edge[1], edge[3]) - origin[1]) >> shift[1]


@njit(cache=True, nogil=True)
def _columns(edge: IntArray, row: int, origin: IntArray, shift: IntArray) -> tuple[int, int]:
    """First and last column that an edge may touch within a row: never too few, perhaps one too many."""
    x1, y1, x2, y2 = edge[0], edge[1], edge[2], edge[3]
    near, far = min(x1, x2), max(x1, x2)
    if y1 != y2:
        slope = (x2 - x1) / (y2 - y1)
        line = origin[1] + (row << shift[1])
        a, b = x1 + (line - y1) * slope, x1 + (line + (1 << shift[1]) - y1) * slope
        near = max(near, np.int64(np.floor(min(a, b))) - 2)
        far = min(far, np.int64(np.ceil(max(a, b))) + 2)
    return (near - origin[0]) >> shift[0], (far - origin[0]) >> shift[0]


@njit(cache=True, nogil=True)
def unit_at(x: int, y: int, place: IntArray, grid: Words, packed: Words) -> int:
    """Lowest unit that covers a point given in steps, or ``NOWHERE``.

    Parameters
    ----------
    place
        ``x0, y0, shift_x, shift_y, columns, rows`` of the grid.
    """
    found = _cell(x, y, place, grid)
    return found if found >= NOWHERE else _in_mixed(x, y, MIXED - found, place, packed)


@njit(cache=True, nogil=True)
def _cell(x: int, y: int, place: IntArray, grid: Words) -> int:
    if x < place[0] or y < place[1]:
        return NOWHERE
    column, row = (x - place[0]) >> place[2], (y - place[1]) >> place[3]
    if column >= place[4] or row >= place[5]:
        return NOWHERE
    return grid[row * place[4] + column]


@njit(cache=True, nogil=True)
def _in_mixed(x: int, y: int, start: int, place: IntArray, packed: Words) -> int:
    x0 = place[0] + (((x - place[0]) >> place[2]) << place[2])
    y0 = place[1] + (((y - place[1]) >> place[3]) << place[3])
    cover, at = packed[start + 1], start + HEAD
    for _ in range(packed[start]):
        if 0 <= cover < packed[at]:
            return cover
        stop = at + ENTRY + EDGE * packed[at + 2]
        if _is_inside(x, y, x0, y0, packed[at + 1], packed, at + ENTRY, stop):
            return packed[at]
        at = stop
    return cover


@njit(cache=True, nogil=True)
def _is_inside(x: int, y: int, x0: int, y0: int, inside: int, packed: Words, start: int, stop: int) -> bool:
    odd = inside
    for at in range(start, stop, EDGE):
        x1, y1 = np.int64(packed[at]), np.int64(packed[at + 1])
        x2, y2 = np.int64(packed[at + 2]), np.int64(packed[at + 3])
        dx, dy = x2 - x1, y2 - y1
        if (y1 <= y) != (y2 <= y):  # it crosses the path's way across
            turn = (x1 - x) * dy + (y - y1) * dx
            corner = (x1 - x0) * dy + (y - y1) * dx
            if dy < 0:
                turn, corner = -turn, -corner
            if turn == 0:
                return True
            if corner > 0 and turn < 0:
                odd ^= 1
        elif (y1 == y and min(x1, x2) <= x <= max(x1, x2) and (y2 == y or x1 == x)) or (y2 == y and x2 == x):
            return True
        if (x1 <= x0) != (x2 <= x0):  # it crosses the path's way up
            end = (y1 - y) * dx + (x0 - x1) * dy
            begin = (y1 - y0) * dx + (x0 - x1) * dy
            if dx < 0:
                end, begin = -end, -begin
            falls = (dx > 0) == (dy < 0) and dy != 0
            if (end < 0 or (end == 0 and (falls or dy == 0))) and (begin > 0 or (begin == 0 and not falls and dy != 0)):
                odd ^= 1
    return odd == 1


@njit(cache=True, nogil=True)
def units_at(lon: FloatArray, lat: FloatArray, found: Words, place: IntArray, grid: Words, packed: Words) -> None:
    """Write the unit of each point into ``found``: ``NOWHERE`` outside, ``RUBBISH`` where it is no place on Earth.

    First every point reads its cell, which keeps many reads of memory in flight; then the mixed ones are settled.
    """
    left, waiting = 0, np.empty(len(lon), np.int32)
    for k in range(len(lon)):
        if not (abs(lon[k]) <= 180.0 and abs(lat[k]) <= 90.0):
            found[k] = RUBBISH
            continue
        x, y = np.int64(np.rint(lon[k] * STEPS)), np.int64(np.rint(lat[k] * STEPS))
        found[k] = _cell(x, y, place, grid)
        if found[k] < NOWHERE or abs(x) == HALF_TURN:
            waiting[left] = k
            left += 1
    for w in range(left):
        k = waiting[w]
        x, y = np.int64(np.rint(lon[k] * STEPS)), np.int64(np.rint(lat[k] * STEPS))
        unit = found[k] if found[k] >= NOWHERE else _in_mixed(x, y, MIXED - found[k], place, packed)
        if abs(x) == HALF_TURN:  # the same meridian, drawn on the other side
            other = unit_at(-x, y, place, grid, packed)
            unit = other if unit == NOWHERE or (other != NOWHERE and other < unit) else unit
        found[k] = unit
