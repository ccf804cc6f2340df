"""Add up raster cells inside shapes, each cell by the share of it that is covered (exactextract)."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from geopolity.affected.raster import Grid
from geopolity.arrays import FloatArray, GeometryArray
from geopolity.errors import RequestError
from geopolity.geometry.crs import CYLINDRICAL, cylindrical, moved


class RasterToolMissingError(RequestError):
    """No exactextract for this machine."""

    code = "raster-tool"


def means(grid: Grid, shapes: GeometryArray) -> FloatArray:
    """Mean cell value over the area of each shape (equal-area frame); what lies outside the grid counts as 0.

    Cells of a geographic grid weigh by their true area; those of a projected grid by their area as drawn.
    """
    area = _cell_areas(grid)
    total = shapely.area(shapes) if grid.crs.is_geographic else shapely.area(_drawn(grid, shapes))
    found = sums(grid.with_values(np.nan_to_num(grid.values) * area), shapes)
    return np.asarray(found / total)


def sums(grid: Grid, shapes: GeometryArray) -> FloatArray:
    """Sum of cell values in each shape (equal-area frame), a cell counted by the share covered."""
    extract, source = _exactextract()
    west, south, east, north = grid.bounds
    drawn = _drawn(grid, shapes)
    raster = source(np.nan_to_num(grid.values), xmin=west, ymin=south, xmax=east, ymax=north, srs_wkt=grid.crs.to_wkt())
    table = gpd.GeoDataFrame({"place": np.arange(len(drawn))}, geometry=list(drawn), crs=grid.crs)
    found = extract(raster, table, ["sum"], include_cols=["place"], strategy="raster-sequential", output="pandas")
    people: FloatArray = found.sort_values("place")["sum"].to_numpy(dtype=np.float64)
    return np.nan_to_num(people)


def _exactextract() -> tuple[Any, Any]:
    try:
        from exactextract import exact_extract  # noqa: PLC0415 - no wheel on every machine
        from exactextract.raster import NumPyRasterSource  # noqa: PLC0415
    except ImportError as error:
        raise RasterToolMissingError(
            "A population raster needs exactextract, which is not installed (there is no wheel for Linux on arm64); "
            "install it from source, or leave the raster out to count people as spread evenly over their unit."
        ) from error
    return exact_extract, NumPyRasterSource


def _drawn(grid: Grid, shapes: GeometryArray) -> GeometryArray:
    back = Transformer.from_crs(CYLINDRICAL, grid.crs, always_xy=True)
    return moved(shapes, lambda xy: np.column_stack(back.transform(xy[:, 0], xy[:, 1])))


def _cell_areas(grid: Grid) -> FloatArray:
    """Area of the cells of each row, as a column: m² in the equal-area frame, or square units as drawn."""
    rows, columns = grid.values.shape
    west, south, east, north = grid.bounds
    wide, edges = (east - west) / columns, np.linspace(north, south, rows + 1)
    cells = shapely.box(np.zeros(rows), edges[1:], np.full(rows, wide), edges[:-1])
    return np.asarray(shapely.area(cylindrical(cells) if grid.crs.is_geographic else cells))[:, None]
