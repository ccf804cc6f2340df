"""Open finer data on where in their units people live: a population raster, or points with counts.

In an issue:

    [spread]
    file = "people.tif"        # or points: CSV with longitude and latitude, or any vector file
    people = "POP"             # column of the counts; recognised by its usual names where it is not named
    crs = "EPSG:4326"          # only where the file names none
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from boundaries.catalogue.entries import column, known
from boundaries.how import How, Notation
from boundaries.paths import existing_file
from boundaries.rasters.grids import RASTERS, read_grid
from boundaries.tables.columns import COORDINATES, PEOPLE, POPULATION, find
from boundaries.tables.numbers import counts as read_counts
from boundaries.tables.opening import DELIMITED, read_table
from boundaries.tables.places import coordinates, has_places, wkt_column
from boundaries.vectors.readers import read_vector
from geopolity.affected.spread import PointSpread, RasterSpread, Spread, SpreadError
from geopolity.arrays import FloatArray
from geopolity.messages import Message

MEANT = frozenset([*PEOPLE, *COORDINATES])
"""Usual names of the columns that a spread has a use for."""
KEYS = {"file", "people", "crs", "layer_name", "encoding", "notation", "band", "no_data"}


def open_spread(
    path: str | Path,
    *,
    people_column: str | None = None,
    notation: Notation | None = None,
    **said: Any,
) -> Spread:
    """Spread from a file: cells of a raster, or points with the people who live at each.

    Areas finer than the units (blocks) stand for a point inside them. Rows without a count are left out.

    Parameters
    ----------
    said
        How the file is to be read: see ``boundaries.how.How``.
    """
    path = Path(path)
    entry = known(path)
    how = How(
        **({"crs": entry.crs, "notation": notation} | {key: value for key, value in said.items() if value is not None})
    )
    if path.suffix.lower() in RASTERS:
        if people_column is not None:
            raise SpreadError(
                "{path} is a raster, which has no column {column:quoted}; leave the column out.",
                path=path,
                column=people_column,
            )
        return RasterSpread(grid=read_grid(path, how))
    how = replace(how, columns=tuple(name for name in (people_column, entry.population) if name is not None))
    rows = _of_points(path, how) or _of_shapes(path, how)
    named = people_column or column([str(name) for name in rows.table.columns], entry.population)
    found = find(rows.table, path, POPULATION, named)
    counts = read_counts(rows.table[found.column], path, how.notation, separator=rows.separator)
    there = counts.people.notna().to_numpy()
    left_out = int((~there).sum())
    said_missing = "{number:count} rows of {file} have no count of people and were left out."
    missing = (Message(said_missing, number=left_out, file=path.name),) if left_out else ()
    return PointSpread(
        xy=rows.xy[there] if left_out else rows.xy,
        crs=rows.crs,
        people=counts.people[there].to_numpy(dtype=float),
        said=(*rows.notes, *found.notes, *counts.notes, *missing),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rows:
    """Rows with the place where their people live: coordinates (n, 2) in ``crs``."""

    xy: FloatArray
    crs: CRS
    table: pd.DataFrame
    separator: str | None
    notes: tuple[Message, ...]


def _of_points(path: Path, how: How) -> _Rows | None:
    """Rows of a text with coordinates, however many: none becomes a shape."""
    if path.suffix.lower() not in DELIMITED:
        return None
    existing_file(path)
    table = read_table(path, encoding=how.encoding, sheet=how.layer_name, named=how.columns, usual=MEANT)
    if wkt_column(table.frame) is not None or not has_places(table.frame):
        return None
    at = coordinates(table, how)
    rest = table.frame.drop(columns=[at.x.name, at.y.name])
    return _Rows(xy=np.column_stack([at.x, at.y]), crs=at.crs, table=rest, separator=table.separator, notes=table.notes)


def _of_shapes(path: Path, how: How) -> _Rows:
    """Rows of features; an area stands for a point inside it."""
    features = read_vector(path, how)
    shapes = features.frame.geometry.to_numpy()
    if (shapely.get_dimensions(shapes) == 1).any():
        raise SpreadError(
            "{path} holds lines, and people live at points; give points, small areas or a raster.",
            path=path,
        )
    return _Rows(
        xy=shapely.get_coordinates(shapely.point_on_surface(shapes)),
        crs=features.frame.crs,
        table=pd.DataFrame(features.frame.drop(columns="geometry")),
        separator=features.separator,
        notes=features.notes,
    )


def spread_from_table(table: Any, source: Path) -> Spread:
    """Spread from the [spread] table of an issue; its file is looked for beside ``source``."""
    unknown = sorted(set(table) - KEYS) if isinstance(table, dict) else []
    if not isinstance(table, dict) or unknown or not isinstance(table.get("file"), str):
        raise SpreadError(
            "{source}: [spread] has the unknown key {key:quoted}; its keys are {keys:list}."
            if unknown
            else '{source}: [spread] has no file = "…"; its keys are {keys:list}.',
            source=source,
            key=next(iter(unknown), ""),
            keys=sorted(KEYS),
        )
    said = {key: value for key, value in table.items() if key not in ("file", "people")}
    return open_spread(source.parent / table["file"], people_column=table.get("people"), **said)
