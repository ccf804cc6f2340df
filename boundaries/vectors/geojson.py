"""Check a GeoJSON document against RFC 7946 before anything else reads it.

The first thing that breaks a rule is named with its place in the document and its value. What the standard only
advises against (winding order, nested or single collections, a fourth coordinate) passes.
"""

from __future__ import annotations

import json
import math
from itertools import chain
from pathlib import Path
from typing import Any

from geopolity.errors import RequestError

LARGEST_BYTES = 100_000_000
DEPTHS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
COLLECTION = "GeometryCollection"
FOREIGN = {
    "FeatureCollection": ("coordinates", "geometry", "geometries", "properties"),
    "Feature": ("coordinates", "features", "geometries"),
}
NOT_IN_GEOMETRY = ("features", "geometry", "properties")
NAMES = {dict: "an object", list: "an array", str: "a text", int: "a number", float: "a number", bool: "a truth value"}


class GeoJsonError(RequestError):
    """A document is not GeoJSON."""

    code = "geojson"


def check_geojson(path: Path) -> None:
    """Refuse a document that is not GeoJSON, or is too large to be read whole."""
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        raise GeoJsonError(
            f"{path} has {size / 1e6:.0f} MB, above the limit of {LARGEST_BYTES / 1e6:.0f} MB for GeoJSON; "
            "convert it to GeoParquet, FlatGeobuf or GeoPackage."
        )
    try:
        document = json.loads(path.read_bytes(), object_pairs_hook=_unique, parse_constant=_no_constant)
        _check_document(document)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise GeoJsonError(f"{path} is not JSON ({error}); export it again as GeoJSON.") from error
    except RecursionError as error:
        raise GeoJsonError(f"{path} is nested too deeply to be GeoJSON; export it again.") from error
    except _Broken as broken:
        raise GeoJsonError(f"{path} is not valid GeoJSON: {broken}; correct it or export it again.") from broken


class _Broken(Exception):
    """What is wrong, without the name of the file."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Broken(f"the member {twice!r} occurs twice in one object")
    return table


def _no_constant(name: str) -> Any:
    raise _Broken(f"{name} is not a finite number")


def _check_document(document: Any) -> None:
    kind = _kind(document, "the document")
    if kind == "FeatureCollection":
        _check_bbox(document, kind)
        _foreign(document, kind)
        features = document.get("features")
        if not isinstance(features, list):
            raise _Broken(f'"features" must be an array and is {_name(features)}')
        for number, feature in enumerate(features):
            if _kind(feature, f"feature {number}") != "Feature":
                raise _Broken(f'feature {number} has the type {feature["type"]!r} instead of "Feature"')
            _check_feature(feature, f"feature {number}")
    elif kind == "Feature":
        _check_feature(document, "the feature")
    else:
        _check_geometry(document, "the geometry")


def _kind(value: Any, where: str) -> str:
    if not isinstance(value, dict):
        raise _Broken(f"{where} must be an object and is {_name(value)}")
    kind = value.get("type")
    if not isinstance(kind, str):
        raise _Broken(f'{where} needs a "type" that is a text and has {_name(kind)}')
    known = (*DEPTHS, COLLECTION, "Feature", "FeatureCollection")
    if kind not in known:
        alike = next((name for name in known if name.lower() == kind.lower()), None)
        hint = f" (it is written {alike})" if alike else ""
        raise _Broken(f"{where} has the unknown type {kind!r}{hint}")
    return kind


def _check_feature(feature: dict[str, Any], where: str) -> None:
    _check_bbox(feature, where)
    _foreign(feature, "Feature")
    if not isinstance(feature.get("id", ""), str | int | float):
        raise _Broken(f'{where} has an "id" that is {_name(feature["id"])} instead of a text or number')
    if not isinstance(feature.get("properties", {}) or {}, dict) or feature.get("properties") == []:
        raise _Broken(f'{where} has "properties" that are {_name(feature["properties"])} instead of an object')
    if "geometry" not in feature:
        raise _Broken(f'{where} lacks the member "geometry"')
    if feature["geometry"] is not None:
        _check_geometry(feature["geometry"], f"the geometry of {where}")


def _check_geometry(geometry: Any, where: str) -> None:
    kind = _kind(geometry, where)
    _check_bbox(geometry, where)
    for member in NOT_IN_GEOMETRY:
        if member in geometry:
            raise _Broken(f"{where} cannot contain {member!r}")
    if kind == COLLECTION:
        parts = geometry.get("geometries")
        if not isinstance(parts, list):
            raise _Broken(f'{where} needs "geometries" that are an array and has {_name(parts)}')
        for number, part in enumerate(parts):
            _check_geometry(part, f"part {number} of {where}")
        return
    if kind not in DEPTHS:
        raise _Broken(f"{where} has the type {kind!r}, which is no geometry")
    if "coordinates" not in geometry:
        raise _Broken(f'{where} lacks the member "coordinates"')
    _check_coordinates(geometry["coordinates"], kind, DEPTHS[kind], where)


def _check_coordinates(value: Any, kind: str, depth: int, where: str) -> None:
    if not isinstance(value, list):
        raise _Broken(f"{where} ({kind}) has {_name(value)} where its coordinates need an array")
    if depth > 1:
        for part in value:
            _check_coordinates(part, kind, depth - 1, where)
        return
    positions = value if depth else [value]
    _check_positions(positions, where)
    if "Line" in kind and len(positions) < 2:
        raise _Broken(f"{where} has a line of {len(positions)} position, which needs two or more")
    if "Polygon" in kind and depth == 1:
        _check_ring(positions, where)


def _check_positions(positions: list[Any], where: str) -> None:
    odd = next((position for position in positions if not isinstance(position, list) or len(position) < 2), None)
    if odd is not None or None in positions:
        raise _Broken(f"{where} has {str(odd)[:40]} where a position [longitude, latitude] belongs")
    if not set(map(type, chain.from_iterable(positions))) <= {int, float}:
        odd = next(part for part in chain.from_iterable(positions) if type(part) not in (int, float))
        raise _Broken(f"{where} has {str(odd)[:40]!r} in a position, where a number belongs")
    if not all(map(math.isfinite, chain.from_iterable(positions))):
        raise _Broken(f"{where} has a position that is not finite")


def _check_ring(ring: list[Any], where: str) -> None:
    if len(ring) < 4:
        raise _Broken(f"{where} has a ring of {len(ring)} positions, which needs four or more")
    if ring[0] != ring[-1]:
        raise _Broken(f"{where} has a ring that begins at {ring[0]} and ends at {ring[-1]} instead of closing")


def _check_bbox(value: dict[str, Any], where: str) -> None:
    if "bbox" not in value:
        return
    box = value["bbox"]
    if not isinstance(box, list) or len(box) not in (4, 6) or not all(type(edge) in (int, float) for edge in box):
        raise _Broken(f'{where} has the "bbox" {str(box)[:40]}, which must be 4 or 6 numbers')


def _foreign(value: dict[str, Any], kind: str) -> None:
    for member in FOREIGN[kind]:
        if member in value:
            raise _Broken(f"a {kind} cannot contain {member!r}")


def _name(value: Any) -> str:
    return NAMES.get(type(value), "missing or null")
