"""Units laid out in the equal-area frame, indexed once, and met by patches many times."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely

from geopolity.crs import FloatArray, GeometryArray, IntArray, cylindrical, equal_area
from geopolity.layer import Layer
from geopolity.patches import polygonal

MOST_VERTICES = 256
"""Larger patches are cut into tiles before they meet the units on their border."""

THREADS = 4
FEW = 200
"""Shorter lists of intersections are not worth a thread."""


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

    Units wholly inside a patch are recognised by the prepared patch and never cut; on its border, large
    patches meet them tile by tile.
    """
    flat = cylindrical(patches)
    shapely.prepare(flat)
    tiles, owner = tiled(flat)
    tile, unit = units.tree.query(tiles, predicate="intersects")
    pair, place = np.unique(owner[tile] * len(units.area) + unit, return_inverse=True)
    patch, met = pair // len(units.area), pair % len(units.area)
    inside = shapely.contains_properly(flat[patch], units.geometry[met])
    border = np.flatnonzero(~inside[place])
    shared = shapely.area(_intersections(units.geometry[unit[border]], tiles[tile[border]]))
    area = np.bincount(place[border], weights=shared, minlength=len(pair)).astype(np.float64)
    area[inside] = units.area[met[inside]]
    some = area > 0
    return Meeting(unit=met[some], patch=patch[some], area=area[some])


def cut(units: Ground, patches: GeometryArray) -> tuple[Meeting, GeometryArray]:
    """Return the same meeting with the shape of each shared part, in the equal-area frame."""
    flat = cylindrical(patches)
    patch, unit = units.tree.query(flat, predicate="intersects")
    shapes = polygonal(_intersections(units.geometry[unit], flat[patch]))
    area = shapely.area(shapes)
    some = area > 0
    return Meeting(unit=unit[some], patch=patch[some], area=area[some]), shapes[some]


def _intersections(left: GeometryArray, right: GeometryArray) -> GeometryArray:
    """Shared part of each pair; GEOS works without Python's lock, so a few threads share long lists."""
    if len(left) < FEW:
        return np.asarray(shapely.intersection(left, right), dtype=np.object_)
    cuts = zip(np.array_split(left, THREADS * 4), np.array_split(right, THREADS * 4), strict=True)
    with ThreadPoolExecutor(THREADS) as pool:
        return np.concatenate(list(pool.map(lambda pair: shapely.intersection(*pair), cuts)))


def tiled(shapes: GeometryArray) -> tuple[GeometryArray, IntArray]:
    """Quarter large polygons until each tile has few vertices; returns tiles and the polygon each is from."""
    done: list[GeometryArray] = []
    owners: list[IntArray] = []
    parts, owner = shapely.get_parts(shapes, return_index=True)
    while len(parts):
        large = shapely.get_num_coordinates(parts) > MOST_VERTICES
        done.append(parts[~large])
        owners.append(owner[~large])
        parts, place = shapely.get_parts(_halves(parts[large]), return_index=True)
        owner = np.repeat(owner[large], 2)[place]
        flat = shapely.get_dimensions(parts) == 2
        parts, owner = parts[flat], owner[flat]
    return np.concatenate(done), np.concatenate(owners)


def _halves(polygons: GeometryArray) -> GeometryArray:
    """Cut each polygon across the middle of its longer side; two results each, in turn."""
    west, south, east, north = shapely.bounds(polygons).T
    wide = east - west > north - south
    across, up = (west + east) / 2, (south + north) / 2
    first = shapely.box(west, south, np.where(wide, across, east), np.where(wide, north, up))
    second = shapely.box(np.where(wide, across, west), np.where(wide, south, up), east, north)
    return _intersections(np.repeat(polygons, 2), np.stack([first, second], axis=1).ravel())
