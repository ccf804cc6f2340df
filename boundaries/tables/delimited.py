"""Read a table as text, ids untouched: CSV in UTF-8 or the Windows code page, or Parquet."""

from __future__ import annotations

import csv
from pathlib import Path

import geopandas as gpd
import pandas as pd

from boundaries.errors import FileError
from boundaries.tables.columns import named_column, recognised

LONGITUDES = ("longitude", "lon", "lng", "long", "x")
LATITUDES = ("latitude", "lat", "y")


def read_table(path: Path) -> pd.DataFrame:
    """Rows of a table; every CSV cell is text, so that leading zeros of ids survive."""
    if path.suffix.lower() == ".parquet":
        return pd.read_parquet(path)
    try:
        return _csv(path, "utf-8-sig")
    except UnicodeDecodeError:
        return _csv(path, "cp1252")


def read_points(path: Path) -> gpd.GeoDataFrame:
    """Points of a table with longitude and latitude (EPSG:4326)."""
    return points_of(read_table(path), path)


def points_of(table: pd.DataFrame, path: Path) -> gpd.GeoDataFrame:
    """Rows of a table with the point at their longitude and latitude (EPSG:4326)."""
    longitude, latitude = _degrees(table, LONGITUDES, 180, path), _degrees(table, LATITUDES, 90, path)
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(longitude, latitude), crs=4326)


def _csv(path: Path, encoding: str) -> pd.DataFrame:
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline()
    try:
        separator = csv.Sniffer().sniff(first, ",;\t|").delimiter
    except csv.Error:
        separator = ","
    try:
        return pd.read_csv(path, sep=separator, dtype=str, encoding=encoding, keep_default_na=False, na_values=[""])
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise FileError(
            "{path} is not a table of separated values ({reason}); export it again as CSV.",
            path=path,
            reason=str(error),
        ) from error


def _degrees(table: pd.DataFrame, usual: tuple[str, ...], limit: float, path: Path) -> pd.Series:
    found = recognised(table, usual)
    if found is None:
        named_column(table, path, usual[0])
    values = pd.to_numeric(table[found], errors="coerce")
    bad = ~(values.abs() <= limit)
    if bad.any():
        raise FileError(
            "{path}: {value:quoted} in column {column:quoted} (row {row}) is not a {axis} between -{low:exact} "
            "and {high:exact}; correct it, or swap the columns.",
            path=path,
            value=table.loc[bad, found].iloc[0],
            column=found,
            row=int(bad.argmax()) + 1,
            axis=usual[0],
            low=limit,
            high=limit,
        )
    return values
