"""Coordinate systems to choose from, for a file that names none: those that its coordinates fit, or by name or code.

All from pyproj's own copy of the EPSG data set; nothing is asked of the network.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from pyproj import CRS, Transformer
from pyproj.aoi import AreaOfUse
from pyproj.database import CRSInfo, query_crs_info
from pyproj.enums import PJType
from pyproj.exceptions import ProjError

Box = tuple[float, float, float, float]
MOST = 12
DEGREES = ("4326", "4269", "4258")
COMMON = (
    *("3857", "3035", "5070", "3978", "6933", "2154", "27700", "25830", "25831", "25832", "25833", "28992", "31370"),
    *("2056", "2180", "5514", "3006", "3067", "3301", "2193", "3577", "7855", "7856", "5880", "31983", "32718", "6372"),
)
"""Systems that national offices publish in; fitted ones of these come first."""
KINDS = [PJType.GEOGRAPHIC_2D_CRS, PJType.PROJECTED_CRS]


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A coordinate system: its code and name, the area it is for, and where the middle of the file would lie in it.

    Attributes
    ----------
    latitude, longitude
        Degrees; ``None`` where no file is asked about.
    """

    code: str
    name: str
    area: str
    latitude: float | None
    longitude: float | None


def systems_for(bounds: Box) -> list[System]:
    """Systems that a file's coordinates (west, south, east, north, in its own unit) fit, the common ones first."""
    west, south, east, north = bounds
    if west >= -360 and east <= 360 and south >= -90 and north <= 90:
        return list(_fitting((_known()[code] for code in DEGREES), bounds))
    common = list(_fitting((_known()[code] for code in COMMON if code in _known()), bounds))
    zones = (info for info in _known().values() if re.match(r"WGS 84 / UTM zone \d+[NS]$", info.name))
    return (common + list(_fitting(zones, bounds)))[:MOST]


def systems_named(text: str, bounds: Box | None = None) -> list[System]:
    """Systems by an EPSG code, or by words of their name and area; those that the coordinates fit come first."""
    code = re.fullmatch(r"\s*(?:epsg\s*:?\s*)?(\d{3,6})\s*", text, re.IGNORECASE)
    words = [word.casefold() for word in re.split(r"[\s/,]+", text) if word]
    if code is not None:
        found = [info for key, info in _known().items() if key.startswith(code[1])]
        found.sort(key=lambda info: (len(info.code), info.code))
    else:
        found = [info for info, said in _said() if words and all(word in said for word in words)]
        found.sort(key=lambda info: (not all(word in info.name.casefold() for word in words), len(info.name)))
    if bounds is None:
        return [_system(info, None) for info in found[:MOST]]
    fitting = list(_fitting(found[: 20 * MOST], bounds))[:MOST]
    fitted = {one.code for one in fitting}
    return (fitting + [_system(info, None) for info in found if f"EPSG:{info.code}" not in fitted])[:MOST]


@lru_cache(maxsize=1)
def _known() -> dict[str, CRSInfo]:
    return {info.code: info for info in query_crs_info(auth_name="EPSG", pj_types=KINDS) if not info.deprecated}


@lru_cache(maxsize=1)
def _said() -> list[tuple[CRSInfo, str]]:
    return [(info, f"{info.name} {_area(info)}".casefold()) for info in _known().values()]


def _area(info: CRSInfo) -> str:
    return (info.area_of_use.name or "") if info.area_of_use else ""


def _fitting(infos: Iterable[CRSInfo], bounds: Box) -> Iterator[System]:
    """Those in whose own area the middle of the file lies."""
    for info in infos:
        middle = _middle(info.code, bounds)
        if middle is not None and _holds(info.area_of_use, *middle):
            yield _system(info, middle)


def _middle(code: str, bounds: Box) -> tuple[float, float] | None:
    west, south, east, north = bounds
    try:
        lon, lat = _to_degrees(code).transform((west + east) / 2, (south + north) / 2)
    except ProjError:
        return None
    return (lon, lat) if np.isfinite([lon, lat]).all() else None


@lru_cache(maxsize=256)
def _to_degrees(code: str) -> Transformer:
    return Transformer.from_crs(CRS.from_epsg(int(code)), 4326, always_xy=True)


def _holds(area: AreaOfUse | None, lon: float, lat: float) -> bool:
    if area is None:
        return False
    west, south, east, north = area.bounds
    across = west <= lon <= east if west <= east else lon >= west or lon <= east
    return bool(across and south <= lat <= north)


def _system(info: CRSInfo, middle: tuple[float, float] | None) -> System:
    lon, lat = (None, None) if middle is None else (round(middle[0], 2), round(middle[1], 2))
    return System(
        code=f"EPSG:{info.code}", name=info.name, area=_area(info).partition(":")[0], latitude=lat, longitude=lon
    )
