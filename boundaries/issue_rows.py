"""Issues in a Parquet file, one a row: the columns have the names of the keys of an issue's file.

``name`` is what it is called. Its footprint is the column ``footprint`` (the table of a TOML file, as JSON), or the
row's geometry: polygons as they are, lines and points with ``distance_km`` around them and a ``decay``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from boundaries.errors import FileError
from boundaries.footprints.kinds import footprint_from_table
from boundaries.issue_tables import check_keys
from boundaries.issues import issue_from_table
from boundaries.paths import existing_file
from geopolity.polity.issue import Issue

GEOMETRY_KEYS = {"distance_km", "decay", "intensity"}
KINDS = {
    "Polygon": ("area", "polygons"),
    "MultiPolygon": ("area", "polygons"),
    "LineString": ("corridor", "lines"),
    "MultiLineString": ("corridor", "lines"),
    "Point": ("radius", "points"),
    "MultiPoint": ("radius", "points"),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IssueRow:
    """An issue of a row; ``content`` is all that the row says, for telling whether it changed."""

    name: str
    issue: Issue
    content: bytes


def issue_rows(path: Path) -> Iterator[IssueRow]:
    """Issues of a Parquet file, in the order of its rows.

    Raises
    ------
    RequestError
        If a row is no issue, or two have one name; the sentence names the row.
    """
    table = _read(existing_file(path))
    if "name" not in table:
        raise FileError("{path} has no column name; it has {columns:list}.", path=path, columns=list(table.columns))
    names = _names(table["name"], path)
    repeated = names[names.duplicated()]
    if len(repeated) or not len(names):
        raise FileError(
            "{path} names the issue {name:quoted} twice; each has a name of its own."
            if len(repeated)
            else "{path} has no rows; give one an issue.",
            path=path,
            name=repeated.iloc[0] if len(repeated) else "",
        )
    for name, row in zip(names, table.to_dict("records"), strict=True):
        yield _issue(name, {str(key): value for key, value in row.items()}, path)


def _names(column: pd.Series, path: Path) -> pd.Series:
    """Names as text; a row without one would be called after the word for nothing."""
    for row, name in enumerate(column, 1):
        if not isinstance(name, str | int) or isinstance(name, bool):
            raise FileError("Row {row} of {path} has no name; give each issue one.", row=row, path=path)
    return column.astype(str)


def _read(path: Path) -> pd.DataFrame:
    try:
        frame = gpd.read_parquet(path)
        return pd.DataFrame(frame.to_crs(4326) if frame.crs is not None else frame)
    except ValueError:  # no geometry in it
        pass
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise FileError("{path} is no Parquet file ({reason}).", path=path, reason=str(error)) from error


def _issue(name: str, row: dict[str, Any], path: Path) -> IssueRow:
    said = {key: _plain(value) for key, value in row.items() if not _is_missing(value)}
    geometry = said.pop("geometry", None)
    where = path.with_name(f"{path.name} ({name.replace('/', '_')})")
    if "footprint" in said:
        table = _json(said.pop("footprint"), where)
    elif geometry is not None:
        table = _of_geometry(geometry, {key: said.pop(key) for key in GEOMETRY_KEYS & said.keys()}, where)
    else:
        raise FileError("{row} has no footprint; give it one, as JSON or as a geometry.", row=where)
    check_keys(said.keys() - {"name"}, where)
    footprint = footprint_from_table(table, where)
    content = json.dumps([said, table], sort_keys=True, default=str).encode()
    return IssueRow(name=name, issue=issue_from_table(said, where, name=name, footprint=footprint), content=content)


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and value != value)  # noqa: PLR0124 - not a number


def _plain(value: Any) -> Any:
    """Without NumPy's types."""
    return value.tolist() if hasattr(value, "tolist") else value


def _json(text: Any, where: Path) -> Any:
    try:
        found = json.loads(text) if isinstance(text, str) else text
        json.dumps(found, ensure_ascii=False, default=str).encode()  # half a letter is no text
    except ValueError as error:
        raise FileError("{row}: the footprint is no JSON ({reason}).", row=where, reason=str(error)) from error
    return found


def _of_geometry(geometry: BaseGeometry, said: dict[str, Any], where: Path) -> dict[str, Any]:
    if geometry.geom_type not in KINDS or geometry.is_empty:
        raise FileError(
            "{row} has a {kind} for a footprint; give polygons, lines or points.", row=where, kind=geometry.geom_type
        )
    kind, key = KINDS[geometry.geom_type]
    parts = [json.loads(shapely.to_geojson(part))["coordinates"] for part in shapely.get_parts(geometry)]
    return {"kind": kind, key: parts} | said
