"""The issue that a request asks for: its layer found among the known ones, its footprint made or opened.

Layers, issues and uploads are known ones; no name here ever becomes a path.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd

from boundaries.errors import FileError
from boundaries.footprints.files import mixed, open_footprint
from boundaries.footprints.kinds import footprint_from_table
from boundaries.issue_tables import SETTINGS
from boundaries.issues import issue_from_table
from boundaries.vectors.geojson import geojson_features
from geopolity.affected.footprint import Area, Corridor, Footprint, Radius
from geopolity.messages import Message
from geopolity.polity.issue import Issue
from services.derivation.layers import layer_names
from services.derivation.requests.issues import issue_names, open_issue
from services.derivation.requests.spec import DerivationSpec, DrawnSpec, KnownSpec, MixedSpec, UploadSpec
from services.derivation.requests.uploads import upload_path
from services.records import Json

MOST_VERTICES = 200_000
UPLOAD_SAID = (
    *("decay", "weight_column", "levels", "low", "high"),
    *("band", "no_data", "layer_name", "encoding", "crs"),
)
"""What an upload's reader is told, by the names that it has there."""
HERE = Path("the request")
"""What sentences about a footprint call its source."""
DRAWING = Path("The drawing")


def issue_of(spec: DerivationSpec, home: Path) -> Issue:
    """Make the issue that was asked for; its layer is a known one.

    Raises
    ------
    FileError
        If the layer, an issue or an upload is none that the service knows.
    """
    if spec.layer not in layer_names(home):
        raise FileError(
            "There is no layer {layer:quoted}; there are {layers:list}.",
            layer=spec.layer,
            layers=list(layer_names(home)),
        )
    values = spec.model_dump(include=SETTINGS, exclude_none=True)
    return issue_from_table(values, HERE, name=spec.issue_name, footprint=footprint_of(spec.footprint, home))


def footprint_of(spec: Any, home: Path) -> Footprint:
    """Make the footprint that was asked for."""
    match spec:
        case MixedSpec():
            return mixed([footprint_of(part, home) for part in spec.parts], spec.kind)
        case KnownSpec():
            if spec.name not in issue_names(home):
                raise FileError(
                    "There is no issue {issue:quoted}; there are {issues:list}.",
                    issue=spec.name,
                    issues=list(issue_names(home)),
                )
            return open_issue(spec.name, home).footprint
        case UploadSpec():
            said = {key: getattr(spec, key) for key in UPLOAD_SAID}
            return open_footprint(upload_path(spec.upload, home), buffer_km=spec.distance_km, **said)
        case DrawnSpec():
            return _drawn(spec)
    return footprint_from_table(spec.model_dump(mode="json", exclude_none=True), HERE)


def _drawn(spec: DrawnSpec) -> Footprint:
    """Sort drawn shapes by kind: polygons as they are, lines and points with the distance; the strongest counts."""
    features = _features(spec.geojson)
    groups: dict[str, list[Json]] = {}
    for feature in features:
        kind = str((feature.get("geometry") or {}).get("type", "")).removeprefix("Multi")
        groups.setdefault(kind, []).append(feature)
    parts = []
    for kind, group in sorted(groups.items()):
        shapes = geojson_features({"type": "FeatureCollection", "features": group}, DRAWING)
        parts.append(_drawn_kind(kind, shapes.geometry, spec))
    return mixed(parts, "max")


def _drawn_kind(kind: str, shapes: gpd.GeoSeries, spec: DrawnSpec) -> Footprint:
    match kind:
        case "Polygon":
            return Area(shapes=shapes)
        case "LineString":
            return Corridor(lines=shapes, distance_km=spec.distance_km, decay=spec.decay)  # type: ignore[arg-type]
        case "Point":
            return Radius(points=shapes, distance_km=spec.distance_km, decay=spec.decay)  # type: ignore[arg-type]
    raise FileError(
        "The drawing holds a {kind}; draw areas, lines or points.", kind=kind or Message("shape of no kind")
    )


def _features(geojson: Json) -> list[Json]:
    vertices = _vertices(geojson)
    if vertices > MOST_VERTICES:
        raise FileError(
            "The drawing has {vertices:count} vertices, above the limit of {most:count}; simplify it.",
            vertices=vertices,
            most=MOST_VERTICES,
        )
    kind = geojson.get("type")
    if kind == "FeatureCollection":
        found = geojson.get("features")
    else:
        found = [geojson if kind == "Feature" else {"type": "Feature", "properties": {}, "geometry": geojson}]
    if not isinstance(found, list) or not found or not all(isinstance(one, dict) for one in found):
        raise FileError("The drawing holds no shape; draw one, or upload a file.")
    if not all(isinstance(one.get("geometry"), dict) for one in found):
        raise FileError("A shape of the drawing has no geometry; remove it.")
    return found


def _vertices(value: Any, depth: int = 0) -> int:
    if depth > 12:
        raise FileError("The drawing is nested too deeply to be GeoJSON.")
    if isinstance(value, dict):
        return sum(_vertices(inner, depth + 1) for inner in value.values())
    if isinstance(value, list):
        if value and not isinstance(value[0], list | dict):
            return 1
        return sum(_vertices(inner, depth + 1) for inner in value)
    return 0
