"""Units given by one point each: the ground nearer to it than to any other point (Voronoi cells)."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Proj
from shapely.geometry.base import BaseGeometry

from boundaries.errors import FileError
from geopolity.arrays import FloatArray, GeometryArray
from geopolity.geometry.crs import moved
from geopolity.messages import Message

CELLS_NOTE = Message(
    "Units were given as points; each stands for the ground nearer to it than to any other, within the convex hull "
    "of all points."
)


def with_cells(points: gpd.GeoDataFrame, path: Path) -> gpd.GeoDataFrame:
    """Rows of points with the Voronoi cell of their point (EPSG:4326), clipped to the convex hull of all points.

    Distances are compared in one azimuthal equal-area frame around the middle of the points: exact enough
    for a country, coarse for half the Earth.
    """
    places = points.to_crs(4326).geometry
    frame = _frame(shapely.get_coordinates(places.to_numpy()))
    flat = moved(places.to_numpy(), lambda xy: np.column_stack(frame(xy[:, 0], xy[:, 1])))
    _check_distinct(flat, path)
    hull = shapely.MultiPoint(list(flat)).convex_hull
    if shapely.area(hull) == 0:
        raise FileError(
            "{path} holds {number:count} points on one line, which enclose no area; give a file of polygons, or "
            "at least three points that are not in line.",
            path=path,
            number=len(flat),
        )
    cells = moved(_clipped(flat, hull), lambda xy: np.column_stack(frame(xy[:, 0], xy[:, 1], inverse=True)))
    return points.set_geometry(list(cells), crs=4326)


def _frame(degrees: FloatArray) -> Proj:
    """Azimuthal equal-area frame around the mean direction of the points."""
    east, north = np.radians(degrees).T
    x, y, z = (np.cos(north) * np.cos(east)).sum(), (np.cos(north) * np.sin(east)).sum(), np.sin(north).sum()
    return Proj(
        proj="laea", lon_0=np.degrees(np.arctan2(y, x)), lat_0=np.degrees(np.arctan2(z, np.hypot(x, y))), ellps="WGS84"
    )


def _check_distinct(flat: GeometryArray, path: Path) -> None:
    repeated = pd.DataFrame(shapely.get_coordinates(flat)).duplicated().to_numpy()
    if repeated.any():
        raise FileError(
            "{path}: {number} points stand where another does (first: row {row}), so no ground is nearest to "
            "either; add up their rows, or move one.",
            path=path,
            number=int(repeated.sum()),
            row=int(np.argmax(repeated)) + 1,
        )


def _clipped(flat: GeometryArray, hull: BaseGeometry) -> GeometryArray:
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(flat), extend_to=hull, ordered=True))
    shapely.prepare(hull)
    crossing = ~shapely.contains_properly(hull, cells)
    cells[crossing] = shapely.intersection(cells[crossing], hull)
    return np.asarray(cells, dtype=np.object_)
