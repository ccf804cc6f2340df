"""Units whose id is the place: cells of statistical grids, of H3 and of S2."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.cells.edges import outline
from boundaries.cells.s2 import cell_number, corners
from boundaries.cells.squares import are_squares, squares
from boundaries.errors import FileError
from boundaries.tables.columns import H3_COLUMNS, S2_COLUMNS, SQUARES, recognised
from geopolity.exports import later

if TYPE_CHECKING:
    import h3
else:
    h3 = later("h3", extra="maps")


def with_outlines(table: pd.DataFrame, path: Path, id_column: str | None = None) -> tuple[gpd.GeoDataFrame, str]:
    """Rows with the outline of the cell that their id names, and the column of the ids.

    Raises
    ------
    FileError
        If no column holds such ids, or a cell of it is none.
    """
    columns = [str(name) for name in table.columns]
    first = [name for name in (id_column, recognised(table, SQUARES)) if name in columns]
    gridded = next((name for name in [*first, *columns] if are_squares(table[name])), None)
    if gridded is not None:
        return gpd.GeoDataFrame(table, geometry=squares(table[gridded], path)), gridded
    for usual, kind, draw in ((H3_COLUMNS, "H3", _h3), (S2_COLUMNS, "S2", _s2)):
        column = recognised(table, usual)
        if column is None and id_column in columns and _fits(table[id_column], draw):
            column = id_column
        if column is not None:
            return gpd.GeoDataFrame(table, geometry=_outlines(table[column], kind, path), crs=4326), column
    raise FileError(
        "{path} is a table of {rows:count} rows without areas; give a file of polygons and this table as the people "
        "file, or a column whose ids are places: INSPIRE grid cells, h3 or s2.",
        path=path,
        rows=len(table),
    )


def _outlines(ids: pd.Series, kind: str, path: Path) -> list[object]:
    draw = {"H3": _h3, "S2": _s2}[kind]
    text = ids.astype("string").str.strip()
    found = [None if pd.isna(cell) else draw(str(cell)) for cell in text]
    bad = next((place for place, shape in enumerate(found) if shape is None), None)
    if bad is not None:
        raise FileError(
            "{path}: {value:quoted} in column {column:quoted} is not an {kind} cell id; correct it.",
            path=path,
            value=ids.iloc[bad],
            column=ids.name,
            kind=kind,
        )
    return list(found)


def _fits(ids: pd.Series, draw: object) -> bool:
    sample = ids.dropna().astype("string").str.strip().head(20)
    valid = h3.is_valid_cell if draw is _h3 else (lambda text: cell_number(text) is not None and len(text) >= 6)
    return len(sample) > 0 and all(valid(str(cell)) for cell in sample)


def _h3(cell: str) -> object | None:
    return outline(np.array(h3.cell_to_boundary(cell))) if h3.is_valid_cell(cell) else None


def _s2(cell: str) -> object | None:
    number = cell_number(cell)
    return None if number is None else outline(corners(number))
