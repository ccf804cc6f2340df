"""Frames in which areas are true, anywhere on Earth.

Shapes are brought to longitude and latitude, cut at the antimeridian and closed over the poles; then a
cylindrical equal-area frame (x = aλ, y = a·q(φ)/2 on the WGS 84 ellipsoid) gives areas in m² that are
right from one pole to the other. Parallels and meridians stay straight in it; every other edge is
densified first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS, Geod, Transformer
from shapely import GeometryType, MultiPolygon, Polygon, affinity
from shapely.geometry.base import BaseGeometry

from geopolity.arrays import BoolArray, FloatArray, GeometryArray, IntArray
from geopolity.errors import RequestError

WGS84 = Geod(ellps="WGS84")
LONLAT = CRS.from_epsg(4326)
CYLINDRICAL = CRS.from_proj4("+proj=cea +lon_0=0 +lat_ts=0 +ellps=WGS84 +units=m")
"""The equal-area frame of this module as PROJ knows it, for the way back."""
LONGEST_STRAIGHT_M = 5_000.0
"""Edges of a projected shape are cut to this before they bend into longitude and latitude."""
LATITUDE_STEP = 0.05
"""Largest rise in degrees of an edge in the equal-area frame, scaled by the cosine of the latitude."""
ON_POLE = 90.0 - 1e-9


class MissingCrsError(RequestError):
    """Coordinates without a coordinate system mean nothing."""

    code = "crs-missing"


def lonlat(shapes: gpd.GeoSeries) -> GeometryArray:
    """Shapes in longitude and latitude (EPSG:4326), split at the antimeridian and closed over the poles.

    Edges of projected shapes are densified to 5 km first, so a straight line stays where it was. In
    geographic input an edge spanning more than 180° takes the short way round.
    """
    crs = known_crs(shapes.crs)
    geometry = shapes.to_numpy()
    if crs.is_geographic:
        return split_antimeridian(_points_turned(_transform(geometry, crs)))
    metres = crs.axis_info[0].unit_conversion_factor
    bent = _transform(shapely.segmentize(geometry, LONGEST_STRAIGHT_M / metres), crs)
    return split_antimeridian(bent, poles=True)


def known_crs(crs: Any) -> CRS:
    """Return the coordinate system, or refuse: a missing one is an error, not a wildcard."""
    if crs is None:
        raise MissingCrsError(
            "The geometry has no coordinate system; say which one it is in, for example EPSG:4326 for "
            "longitude and latitude."
        )
    return CRS.from_user_input(crs)


def equal_area(shapes: gpd.GeoSeries) -> GeometryArray:
    """Shapes in the cylindrical equal-area frame, in metres, edges densified."""
    return cylindrical(lonlat(shapes))


def cylindrical(geometry: GeometryArray) -> GeometryArray:
    """Project longitude and latitude (degrees, within ±180) to the cylindrical equal-area frame (m)."""
    return moved(densify(geometry), cylindrical_xy)


def moved(geometry: GeometryArray, move: Callable[[FloatArray], FloatArray]) -> GeometryArray:
    """Geometry with every coordinate pair moved by a function of (n, 2) arrays."""
    return np.asarray(shapely.transform(geometry, move), dtype=np.object_)


def densify(geometry: GeometryArray) -> GeometryArray:
    """Cut sloping edges of polygons (degrees) so finely that the equal-area frame keeps them in place.

    The same edge is cut at the same points from either side, so shared borders stay shared.
    """
    if len(geometry) == 0 or shapely.get_dimensions(geometry).max() < 1 or not _has_long_slopes(geometry):
        return geometry
    kind, xy, offsets = shapely.to_ragged_array(geometry, include_z=False)
    rings = offsets[0]
    start, end = xy[:-1], xy[1:]
    swap = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    low, high = np.where(swap[:, None], end, start), np.where(swap[:, None], start, end)
    cuts = _cuts(start, end)
    cuts[rings[1:-1] - 1] = 1  # the step from one ring to the next is not an edge
    edge = np.repeat(np.arange(len(cuts)), cuts)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(cuts) - cuts, cuts)
    part = np.where(swap[edge], cuts[edge] - step, step) / cuts[edge]
    fine = low[edge] + (high[edge] - low[edge]) * part[:, None]
    fine = np.where((step == 0)[:, None], start[edge], fine)
    first = np.concatenate([[0], np.cumsum(cuts), [cuts.sum() + 1]])
    return np.asarray(
        shapely.from_ragged_array(kind, np.vstack([fine, xy[-1:]]), (first[rings], *offsets[1:])), dtype=object
    )


def points_of_densified(geometry: GeometryArray) -> int:
    """How many points geometry (degrees) has at most once it is densified."""
    xy = shapely.get_coordinates(geometry)
    return int(_cuts(xy[:-1], xy[1:]).sum()) + 1 if len(xy) else 0


def _has_long_slopes(geometry: GeometryArray) -> bool:
    xy = shapely.get_coordinates(geometry)
    return len(xy) > 1 and bool((_cuts(xy[:-1], xy[1:]) > 1).any())


def _cuts(start: FloatArray, end: FloatArray) -> IntArray:
    steepest = np.radians(np.minimum(np.maximum(np.abs(start[:, 1]), np.abs(end[:, 1])), 89.0))
    rise = np.abs(end[:, 1] - start[:, 1]) / (LATITUDE_STEP * np.cos(steepest))
    slopes = start[:, 0] != end[:, 0]
    return np.where(slopes, np.maximum(np.ceil(rise), 1), 1).astype(np.int64)


def cylindrical_xy(degrees: FloatArray) -> FloatArray:
    """Points (n, 2) in degrees, projected to the cylindrical equal-area frame (m)."""
    sine, e = np.sin(np.radians(degrees[:, 1])), np.sqrt(WGS84.es)
    q = (1 - e * e) * (sine / (1 - (e * sine) ** 2) - np.log((1 - e * sine) / (1 + e * sine)) / (2 * e))
    return np.column_stack([WGS84.a * np.radians(degrees[:, 0]), WGS84.a * q / 2])


def degrees(xy: FloatArray, crs: CRS) -> FloatArray:
    """Longitude and latitude of points (n, 2); those of a geographic system are taken as they are."""
    if crs.is_geographic:
        return xy
    bring = Transformer.from_crs(crs, LONLAT, always_xy=True)
    return np.column_stack(bring.transform(xy[:, 0], xy[:, 1]))


def wrapped(xy: FloatArray, crs: CRS) -> FloatArray:
    """Longitude and latitude of points (n, 2), longitudes beyond 180° brought back by whole turns."""
    at = xy
    if not crs.equals(LONLAT, ignore_axis_order=True):
        at = np.column_stack(Transformer.from_crs(crs, LONLAT, always_xy=True).transform(xy[:, 0], xy[:, 1]))
    beyond = np.abs(at[:, 0]) > 180
    if not beyond.any():
        return at
    return np.column_stack([np.where(beyond, (at[:, 0] + 180.0) % 360.0 - 180.0, at[:, 0]), at[:, 1]])


def _transform(geometry: GeometryArray, crs: CRS) -> GeometryArray:
    if crs.equals(LONLAT, ignore_axis_order=True):
        return geometry
    bring = Transformer.from_crs(crs, LONLAT, always_xy=True)
    return moved(geometry, lambda xy: np.column_stack(bring.transform(xy[:, 0], xy[:, 1])))


def _points_turned(geometry: GeometryArray) -> GeometryArray:
    """Points beyond 180° brought back by whole turns."""
    point = np.isin(shapely.get_type_id(geometry), [GeometryType.POINT, GeometryType.MULTIPOINT])
    west, _, east, _ = shapely.bounds(geometry).T
    beyond = point & ((west < -180) | (east > 180))
    if not beyond.any():
        return geometry
    turned = geometry.copy()
    turned[beyond] = moved(geometry[beyond], lambda xy: np.column_stack([(xy[:, 0] + 180.0) % 360.0 - 180.0, xy[:, 1]]))
    return turned


def split_antimeridian(geometry: GeometryArray, *, poles: bool = False) -> GeometryArray:
    """Cut polygons that cross 180° into parts within ±180°, and close those that go round a pole.

    Both conventions are understood: longitudes beyond 180°, and a jump from one side to the other.
    ``poles`` says that a vertex on a pole may carry any longitude (shapes that come from a projection).
    """
    crossing = _crossing(geometry, poles=poles)
    if not crossing.any():
        return geometry
    result = geometry.copy()
    for place in np.flatnonzero(crossing):
        result[place] = _split(geometry[place], poles=poles)
    return result


def _crossing(geometry: GeometryArray, *, poles: bool) -> BoolArray:
    west, south, east, north = shapely.bounds(geometry).T
    polygonal = np.isin(shapely.get_type_id(geometry), [GeometryType.POLYGON, GeometryType.MULTIPOLYGON])
    beyond = polygonal & ((west < -180) | (east > 180))
    beyond |= polygonal & poles & ((north > ON_POLE) | (south < -ON_POLE))
    for place in np.flatnonzero(polygonal & ~beyond & (east - west > 180)):
        beyond[place] = any(_jumps(ring).any() for ring in _rings(geometry[place]))
    return np.asarray(beyond)


def _rings(geometry: BaseGeometry) -> list[FloatArray]:
    return [shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.get_parts(geometry))]


def _jumps(ring: FloatArray) -> BoolArray:
    """Edges that take the long way; one that spans exactly 360° is the frame of a whole world."""
    width = np.abs(np.diff(ring[:, 0]))
    return (width > 180) & (width < 360 - 1e-9)


def _split(geometry: BaseGeometry, *, poles: bool) -> BaseGeometry:
    parts = [_split_polygon(part, poles=poles) for part in shapely.get_parts(geometry)]
    merged = shapely.union_all(parts)
    polygons = [part for part in shapely.get_parts(merged) if isinstance(part, Polygon)]
    return polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)


def _split_polygon(polygon: Polygon, *, poles: bool) -> BaseGeometry:
    shell, *holes = (_wrap(_unwrap(ring, poles=poles)) for ring in _rings(polygon))
    return shapely.difference(shell, shapely.union_all(holes)) if holes else shell


def _unwrap(ring: FloatArray, *, poles: bool) -> FloatArray:
    """Continuous longitudes; a ring that goes round a pole is closed along it."""
    if poles:
        ring = _spread_poles(ring)
    jump = np.concatenate([[False], _jumps(ring)])
    step = np.diff(ring[:, 0], prepend=ring[0, 0])
    longitude = ring[:, 0] - 360.0 * np.cumsum(np.where(jump, np.sign(step), 0.0))
    unwrapped = np.column_stack([longitude, ring[:, 1]])
    if abs(longitude[-1] - longitude[0]) < 180:
        return unwrapped
    pole = 90.0 if ring[:, 1].mean() > 0 else -90.0
    return np.vstack([unwrapped, [longitude[-1], pole], [longitude[0], pole], unwrapped[:1]])


def _spread_poles(ring: FloatArray) -> FloatArray:
    """Give a vertex on a pole the longitudes of its neighbours, one after the other."""
    at_pole = np.abs(ring[:-1, 1]) > ON_POLE
    if not at_pole.any() or at_pole.all():
        return ring
    start = int(np.argmin(at_pole))  # begin off the pole, so that each pole vertex has a predecessor
    open_ring, at_pole = np.roll(ring[:-1], -start, axis=0), np.roll(at_pole, -start)
    following = np.roll(open_ring[:, 0], -1)
    before = open_ring.copy()
    before[at_pole, 0] = np.roll(open_ring[:, 0], 1)[at_pole]
    after = np.column_stack([following, open_ring[:, 1]])[at_pole]
    spread = np.insert(before, np.flatnonzero(at_pole) + 1, after, axis=0)
    return np.vstack([spread, spread[:1]])


def _wrap(ring: FloatArray) -> BaseGeometry:
    """Polygon of an unwrapped ring, its parts brought back between -180° and 180°."""
    shape = shapely.make_valid(Polygon(ring))
    first, last = np.floor((ring[:, 0].min() + 180) / 360), np.floor((ring[:, 0].max() + 180) / 360)
    turns = np.arange(first, last + 1)
    cut = [_window(shape, turn) for turn in turns]
    return shapely.union_all(cut)


def _window(shape: BaseGeometry, turn: float) -> BaseGeometry:
    """Cut the part of a shape in one turn round the Earth, brought back between -180° and 180°."""
    part = shapely.intersection(shape, shapely.box(360 * turn - 180, -90, 360 * turn + 180, 90))
    return affinity.translate(part, xoff=-360 * turn)
