"""Read a raster: ESRI ASCII grids, and GeoTIFFs of any compression and size through rasterio."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from boundaries.errors import CrsError, FileError
from boundaries.vectors.readers import existing_file, given_crs
from geopolity.affected.raster import Grid

RASTERS = {".asc", ".tif", ".tiff"}
MOST_CELLS = 200_000_000
MOST_UNITS = 1_000_000


def read_grid(path: Path, *, crs: Any = None) -> Grid:
    """Cell values of a north-up raster, NaN where it has no data."""
    existing_file(path)
    if path.suffix.lower() == ".asc":
        return _ascii_grid(path, crs)
    if path.suffix.lower() in RASTERS:
        return _geotiff(path, crs)
    raise FileError(
        "{path} is not a raster that geopolity reads; convert it to one of {formats:list}.",
        path=path,
        formats=sorted(RASTERS),
    )


def read_cells(path: Path, *, crs: Any = None) -> gpd.GeoDataFrame:
    """Cells of a population raster that hold a value, as units with ``unit_id`` (row and column) and ``population``."""
    grid = read_grid(path, crs=crs)
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
    return gpd.GeoDataFrame({"unit_id": ids, "population": grid.values[row, column]}, geometry=cells, crs=grid.crs)


def _ascii_grid(path: Path, crs: Any) -> Grid:
    if crs is None:
        raise CrsError(
            '{path} is an ASCII grid, which names no coordinate system; give one, for example crs = "EPSG:4326".',
            path=path,
        )
    try:
        header, rows = _split_header(path.read_text(encoding="ascii").splitlines())
        values = np.array([row.split() for row in rows if row.strip()], dtype=np.float64)
        columns, lines, size = int(header["ncols"]), int(header["nrows"]), header["cellsize"]
        half = 0.0 if "xllcorner" in header else 0.5
        west = header["xllcorner" if not half else "xllcenter"] - half * size
        south = header["yllcorner" if not half else "yllcenter"] - half * size
    except (KeyError, ValueError, UnicodeDecodeError) as error:
        raise FileError(
            "{path} is not an ESRI ASCII grid ({reason}); export it again.",
            path=path,
            reason=str(error),
        ) from error
    if values.shape != (lines, columns):
        raise FileError(
            "{path} announces {rows} rows of {columns} and holds {shape}; export it again.",
            path=path,
            rows=lines,
            columns=columns,
            shape=values.shape,
        )
    values[values == header.get("nodata_value", np.nan)] = np.nan
    return Grid(values=values, bounds=(west, south, west + columns * size, south + lines * size), crs=given_crs(crs))


def _split_header(lines: list[str]) -> tuple[dict[str, float], list[str]]:
    count = next(number for number, line in enumerate(lines) if not line[:1].isalpha())
    return {key.lower(): float(value) for key, value in (line.split() for line in lines[:count])}, lines[count:]


def _geotiff(path: Path, crs: Any) -> Grid:
    import rasterio  # noqa: PLC0415 - loaded only where a GeoTIFF is read
    from rasterio.errors import NotGeoreferencedWarning, RasterioError  # noqa: PLC0415

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)  # said below, with the way out
            image = rasterio.open(path, driver="GTiff")
        with image:
            _check_image(image, path)
            values = image.read(1, masked=True).astype(np.float64).filled(np.nan)
    except RasterioError as error:
        raise FileError(
            "{path} cannot be decoded as a GeoTIFF ({reason}); export it again.",
            path=path,
            reason=str(error),
        ) from error
    known = image.crs is not None and (image.crs.is_geographic or image.crs.is_projected)
    if crs is None and not known:
        raise CrsError(
            '{path} names no coordinate system; give one, for example crs = "EPSG:4326".',
            path=path,
        )
    return Grid(values=values, bounds=tuple(image.bounds), crs=given_crs(image.crs.to_wkt() if crs is None else crs))


def _check_image(image: Any, path: Path) -> None:
    cells, at = image.width * image.height, image.transform
    if cells > MOST_CELLS:
        raise FileError(
            "{path} has {cells:count} cells, above the limit of {most:count}; cut it to the region first.",
            path=path,
            cells=cells,
            most=MOST_CELLS,
        )
    if image.count != 1:
        raise FileError(
            "{path} has {bands} bands; choose one and save it alone.",
            path=path,
            bands=image.count,
        )
    if at.is_identity or at.b or at.d or at.a <= 0 or at.e >= 0:
        raise FileError(
            "{path} does not say where on Earth it lies, or is not north-up; export it as a north-up GeoTIFF.",
            path=path,
        )
