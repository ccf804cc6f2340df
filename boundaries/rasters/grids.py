"""Read a raster: its cells as a grid, or as units."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from boundaries.coordinates import given_crs
from boundaries.errors import CrsError, FileError
from boundaries.how import AS_IT_IS, How
from boundaries.paths import existing_file
from boundaries.rasters.fills import without_fills
from boundaries.rasters.images import DRIVERS, read_image
from geopolity.affected.raster import Grid
from geopolity.messages import Message

RASTERS = {".asc", *DRIVERS}
MOST_UNITS = 1_000_000


def read_grid(path: Path, how: How = AS_IT_IS) -> Grid:
    """Cell values of a north-up raster, NaN where it has no data; notes say what was taken as missing."""
    existing_file(path)
    if path.suffix.lower() not in RASTERS:
        raise FileError(
            "{path} is not a raster that geopolity reads; convert it to one of {known:list}.",
            path=path,
            known=sorted(RASTERS),
        )
    grid = _ascii_grid(path, how) if path.suffix.lower() == ".asc" else read_image(path, how)
    values, notes = without_fills(grid.values, how.no_data, path)
    if not np.isfinite(values).any():
        raise FileError("{path} holds no cell with a value; export it again.", path=path)
    return replace(grid, values=values, notes=notes)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """Cells as units with ``unit_id`` (row and column) and ``population``, and how they were read."""

    units: gpd.GeoDataFrame
    notes: tuple[Message, ...]


def read_cells(path: Path, how: How = AS_IT_IS) -> Cells:
    """Cells of a population raster that hold a value, as units."""
    grid = read_grid(path, how)
    row, column = np.nonzero(np.isfinite(grid.values))
    if len(row) > MOST_UNITS:
        raise FileError(
            "{path} has {cells:count} cells, above the limit of {most:count} units; cut it or make it coarser.",
            path=path,
            cells=len(row),
            most=MOST_UNITS,
        )
    west, south, east, north = grid.bounds
    across = np.linspace(west, east, grid.values.shape[1] + 1)
    down = np.linspace(north, south, grid.values.shape[0] + 1)
    cells = shapely.box(across[column], down[row + 1], across[column + 1], down[row])
    ids = [f"r{line:05d}c{place:05d}" for line, place in zip(row, column, strict=True)]
    units = gpd.GeoDataFrame({"unit_id": ids, "population": grid.values[row, column]}, geometry=cells, crs=grid.crs)
    return Cells(units=units, notes=grid.notes)


def _ascii_grid(path: Path, how: How) -> Grid:
    if how.crs is None:
        raise CrsError(
            '{path} is an ASCII grid, which names no coordinate system; give one, for example crs = "EPSG:4326".',
            path=path,
        )
    if how.band not in (None, 1) or how.layer_name is not None:
        raise FileError(
            "{path} is an ASCII grid of one band without a name; leave --band and --layer-name out.", path=path
        )
    try:
        header, rows = _split_header(path.read_text(encoding="ascii").splitlines())
        values = np.array([row.split() for row in rows if row.strip()], dtype=np.float64)
        columns, lines, size = int(header["ncols"]), int(header["nrows"]), header["cellsize"]
        half = 0.0 if "xllcorner" in header else 0.5
        west = header["xllcorner" if not half else "xllcenter"] - half * size
        south = header["yllcorner" if not half else "yllcenter"] - half * size
    except (KeyError, ValueError, OverflowError, StopIteration) as error:
        raise FileError(
            "{path} is not an ESRI ASCII grid ({reason}); export it again.", path=path, reason=error
        ) from error
    if values.shape != (lines, columns):
        raise FileError(
            "{path} announces {lines} rows of {columns} and holds {found}; export it again.",
            path=path,
            lines=lines,
            columns=columns,
            found=values.shape,
        )
    values[values == header.get("nodata_value", np.nan)] = np.nan
    bounds = (west, south, west + columns * size, south + lines * size)
    return Grid(values=values, bounds=bounds, crs=given_crs(how.crs))


def _split_header(lines: list[str]) -> tuple[dict[str, float], list[str]]:
    count = next(number for number, line in enumerate(lines) if not line[:1].isalpha())
    return {key.lower(): float(value) for key, value in (line.split() for line in lines[:count])}, lines[count:]
