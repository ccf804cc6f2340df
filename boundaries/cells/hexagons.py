"""Units that are cells of the H3 grid, given by their ids."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import shapely

from boundaries.errors import FileError
from boundaries.tables.columns import recognised
from geopolity.arrays import FloatArray

H3_COLUMNS = ("h3", "h3_index", "h3index", "hex", "cell")


def with_hexagons(table: pd.DataFrame, path: Path) -> gpd.GeoDataFrame:
    """Rows with the outline of their H3 cell (EPSG:4326)."""
    column = recognised(table, H3_COLUMNS)
    if column is None:
        raise FileError(
            "{path} is a table of {rows:count} rows without areas; give a file of polygons and this table as the "
            "people file, or a column h3 with H3 cell ids.",
            path=path,
            rows=len(table),
        )
    unknown = [cell for cell in table[column] if not isinstance(cell, str) or not h3.is_valid_cell(cell)]
    if unknown:
        raise FileError(
            "{path}: {value:quoted} in column {column:quoted} is not an H3 cell id; correct it.",
            path=path,
            value=unknown[0],
            column=column,
        )
    outlines = [_outline(cell) for cell in table[column]]
    return gpd.GeoDataFrame(table, geometry=outlines, crs=4326)


def _outline(cell: str) -> shapely.Polygon:
    """Outline of a cell, its great-circle edges kept in place where straight lines in degrees would stray."""
    corners = np.array(h3.cell_to_boundary(cell))
    edges = zip(corners, np.roll(corners, -1, axis=0), strict=True)
    return shapely.Polygon(np.vstack([_along(start, end) for start, end in edges]))


def _along(start: FloatArray, end: FloatArray) -> FloatArray:
    """Longitudes and latitudes from one corner up to the next; the same points from either side of the edge."""
    left, right = _direction(start), _direction(end)
    steep = np.tan(np.radians(min(max(abs(start[0]), abs(end[0])), 89.9)))
    bend = float(np.linalg.norm(right - left) * steep) * 64
    pieces = 2 ** int(np.clip(np.ceil(np.log2(max(bend, 1.0))), 0, 6))
    if pieces == 1:
        return start[None, ::-1]
    part = np.arange(1, pieces)[:, None] / pieces
    x, y, z = (left * (1 - part) + right * part).T
    between = np.degrees(np.column_stack([np.arctan2(y, x), np.arctan2(z, np.hypot(x, y))]))
    return np.vstack([start[::-1], between])


def _direction(corner: FloatArray) -> FloatArray:
    north, east = np.radians(corner)
    return np.array([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])
