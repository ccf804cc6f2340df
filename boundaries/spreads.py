"""Open finer data on where in their units people live: a population raster, or points with counts.

In an issue:

    [spread]
    file = "people.tif"        # or points: CSV with longitude and latitude, or any vector file
    people = "POP"             # column of the counts; recognised by its usual names where it is not named
    crs = "EPSG:4326"          # only where the file names none
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import shapely

from boundaries.catalogue.entries import column, known
from boundaries.rasters.grids import RASTERS, read_grid
from boundaries.tables.columns import POPULATION, find
from boundaries.tables.people import people
from boundaries.vectors.readers import read_vector
from geopolity.affected.spread import PointSpread, RasterSpread, Spread, SpreadError

KEYS = {"file", "people", "crs"}


def open_spread(path: str | Path, *, people_column: str | None = None, crs: Any = None) -> Spread:
    """Spread from a file: cells of a raster, or points with the people who live at each.

    Areas finer than the units (blocks) stand for a point inside them. Rows without a count are left out.
    """
    path = Path(path)
    entry = known(path)
    crs = crs if crs is not None else entry.crs
    if path.suffix.lower() in RASTERS:
        return RasterSpread(grid=read_grid(path, crs=crs))
    features = read_vector(path, crs=crs)
    named = people_column or column([str(name) for name in features.columns], entry.population)
    counts = people(features[find(features, path, POPULATION, named).column], str(path))
    there = counts.notna().to_numpy()
    points = features.geometry[there]
    if (shapely.get_dimensions(points.to_numpy()) == 1).any():
        raise SpreadError(
            "{path} holds lines, and people live at points; give points, small areas or a raster.",
            path=path,
        )
    return PointSpread(points=points.representative_point(), people=counts[there].to_numpy(dtype=float))


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
    return open_spread(source.parent / table["file"], people_column=table.get("people"), crs=table.get("crs"))
