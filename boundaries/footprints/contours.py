"""Contour lines as areas: what a closed line of a value encloses has that value or more."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from boundaries.tables.columns import recognised
from geopolity.affected.footprint import FootprintError

VALUES = ("value", "mmi", "contour", "level", "elev")


def value_column(features: gpd.GeoDataFrame) -> str | None:
    """Column of contour lines with their value, if there is one."""
    return recognised(features, VALUES)


def areas_of(features: gpd.GeoDataFrame, column: str, path: object) -> gpd.GeoDataFrame:
    """One row for each value, with the ground that its lines enclose; a ring inside a ring of its value is a hole.

    Raises
    ------
    FootprintError
        If a line is open: it leaves the map, and on which side the higher values lie is not known.
    """
    rows = []
    for value, group in features.groupby(column, sort=True):
        lines = shapely.get_parts(
            shapely.line_merge(shapely.multilinestrings(shapely.get_parts(group.geometry.to_numpy())))
        )
        if not shapely.is_closed(lines).all():
            raise FootprintError(
                "{path}: the contour of {value:number} leaves the map without closing, so what it encloses is "
                "not known; "
                "use the grid that it was drawn from (grid.xml, GeoTIFF or NetCDF).",
                path=path,
                value=float(value),
            )
        rings = shapely.make_valid(shapely.polygons(shapely.linearrings([line.coords for line in lines])))
        rows.append({column: float(value), "geometry": _nested(np.atleast_1d(rings))})
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=features.crs)


def _nested(rings: np.ndarray) -> shapely.Geometry:
    order = np.argsort(-shapely.area(rings))
    ground: shapely.Geometry = shapely.MultiPolygon()
    for ring in rings[order]:
        ground = shapely.symmetric_difference(ground, ring)
    return ground
