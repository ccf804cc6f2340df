"""Units that are cells of the H3 grid, given by their ids."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from boundaries.columns import recognised
from boundaries.errors import FileError

H3_COLUMNS = ("h3", "h3_index", "h3index", "hex", "cell")


def with_hexagons(table: pd.DataFrame, path: Path) -> gpd.GeoDataFrame:
    """Rows with the outline of their H3 cell (EPSG:4326)."""
    column = recognised(table, H3_COLUMNS)
    if column is None:
        raise FileError(
            f"{path} is a table of {len(table)} rows without areas; give a file of polygons and this table as the "
            "people file, or a column h3 with H3 cell ids."
        )
    try:
        import h3  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415 - optional
    except ImportError as error:
        raise FileError(f"{path} names H3 cells, for which the package h3 is needed: pip install h3.") from error
    unknown = [cell for cell in table[column] if not isinstance(cell, str) or not h3.is_valid_cell(cell)]
    if unknown:
        raise FileError(f"{path}: {unknown[0]!r} in column {column!r} is not an H3 cell id; correct it.")
    outlines = [shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(cell)]) for cell in table[column]]
    return gpd.GeoDataFrame(table, geometry=outlines, crs=4326)
