"""The coordinate system of what was read: the file's own, or one that a person names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from boundaries.errors import CrsError, FileError
from geopolity.arrays import FloatArray, GeometryArray
from geopolity.messages import Message

EARTH_M = 25_000_000
"""No projected coordinate system in metres reaches farther."""
LOOKED_AT = 20_000
"""Shapes whose vertices are looked at together."""


def given_crs(crs: Any) -> CRS:
    """Return the coordinate system that a person named."""
    try:
        return CRS.from_user_input(crs)
    except CRSError as error:
        raise CrsError(
            "The coordinate system {crs:quoted} is unknown; give an EPSG code such as EPSG:4326.", crs=crs
        ) from error


def is_known(crs: Any) -> bool:
    """Whether a coordinate system says where on Earth its coordinates are: not so a local or an undefined one."""
    if crs is None:
        return False
    system = CRS.from_user_input(crs)
    if not (system.is_geographic or system.is_projected):
        return False
    factor = system.axis_info[0].unit_conversion_factor if system.axis_info else 0.0
    return bool(np.isfinite(factor) and factor > 0)


def located(features: gpd.GeoDataFrame, path: Path, crs: Any) -> tuple[gpd.GeoDataFrame, str]:
    """Features with a coordinate system that their coordinates do not contradict, and how it was known.

    Parameters
    ----------
    crs
        What a person named, for a file that names none or one that lies nowhere.
    """
    own = features.crs if is_known(features.crs) else None
    if crs is not None and own is None:
        features = features.set_crs(_usable(crs), allow_override=True)
    elif crs is not None and own is not None and not CRS.equals(own, given_crs(crs), ignore_axis_order=True):
        raise CrsError(
            "{path} says it is in {said}, not {crs}; leave the option out or correct the file.",
            path=path,
            said=own.to_string(),
            crs=crs,
        )
    if not is_known(features.crs):
        raise CrsError(
            "{path} names no coordinate system{undefined}; give one, for example --crs EPSG:4326 for longitude, "
            "latitude.",
            path=path,
            undefined="" if features.crs is None else Message(" that lies on Earth ({name})", name=features.crs.name),
        )
    check_coordinates(features.geometry, path)
    return features, "the file" if own is not None else "named"


def _usable(crs: Any) -> CRS:
    given = given_crs(crs)
    if not is_known(given):
        raise CrsError(
            "The coordinate system {crs:quoted} does not say where on Earth it lies; give an EPSG code such as "
            "EPSG:4326.",
            crs=crs,
        )
    return given


def check_coordinates(shapes: gpd.GeoSeries, path: Path) -> None:
    """Refuse coordinates that are not numbers, or contradict their coordinate system."""
    found = _extremes(shapes.to_numpy())
    if found.odd:
        raise FileError(
            "{path} has {count} coordinates that are not finite numbers; remove them.",
            path=path,
            count=found.odd,
        )
    if not found.count:
        return
    if shapes.crs.is_geographic:
        _check_degrees(found, shapes.crs, path)
    else:
        _check_metres(found, shapes.crs, path)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Extremes:
    """How many vertices there are, how many of them are no numbers, and how far the others reach."""

    count: int
    odd: int
    low: FloatArray
    high: FloatArray

    @property
    def farthest(self) -> FloatArray:
        """Largest distance from 0 along each axis."""
        return np.maximum(np.abs(self.low), np.abs(self.high))


def _extremes(shapes: GeometryArray) -> _Extremes:
    """Look at the vertices a part at a time: all of them at once would double what a large file takes."""
    count, odd, low, high = 0, 0, np.full(2, np.inf), np.full(2, -np.inf)
    for first in range(0, len(shapes), LOOKED_AT):
        xy = shapely.get_coordinates(shapes[first : first + LOOKED_AT])
        finite = np.isfinite(xy).all(axis=1)
        count, odd = count + len(xy), odd + int((~finite).sum())
        if finite.any():
            low, high = np.minimum(low, xy[finite].min(axis=0)), np.maximum(high, xy[finite].max(axis=0))
    return _Extremes(count=count, odd=odd, low=low, high=high)


def _check_degrees(found: _Extremes, crs: CRS, path: Path) -> None:
    widest, highest = found.farthest
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


def _check_metres(found: _Extremes, crs: CRS, path: Path) -> None:
    farthest = float(found.farthest.max()) * crs.axis_info[0].unit_conversion_factor
    if farthest > EARTH_M:
        raise CrsError(
            "{path} says it is in {crs}, but its coordinates reach {km:count} km, which is off the Earth; name "
            "the coordinate system they are really in.",
            path=path,
            crs=crs.to_string(),
            km=round(farthest / 1000),
        )
    if (found.high - found.low).max() < 360 and (found.farthest <= (180, 90)).all():
        raise CrsError(
            "{path} says it is in {crs}, but its coordinates (up to {most:number}) look like degrees; name "
            "EPSG:4326 if they are.",
            path=path,
            crs=crs.to_string(),
            most=float(found.farthest.max()),
        )
