"""A layer of census blocks: every block group split into many units by a stated seed, built once and kept.

Around each block group's centre of population lie as many points as it has units, evenly in a disc as large as its
cell; units touch where the points are Delaunay neighbours and are as large as their Voronoi cells; people are lognormal
within the block group, and a third of the units is empty. The triangulation is made tile by tile, each with three rings
of block groups around it, so that building takes minutes and less than two gigabytes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import shapely
from numba import njit
from scipy.spatial import Delaunay

from geopolity.region import RegionProblem
from geopolity.region.graph import graph_of
from tests.benchmarks.layers_large import CRS, Ground, ground

SEED = 2020
EMPTY = 1 / 3
TILE = 4_000
"""Block groups whose units are triangulated together."""
RINGS = 3
FARTHEST = 3.0
"""Neighbours farther apart than so many times the radii of their block groups do not count."""
FILES = ("x", "y", "area", "people", "edges")


def blocks(per_group: int) -> Ground:
    """The layer with so many units in every block group: opened, or built and kept under ``cache/bench``."""
    folder = Path(os.environ["GEOPOLITY_HOME"]) / "cache" / "bench" / f"us_blocks_{per_group}"
    if not (folder / "edges.npy").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name, array in zip(FILES, _built(per_group), strict=True):
            np.save(folder / f"{name}.npy", array)
    return Ground(**{name: np.load(folder / f"{name}.npy") for name in FILES}, crs=CRS["us_blockgroups_2020"])


def affecting(units: Ground, shape: shapely.Geometry, coverage: str = "0.9") -> RegionProblem:
    """The smallest area for the people whose unit has its point under a shape."""
    return RegionProblem(cost=units.area, affected=_under(units, shape), edges=units.edges, coverage=coverage)


def _under(units: Ground, shape: shapely.Geometry) -> np.ndarray:
    west, south, east, north = shape.bounds
    near = np.flatnonzero((units.x >= west) & (units.x <= east) & (units.y >= south) & (units.y <= north))
    shapely.prepare(shape)
    under = near[shapely.contains_xy(shape, units.x[near], units.y[near])]
    affected = np.zeros(len(units.x), np.int64)
    affected[under] = units.people[under]
    return affected


def _built(per_group: int) -> tuple[np.ndarray, ...]:
    groups = ground("us_blockgroups_2020")
    rng = np.random.default_rng(SEED)
    xy = _points(groups, per_group, rng)
    people = _people(groups.people, per_group, rng)
    area = np.zeros(len(xy))
    pairs = np.unique(np.concatenate([_tile(xy, area, core, halo, per_group) for core, halo in _tiles(groups)]))
    pairs = pairs[_are_close(groups, xy, pairs, per_group)]
    hectares = np.minimum(area / 1e4, np.repeat(groups.area, per_group))
    ends = np.column_stack([pairs // len(xy), pairs % len(xy)]).astype(np.int32)
    return xy[:, 0], xy[:, 1], np.maximum(np.rint(hectares), 1).astype(np.int64), people, ends


def _points(groups: Ground, per_group: int, rng: np.random.Generator) -> np.ndarray:
    count = len(groups.x) * per_group
    radius = np.repeat(np.sqrt(groups.area * 1e4 / np.pi), per_group) * np.sqrt(rng.random(count))
    angle = 2 * np.pi * rng.random(count)
    centre = np.repeat(np.column_stack([groups.x, groups.y]), per_group, axis=0)
    return centre + np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _people(of_group: np.ndarray, per_group: int, rng: np.random.Generator) -> np.ndarray:
    """Lognormal within the group; whole people, what rounding leaves goes to the first units with people."""
    weight = rng.lognormal(0.0, 1.0, (len(of_group), per_group))
    weight[rng.random(weight.shape) < EMPTY] = 0.0
    weight[:, 0] = np.where(weight.sum(axis=1) == 0, 1.0, weight[:, 0])
    people = np.floor(of_group[:, None] * weight / weight.sum(axis=1, keepdims=True)).astype(np.int64)
    lacking = of_group - people.sum(axis=1)
    rank = np.cumsum(weight > 0, axis=1) * (weight > 0)
    people += (rank > 0) & (rank <= lacking[:, None])
    people[:, 0] += of_group - people.sum(axis=1)
    return people.ravel()


def _tiles(groups: Ground) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Block groups of each tile, and those with three rings of neighbours around it."""
    start, neighbours = graph_of(groups.edges, len(groups.x))
    waiting = [np.arange(len(groups.x))]
    while waiting:
        part = waiting.pop()
        if len(part) > TILE:
            along = groups.x if np.ptp(groups.x[part]) > np.ptp(groups.y[part]) else groups.y
            order = part[np.argsort(along[part], kind="stable")]
            waiting += [order[: len(order) // 2], order[len(order) // 2 :]]
            continue
        core = np.sort(part)
        halo = np.zeros(len(groups.x), bool)
        halo[core] = True
        for _ in range(RINGS):
            inside = np.flatnonzero(halo)
            halo[np.concatenate([neighbours[start[v] : start[v + 1]] for v in inside])] = True
        yield core, np.flatnonzero(halo)


def _tile(xy: np.ndarray, area: np.ndarray, core: np.ndarray, halo: np.ndarray, per_group: int) -> np.ndarray:
    """Triangulate a tile: areas of its units are written, its neighbours come back as numbers (left · n + right)."""
    units = (halo[:, None] * per_group + np.arange(per_group)).ravel()
    is_core = np.repeat(np.isin(halo, core), per_group)
    triangles = Delaunay(xy[units]).simplices.astype(np.int64)
    cell = _voronoi_areas(xy[units], triangles)
    area[units[is_core]] = cell[is_core]
    left, right = (triangles[:, [0, 1, 2]].ravel(), triangles[:, [1, 2, 0]].ravel())
    kept = is_core[left] | is_core[right]
    left, right = units[left[kept]], units[right[kept]]
    numbers: np.ndarray = np.unique(np.minimum(left, right) * len(xy) + np.maximum(left, right))
    return numbers


def _are_close(groups: Ground, xy: np.ndarray, pairs: np.ndarray, per_group: int) -> np.ndarray:
    """Whether neighbours lie within a few radii of their block groups: others only meet across the sea."""
    left, right = pairs // len(xy), pairs % len(xy)
    radius = np.sqrt(groups.area * 1e4 / np.pi)
    reach = FARTHEST * (radius[left // per_group] + radius[right // per_group])
    close: np.ndarray = np.hypot(*(xy[left] - xy[right]).T) <= reach
    return close


@njit(cache=True)
def _voronoi_areas(xy: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """Area of each point's cell: a triangle gives each corner its part up to the bisectors of its sides (signed)."""
    area = np.zeros(len(xy))
    for corners in triangles:
        for i in range(3):
            a, b, c = corners[i], corners[(i + 1) % 3], corners[(i + 2) % 3]
            ux, uy = xy[a, 0] - xy[c, 0], xy[a, 1] - xy[c, 1]
            vx, vy = xy[b, 0] - xy[c, 0], xy[b, 1] - xy[c, 1]
            cross = abs(ux * vy - uy * vx)
            if cross > 0:
                side = (xy[a, 0] - xy[b, 0]) ** 2 + (xy[a, 1] - xy[b, 1]) ** 2
                part = side * (ux * vx + uy * vy) / cross / 8
                area[a] += part
                area[b] += part
    return area
