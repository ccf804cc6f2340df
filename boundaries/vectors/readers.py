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

from boundaries.errors import CrsError, FileError
from boundaries.tables.delimited import read_points
from boundaries.vectors.archives import unpacked
from boundaries.vectors.geojson import check_geojson
from boundaries.vectors.signatures import check_signature
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
    ".csv": "CSV of points",
    ".tsv": "CSV of points",
}
ARCHIVES = {".zip", ".kmz"}
EARTH_M = 25_000_000
"""No projected coordinate system in metres reaches farther."""


def read_vector(path: Path, *, crs: Any = None) -> gpd.GeoDataFrame:
    """Features of a file with a coordinate system.

    Parameters
    ----------
    crs
        Coordinate system to assume where the file names none, as an EPSG code or name.
    """
    existing_file(path)
    suffix = path.suffix.lower()
    if suffix in ARCHIVES:
        with unpacked(path) as inner:
            return _located(_read(inner, path), path, crs)
    if suffix not in FORMATS:
        raise FileError(
            "{path} has the suffix {suffix:quoted}, which is not one of {known:list}; convert it first.",
            path=path,
            suffix=path.suffix,
            known=[*FORMATS, *sorted(ARCHIVES)],
        )
    return _located(_read(path, path), path, crs)


def existing_file(path: Path) -> Path:
    """Return the path of a file with something in it."""
    if str(path).startswith("/vsi"):
        raise FileError(
            "{path} is a virtual path; download or unpack the file and name it on disk.",
            path=path,
        )
    if not path.exists():
        raise FileError(
            "There is no file {path}; check the name, or see `geopolity layer list`, `geopolity issue list`.",
            path=path,
        )
    if path.is_dir():
        raise FileError(
            "{path} is a folder; name a file inside it.",
            path=path,
        )
    if path.stat().st_size == 0:
        raise FileError(
            "{path} is empty; export it again.",
            path=path,
        )
    return path


def given_crs(crs: Any) -> CRS:
    """Return the coordinate system that a person named."""
    try:
        return CRS.from_user_input(crs)
    except CRSError as error:
        raise CrsError(
            "The coordinate system {crs:quoted} is unknown; give an EPSG code such as EPSG:4326.",
            crs=crs,
        ) from error


def _read(path: Path, named: Path) -> gpd.GeoDataFrame:
    """Features of a plain file; ``named`` is what the person called it."""
    format_name = FORMATS[path.suffix.lower()]
    check_signature(path, named, format_name)
    try:
        with np.errstate(invalid="ignore"):  # coordinates that are no numbers are refused once they are read
            features = _features(path, format_name)
    except RequestError:
        raise
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0][:200]
        raise FileError(
            "{path} cannot be read as {format} ({reason}); export it again.",
            path=named,
            format=format_name,
            reason=reason,
        ) from error
    if features.empty:
        raise FileError(
            "{path} holds no features; choose a file with at least one.",
            path=named,
        )
    if not isinstance(features, gpd.GeoDataFrame):
        raise FileError(
            "{path} holds a table without geometry; choose a file of areas, lines or points.",
            path=named,
        )
    return features


def _features(path: Path, format_name: str) -> gpd.GeoDataFrame:
    if format_name == "GeoParquet":
        return gpd.read_parquet(path)
    if format_name == "CSV of points":
        return read_points(path)
    if format_name == "GeoJSON":
        check_geojson(path)
    try:
        return pyogrio.read_dataframe(path, force_2d=True)
    except UnicodeDecodeError:
        return pyogrio.read_dataframe(path, force_2d=True, encoding="cp1252")


def _located(features: gpd.GeoDataFrame, path: Path, crs: Any) -> gpd.GeoDataFrame:
    """Features with a coordinate system that their coordinates do not contradict."""
    if crs is not None and features.crs is None:
        features = features.set_crs(given_crs(crs))
    if crs is not None and not CRS.equals(features.crs, given_crs(crs), ignore_axis_order=True):
        raise CrsError(
            "{path} says it is in {said}, not {crs}; leave the option out or correct the file.",
            path=path,
            said=features.crs.to_string(),
            crs=crs,
        )
    if features.crs is None:
        raise CrsError(
            "{path} names no coordinate system; give one, for example --crs EPSG:4326 for longitude, latitude.",
            path=path,
        )
    check_coordinates(features.geometry, path)
    return features


def check_coordinates(shapes: gpd.GeoSeries, path: Path) -> None:
    """Refuse coordinates that are not numbers, or contradict their coordinate system."""
    xy = shapely.get_coordinates(shapes.to_numpy())
    finite = np.isfinite(xy).all(axis=1)
    if not finite.all():
        raise FileError(
            "{path} has {number} coordinates that are not finite numbers; remove them.",
            path=path,
            number=int((~finite).sum()),
        )
    if len(xy) == 0:
        return
    if shapes.crs.is_geographic:
        _check_degrees(xy, shapes.crs, path)
    else:
        _check_metres(xy, shapes.crs, path)


def _check_degrees(xy: np.ndarray, crs: CRS, path: Path) -> None:
    widest, highest = np.abs(xy).max(axis=0)
    if 90 < highest <= 180 and widest <= 90:
        raise CrsError(
            "{path} seems to have its axes swapped (a latitude of {latitude:number}); write longitude first, then "
            "latitude.",
            path=path,
            latitude=highest,
        )
    if highest > 90 or widest > 540:
        raise CrsError(
            "{path} says its coordinates are degrees ({crs}), but they reach {x:number} and {y:number}; name the "
            "coordinate system they are really in.",
            path=path,
            crs=crs.to_string(),
            x=float(widest),
            y=float(highest),
        )


def _check_metres(xy: np.ndarray, crs: CRS, path: Path) -> None:
    farthest = float(np.abs(xy).max()) * crs.axis_info[0].unit_conversion_factor
    if farthest > EARTH_M:
        raise CrsError(
            "{path} says it is in {crs}, but its coordinates reach {km:count} km, which is off the Earth; name "
            "the coordinate system they are really in.",
            path=path,
            crs=crs.to_string(),
            km=round(farthest / 1000),
        )
    if np.ptp(xy, axis=0).max() < 360 and np.abs(xy[:, 0]).max() <= 180 and np.abs(xy[:, 1]).max() <= 90:
        raise CrsError(
            "{path} says it is in {crs}, but its coordinates (up to {most:number}) look like degrees; name "
            "EPSG:4326 if they are.",
            path=path,
            crs=crs.to_string(),
            most=np.abs(xy).max(),
        )
