"""Rows of a table with the point at their coordinates, or the shape in their column of WKT."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from boundaries.coordinates import given_crs
from boundaries.errors import CrsError, FileError
from boundaries.how import How
from boundaries.tables.columns import LATITUDES, LONGITUDES, SHAPES, named_column, recognised
from boundaries.tables.numbers import is_text
from boundaries.tables.table import Table
from geopolity.messages import Message

WKT = r"(?i)\s*(?:SRID=\d+;)?\s*(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\b.*|\s*GEOMETRYCOLLECTION\b.*"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Placed:
    """Rows with a shape, and what to say about it."""

    frame: gpd.GeoDataFrame
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coordinates:
    """Two columns of numbers in a coordinate system, named as in the file."""

    x: pd.Series
    y: pd.Series
    crs: CRS


def has_places(table: pd.DataFrame) -> bool:
    """Whether the rows of a table carry longitude and latitude."""
    return recognised(table, LONGITUDES) is not None and recognised(table, LATITUDES) is not None


def wkt_column(table: pd.DataFrame) -> str | None:
    """Column of shapes as text, if there is one."""
    name = recognised(table, SHAPES)
    if name is None or not is_text(table[name]):
        return None
    cells = table[name].dropna()
    return name if len(cells) and cells.astype("string").str.fullmatch(WKT).all() else None


def placed(table: Table, how: How) -> Placed:
    """Rows with their shape; longitude and latitude unless a person names another coordinate system."""
    column = wkt_column(table.frame)
    if column is not None:
        return _of_wkt(table, column, how)
    at = coordinates(table, how)
    return Placed(frame=gpd.GeoDataFrame(table.frame, geometry=gpd.points_from_xy(at.x, at.y), crs=at.crs))


def coordinates(table: Table, how: How) -> Coordinates:
    """Longitude and latitude of each row, or coordinates of the system that a person names."""
    x, y = (_coordinate(table, usual, how) for usual in (LONGITUDES, LATITUDES))
    crs = CRS(4326) if how.crs is None else given_crs(how.crs)
    if crs.is_geographic:
        _check_degrees(x, 180, "longitude", table.path)
        _check_degrees(y, 90, "latitude", table.path)
    return Coordinates(x=x, y=y, crs=crs)


def _of_wkt(table: Table, column: str, how: How) -> Placed:
    try:
        cells = table.frame[column].astype("string").str.replace(r"^\s*SRID=\d+;", "", regex=True)
        shapes = shapely.from_wkt(cells.astype(object).where(cells.notna(), None).to_numpy(dtype=object))
    except shapely.GEOSException as error:
        raise FileError(
            "{path}: column {name:quoted} holds a shape that is no WKT ({reason}); correct it.",
            path=table.path,
            name=column,
            reason=str(error).splitlines()[0][:100],
        ) from error
    if how.crs is None:
        raise CrsError(
            "{path} holds shapes in the column {name:quoted} and names no coordinate system; give one, for example "
            "--crs EPSG:4326 for longitude, latitude.",
            path=table.path,
            name=column,
        )
    frame = gpd.GeoDataFrame(
        table.frame.drop(columns=column), geometry=list(shapely.force_2d(shapes)), crs=given_crs(how.crs)
    )
    return Placed(
        frame=frame, notes=(Message("The shapes were taken from the column {column:quoted}.", column=column),)
    )


def _coordinate(table: Table, usual: tuple[str, ...], how: How) -> pd.Series:
    found = recognised(table.frame, usual)
    if found is None:
        named_column(table.frame, table.path, usual[0])
    column = table.frame[str(found)]
    values = pd.to_numeric(column, errors="coerce")
    if values.isna().any() and is_text(column):
        values = pd.to_numeric(column.astype("string").str.strip(), errors="coerce")
    if values.isna().any():
        values = _with_commas(column, table, how, str(found), usual[0])
    return values.astype("float64")


def _with_commas(column: pd.Series, table: Table, how: How, found: str, meaning: str) -> pd.Series:
    """Coordinates with decimal commas; anything else is refused with its row."""
    text = column.astype("string").str.strip()
    commas = text.str.fullmatch(r"[+-]?[0-9]{1,3}(?:,[0-9]+)?|[+-]?[0-9]+,[0-9]+").fillna(False).to_numpy(dtype=bool)
    if commas.all():
        return pd.to_numeric(text.str.replace(",", ".", regex=False))
    bad = (
        ~commas
        if (how.notation == "comma" or commas.sum() > len(commas) / 2)
        else pd.to_numeric(text, errors="coerce").isna().to_numpy()
    )
    raise FileError(
        "{path}: {value:quoted} in column {name:quoted} (row {row}) is no {meaning}; correct it.",
        path=table.path,
        value=str(column[bad].iloc[0]),
        name=found,
        row=int(np.argmax(bad)) + 1,
        meaning=meaning,
    )


def _check_degrees(values: pd.Series, limit: float, meaning: str, path: Path) -> None:
    bad = ~(values.abs() <= limit).to_numpy()
    if bad.any():
        raise FileError(
            "{path}: {value:quoted} in column {name:quoted} (row {row}) is not a {meaning} between -{limit} and "
            "{limit}; "
            "correct it, or swap the columns.",
            path=path,
            value=f"{values[bad].iloc[0]:g}",
            name=values.name,
            row=int(np.argmax(bad)) + 1,
            meaning=meaning,
            limit=limit,
        )
