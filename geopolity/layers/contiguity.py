"""Which units touch: rook and queen neighbours from shared vertices, islands, and links over water.

Two units are rook neighbours when their outlines share a stretch of positive length, queen neighbours when
they share a point. Vertices are matched: outlines that run along each other with different vertices are found by
comparing only the edges that matched nobody. Units that share ground (a city drawn over its county) are rook neighbours
with a border of no length.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geopolity.arrays import BoolArray, FloatArray, IntArray
from geopolity.exports import later
from geopolity.geometry.crs import WGS84, degrees
from geopolity.geometry.vertices import numbered
from geopolity.layers.combined import seam_pairs
from geopolity.layers.layer import Layer

if TYPE_CHECKING:
    from scipy import sparse
else:
    sparse = later("scipy.sparse")

LEAST_SHARED = 1e-9
"""Part of the smaller unit below which shared ground is rounding."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contiguity:
    """Neighbouring pairs of a layer's units.

    Attributes
    ----------
    edges
        (m, 2) positions into ``layer.units``, each pair once with the smaller first, in order.
    kind
        ``rook`` or ``queen`` for each edge.
    boundary_km
        Length of the shared border, 0 for queen edges.
    components
        (n,) number of the connected part each unit belongs to; islands are parts of one unit.
    """

    edges: IntArray
    kind: np.ndarray
    boundary_km: FloatArray
    size: int
    components: IntArray = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "components", _components(self.edges, self.size))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Outlines:
    """Every edge of every outline: its unit, its two vertex numbers, and where the vertices are."""

    unit: IntArray
    tail: IntArray
    head: IntArray
    place: FloatArray


@lru_cache(maxsize=8)
def contiguity(layer: Layer, *, queen: bool = False) -> Contiguity:
    """Neighbours in a layer; ``queen`` adds the units that meet in a point only.

    Kept for the layers used last: treat the result as read-only.
    """
    outlines = _outlines(layer)
    pairs, length, free = _shared_edges(outlines, layer)
    seam, seam_length = seam_pairs(layer)
    over = _overlapping(outlines, free, layer)
    nothing = np.zeros(len(over))
    rook, length = _totals(np.vstack([pairs, seam, over]), np.concatenate([length, seam_length, nothing]), len(layer))
    point = _shared_vertices(outlines, len(layer), rook) if queen else np.empty((0, 2), dtype=np.int64)
    edges = np.vstack([rook, point])
    order = np.lexsort((edges[:, 1], edges[:, 0]))
    return Contiguity(
        edges=edges[order],
        kind=np.repeat(["rook", "queen"], [len(rook), len(point)])[order],
        boundary_km=np.concatenate([length, np.zeros(len(point))])[order],
        size=len(layer),
    )


def outline_km(layer: Layer) -> FloatArray:
    """Length of each unit's whole outline, on the same footing as ``boundary_km``."""
    outlines = _outlines(layer)
    length = _length_km(outlines.place[outlines.tail], outlines.place[outlines.head], layer)
    return np.bincount(outlines.unit, weights=length, minlength=len(layer)).astype(np.float64)


def _components(edges: IntArray, size: int) -> IntArray:
    graph = sparse.coo_array((np.ones(len(edges), dtype=np.int8), (edges[:, 0], edges[:, 1])), shape=(size, size))
    return np.asarray(sparse.csgraph.connected_components(graph, directed=False)[1], dtype=np.int64)


def _outlines(layer: Layer) -> _Outlines:
    rings, part = shapely.get_rings(shapely.get_parts(layer.units.geometry.to_numpy()), return_index=True)
    owner = shapely.get_parts(layer.units.geometry.to_numpy(), return_index=True)[1][part]
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    if layer.units.crs.is_geographic:
        xy[xy[:, 0] == -180.0, 0] = 180.0
    vertex, place = numbered(xy, layer.units.crs)
    inner = ring[1:] == ring[:-1]
    tail, head, unit = vertex[:-1][inner], vertex[1:][inner], owner[ring[1:][inner]]
    real = tail != head
    return _Outlines(unit=unit[real], tail=tail[real], head=head[real], place=place)


def _shared_edges(outlines: _Outlines, layer: Layer) -> tuple[IntArray, FloatArray, BoolArray]:
    """Pairs of units and the length of each stretch that they share, and which edges matched nobody's."""
    low, high = np.minimum(outlines.tail, outlines.head), np.maximum(outlines.tail, outlines.head)
    key = low * np.int64(len(outlines.place)) + high
    first, second = _meetings(key, outlines.unit)
    met = np.zeros(len(key), dtype=bool)
    met[first] = met[second] = True
    start, end = outlines.place[outlines.tail[first]], outlines.place[outlines.head[first]]
    pairs = np.column_stack([outlines.unit[first], outlines.unit[second]])
    along, stretch = _running_along(outlines, ~met)
    pairs = np.sort(np.vstack([pairs, along]), axis=1)
    start, end = np.vstack([start, stretch[:, :2]]), np.vstack([end, stretch[:, 2:]])
    return pairs, _length_km(start, end, layer), ~met


def _meetings(key: IntArray, unit: IntArray) -> tuple[IntArray, IntArray]:
    """Places in ``key`` where different units hold the same value, each pair of units once per value."""
    order = np.lexsort((unit, key))
    key, unit = key[order], unit[order]
    firsts, seconds = [], []
    for apart in range(1, len(key)):
        same = key[apart:] == key[:-apart]
        if not same.any():
            break
        hit = np.flatnonzero(same & (unit[apart:] != unit[:-apart]))
        firsts.append(order[hit])
        seconds.append(order[hit + apart])
    none = np.empty(0, dtype=np.int64)
    return np.concatenate([none, *firsts]), np.concatenate([none, *seconds])


def _running_along(outlines: _Outlines, free: BoolArray) -> tuple[IntArray, FloatArray]:
    """Pairs of units whose unmatched edges lie on each other, and the stretch they share (x, y, x, y)."""
    unit = outlines.unit[free]
    start, end = outlines.place[outlines.tail[free]], outlines.place[outlines.head[free]]
    low, high = np.minimum(start, end), np.maximum(start, end)
    tree = shapely.STRtree(shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1]))
    left, right = tree.query(tree.geometries)
    other = (left < right) & (unit[left] != unit[right])
    left, right = left[other], right[other]
    along = end[left] - start[left]
    length = np.hypot(along[:, 0], along[:, 1])
    direction = along / length[:, None]
    near, far = start[right] - start[left], end[right] - start[left]
    off = np.maximum(np.abs(_cross(direction, near)), np.abs(_cross(direction, far)))
    begin, finish = np.einsum("ij,ij->i", direction, near), np.einsum("ij,ij->i", direction, far)
    begin, finish = np.maximum(np.minimum(begin, finish), 0.0), np.minimum(np.maximum(begin, finish), length)
    shared = (off < 1e-9 * np.maximum(length, 1.0)) & (finish - begin > 1e-6 * length)
    one = start[left] + direction * begin[:, None]
    two = start[left] + direction * finish[:, None]
    return np.column_stack([unit[left], unit[right]])[shared], np.hstack([one, two])[shared]


def _overlapping(outlines: _Outlines, free: BoolArray, layer: Layer) -> IntArray:
    """Pairs of units that share ground: one lies in the other, or their outlines cross where no border is shared."""
    shapes = layer.units.geometry.to_numpy()
    alone = np.unique(outlines.unit[free])
    tree = shapely.STRtree(shapes)
    inner, outer = tree.query(shapely.point_on_surface(shapes[alone]), predicate="within")
    pairs = np.sort(np.vstack([np.column_stack([alone[inner], outer]), _crossing(outlines, free)]), axis=1)
    pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
    left, right = shapes[pairs[:, 0]], shapes[pairs[:, 1]]
    shared = shapely.area(shapely.intersection(left, right))
    return np.asarray(pairs[shared > LEAST_SHARED * np.minimum(shapely.area(left), shapely.area(right))])


def _crossing(outlines: _Outlines, free: BoolArray) -> IntArray:
    """Pairs of units of which an edge that matched nobody's crosses one of the other's."""
    ends = np.stack([outlines.place[outlines.tail[free]], outlines.place[outlines.head[free]]], axis=1)
    unit = outlines.unit[free]
    tree = shapely.STRtree(np.asarray(shapely.linestrings(ends)))
    left, right = tree.query(tree.geometries, predicate="crosses")
    return np.asarray(np.column_stack([unit[left], unit[right]])[left < right])


def _cross(left: FloatArray, right: FloatArray) -> FloatArray:
    return np.asarray(left[:, 0] * right[:, 1] - left[:, 1] * right[:, 0])


def _length_km(start: FloatArray, end: FloatArray, layer: Layer) -> FloatArray:
    """Length on the ground by the local radii of the ellipsoid, right to 1e-5 for edges below 1°."""
    start, end = degrees(start, layer.units.crs), degrees(end, layer.units.crs)
    step = end - start
    east_west = (step[:, 0] + 180.0) % 360.0 - 180.0
    latitude = np.radians((start[:, 1] + end[:, 1]) / 2)
    bend = 1.0 - WGS84.es * np.sin(latitude) ** 2
    east = np.radians(east_west) * np.cos(latitude) * WGS84.a / np.sqrt(bend)
    north = np.radians(step[:, 1]) * WGS84.a * (1 - WGS84.es) / bend**1.5
    return np.hypot(east, north) / 1000.0


def _totals(pairs: IntArray, length: FloatArray, size: int) -> tuple[IntArray, FloatArray]:
    key, place = np.unique(pairs[:, 0] * np.int64(size) + pairs[:, 1], return_inverse=True)
    total = np.bincount(place, weights=length, minlength=len(key)).astype(np.float64)
    return np.column_stack([key // size, key % size]), total


def _shared_vertices(outlines: _Outlines, size: int, rook: IntArray) -> IntArray:
    seen = np.unique(outlines.tail * np.int64(size) + outlines.unit)
    vertex, unit = seen // size, seen % size
    first, second = _meetings(vertex, unit)
    low, high = np.minimum(unit[first], unit[second]), np.maximum(unit[first], unit[second])
    key = np.setdiff1d(low * np.int64(size) + high, rook[:, 0] * np.int64(size) + rook[:, 1])
    return np.column_stack([key // size, key % size])
