"""Units laid out in the equal-area frame, indexed once, and met by zones many times."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely

from geopolity.arrays import FloatArray, GeometryArray, IntArray
from geopolity.geometry.crs import cylindrical, equal_area
from geopolity.geometry.overlap import Edges, edges_of, shared_areas
from geopolity.geometry.zones import Zones, polygonal
from geopolity.layers.layer import Layer
from geopolity.threads import THREADS, in_threads

FEW = 200
"""Shorter lists of intersections are not worth a thread."""
ROUNDING = 1e-12
"""A shared area below this part of the unit's bounding box is rounding: the two only touch."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """A layer's units in the equal-area frame (m), their areas (m²), edges and spatial index."""

    geometry: GeometryArray
    area: FloatArray
    edges: Edges
    bounds: FloatArray
    tree: shapely.STRtree

    @property
    def box_area(self) -> FloatArray:
        """Area of each unit's bounding box."""
        return (self.bounds[:, 2] - self.bounds[:, 0]) * (self.bounds[:, 3] - self.bounds[:, 1])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flat:
    """Outlines of zones in the equal-area frame (m), their edges, and the area they cover together (m²)."""

    outlines: GeometryArray
    edges: Edges
    area: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Meeting:
    """Units met by zones: positions of both, and the area (m²) they share."""

    unit: IntArray
    zone: IntArray
    area: FloatArray


@lru_cache(maxsize=4)
def ground(layer: Layer) -> Ground:
    """Lay a layer out; the work is done once per layer and kept for the four used last."""
    geometry = equal_area(layer.units.geometry)
    return Ground(
        geometry=geometry,
        area=shapely.area(geometry),
        edges=edges_of(geometry),
        bounds=shapely.bounds(geometry),
        tree=shapely.STRtree(geometry),
    )


def unit_areas_m2(layer: Layer) -> FloatArray:
    """Area of each unit in m², on the WGS 84 ellipsoid."""
    return ground(layer).area


@lru_cache(maxsize=32)
def flat(zones: Zones) -> Flat:
    """Lay zones out flat; kept for those used last."""
    outlines = cylindrical(zones.outlines)
    size = shapely.area(outlines)
    return Flat(outlines=outlines, edges=edges_of(outlines), area=float(size[-1] if zones.nested else size.sum()))


def meet(units: Ground, zones: Zones) -> Meeting:
    """Areas shared by units and zones; nothing is cut out."""
    laid = flat(zones)
    zone, unit = units.tree.query(laid.outlines)
    area = _shared(units, laid, zone, unit)
    if zones.nested:
        zone, unit, area = _between(zone, unit, area)
    some = area > ROUNDING * units.box_area[unit]
    return Meeting(unit=unit[some], zone=zone[some], area=area[some])


def _shared(units: Ground, laid: Flat, zone: IntArray, unit: IntArray) -> FloatArray:
    """Area of each pair, the pairs in the order of the zones."""
    first = np.searchsorted(zone, np.arange(len(laid.outlines) + 1))

    def shared(some: IntArray) -> FloatArray:
        begin, end = some[0], some[-1] + 1
        pairs = slice(first[begin], first[end])
        part = (laid.edges.ends, laid.edges.first[begin : end + 1], first[begin : end + 1] - first[begin])
        return np.asarray(shared_areas(units.edges.ends, units.edges.first, units.bounds, unit[pairs], *part))

    groups = [group for group in np.array_split(np.arange(len(laid.outlines)), 4 * THREADS) if len(group)]
    return np.concatenate([np.empty(0), *in_threads(shared, groups)])


def _between(level: IntArray, unit: IntArray, area: FloatArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Areas in the rings between nested outlines: what an outline shares less what the one before does."""
    order = np.lexsort((level, unit))
    level, unit, area = level[order], unit[order], area[order]
    again = np.concatenate([[False], unit[1:] == unit[:-1]])
    return level, unit, area - np.where(again, np.concatenate([[0.0], area[:-1]]), 0.0)


def cut(units: Ground, zones: Zones) -> tuple[Meeting, GeometryArray]:
    """Return the same meeting with the shape of each shared part, in the equal-area frame."""
    geometry = cylindrical(zones.geometry)
    zone, unit = units.tree.query(geometry, predicate="intersects")
    shapes = polygonal(_intersections(units.geometry[unit], geometry[zone]))
    area = shapely.area(shapes)
    some = area > 0
    return Meeting(unit=unit[some], zone=zone[some], area=area[some]), shapes[some]


def _intersections(left: GeometryArray, right: GeometryArray) -> GeometryArray:
    """Shared part of each pair."""
    if len(left) < FEW:
        return np.asarray(shapely.intersection(left, right), dtype=np.object_)
    pairs = zip(np.array_split(left, THREADS * 4), np.array_split(right, THREADS * 4), strict=True)
    return np.concatenate(
        in_threads(lambda pair: np.asarray(shapely.intersection(*pair), dtype=np.object_), list(pairs))
    )
