"""Units laid out in the equal-area frame, indexed once, and met by patches many times."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geopolity.crs import FloatArray, GeometryArray, IntArray, cylindrical, equal_area
from geopolity.layer import Layer
from geopolity.patches import polygonal

MOST_VERTICES = 256
"""Larger patches are cut into tiles before they meet the units on their border."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """A layer's units in the equal-area frame (m), their areas (m²) and their spatial index."""

    geometry: GeometryArray
    area: FloatArray
    tree: shapely.STRtree


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Meeting:
    """Units met by patches: positions of both, and the area (m²) they share."""

    unit: IntArray
    patch: IntArray
    area: FloatArray


@lru_cache(maxsize=4)
def ground(layer: Layer) -> Ground:
    """Lay a layer out; the work is done once per layer and kept for the four used last."""
    geometry = equal_area(layer.units.geometry)
    return Ground(geometry=geometry, area=shapely.area(geometry), tree=shapely.STRtree(geometry))


def meet(units: Ground, patches: GeometryArray) -> Meeting:
    """Areas shared by units and patches, patches given in longitude and latitude.

    Units wholly inside a patch are recognised by the prepared patch and never cut.
    """
    flat = cylindrical(patches)
    shapely.prepare(flat)
    patch, unit = units.tree.query(flat, predicate="intersects")
    inside = shapely.contains_properly(flat[patch], units.geometry[unit])
    area = np.where(inside, units.area[unit], 0.0)
    area[~inside] = _cut_areas(units, flat, unit[~inside], patch[~inside])
    some = area > 0
    return Meeting(unit=unit[some], patch=patch[some], area=area[some])


def cut(units: Ground, patches: GeometryArray) -> tuple[Meeting, GeometryArray]:
    """Return the same meeting with the shape of each shared part, in the equal-area frame."""
    flat = cylindrical(patches)
    patch, unit = units.tree.query(flat, predicate="intersects")
    shapes = polygonal(shapely.intersection(units.geometry[unit], flat[patch]))
    area = shapely.area(shapes)
    some = area > 0
    return Meeting(unit=unit[some], patch=patch[some], area=area[some]), shapes[some]


def _cut_areas(units: Ground, flat: GeometryArray, unit: IntArray, patch: IntArray) -> FloatArray:
    """Area each unit shares with its patch, summed over the patch's tiles."""
    area = np.empty(len(unit))
    large = shapely.get_num_coordinates(flat)[patch] > MOST_VERTICES
    area[~large] = shapely.area(shapely.intersection(units.geometry[unit[~large]], flat[patch[~large]]))
    for number in np.unique(patch[large]):
        chosen = np.flatnonzero(large & (patch == number))
        area[chosen] = _tiled_areas(units.geometry[unit[chosen]], flat[number])
    return area


def _tiled_areas(shapes: GeometryArray, patch: BaseGeometry) -> FloatArray:
    tiles = np.array(_tiles(patch), dtype=object)
    shape, tile = shapely.STRtree(tiles).query(shapes)
    shared = shapely.area(shapely.intersection(shapes[shape], tiles[tile]))
    return np.bincount(shape, weights=shared, minlength=len(shapes))


def _tiles(patch: BaseGeometry) -> list[BaseGeometry]:
    """Quarter a polygon until each tile has few vertices."""
    if shapely.get_num_coordinates(patch) <= MOST_VERTICES:
        return [patch]
    west, south, east, north = patch.bounds
    if east - west > north - south:
        middle = (west + east) / 2
        halves = shapely.box([west, middle], [south, south], [middle, east], [north, north])
    else:
        middle = (south + north) / 2
        halves = shapely.box([west, west], [south, middle], [east, east], [middle, north])
    return [tile for half in shapely.intersection(patch, halves) if not half.is_empty for tile in _tiles(half)]
