"""Units laid out in the equal-area frame, indexed once, and met by patches many times."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
import shapely

from geopolity.crs import FloatArray, GeometryArray, IntArray, cylindrical, equal_area
from geopolity.layer import Layer
from geopolity.overlap import Edges, edges_of, shared_areas
from geopolity.patches import polygonal

T = TypeVar("T")
THREADS = 4
FEW = 200
"""Shorter lists of intersections are not worth a thread."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """A layer's units in the equal-area frame (m), their areas (m²), edges and spatial index."""

    geometry: GeometryArray
    area: FloatArray
    edges: Edges
    bounds: FloatArray
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
    return Ground(
        geometry=geometry,
        area=shapely.area(geometry),
        edges=edges_of(geometry),
        bounds=shapely.bounds(geometry),
        tree=shapely.STRtree(geometry),
    )


def meet(units: Ground, patches: GeometryArray) -> Meeting:
    """Areas shared by units and patches, patches given in longitude and latitude; nothing is cut out."""
    flat = cylindrical(patches)
    patch, unit = units.tree.query(flat)
    edges, first = edges_of(flat), np.searchsorted(patch, np.arange(len(flat) + 1))

    def shared(some: IntArray) -> FloatArray:
        begin, end = some[0], some[-1] + 1
        pairs = slice(first[begin], first[end])
        part = (edges.ends, edges.first[begin : end + 1], first[begin : end + 1] - first[begin])
        return np.asarray(shared_areas(units.edges.ends, units.edges.first, units.bounds, unit[pairs], *part))

    groups = [group for group in np.array_split(np.arange(len(flat)), 4 * THREADS) if len(group)]
    area = np.concatenate([np.empty(0), *_in_threads(shared, groups)])
    some = area > 0
    return Meeting(unit=unit[some], patch=patch[some], area=area[some])


def cut(units: Ground, patches: GeometryArray) -> tuple[Meeting, GeometryArray]:
    """Return the same meeting with the shape of each shared part, in the equal-area frame."""
    flat = cylindrical(patches)
    patch, unit = units.tree.query(flat, predicate="intersects")
    shapes = polygonal(_intersections(units.geometry[unit], flat[patch]))
    area = shapely.area(shapes)
    some = area > 0
    return Meeting(unit=unit[some], patch=patch[some], area=area[some]), shapes[some]


def _intersections(left: GeometryArray, right: GeometryArray) -> GeometryArray:
    """Shared part of each pair."""
    if len(left) < FEW:
        return np.asarray(shapely.intersection(left, right), dtype=np.object_)
    pairs = zip(np.array_split(left, THREADS * 4), np.array_split(right, THREADS * 4), strict=True)
    return np.concatenate(_in_threads(lambda pair: shapely.intersection(*pair), list(pairs)))


def _in_threads(work: Callable[[T], np.ndarray[Any, Any]], groups: list[T]) -> list[np.ndarray[Any, Any]]:
    """Work on each group; GEOS and the kernels run without Python's lock, so a few threads share the groups."""
    if len(groups) < 2:
        return [work(group) for group in groups]
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, groups))
