"""Ground of each place: the land nearer to it than to any other place, wherever borders of countries are drawn.

A place keeps what it can be reached on: a part of its cell across a strait or a bay goes to the places of that shore,
and an island without a place belongs whole to the place nearest to it. So neighbours are neighbours by land.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from geopolity.arrays import BoolArray, FloatArray, GeometryArray, IntArray
from geopolity.exports import later
from geopolity.geometry.crs import split_antimeridian
from geopolity.geometry.sphere import GRID, great_circle_km, unit_vectors, voronoi_cells

if TYPE_CHECKING:
    from scipy import sparse, spatial
else:
    sparse, spatial = later("scipy.sparse"), later("scipy.spatial")

OnGround = Callable[[float], None]
"""Told the share of the work that is done, 0 to 1."""
_Group = tuple[IntArray, GeometryArray]
"""Cells to cut, and the land around them."""
APART = 0.001
"""Degrees east that a place is moved which stands where another does: some hundred metres."""
ISLAND_KM = 3.0
"""A place farther than this from any land of its own stands on an island that the land does not show: it gets one,
of half this radius."""
TOGETHER = 96
"""Cells that are cut at once."""
SAME = 3.0 / GRID
"""Corners that cutting made from either side lie closer than this, degrees, and become one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Parts:
    """Connected parts of cells on land, and the place whose cell each is of."""

    shape: GeometryArray
    place: IntArray


def places_apart(degrees: FloatArray) -> FloatArray:
    """Places (n, 2), each moved east by so many steps as places before it stand on its spot."""
    spots, spot = np.unique(degrees, axis=0, return_inverse=True)
    order = np.argsort(spot, kind="stable")
    first = np.searchsorted(spot[order], np.arange(len(spots)))
    rank = np.empty(len(spot), np.int64)
    rank[order] = np.arange(len(spot)) - first[spot[order]]
    return np.asarray(degrees + np.column_stack([rank * APART, np.zeros(len(spot))]))


def ground_of_places(degrees: FloatArray, land: GeometryArray, on_progress: OnGround | None = None) -> GeometryArray:
    """Land of each place: polygons within ±180°, in the places' order, none of them empty.

    Parameters
    ----------
    degrees
        Longitude and latitude of the places (n, 2), no two alike.
    land
        Polygons of all land, which do not overlap, lakes left out.
    """
    tell = on_progress or _nobody
    cells = split_antimeridian(voronoi_cells(degrees))
    tell(0.2)
    parts = _on_land(cells, land, lambda share: tell(0.2 + 0.6 * share))
    parts = _by_land(parts, degrees)
    tell(0.9)
    return _matched(_with_islands(_together(parts, len(degrees)), cells, degrees))


def _nobody(share: float) -> None:
    """Nobody watches."""


def _on_land(cells: GeometryArray, land: GeometryArray, tell: OnGround) -> _Parts:
    shapely.prepare(land)
    inland = np.zeros(len(cells), np.bool_)
    inland[shapely.STRtree(cells).query(land, predicate="contains_properly")[1]] = True
    whole, coast = np.flatnonzero(inland), np.flatnonzero(~inland)
    shapes, places = [cells[:0]], [coast[:0]]
    with ThreadPoolExecutor(2) as pool:
        jobs = _telling(_groups(cells, coast, land), len(coast), tell)
        for some, (cut, owner) in pool.map(lambda job: (job[0], _cut(cells[job[0]], job[1])), jobs):
            shapes.append(cut)
            places.append(some[owner])
    shore, owner = _polygons(_noded(np.concatenate(shapes)), np.concatenate(places))
    return _Parts(shape=np.concatenate([cells[whole], shore]), place=np.concatenate([whole, owner]))


def _telling(groups: Iterator[_Group], size: int, tell: OnGround) -> Iterator[_Group]:
    done = 0
    for some, land in groups:
        done += len(some)
        tell(done / size)
        yield some, land


def _groups(cells: GeometryArray, some: IntArray, land: GeometryArray) -> Iterator[_Group]:
    """Few cells at a time with the land around them, by halving the map again and again."""
    if len(some) == 0:
        return
    box = shapely.box(*_around(cells[some]))
    near = land[shapely.STRtree(land).query(box, predicate="intersects")]
    here = np.asarray(shapely.get_parts(shapely.intersection(near, box)), dtype=object)
    here = here[shapely.get_type_id(here) == shapely.GeometryType.POLYGON]
    if len(some) <= TOGETHER or len(here) == 0:
        yield some, here
        return
    west, south, east, north = shapely.bounds(cells[some]).T
    across = east.max() - west.min() > north.max() - south.min()
    order = np.argsort((west + east) if across else (south + north), kind="stable")
    for half in np.array_split(order, 2):
        yield from _groups(cells, some[half], here)


def _around(cells: GeometryArray) -> FloatArray:
    west, south, east, north = shapely.bounds(cells).T
    return np.asarray([west.min() - 1e-3, south.min() - 1e-3, east.max() + 1e-3, north.max() + 1e-3])


def _cut(cells: GeometryArray, land: GeometryArray) -> tuple[GeometryArray, IntArray]:
    """Parts of cells on the land, and the cell that each is of."""
    if len(land) == 0:
        return cells[:0], np.empty(0, np.int64)
    shapely.prepare(land)
    cell, piece = shapely.STRtree(land).query(cells, predicate="intersects")
    parts, part = shapely.get_parts(shapely.intersection(cells[cell], land[piece]), return_index=True)
    return np.asarray(parts, dtype=object), cell[part]


def _noded(shapes: GeometryArray) -> GeometryArray:
    """Shapes on the grid; a corner that cutting made, once for each cell that meets there, becomes one."""
    xy = shapely.get_coordinates(shapes)
    snapped = np.rint(xy * GRID) / GRID
    new = np.flatnonzero((snapped != xy).any(axis=1))
    corners, corner = np.unique(snapped[new], axis=0, return_inverse=True)
    if len(corners):
        near = spatial.cKDTree(corners).query_pairs(SAME, output_type="ndarray")
        links = sparse.coo_array(
            (np.ones(len(near), np.int8), (near[:, 0], near[:, 1])), shape=(len(corners), len(corners))
        )
        group = sparse.csgraph.connected_components(links, directed=False)[1]
        first = np.unique(group, return_index=True)[1]
        snapped[new] = corners[first[group[corner]]]
    return np.asarray(shapely.set_coordinates(shapes.copy(), snapped), dtype=object)


def _polygons(shapes: GeometryArray, owner: IntArray) -> tuple[GeometryArray, IntArray]:
    """Connected polygons of shapes, mended where the grid broke them; lines and points are no ground."""
    broken = ~shapely.is_valid(shapes)
    mended = shapes.copy()
    mended[broken] = shapely.make_valid(shapes[broken])
    pieces, part = shapely.get_parts(mended, return_index=True)
    flat, inner = shapely.get_parts(pieces, return_index=True)
    real = (shapely.get_type_id(flat) == shapely.GeometryType.POLYGON) & (shapely.area(flat) > 0)
    return np.asarray(flat, dtype=object)[real], owner[part][inner][real]


def _by_land(parts: _Parts, degrees: FloatArray) -> _Parts:
    """Give every part that its place does not stand on to a place which does reach it by land."""
    home = _homes(parts, degrees)
    owner = np.where(home, parts.place, -1)
    loose = np.flatnonzero(~home)
    one, other = shapely.STRtree(parts.shape).query(parts.shape[loose], predicate="intersects")
    one = loose[one]
    middle = unit_vectors(shapely.get_coordinates(shapely.centroid(parts.shape[loose])))
    position = np.full(len(owner), -1)
    position[loose] = np.arange(len(loose))
    sites = unit_vectors(degrees)
    while True:
        open_ = (owner[one] < 0) & (owner[other] >= 0)
        if not open_.any():
            break
        part, place = one[open_], owner[other[open_]]
        away = np.linalg.norm(middle[position[part]] - sites[place], axis=1)
        order = np.lexsort((place, away, part))
        first = np.unique(part[order], return_index=True)[1]
        owner[part[order][first]] = place[order][first]
    return _Parts(shape=parts.shape, place=_placeless(parts, owner, np.column_stack([one, other]), sites))


def _homes(parts: _Parts, degrees: FloatArray) -> BoolArray:
    """Parts that their own place stands on, or is closest to if it stands no farther than an island's width from it."""
    single = np.bincount(parts.place, minlength=len(degrees))[parts.place] == 1
    spot = _points(degrees[parts.place])
    away = np.zeros(len(parts.place))
    apart = np.flatnonzero(~shapely.intersects(parts.shape, spot))
    ends = shapely.get_coordinates(shapely.shortest_line(parts.shape[apart], spot[apart])).reshape(-1, 2, 2)
    away[apart] = great_circle_km(ends[:, 0], ends[:, 1])
    order = np.lexsort((away, parts.place))
    nearest = np.zeros(len(away), np.bool_)
    nearest[order[np.unique(parts.place[order], return_index=True)[1]]] = True
    return np.asarray((nearest & (away <= ISLAND_KM)) | (single & (away == 0)))


def _placeless(parts: _Parts, owner: IntArray, touching: IntArray, sites: FloatArray) -> IntArray:
    """Owner of every part: whole islands without a place go to the place nearest to their largest part."""
    left = np.flatnonzero(owner < 0)
    both = (owner[touching] < 0).all(axis=1)
    links = sparse.coo_array((np.ones(both.sum(), np.int8), touching[both].T), shape=(len(owner), len(owner)))
    island = sparse.csgraph.connected_components(links, directed=False)[1][left]
    area = shapely.area(parts.shape[left])
    order = np.lexsort((-area, island))
    names, first = np.unique(island[order], return_index=True)
    largest = left[order[first]]
    middle = unit_vectors(shapely.get_coordinates(shapely.point_on_surface(parts.shape[largest])))
    nearest = spatial.cKDTree(sites).query(middle)[1]
    result = owner.copy()
    result[left] = nearest[np.searchsorted(names, island)]
    return result


def _together(parts: _Parts, size: int) -> GeometryArray:
    """Ground of each place as one shape; a part that was taken over is merged with what it touches."""
    order = np.argsort(parts.place, kind="stable")
    shape, place = parts.shape[order], parts.place[order]
    count = np.bincount(place, minlength=size)
    result = np.full(size, shapely.Polygon(), dtype=object)
    single = count[place] == 1
    result[place[single]] = shape[single]
    for start, number in zip(np.flatnonzero(np.diff(place, prepend=-1) != 0), count[count > 0], strict=True):
        if number > 1:
            result[place[start]] = _merged(shape[start : start + number])
    return result


def _merged(shapes: GeometryArray) -> BaseGeometry:
    """Union on the grid, polygons only."""
    whole = np.array([shapely.union_all(shapes)], dtype=object)
    flat, _ = _polygons(_noded(whole), np.zeros(1, np.int64))
    whole_shape: BaseGeometry = flat[0] if len(flat) == 1 else MultiPolygon(list(flat))
    return whole_shape


def _with_islands(ground: GeometryArray, cells: GeometryArray, degrees: FloatArray) -> GeometryArray:
    """Ground of the places that stand far from any land of their own, with an island around them."""
    result = ground.copy()
    for place in np.flatnonzero(_stands_apart(ground, degrees)):
        island = shapely.intersection(_island(degrees[place]), cells[place])
        result[place] = _merged(np.array([island, ground[place]], dtype=object))
    return result


def _matched(ground: GeometryArray) -> GeometryArray:
    """Ground whose shared borders are the same from either side, in the few cells where cutting made them differ."""
    apart = np.flatnonzero(~shapely.is_empty(shapely.coverage_invalid_edges(ground)))
    near = np.unique(shapely.STRtree(ground).query(ground[apart], predicate="intersects")[1])
    result = ground.copy()
    if len(near):
        result[near] = shapely.coverage_clean(ground[near], snapping_distance=0.0)  # type: ignore[attr-defined]
    return result


def _stands_apart(ground: GeometryArray, degrees: FloatArray) -> BoolArray:
    place = _points(degrees)
    apart = np.asarray(shapely.is_empty(ground))
    away = np.flatnonzero(~apart & ~shapely.intersects(ground, place))
    near = shapely.get_coordinates(shapely.shortest_line(ground[away], place[away])).reshape(-1, 2, 2)
    apart[away] = great_circle_km(near[:, 0], near[:, 1]) > ISLAND_KM
    return apart


def _points(degrees: FloatArray) -> GeometryArray:
    return np.asarray(shapely.points(degrees), dtype=object)


def _island(site: FloatArray) -> BaseGeometry:
    """Regular polygon of sixteen corners around a place, split at the antimeridian."""
    angle = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    radius = np.degrees(ISLAND_KM / 2 / 6371.0088)
    ring = site + radius * np.column_stack([np.cos(angle) / np.cos(np.radians(site[1])), np.sin(angle)])
    shape = np.array([shapely.Polygon(np.rint(ring * GRID) / GRID)], dtype=object)
    island: BaseGeometry = split_antimeridian(shape)[0]
    return island
