"""Read a raster: ESRI ASCII grids, and GeoTIFFs as far as Pillow decodes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from boundaries.errors import CrsError, FileError
from boundaries.readers import existing_file, given_crs
from geopolity.raster import Grid

RASTERS = {".asc", ".tif", ".tiff"}
MOST_CELLS = 200_000_000
MOST_UNITS = 1_000_000
MODEL_PIXEL_SCALE, MODEL_TIEPOINT, GEO_KEYS, NO_DATA = 33550, 33922, 34735, 42113
GEOGRAPHIC_KEY, PROJECTED_KEY, USER_DEFINED = 2048, 3072, 32767


def read_grid(path: Path, *, crs: Any = None) -> Grid:
    """Cell values of a north-up raster, NaN where it has no data."""
    existing_file(path)
    if path.suffix.lower() == ".asc":
        return _ascii_grid(path, crs)
    if path.suffix.lower() in RASTERS:
        return _geotiff(path, crs)
    raise FileError(f"{path} is not a raster that geopolity reads; convert it to one of {', '.join(sorted(RASTERS))}.")


def read_cells(path: Path, *, crs: Any = None) -> gpd.GeoDataFrame:
    """Cells of a population raster that hold a value, as units with ``unit_id`` (row and column) and ``population``."""
    grid = read_grid(path, crs=crs)
    row, column = np.nonzero(np.isfinite(grid.values))
    if len(row) > MOST_UNITS:
        raise FileError(
            f"{path} has {len(row):,} cells, above the limit of {MOST_UNITS:,} units; cut it or make it coarser."
        )
    west, south, east, north = grid.bounds
    across = np.linspace(west, east, grid.values.shape[1] + 1)
    down = np.linspace(north, south, grid.values.shape[0] + 1)
    cells = shapely.box(across[column], down[row + 1], across[column + 1], down[row])
    ids = [f"r{line:05d}c{place:05d}" for line, place in zip(row, column, strict=True)]
    return gpd.GeoDataFrame({"unit_id": ids, "population": grid.values[row, column]}, geometry=cells, crs=grid.crs)


def _ascii_grid(path: Path, crs: Any) -> Grid:
    if crs is None:
        raise CrsError(
            f'{path} is an ASCII grid, which names no coordinate system; give one, for example crs = "EPSG:4326".'
        )
    try:
        header, rows = _split_header(path.read_text(encoding="ascii").splitlines())
        values = np.array([row.split() for row in rows if row.strip()], dtype=np.float64)
        columns, lines, size = int(header["ncols"]), int(header["nrows"]), header["cellsize"]
        half = 0.0 if "xllcorner" in header else 0.5
        west = header["xllcorner" if not half else "xllcenter"] - half * size
        south = header["yllcorner" if not half else "yllcenter"] - half * size
    except (KeyError, ValueError, UnicodeDecodeError) as error:
        raise FileError(f"{path} is not an ESRI ASCII grid ({error}); export it again.") from error
    if values.shape != (lines, columns):
        raise FileError(f"{path} announces {lines} rows of {columns} and holds {values.shape}; export it again.")
    values[values == header.get("nodata_value", np.nan)] = np.nan
    return Grid(values=values, bounds=(west, south, west + columns * size, south + lines * size), crs=given_crs(crs))


def _split_header(lines: list[str]) -> tuple[dict[str, float], list[str]]:
    count = next(number for number, line in enumerate(lines) if not line[:1].isalpha())
    return {key.lower(): float(value) for key, value in (line.split() for line in lines[:count])}, lines[count:]


def _geotiff(path: Path, crs: Any) -> Grid:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - loaded only where a GeoTIFF is read

    try:
        with Image.open(path) as image:
            tags = dict(image.tag_v2)  # type: ignore[attr-defined]
            if image.width * image.height > MOST_CELLS:
                raise FileError(
                    f"{path} has {image.width * image.height:,} cells, above the limit of {MOST_CELLS:,}; "
                    "cut it to the region first."
                )
            values = np.asarray(image, dtype=np.float64)
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise FileError(
            f"{path} cannot be decoded as a GeoTIFF ({error}); convert it to an uncompressed one or an ASCII grid."
        ) from error
    if values.ndim != 2:
        raise FileError(f"{path} has {values.shape[-1]} bands; choose one and save it alone.")
    if MODEL_PIXEL_SCALE not in tags or MODEL_TIEPOINT not in tags:
        raise FileError(
            f"{path} does not say where on Earth it lies (no GeoTIFF tags); export it as a north-up GeoTIFF."
        )
    wide, high = tags[MODEL_PIXEL_SCALE][:2]
    column, row, _, x, y = tags[MODEL_TIEPOINT][:5]
    west, north = x - column * wide, y + row * high
    if NO_DATA in tags:
        values[values == float(str(tags[NO_DATA]).strip("\x00 "))] = np.nan
    bounds = (west, north - values.shape[0] * high, west + values.shape[1] * wide, north)
    return Grid(values=values, bounds=bounds, crs=given_crs(crs if crs is not None else _code(tags, path)))


def _code(tags: dict[int, Any], path: Path) -> int:
    keys = tags.get(GEO_KEYS, ())
    codes = {keys[place]: keys[place + 3] for place in range(4, len(keys) - 3, 4)}
    code = codes.get(PROJECTED_KEY, codes.get(GEOGRAPHIC_KEY, USER_DEFINED))
    if code == USER_DEFINED:
        raise CrsError(f'{path} names no coordinate system by EPSG code; give one, for example crs = "EPSG:4326".')
    return int(code)
