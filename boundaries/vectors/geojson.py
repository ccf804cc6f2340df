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

import geopandas as gpd

from geopolity.errors import GeopolityError, RequestError
from geopolity.messages import Message

LARGEST_BYTES = 100_000_000
"""Larger documents are streamed by GDAL, feature by feature."""
ENDS_BYTES = 4_096
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
    """Refuse a document that is not GeoJSON; one too large to be held as text is looked at from both ends."""
    if path.stat().st_size > LARGEST_BYTES:
        _check_ends(path)
        return
    try:
        document = json.loads(path.read_bytes(), object_pairs_hook=_unique, parse_constant=_no_constant)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise GeoJsonError(
            "{path} is not JSON ({reason}); export it again as GeoJSON.",
            path=path,
            reason=str(error),
        ) from error
    except RecursionError as error:
        raise _too_deep(path) from error
    except _Broken as broken:
        raise _invalid(path, broken) from broken
    check_document(document, path)


def _check_ends(path: Path) -> None:
    """Refuse a large document that begins or ends like no GeoJSON: what was cut off would be people lost."""
    with path.open("rb") as file:
        head = file.read(ENDS_BYTES).decode("utf-8-sig", errors="replace").lstrip()
        file.seek(-ENDS_BYTES, 2)
        tail = file.read().decode("utf-8", errors="replace").rstrip()
    if not head.startswith("{") or '"type"' not in head:
        raise _invalid(path, _Broken("it does not begin as an object with a type"))
    if not tail.endswith("}"):
        raise _invalid(path, _Broken("it ends in the middle of a feature"))


def check_document(document: Any, path: Path) -> None:
    """Refuse a document, already read, that is not GeoJSON; ``path`` is what it is called."""
    try:
        _check_document(document)
    except RecursionError as error:
        raise _too_deep(path) from error
    except _Broken as broken:
        raise _invalid(path, broken) from broken


def geojson_features(document: dict[str, Any], path: Path) -> gpd.GeoDataFrame:
    """Features of a FeatureCollection, already read, in longitude and latitude; ``path`` is what it is called."""
    check_document(document, path)
    return gpd.GeoDataFrame.from_features(document, crs="EPSG:4326")


def _too_deep(path: Path) -> GeoJsonError:
    return GeoJsonError("{path} is nested too deeply to be GeoJSON; export it again.", path=path)


def _invalid(path: Path, reason: GeopolityError) -> GeoJsonError:
    return GeoJsonError(
        "{path} is not valid GeoJSON: {reason}; correct it or export it again.", path=path, reason=reason
    )


class _Broken(GeopolityError):
    """What is wrong, without the name of the file."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Broken(
            "the member {twice:quoted} occurs twice in one object",
            twice=twice,
        )
    return table


def _no_constant(name: str) -> Any:
    raise _Broken(
        "{name} is not a finite number",
        name=name,
    )


def _check_document(document: Any) -> None:
    kind = _kind(document, Message("the document"))
    if kind == "FeatureCollection":
        _check_bbox(document, kind)
        _foreign(document, kind)
        features = document.get("features")
        if not isinstance(features, list):
            raise _Broken(
                '"features" must be an array and is {value:jsonvalue}',
                value=_name(features),
            )
        for number, feature in enumerate(features):
            if _kind(feature, Message("feature {number}", number=number)) != "Feature":
                raise _Broken(
                    'feature {number} has the type {kind:quoted} instead of "Feature"',
                    number=number,
                    kind=feature["type"],
                )
            _check_feature(feature, Message("feature {number}", number=number))
    elif kind == "Feature":
        _check_feature(document, Message("the feature"))
    else:
        _check_geometry(document, Message("the geometry"))


def _kind(value: Any, where: Message) -> str:
    if not isinstance(value, dict):
        raise _Broken(
            "{where} must be an object and is {value:jsonvalue}",
            where=where,
            value=_name(value),
        )
    kind = value.get("type")
    if not isinstance(kind, str):
        raise _Broken(
            '{where} needs a "type" that is a text and has {value:jsonvalue}',
            where=where,
            value=_name(kind),
        )
    known = (*DEPTHS, COLLECTION, "Feature", "FeatureCollection")
    if kind not in known:
        alike = next((name for name in known if name.lower() == kind.lower()), None)
        if alike:
            raise _Broken(
                "{where} has the unknown type {kind:quoted} (it is written {alike})",
                where=where,
                kind=kind,
                alike=alike,
            )
        raise _Broken(
            "{where} has the unknown type {kind:quoted}",
            where=where,
            kind=kind,
        )
    return kind


def _check_feature(feature: dict[str, Any], where: Message) -> None:
    _check_bbox(feature, where)
    _foreign(feature, "Feature")
    if not isinstance(feature.get("id", ""), str | int | float):
        raise _Broken(
            '{where} has an "id" that is {value:jsonvalue} instead of a text or number',
            where=where,
            value=_name(feature["id"]),
        )
    if not isinstance(feature.get("properties", {}) or {}, dict) or feature.get("properties") == []:
        raise _Broken(
            '{where} has "properties" that are {value:jsonvalue} instead of an object',
            where=where,
            value=_name(feature["properties"]),
        )
    if "geometry" not in feature:
        raise _Broken(
            '{where} lacks the member "geometry"',
            where=where,
        )
    if feature["geometry"] is not None:
        _check_geometry(feature["geometry"], Message("the geometry of {where}", where=where))


def _check_geometry(geometry: Any, where: Message) -> None:
    kind = _kind(geometry, where)
    _check_bbox(geometry, where)
    for member in NOT_IN_GEOMETRY:
        if member in geometry:
            raise _Broken(
                "{where} cannot contain {member:quoted}",
                where=where,
                member=member,
            )
    if kind == COLLECTION:
        parts = geometry.get("geometries")
        if not isinstance(parts, list):
            raise _Broken(
                '{where} needs "geometries" that are an array and has {value:jsonvalue}',
                where=where,
                value=_name(parts),
            )
        for number, part in enumerate(parts):
            _check_geometry(part, Message("part {number} of {where}", number=number, where=where))
        return
    if kind not in DEPTHS:
        raise _Broken(
            "{where} has the type {kind:quoted}, which is no geometry",
            where=where,
            kind=kind,
        )
    if "coordinates" not in geometry:
        raise _Broken(
            '{where} lacks the member "coordinates"',
            where=where,
        )
    _check_coordinates(geometry["coordinates"], kind, DEPTHS[kind], where)


def _check_coordinates(value: Any, kind: str, depth: int, where: Message) -> None:
    if not isinstance(value, list):
        raise _Broken(
            "{where} ({kind}) has {value:jsonvalue} where its coordinates need an array",
            where=where,
            kind=kind,
            value=_name(value),
        )
    if depth > 1:
        for part in value:
            _check_coordinates(part, kind, depth - 1, where)
        return
    positions = value if depth else [value]
    _check_positions(positions, where)
    if "Line" in kind and len(positions) < 2:
        raise _Broken(
            "{where} has a line of {number:count} position, which needs two or more",
            where=where,
            number=len(positions),
        )
    if "Polygon" in kind and depth == 1:
        _check_ring(positions, where)


def _check_positions(positions: list[Any], where: Message) -> None:
    odd = next((position for position in positions if not isinstance(position, list) or len(position) < 2), None)
    if odd is not None or None in positions:
        raise _Broken(
            "{where} has {odd} where a position [longitude, latitude] belongs",
            where=where,
            odd=str(odd)[:40],
        )
    if not set(map(type, chain.from_iterable(positions))) <= {int, float}:
        odd = next(part for part in chain.from_iterable(positions) if type(part) not in (int, float))
        raise _Broken(
            "{where} has {odd:quoted} in a position, where a number belongs",
            where=where,
            odd=str(odd)[:40],
        )
    if not all(map(math.isfinite, chain.from_iterable(positions))):
        raise _Broken(
            "{where} has a position that is not finite",
            where=where,
        )


def _check_ring(ring: list[Any], where: Message) -> None:
    if len(ring) < 4:
        raise _Broken(
            "{where} has a ring of {number:count} positions, which needs four or more",
            where=where,
            number=len(ring),
        )
    if ring[0] != ring[-1]:
        raise _Broken(
            "{where} has a ring that begins at {first} and ends at {last} instead of closing",
            where=where,
            first=ring[0],
            last=ring[-1],
        )


def _check_bbox(value: dict[str, Any], where: str | Message) -> None:
    if "bbox" not in value:
        return
    box = value["bbox"]
    if not isinstance(box, list) or len(box) not in (4, 6) or not all(type(edge) in (int, float) for edge in box):
        raise _Broken(
            '{where} has the "bbox" {box}, which must be 4 or 6 numbers',
            where=where,
            box=str(box)[:40],
        )


def _foreign(value: dict[str, Any], kind: str) -> None:
    for member in FOREIGN[kind]:
        if member in value:
            raise _Broken(
                "a {kind} cannot contain {member:quoted}",
                kind=kind,
                member=member,
            )


def _name(value: Any) -> str:
    return NAMES.get(type(value), "missing or null")
