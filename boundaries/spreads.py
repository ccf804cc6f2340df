"""Open finer data on where in their units people live: a population raster, or points with counts.

In an issue:

    [spread]
    file = "people.tif"        # or points: CSV with longitude and latitude, or any vector file
    people = "POP"             # column of the counts; recognised by its usual names where it is not named
    crs = "EPSG:4326"          # only where the file names none
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import shapely

from boundaries.catalogue.entries import column, known
from boundaries.how import How, Notation
from boundaries.rasters.grids import RASTERS, read_grid
from boundaries.tables.columns import POPULATION, find
from boundaries.tables.numbers import counts as read_counts
from boundaries.vectors.readers import read_vector
from geopolity.affected.spread import PointSpread, RasterSpread, Spread, SpreadError
from geopolity.messages import Message

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
    named_columns = tuple(name for name in (people_column, entry.population) if name is not None)
    features = read_vector(path, replace(how, columns=named_columns))
    named = people_column or column([str(name) for name in features.frame.columns], entry.population)
    found = find(features.frame, path, POPULATION, named)
    counts = read_counts(features.frame[found.column], path, how.notation, separator=features.separator)
    there = counts.people.notna().to_numpy()
    points = features.frame.geometry[there]
    if (shapely.get_dimensions(points.to_numpy()) == 1).any():
        raise SpreadError(
            "{path} holds lines, and people live at points; give points, small areas or a raster.",
            path=path,
        )
    left_out = int((~there).sum())
    said_missing = "{number:count} rows of {file} have no count of people and were left out."
    missing = (Message(said_missing, number=left_out, file=path.name),) if left_out else ()
    return PointSpread(
        points=points.representative_point(),
        people=counts.people[there].to_numpy(dtype=float),
        said=(*features.notes, *found.notes, *counts.notes, *missing),
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
