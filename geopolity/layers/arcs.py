"""Borders of a layer as arcs: what two neighbours share is held once, so it stays shared whatever is done to it.

An arc runs between two nodes, vertices where the units beside a border change; every ring of every unit is a closed
walk over arcs. The idea is TopoJSON's (Bostock, 2012); here vertices are snapped to 1e-7 degrees first, as look-ups do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from geopolity.arrays import NOBODY, BoolArray, GeometryArray, IntArray
from geopolity.geometry.snapping import HALF_TURN, snapped_to_grid

_LATITUDE_BITS = 31
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""An odd number without pattern: multiples of it stand for units where sets of units are compared."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arcs:
    """Arcs, and the rings of units as walks over them; the inside of a ring lies to its left.

    Attributes
    ----------
    xy
        (m, 2) vertices of all arcs, one arc after the other, in steps of 1e-7 degrees.
    first
        (a + 1,) where each arc begins in ``xy``.
    walk
        Arcs of all rings, one ring after the other: ``a`` along the arc, ``~a`` against it.
    ring
        (r + 1,) where each ring begins in ``walk``.
    unit
        (r,) unit of each ring, ascending; a hole follows the shell it lies in.
    hole
        (r,) whether the ring bounds a hole.
    sides
        (a, 2) unit to the left and to the right of each arc, -1 for none.
    size
        How many units there are.
    """

    xy: IntArray
    first: IntArray
    walk: IntArray
    ring: IntArray
    unit: IntArray
    hole: BoolArray
    sides: IntArray
    size: int

    def __len__(self) -> int:
        return len(self.first) - 1


def arcs_of(shapes: GeometryArray) -> Arcs:
    """Arcs of polygons in EPSG:4326; what vanishes when it is snapped is left out."""
    vertex, ring, unit, hole, places = _rings(shapes)
    following = _following(ring)
    edge, owners = _edges(vertex, vertex[following], unit[ring], len(places))
    is_start = _starts(vertex, ring, edge, owners, len(places))
    vertex, ring, edge, is_start = _rotated(vertex, ring, edge, is_start)
    begin = np.flatnonzero(is_start)
    return _assembled(_Runs(vertex=vertex, ring=ring, edge=edge, begin=begin), unit, hole, places, len(shapes))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Runs:
    """Vertices of all rings, each ring from one of its nodes; ``begin`` is where runs between nodes begin."""

    vertex: IntArray
    ring: IntArray
    edge: IntArray
    begin: IntArray


def _rings(shapes: GeometryArray) -> tuple[IntArray, IntArray, IntArray, BoolArray, IntArray]:
    """Vertices by number, and the ring of each; unit and kind of each ring; the place of each number."""
    parts, unit = shapely.get_parts(shapely.orient_polygons(shapes, exterior_cw=False), return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    hole = np.diff(part, prepend=-1) == 0
    degrees, ring = shapely.get_coordinates(rings, return_index=True)
    xy = snapped_to_grid(degrees)
    stays = np.ones(len(xy), dtype=bool)
    stays[:-1] = (xy[1:] != xy[:-1]).any(axis=1) & (ring[1:] == ring[:-1])
    stays[-1:] = False  # the last vertex of a ring is its first
    xy, ring = xy[stays], ring[stays]
    key = ((xy[:, 0] + HALF_TURN) << _LATITUDE_BITS) | (xy[:, 1] + HALF_TURN // 2)
    vertex, places = pd.factorize(key)  # by hashing: several times faster than sorting
    kept, ring = np.unique(ring, return_inverse=True)
    corner = [HALF_TURN, HALF_TURN // 2]
    there = np.column_stack([places >> _LATITUDE_BITS, places & (2**_LATITUDE_BITS - 1)]) - corner
    owner: IntArray = unit[part][kept]
    is_hole: BoolArray = hole[kept]
    return vertex.astype(np.int64), ring.astype(np.int64), owner, is_hole, there.astype(np.int64)


def _following(ring: IntArray) -> IntArray:
    """Position of the next vertex of the same ring."""
    following = np.arange(1, len(ring) + 1)
    last = np.flatnonzero(np.diff(ring, append=-1))
    following[last] = np.concatenate([[0], last[:-1] + 1]) if len(last) else last
    return following


def _edges(start: IntArray, end: IntArray, unit: IntArray, vertices: int) -> tuple[IntArray, np.ndarray]:
    """Give the edge that leaves each vertex a number, the same from both sides, and a stamp of the units beside it."""
    low, high = np.minimum(start, end), np.maximum(start, end)
    edge, _ = pd.factorize(low * vertices + high)
    stamp = np.zeros(int(edge.max(initial=-1)) + 1, dtype=np.uint64)
    np.add.at(stamp, edge, (unit.astype(np.uint64) + np.uint64(1)) * _SPREAD)
    return edge.astype(np.int64), stamp


def _starts(vertex: IntArray, ring: IntArray, edge: IntArray, owners: np.ndarray, vertices: int) -> BoolArray:
    """Where runs begin: at nodes, and in a ring without any at its vertex of lowest number."""
    following = _following(ring)
    once = np.flatnonzero(~pd.Series(edge).duplicated().to_numpy())
    ends = np.concatenate([vertex[once], vertex[following[once]]])
    stamps = np.concatenate([owners, owners])
    low, high = np.full(vertices, np.iinfo(np.uint64).max, dtype=np.uint64), np.zeros(vertices, dtype=np.uint64)
    np.minimum.at(low, ends, stamps)
    np.maximum.at(high, ends, stamps)
    node = (np.bincount(ends, minlength=vertices) != 2) | (low != high)
    is_start: BoolArray = node[vertex]
    begin = np.flatnonzero(np.diff(ring, prepend=-1))
    if not len(begin):
        return is_start
    without = ~np.logical_or.reduceat(is_start, begin)
    lowest = np.minimum.reduceat(vertex, begin)
    alone: BoolArray = without[ring] & (vertex == lowest[ring])
    return is_start | alone


def _rotated(
    vertex: IntArray, ring: IntArray, edge: IntArray, is_start: BoolArray
) -> tuple[IntArray, IntArray, IntArray, BoolArray]:
    """Turn every ring so that it begins where a run does."""
    begin = np.flatnonzero(np.diff(ring, prepend=-1))
    if not len(begin):
        return vertex, ring, edge, is_start
    length = np.diff(begin, append=len(ring))
    place = np.arange(len(ring)) - begin[ring]
    turn = np.minimum.reduceat(np.where(is_start, place, len(ring)), begin)
    order = begin[ring] + (place + turn[ring]) % length[ring]
    return vertex[order], ring, edge[order], is_start[order]


def _assembled(runs: _Runs, unit: IntArray, hole: BoolArray, places: IntArray, size: int) -> Arcs:
    begin, ring = runs.begin, runs.ring
    if not len(begin):
        none = np.zeros(0, np.int64)
        return Arcs(
            xy=np.zeros((0, 2), np.int64),
            first=np.zeros(1, np.int64),
            walk=none,
            ring=np.zeros(1, np.int64),
            unit=none,
            hole=np.zeros(0, bool),
            sides=np.zeros((0, 2), np.int64),
            size=size,
        )
    length = np.diff(begin, append=len(ring))
    _, model, arc = np.unique(np.minimum.reduceat(runs.edge, begin), return_index=True, return_inverse=True)
    along = runs.edge[begin] == runs.edge[begin[model[arc]]]
    along &= runs.vertex[begin] == runs.vertex[begin[model[arc]]]
    first = np.concatenate([[0], np.cumsum(length[model] + 1)])
    step = np.arange(first[-1]) - np.repeat(first[:-1], length[model] + 1)
    inner = np.repeat(begin[model], length[model] + 1) + step
    following = _following(ring)
    is_end = step == np.repeat(length[model], length[model] + 1)
    vertex = np.where(is_end, runs.vertex[following[inner - 1]], runs.vertex[np.minimum(inner, len(ring) - 1)])
    sides = np.full((len(model), 2), NOBODY)
    owner = unit[ring[begin]]
    sides[arc[along], 0], sides[arc[~along], 1] = owner[along], owner[~along]
    run_ring = ring[begin]
    return Arcs(
        xy=places[vertex],
        first=first,
        walk=np.where(along, arc, ~arc),
        ring=np.searchsorted(run_ring, np.arange(len(unit) + 1)),
        unit=unit,
        hole=hole,
        sides=sides,
        size=size,
    )
