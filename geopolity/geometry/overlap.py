"""Areas that polygons share, from their edges alone: no shape is cut out.

A polygon is the signed sum of what lies below its edges, so the area that two polygons share is

    Σ over edges e of one and f of the other:  sign(e) · sign(f) · ∫ max(min(e(x), f(x)) − base, 0) dx

over the stretch of x that both span. Nothing special happens where borders touch or run along each other.
Polygons with many edges are laid out in a grid first: in each row of it a polygon is what lies below its edges
there and, where it goes on above the row, below the row's upper line. Then an edge meets only those in its cells.

The slow twin is ``shapely.area(shapely.intersection(a, b))``, against which the tests compare.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geopolity.arrays import FloatArray, GeometryArray, IntArray
from geopolity.compiling import njit

FEW = 24
"""Polygons with at most so many edges are not laid out in a grid."""
PER_CELL = 1
"""Edges per cell that a grid is made for."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Edges:
    """Edges of polygons, interior on their left: rows of (x, y, x, y); ``first[i]:first[i + 1]`` are polygon i's."""

    ends: FloatArray
    first: IntArray


def edges_of(polygons: GeometryArray) -> Edges:
    """Edges of polygons and multipolygons, vertical ones included."""
    oriented = np.asarray(shapely.orient_polygons(polygons), dtype=object)
    parts, owner = shapely.get_parts(oriented, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    joined = ring[1:] == ring[:-1]
    ends = np.hstack([xy[:-1], xy[1:]])[joined]
    of = owner[part][ring[1:][joined]] if len(xy) else np.empty(0, dtype=np.int64)
    first = np.searchsorted(of, np.arange(len(polygons) + 1))
    return Edges(ends=np.ascontiguousarray(ends), first=first.astype(np.int64))


@njit(cache=True, nogil=True)
def shared_areas(
    ends: FloatArray,
    first: IntArray,
    bounds: FloatArray,
    unit: IntArray,
    zone_ends: FloatArray,
    zone_first: IntArray,
    pair_first: IntArray,
) -> FloatArray:
    """Area that each unit shares with the zone whose pair it is.

    Parameters
    ----------
    ends, first
        Edges of the units (``Edges``).
    bounds
        (units, 4) west, south, east, north of the units.
    unit
        (pairs,) unit of each pair, the pairs of one zone after each other.
    zone_ends, zone_first
        Edges of the zones.
    pair_first
        ``pair_first[i]:pair_first[i + 1]`` are zone i's pairs.

    Returns
    -------
    (pairs,) array
        Exact up to rounding, some 1e-14 of the unit's bounding box.
    """
    area = np.zeros(len(unit))
    for zone in range(len(pair_first) - 1):
        begin, end = pair_first[zone], pair_first[zone + 1]
        if begin == end:
            continue
        edges = zone_ends[zone_first[zone] : zone_first[zone + 1]]
        if len(edges) <= FEW:
            for pair in range(begin, end):
                place = unit[pair]
                area[pair] = _every_pair(ends[first[place] : first[place + 1]], bounds[place, 1], edges)
        else:
            lines, sides, piece, start, item, above = _grid(edges)
            for pair in range(begin, end):
                place = unit[pair]
                mine = ends[first[place] : first[place + 1]]
                area[pair] = _in_grid(mine, bounds[place], lines, sides, piece, start, item, above)
    return area


@njit(cache=True, nogil=True)
def _below_both(width: float, e_left: float, e_right: float, f_left: float, f_right: float) -> float:
    """Integral of max(min(e, f), 0) over a stretch, from the heights at its two ends."""
    left, right = f_left - e_left, f_right - e_right
    if left >= 0.0 and right >= 0.0:
        return _above_zero(width, e_left, e_right)
    if left <= 0.0 and right <= 0.0:
        return _above_zero(width, f_left, f_right)
    part = left / (left - right)
    middle = e_left + part * (e_right - e_left)
    if left > 0.0:
        return _above_zero(width * part, e_left, middle) + _above_zero(width * (1.0 - part), middle, f_right)
    return _above_zero(width * part, f_left, middle) + _above_zero(width * (1.0 - part), middle, e_right)


@njit(cache=True, nogil=True)
def _above_zero(width: float, left: float, right: float) -> float:
    """Integral of max(h, 0) for a height that runs straight from ``left`` to ``right``."""
    if left >= 0.0 and right >= 0.0:
        return 0.5 * width * (left + right)
    if left <= 0.0 and right <= 0.0:
        return 0.0
    high, low = max(left, right), min(left, right)
    return 0.5 * width * high * high / (high - low)


@njit(cache=True, nogil=True)
def _every_pair(mine: FloatArray, base: float, theirs: FloatArray) -> float:
    total = 0.0
    for one in range(len(mine)):
        x0, y0, x1, y1 = mine[one, 0], mine[one, 1], mine[one, 2], mine[one, 3]
        if x0 == x1:
            continue
        sign, left, right, e_left, e_right = (1.0, x1, x0, y1, y0) if x1 < x0 else (-1.0, x0, x1, y0, y1)
        slope = (e_right - e_left) / (right - left)
        for other in range(len(theirs)):
            u0, v0, u1, v1 = theirs[other, 0], theirs[other, 1], theirs[other, 2], theirs[other, 3]
            begin, finish = max(left, min(u0, u1)), min(right, max(u0, u1))
            if finish <= begin:
                continue
            tilt = (v1 - v0) / (u1 - u0)
            shared = _below_both(
                finish - begin,
                e_left - base + slope * (begin - left),
                e_left - base + slope * (finish - left),
                v0 - base + tilt * (begin - u0),
                v0 - base + tilt * (finish - u0),
            )
            total += sign * shared if u1 < u0 else -sign * shared
    return total


@njit(cache=True, nogil=True)
def _in_grid(
    mine: FloatArray,
    box: FloatArray,
    lines: FloatArray,
    sides: FloatArray,
    piece: FloatArray,
    start: IntArray,
    item: IntArray,
    above: FloatArray,
) -> float:
    rows, columns = len(lines) - 1, len(sides) - 1
    west, south, east, north = box[0], box[1], box[2], box[3]
    if east <= sides[0] or west >= sides[columns] or north <= lines[0] or south >= lines[rows]:
        return 0.0
    lowest, highest = _place(lines, south), _place(lines, north)
    inside = west >= sides[0] and east <= sides[columns] and south >= lines[0] and north <= lines[rows]
    empty = True
    for row in range(lowest, highest + 1):
        for column in range(_place(sides, west), _place(sides, east) + 1):
            cell = row * columns + column
            pieces = start[cell + 1] - start[cell]
            inside = inside and pieces == 0 and above[cell] == 1.0
            empty = empty and pieces == 0 and above[cell] == 0.0
    if empty:
        return 0.0
    total = 0.0
    for one in range(len(mine)):
        x0, y0, x1, y1 = mine[one, 0], mine[one, 1], mine[one, 2], mine[one, 3]
        if x0 == x1:
            continue
        sign, left, right, e_left, e_right = (1.0, x1, x0, y1, y0) if x1 < x0 else (-1.0, x0, x1, y0, y1)
        if inside:
            total += sign * 0.5 * (right - left) * (e_left + e_right - 2.0 * south)
            continue
        if right <= sides[0] or left >= sides[columns] or max(e_left, e_right) <= lines[0]:
            continue
        slope = (e_right - e_left) / (right - left)
        top = _place(lines, max(e_left, e_right))
        for column in range(_place(sides, left), _place(sides, right) + 1):
            from_x, to_x = max(left, sides[column]), min(right, sides[column + 1])
            for row in range(lowest, top + 1):
                base = max(lines[row], south)
                cell = row * columns + column
                for at in range(start[cell] - (above[cell] != 0.0), start[cell + 1]):
                    if at < start[cell]:  # where the zone goes on above, all of the cell lies below its upper line
                        u0, v0, u1, v1 = sides[column], lines[row + 1], sides[column + 1], lines[row + 1]
                        weight = above[cell]
                    else:
                        one_of = item[at]
                        u0, v0, u1, v1 = piece[one_of, 0], piece[one_of, 1], piece[one_of, 2], piece[one_of, 3]
                        weight = piece[one_of, 4]
                    begin, finish = max(from_x, u0), min(to_x, u1)
                    if finish <= begin:
                        continue
                    tilt = (v1 - v0) / (u1 - u0)
                    total += (sign * weight) * _below_both(
                        finish - begin,
                        e_left - base + slope * (begin - left),
                        e_left - base + slope * (finish - left),
                        v0 - base + tilt * (begin - u0),
                        v0 - base + tilt * (finish - u0),
                    )
    return total


@njit(cache=True, nogil=True)
def _place(lines: FloatArray, value: float) -> int:
    """Row (or column) of a coordinate: the last line at or below it, kept within the grid."""
    last = len(lines) - 2
    place = min(max(int((value - lines[0]) / (lines[1] - lines[0])), 0), last)
    while place > 0 and value < lines[place]:
        place -= 1
    while place < last and value >= lines[place + 1]:
        place += 1
    return place


@njit(cache=True, nogil=True)
def _grid(
    edges: FloatArray,
) -> tuple[FloatArray, FloatArray, FloatArray, IntArray, IntArray, FloatArray]:
    """Lay a zone out: lines of its rows and columns, its pieces, those of each cell, and what it covers from above."""
    west, east, south, north = np.inf, -np.inf, np.inf, -np.inf
    for one in range(len(edges)):
        west, east = min(west, edges[one, 0]), max(east, edges[one, 0])
        south, north = min(south, edges[one, 1]), max(north, edges[one, 1])
    cells = max(len(edges) / PER_CELL, 1.0)
    rows = int(min(max(np.sqrt(cells * (north - south) / (east - west)), 1.0), cells))
    lines, sides = _steps(south, north, rows), _steps(west, east, int(max(cells / rows, 1.0)))
    piece, row_of, above = _pieces(edges, lines, sides)
    start, item = _cells(piece, row_of, rows, sides)
    return lines, sides, piece, start, item, above


@njit(cache=True, nogil=True)
def _steps(low: float, high: float, count: int) -> FloatArray:
    """Evenly spaced lines, the last one just beyond."""
    lines = np.empty(count + 1)
    for number in range(count + 1):
        lines[number] = low + (high - low) * (1.0 + 1e-9) * number / count
    return lines


@njit(cache=True, nogil=True)
def _pieces(edges: FloatArray, lines: FloatArray, sides: FloatArray) -> tuple[FloatArray, IntArray, FloatArray]:
    """Cut edges at the lines, and close each row along its upper line where the zone goes on above.

    Returns the pieces as rows (left, height, right, height, sign), the row of the grid each lies in, and by cell how
    often the zone covers its upper line from end to end. A row's lower line needs no piece: nothing lies below it.
    """
    rows, columns = len(lines) - 1, len(sides) - 1
    count = 0
    for one in range(len(edges)):
        count += 2 * abs(_place(lines, edges[one, 1]) - _place(lines, edges[one, 3])) + 1
    pieces, row_of, used = np.empty((count, 5)), np.empty(count, np.int64), 0
    above = np.zeros(rows * columns)
    for one in range(len(edges)):
        x0, y0, x1, y1 = edges[one, 0], edges[one, 1], edges[one, 2], edges[one, 3]
        sign, turn = 1.0 if x1 < x0 else -1.0, -1.0 if y0 < y1 else 1.0
        u0, v0, u1, v1 = (x0, y0, x1, y1) if y0 <= y1 else (x1, y1, x0, y0)
        last = _place(lines, v1)
        x, y = u0, v0
        for row in range(_place(lines, v0), last + 1):
            next_x, next_y = u1, v1
            if row < last:
                next_y = lines[row + 1]
                next_x = u0 + (next_y - v0) / (v1 - v0) * (u1 - u0)
                column = _place(sides, next_x)
                _put(pieces, used, next_x, next_y, sides[column + 1], next_y, turn)
                row_of[used] = row
                used += 1
                if column + 1 < columns:
                    above[row * columns + column + 1] += turn
            if next_x > x:
                _put(pieces, used, x, y, next_x, next_y, sign)
            elif next_x < x:
                _put(pieces, used, next_x, next_y, x, y, sign)
            row_of[used] = row
            used += next_x != x
            x, y = next_x, next_y
    for cell in range(1, rows * columns):
        if cell % columns:
            above[cell] += above[cell - 1]
    return pieces[:used], row_of[:used], above


@njit(cache=True, nogil=True)
def _put(
    pieces: FloatArray, place: int, left: float, left_height: float, right: float, right_height: float, sign: float
) -> None:
    pieces[place, 0], pieces[place, 1], pieces[place, 2] = left, left_height, right
    pieces[place, 3], pieces[place, 4] = right_height, sign


@njit(cache=True, nogil=True)
def _cells(piece: FloatArray, row_of: IntArray, rows: int, sides: FloatArray) -> tuple[IntArray, IntArray]:
    """Pieces of each cell: ``item[start[c]:start[c + 1]]``."""
    columns = len(sides) - 1
    start = np.zeros(rows * columns + 1, np.int64)
    for one in range(len(piece)):
        for column in range(_place(sides, piece[one, 0]), _place(sides, piece[one, 2]) + 1):
            start[row_of[one] * columns + column] += 1
    held = 0
    for cell in range(rows * columns + 1):
        held += start[cell]
        start[cell] = held
    item = np.empty(held, np.int64)
    for one in range(len(piece)):
        for column in range(_place(sides, piece[one, 0]), _place(sides, piece[one, 2]) + 1):
            cell = row_of[one] * columns + column
            start[cell] -= 1
            item[start[cell]] = one
    return start, item
