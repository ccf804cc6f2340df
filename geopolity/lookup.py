"""Find the unit a point lies in: the lowest unit id on a shared border, the nearest unit outside all of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from geopolity.errors import RequestError
from geopolity.identifiers import UnitId

SNAP = 10_000_000
"""Coordinates count in steps of 1e-7 degrees, about a centimetre."""
EARTH = Geod(ellps="WGS84")


class PointError(RequestError):
    """Coordinates that are no place on Earth."""

    code = "point"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a point lies.

    Attributes
    ----------
    unit_id
        The unit that covers the point; ``None`` outside every unit.
    nearest, distance_m
        The unit, or the nearest one, and the geodesic distance to it in metres.
    """

    unit_id: UnitId | None
    nearest: UnitId
    distance_m: float


def snapped(lon: float, lat: float) -> shapely.Point:
    """Return the point on the grid of 1e-7 degrees.

    Raises
    ------
    PointError
        For coordinates that are no numbers, or out of range; swapped ones are said to be.
    """
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise PointError(f"Longitude {lon} and latitude {lat} are no place; give two numbers in degrees.")
    if abs(lat) > 90 and abs(lon) <= 90 and abs(lat) <= 180:
        raise PointError(f"Latitude {lat} is beyond the poles; longitude and latitude seem to be swapped.")
    if abs(lat) > 90 or abs(lon) > 180:
        raise PointError(f"Longitude {lon}, latitude {lat} is out of range; give -180..180 and -90..90 degrees.")
    return shapely.Point(round(lon * SNAP) / SNAP, round(lat * SNAP) / SNAP)


def locate(point: shapely.Point, units: gpd.GeoSeries) -> Place:
    """Find the unit of a point; ``units`` are EPSG:4326 shapes indexed by unit id, in id order.

    Inside is exact for the snapped point. Outside, the nearest is the best of the twelve closest extents.
    """
    shapes = units.to_numpy()
    tree = units.sindex
    covering = np.sort(tree.query(point, predicate="intersects"))
    if covering.size:
        unit_id = UnitId(units.index[covering[0]])
        return Place(unit_id=unit_id, nearest=unit_id, distance_m=0.0)
    distances = [distance_m(point, shapes[position]) for position in _near(point, units)]
    best = int(np.argmin(distances))
    return Place(unit_id=None, nearest=UnitId(units.index[_near(point, units)[best]]), distance_m=distances[best])


def distance_m(point: shapely.Point, shape: BaseGeometry) -> float:
    """Geodesic metres to the nearest place of a shape, found in a frame true to scale at the point."""
    shrink = max(math.cos(math.radians(point.y)), 1e-6)
    scaled = shapely.transform(shape, lambda xy: xy * (shrink, 1.0))
    here = shapely.Point(point.x * shrink, point.y)
    nearest = shapely.get_coordinates(shapely.shortest_line(here, scaled))[1]
    return float(EARTH.inv(point.x, point.y, nearest[0] / shrink, nearest[1])[2])


def _near(point: shapely.Point, units: gpd.GeoSeries, *, candidates: int = 12) -> list[int]:
    boxes = shapely.box(*units.bounds.to_numpy().T)
    return [int(position) for position in np.argsort(shapely.distance(boxes, point), kind="stable")[:candidates]]
