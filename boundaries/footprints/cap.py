"""Alerts in the Common Alerting Protocol (CAP 1.2): polygons, circles, and areas by code.

Where an area has a polygon or a circle, that is its ground. Else its codes are: SAME codes are US counties by their
FIPS codes, UGC codes of counties likewise; UGC codes of forecast zones need a table of code and unit id.
"""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree.ElementTree import Element

import geopandas as gpd
import pandas as pd
import shapely

from boundaries.embedded import data_folder
from boundaries.errors import FileError
from boundaries.opening import read_any_table
from boundaries.tables.columns import recognised
from boundaries.xml import children, local_name, text_of
from geopolity.affected.footprint import Area, Footprint, Radius, Units
from geopolity.affected.mixed import Union
from geopolity.identifiers import UnitId

_LETTERS = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH "
    "OK OR PA "
    "RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI"
)
_NUMBERS = (
    "01 02 04 05 06 08 09 10 11 12 13 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 "
    "40 41 42 "
    "44 45 46 47 48 49 50 51 53 54 55 56 60 66 69 72 78"
)
STATES = dict(zip(_LETTERS.split(), _NUMBERS.split(), strict=True))
"""US states by their letters, with their FIPS codes."""
CODES = ("code", "ugc", "same", "zone", "state_zone", "geocode")
IDS = ("unit_id", "geoid", "fips", "id", "county")


def is_alert(root: Element) -> bool:
    """Whether an XML document is an alert."""
    return local_name(root) == "alert"


def alert_of(root: Element, path: Path, codes: Path | None) -> Footprint:
    """Ground, or units, that an alert is for; all its areas together.

    Parameters
    ----------
    codes
        Table with a column of codes and one of unit ids, for codes that are no counties.
    """
    areas = [area for info in children(root, "info") for area in children(info, "area")]
    polygons = [_polygon(one.text or "", path) for area in areas for one in children(area, "polygon")]
    circles = [_circle(one.text or "", path) for area in areas for one in children(area, "circle")]
    coded = [area for area in areas if not children(area, "polygon") and not children(area, "circle")]
    parts: list[Footprint] = []
    if polygons:
        parts.append(Area(shapes=gpd.GeoSeries(polygons, crs=4326)))
    if circles:
        points, reach = zip(*circles, strict=True)
        parts.append(Radius(points=gpd.GeoSeries(list(points), crs=4326), distance_km=tuple(reach)))
    if coded:
        parts.append(_units(coded, path, codes))
    if not parts:
        raise FileError("{path} is an alert without an area; choose one that says where it holds.", path=path)
    return parts[0] if len(parts) == 1 else Union(parts=tuple(parts), how="max")


def _numbers(text: str, path: Path) -> list[float]:
    try:
        return [float(part) for part in re.split(r"[,\s]+", text.strip())]
    except ValueError as error:
        raise FileError(
            "{path} has {text:quoted} where latitude,longitude pairs belong; correct it.",
            path=path,
            text=text.strip()[:60],
        ) from error


def _polygon(text: str, path: Path) -> shapely.Polygon:
    numbers = _numbers(text, path)
    pairs = list(zip(numbers[1::2], numbers[0::2], strict=False))
    if len(numbers) % 2 or len(pairs) < 4 or pairs[0] != pairs[-1]:
        raise FileError(
            "{path} has a polygon of {count} points that does not close; the first and the last must be the same.",
            path=path,
            count=len(pairs),
        )
    _check_places(pairs, path)
    return shapely.Polygon(pairs)


def _circle(text: str, path: Path) -> tuple[shapely.Point, float]:
    numbers = _numbers(text, path)
    if len(numbers) != 3:
        raise FileError(
            "{path} has the circle {text:quoted}, which is no latitude,longitude and radius in km; correct it.",
            path=path,
            text=text.strip()[:60],
        )
    latitude, longitude, reach = numbers
    _check_places([(longitude, latitude)], path)
    return shapely.Point(longitude, latitude), max(reach, 0.001)


def _check_places(pairs: list[tuple[float, float]], path: Path) -> None:
    odd = next(((x, y) for x, y in pairs if not (abs(x) <= 180 and abs(y) <= 90)), None)
    if odd is not None:
        raise FileError(
            "{path} has a place at latitude {lat:number}, longitude {lon:number}, which is not on Earth; correct it.",
            path=path,
            lat=odd[1],
            lon=odd[0],
        )


def _units(areas: list[Element], path: Path, codes: Path | None) -> Units:
    told = [
        (text_of(code, "valueName").upper(), text_of(code, "value").upper())
        for area in areas
        for code in children(area, "geocode")
    ]
    if not told:
        raise FileError(
            "{path} names areas ({areas:list}) without polygon, circle or code; draw them, or list units=ID,ID.",
            path=path,
            areas=[text_of(area, "areaDesc")[:60] for area in areas][:5],
        )
    named = _table(codes) if codes is not None else {}
    same = {value for name, value in told if name == "SAME"}
    found: set[str] = set()
    unknown: list[str] = []
    for name, value in told:
        if same and name == "UGC" and value not in named:
            continue  # the same area, said twice
        units = named.get(value) or _counties(name, value)
        found.update(units)
        unknown.extend([] if units else [value])
    if unknown:
        raise FileError(
            "{path} names the codes {codes:list}, which are no counties; give a table of code and unit_id with "
            "--codes.",
            path=path,
            codes=sorted(set(unknown)),
        )
    return Units(weights={UnitId(unit): 1.0 for unit in sorted(found)})


def _counties(name: str, value: str) -> set[str]:
    """FIPS codes of the counties that a SAME code, or a UGC code of a county, stands for."""
    if name in ("SAME", "FIPS6") and re.fullmatch(r"[0-9]{6}", value):
        return _of_state(value[1:3]) if value.endswith("000") else {value[1:]}
    ugc = re.fullmatch(r"([A-Z]{2})C([0-9]{3})", value)
    if name == "UGC" and ugc and ugc[1] in STATES:
        return {STATES[ugc[1]] + ugc[2]}
    return set()


def _of_state(state: str) -> set[str]:
    ids = pd.read_parquet(data_folder() / "us-counties.parquet", columns=["population"]).index
    return {str(unit) for unit in ids if str(unit).startswith(state)}


def _table(path: Path) -> dict[str, set[str]]:
    frame = read_any_table(path).frame
    code, unit = recognised(frame, CODES), recognised(frame, IDS)
    if code is None or unit is None:
        raise FileError(
            "{path} needs a column of codes ({codes:or}) and one of unit ids ({ids:or}); name them so.",
            path=path,
            codes=list(CODES),
            ids=list(IDS),
        )
    known = frame[[code, unit]].dropna().astype(str)
    return {str(key).upper(): set(rows) for key, rows in known.groupby(code)[unit]}
