"""Rasters that GDAL reads: GeoTIFF and NetCDF, with their bands, masks, scales and windows."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from boundaries.coordinates import given_crs, is_known
from boundaries.errors import CrsError, FileError
from boundaries.how import How
from geopolity.affected.raster import Grid
from geopolity.arrays import FloatArray
from geopolity.errors import RequestError

DRIVERS = {".tif": "GTiff", ".tiff": "GTiff", ".nc": "netCDF"}
NAMES = {"GTiff": "GeoTIFF", "netCDF": "NetCDF file"}
MOST_CELLS = 200_000_000
STRIP_CELLS = 4_000_000
"""A raster is looked through in strips of at most so many cells."""
ALONG = ("T", "TIME", "BAND")


def read_image(path: Path, how: How) -> Grid:
    """Cells of one band of a north-up image, cut to the rows and columns where it has data."""
    driver = DRIVERS[path.suffix.lower()]
    try:
        with _quiet(), _opened(path, driver, how.layer_name) as image:
            _check_image(image, path)
            band = _band(image, path, how.band)
            window = _window(image, band, path)
            values = _values(image, band, window)
            crs = image.crs or _of_axes(image)
            bounds = image.window_bounds(window)
    except RequestError:
        raise
    except Exception as error:  # GDAL's own are no kind of rasterio's
        raise FileError(
            "{path} cannot be decoded as a {format} ({reason}); export it again.",
            path=path,
            format=NAMES[driver],
            reason=(str(error).splitlines() or [type(error).__name__])[0][:200],
        ) from error
    known = crs is not None and is_known(given_crs(crs.to_wkt()))
    if how.crs is None and not known:
        raise CrsError('{path} names no coordinate system; give one, for example crs = "EPSG:4326".', path=path)
    if how.crs is not None and known and given_crs(how.crs) != given_crs(crs.to_wkt()):
        raise CrsError(
            "{path} says it is in {own}, not {given}; leave the option out or correct the file.",
            path=path,
            own=given_crs(crs.to_wkt()).to_string(),
            given=how.crs,
        )
    return Grid(values=values, bounds=_placed(bounds), crs=given_crs(crs.to_wkt() if known else how.crs))


def _of_axes(image: Any) -> Any:
    """WGS 84 for a grid whose axes are in degrees east and north, as the climate conventions (CF) name them."""
    from rasterio.crs import CRS  # noqa: PLC0415

    units = {value for key, value in image.tags().items() if key.endswith("#units")}
    return CRS.from_epsg(4326) if {"degrees_east", "degrees_north"} <= units else None


def _placed(bounds: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    west, south, east, north = (float(edge) for edge in bounds)
    return west, south, east, north


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep a library's own warnings from a person: what matters is said in our words."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _opened(path: Path, driver: str, variable: str | None) -> Iterator[Any]:
    import rasterio  # noqa: PLC0415

    with rasterio.open(path, driver=driver) as image:
        inner = [str(name).rsplit(":", 1)[-1] for name in image.subdatasets]
        if not inner:
            _check_variable(path, driver, variable)
            yield image
            return
    if variable not in inner:
        raise FileError(
            "{path} holds the variables {variables:list}; name one with --layer-name.", path=path, variables=inner
        )
    with rasterio.open(f'NETCDF:"{path}":{variable}', driver=driver) as image:
        yield image


def _check_variable(path: Path, driver: str, variable: str | None) -> None:
    if variable is not None and driver == "GTiff":
        raise FileError(
            "{path} is a GeoTIFF, which has no layers with names; leave --layer-name out, or name a --band.", path=path
        )


def _check_image(image: Any, path: Path) -> None:
    at = image.transform
    if at.is_identity or at.b or at.d or at.a <= 0 or at.e >= 0:
        raise FileError(
            "{path} does not say where on Earth it lies, or is not north-up; export it as a north-up GeoTIFF.",
            path=path,
        )


def _band(image: Any, path: Path, asked: int | None) -> int:
    """Return the band that was asked for, or the only one that is no mask."""
    from rasterio.enums import ColorInterp  # noqa: PLC0415

    bands = [n for n, meaning in enumerate(image.colorinterp, 1) if meaning != ColorInterp.alpha]
    if asked is not None:
        if asked not in bands:
            raise FileError("{path} has no band {band}; it has {bands:list}.", path=path, band=asked, bands=bands)
        return asked
    if len(bands) != 1:
        raise FileError(
            "{path} has {count} bands{named}; choose one with --band, or save it alone.",
            path=path,
            count=len(bands),
            named=_described(image, bands),
        )
    return bands[0]


def _described(image: Any, bands: list[int]) -> str:
    said = [f"{n} {image.descriptions[n - 1]}" for n in bands if image.descriptions[n - 1]]
    return f" ({', '.join(said)})" if said else ""


def _window(image: Any, band: int, path: Path) -> Any:
    """Rows and columns with data, found strip by strip."""
    from rasterio.windows import Window  # noqa: PLC0415

    rows, columns = image.height, image.width
    if rows * columns <= STRIP_CELLS:
        return Window(0, 0, columns, rows)
    step = max(STRIP_CELLS // columns, 1)
    down, across = np.zeros(rows, dtype=bool), np.zeros(columns, dtype=bool)
    for top in range(0, rows, step):
        height = min(step, rows - top)
        there = image.read_masks(band, window=Window(0, top, columns, height)) > 0
        down[top : top + height] = there.any(axis=1)
        across |= there.any(axis=0)
    if not down.any():
        raise FileError("{path} holds no cell with a value; export it again.", path=path)
    (top, *_, bottom), (left, *_, right) = _ends(down), _ends(across)
    cells = (bottom - top + 1) * (right - left + 1)
    if cells > MOST_CELLS:
        raise FileError(
            "{path} has {cells:count} cells, above the limit of {most:count}; cut it to the region first.",
            path=path,
            cells=cells,
            most=MOST_CELLS,
        )
    return Window(left, top, right - left + 1, bottom - top + 1)


def _ends(there: np.ndarray) -> tuple[int, int]:
    places = np.flatnonzero(there)
    return int(places[0]), int(places[-1])


def _values(image: Any, band: int, window: Any) -> FloatArray:
    """Values as the file means them: scaled, shifted, NaN where masked."""
    values: FloatArray = image.read(band, window=window, masked=True).astype(np.float64).filled(np.nan)
    scale, offset = image.scales[band - 1], image.offsets[band - 1]
    return values * scale + offset if (scale, offset) != (1.0, 0.0) else values
