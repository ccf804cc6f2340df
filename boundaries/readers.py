"""Read a vector file of any common format, or say in one sentence why not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from geopolity.errors import RequestError

FORMATS = {
    ".parquet": "GeoParquet",
    ".geoparquet": "GeoParquet",
    ".gpkg": "GeoPackage",
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".fgb": "FlatGeobuf",
    ".kml": "KML",
    ".shp": "shapefile",
}


class FileError(RequestError):
    """A file cannot be read as what it should be."""

    code = "file"


class CrsError(RequestError):
    """The coordinate system is missing, unknown, or contradicts the coordinates."""

    code = "crs"


def read_vector(path: Path, *, crs: Any = None) -> gpd.GeoDataFrame:
    """Features of a file with a coordinate system.

    Parameters
    ----------
    crs
        Coordinate system to assume where the file names none, as an EPSG code or name.
    """
    existing_file(path)
    if path.suffix.lower() not in FORMATS:
        raise FileError(
            f"{path} has the suffix {path.suffix!r}, which is not one of {', '.join(FORMATS)}; convert it first."
        )
    features = _read(path)
    if features.empty:
        raise FileError(f"{path} holds no features; choose a file with at least one.")
    return located(features, path, crs)


def existing_file(path: Path) -> Path:
    """Return the path of a file with something in it."""
    if str(path).startswith("/vsi"):
        raise FileError(f"{path} is a virtual path; download or unpack the file and name it on disk.")
    if not path.exists():
        raise FileError(
            f"There is no file {path}; check the name, or see `geopolity layer list` and `geopolity issue list`."
        )
    if path.is_dir():
        raise FileError(f"{path} is a folder; name a file inside it.")
    if path.stat().st_size == 0:
        raise FileError(f"{path} is empty; export it again.")
    return path


def _read(path: Path) -> gpd.GeoDataFrame:
    format_name = FORMATS[path.suffix.lower()]
    try:
        if format_name == "GeoParquet":
            return gpd.read_parquet(path)
        return pyogrio.read_dataframe(path)
    except RequestError:
        raise
    except Exception as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise FileError(f"{path} cannot be read as {format_name} ({reason}); export it again.") from error


def located(features: gpd.GeoDataFrame, path: Path, crs: Any) -> gpd.GeoDataFrame:
    """Features with a coordinate system that their coordinates do not contradict."""
    if crs is not None:
        features = features.set_crs(given_crs(crs), allow_override=features.crs is None)
    if features.crs is None:
        raise CrsError(
            f"{path} names no coordinate system; give one, for example --crs EPSG:4326 for longitude and latitude."
        )
    _check_coordinates(features, path)
    return features


def given_crs(crs: Any) -> CRS:
    """Return the coordinate system that a person named."""
    try:
        return CRS.from_user_input(crs)
    except CRSError as error:
        raise CrsError(f"The coordinate system {crs!r} is unknown; give an EPSG code such as EPSG:4326.") from error


def _check_coordinates(features: gpd.GeoDataFrame, path: Path) -> None:
    xy = shapely.get_coordinates(features.geometry.to_numpy())
    if not np.isfinite(xy).all():
        raise FileError(
            f"{path} has {int((~np.isfinite(xy)).any(axis=1).sum())} coordinates that are not finite numbers; remove them."
        )
    if len(xy) == 0 or not features.crs.is_geographic:
        return
    widest, highest = np.abs(xy).max(axis=0)
    if highest > 90 and widest <= 90:
        raise CrsError(
            f"{path} seems to have its axes swapped (a latitude of {highest:g}); write longitude first, then latitude."
        )
    if highest > 90 or widest > 540:
        raise CrsError(
            f"{path} says its coordinates are degrees ({features.crs.to_string()}), but they reach {widest:g}, {highest:g}; "
            "name the coordinate system they are really in."
        )
