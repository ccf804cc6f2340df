"""Open a footprint: from a vector or raster file, or from the [footprint] table of an issue.

The kinds and their keys, in TOML:

    kind = "area"          polygons = [[[lon, lat], …], …] or file = "…"; intensity = 1.0 or intensity_column = "…"
    kind = "corridor"      lines = [[[lon, lat], …], …] or file; distance_km (one, or one per line), decay, intensity
    kind = "radius"        points = [[lon, lat], …] or file; distance_km, decay, intensity
    kind = "raster"        file; low and high (the values that mean 0 and 1)
    kind = "units"         units = ["36061", …] or { "36061" = 0.5, … }
    kind = "attribute"     count = "column", or share = "column" with base = "column" and percent = true
    kind = "everyone"
    kind = "union"         parts = [ … ], how = "probabilistic" or "max"
    kind = "intersection"  parts = [ … ]
    kind = "product"       parts = [ … ]

A polygon may be one ring, or a list of rings of which all but the first are holes. Coordinates are longitude
and latitude unless ``crs`` says otherwise.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import shapely

from boundaries.rasters.grids import RASTERS, read_grid
from boundaries.vectors.readers import check_coordinates, existing_file, given_crs, read_vector
from geopolity.affected.decay import Decay
from geopolity.affected.footprint import (
    Area,
    Attribute,
    Corridor,
    Everyone,
    Footprint,
    FootprintError,
    Intersection,
    Product,
    Radius,
    Raster,
    Union,
    Units,
)
from geopolity.identifiers import UnitId
from geopolity.messages import Message

MixName = Literal["union", "max", "intersection", "product"]
GEOMETRY_KEYS = {"file", "crs"}
KEYS = {
    "area": GEOMETRY_KEYS | {"polygons", "intensity", "intensity_column"},
    "corridor": GEOMETRY_KEYS | {"lines", "distance_km", "decay", "intensity"},
    "radius": GEOMETRY_KEYS | {"points", "distance_km", "decay", "intensity"},
    "raster": GEOMETRY_KEYS | {"low", "high"},
    "units": {"units"},
    "attribute": {"count", "share", "base", "percent"},
    "everyone": set[str](),
    "union": {"parts", "how"},
    "intersection": {"parts"},
    "product": {"parts"},
}


def open_footprint(
    path: str | Path,
    *,
    buffer_km: float | None = None,
    decay: Decay = "step",
    weight_column: str | None = None,
    crs: Any = None,
) -> Footprint:
    """Footprint from a file: polygons as they are, lines and points with a distance, rasters by their values.

    ``path`` may also be a TOML file with the keys of a footprint, ``everyone``, ``units=ID,ID``, or
    ``attribute=COLUMN`` (a column of counts).

    Parameters
    ----------
    buffer_km
        Distance in km around lines or points (required for them), or around polygons.
    weight_column
        Column with the intensity, 0 to 1, of each polygon.
    """
    worded = _in_words(str(path))
    if worded is not None:
        return worded
    path = Path(path)
    if path.suffix.lower() == ".toml":
        return footprint_from_table(_read_table(path), path)
    if path.suffix.lower() in RASTERS:
        return Raster(grid=read_grid(path, crs=crs))
    features = read_vector(path, crs=crs)
    return _of_features(features, path, buffer_km, decay, weight_column)


def _of_features(
    features: gpd.GeoDataFrame, path: Path, buffer_km: float | None, decay: Decay, weight_column: str | None
) -> Footprint:
    shapes, kinds = features.geometry, set(features.geom_type)
    if kinds <= {"Polygon", "MultiPolygon"}:
        area = Area(shapes=shapes, intensity=_weights(features, weight_column, path))
        if buffer_km is None:
            return area
        edge = Corridor(lines=shapes.boundary, distance_km=buffer_km, decay=decay)
        return Union(parts=(area, edge), how="max")
    if kinds <= {"LineString", "MultiLineString"}:
        return Corridor(lines=shapes, distance_km=_distance(buffer_km, kinds, path), decay=decay)
    if kinds <= {"Point", "MultiPoint"}:
        return Radius(points=shapes, distance_km=_distance(buffer_km, kinds, path), decay=decay)
    raise FootprintError(
        "{path} mixes {kinds:geometry}; give polygons, lines and points in separate files, and mix them by "
        "repeating --footprint.",
        path=path,
        kinds=sorted(map(str, kinds)),
    )


def mixed(parts: Sequence[Footprint], how: MixName = "union") -> Footprint:
    """Several footprints as one; ``max`` is the union that takes the strongest."""
    if len(parts) == 1:
        return parts[0]
    if how in ("union", "max"):
        return Union(parts=tuple(parts), how="max" if how == "max" else "probabilistic")
    return (Intersection if how == "intersection" else Product)(parts=tuple(parts))


def _read_table(path: Path) -> Any:
    try:
        table = tomllib.loads(existing_file(path).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FootprintError(
            "{path} is not TOML ({reason}); write the keys of a footprint, such as kind.",
            path=path,
            reason=str(error),
        ) from error
    return table.get("footprint", table)


def _in_words(text: str) -> Footprint | None:
    """Footprint that needs no file, or None."""
    word, _, names = text.partition("=")
    match word:
        case "everyone" if not names:
            return Everyone()
        case "units" if names:
            return Units(weights={UnitId(name.strip()): 1.0 for name in names.split(",") if name.strip()})
        case "attribute" if names:
            return Attribute(count=names)
    return None


def footprint_from_table(table: Any, source: Path) -> Footprint:
    """Footprint from the [footprint] table of an issue; files are looked for beside ``source``."""
    kind = table.get("kind") if isinstance(table, dict) else None
    if kind not in KEYS:
        raise FootprintError(
            "{source}: footprint kind {kind:quoted} is unknown; choose one of {kinds:list}.",
            source=source,
            kind=kind,
            kinds=list(KEYS),
        )
    unknown = sorted(set(table) - KEYS[kind] - {"kind"})
    if unknown:
        raise FootprintError(
            "{source}: a footprint of kind {kind} has no key {key:quoted}; it has {keys:list}.",
            source=source,
            kind=kind,
            key=unknown[0],
            keys=sorted(KEYS[kind]) or Message("none"),
        )
    return _BUILDERS[kind](table, source)


def _area(table: dict[str, Any], source: Path) -> Footprint:
    if "file" in table:
        features = read_vector(source.parent / table["file"], crs=table.get("crs"))
        return Area(shapes=features.geometry, intensity=_weights(features, table.get("intensity_column"), source))
    polygons = [_polygon(rings, source) for rings in _list(table, "polygons", source)]
    intensity = table.get("intensity", 1.0)
    return Area(
        shapes=_series(polygons, table, source),
        intensity=tuple(intensity) if isinstance(intensity, list) else intensity,
    )


def _corridor(table: dict[str, Any], source: Path) -> Footprint:
    lines = _shapes(table, "lines", source, lambda line: shapely.LineString(_coordinates(line, 2, source)))
    return Corridor(lines=lines, **_reach(table, source))


def _radius(table: dict[str, Any], source: Path) -> Footprint:
    points = _shapes(table, "points", source, lambda point: shapely.Point(_coordinates([point], 1, source)[0]))
    return Radius(points=points, **_reach(table, source))


def _raster(table: dict[str, Any], source: Path) -> Footprint:
    grid = read_grid(source.parent / _text(table, "file", source), crs=table.get("crs"))
    return Raster(grid=grid, low=_number(table, "low", source, 0.0), high=_number(table, "high", source, 1.0))


def _units(table: dict[str, Any], source: Path) -> Footprint:
    units = table.get("units")
    if isinstance(units, list):
        units = dict.fromkeys(units, 1.0)
    if not isinstance(units, dict) or not all(isinstance(unit, str) for unit in units):
        raise FootprintError(
            '{source}: units must be a list of ids in quotes, such as ["36061"], or a table of id = share.',
            source=source,
        )
    return Units(weights={UnitId(unit): float(share) for unit, share in units.items()})


def _attribute(table: dict[str, Any], source: Path) -> Footprint:
    for key in ("count", "share", "base"):
        if key in table:
            _text(table, key, source)
    return Attribute(**{key: value for key, value in table.items() if key != "kind"})


def _everyone(table: dict[str, Any], source: Path) -> Footprint:  # noqa: ARG001 - one signature for all kinds
    return Everyone()


def _parts(table: dict[str, Any], source: Path) -> tuple[Footprint, ...]:
    return tuple(footprint_from_table(part, source) for part in _list(table, "parts", source))


def _union(table: dict[str, Any], source: Path) -> Footprint:
    how = table.get("how", "probabilistic")
    if how not in ("probabilistic", "max"):
        raise FootprintError(
            '{source}: a union by {how:quoted} is unknown; choose "probabilistic" or "max".',
            source=source,
            how=how,
        )
    return Union(parts=_parts(table, source), how=how)


_BUILDERS: dict[str, Callable[[dict[str, Any], Path], Footprint]] = {
    "area": _area,
    "corridor": _corridor,
    "radius": _radius,
    "raster": _raster,
    "units": _units,
    "attribute": _attribute,
    "everyone": _everyone,
    "union": _union,
    "intersection": lambda table, source: Intersection(parts=_parts(table, source)),
    "product": lambda table, source: Product(parts=_parts(table, source)),
}


def _reach(table: dict[str, Any], source: Path) -> dict[str, Any]:
    distance = table.get("distance_km")
    if isinstance(distance, list):
        distance = tuple(_number({"distance_km": value}, "distance_km", source) for value in distance)
    else:
        distance = _number(table, "distance_km", source)
    return {
        "distance_km": distance,
        "decay": table.get("decay", "step"),
        "intensity": _number(table, "intensity", source, 1.0),
    }


def _shapes(table: dict[str, Any], key: str, source: Path, make: Callable[[Any], Any]) -> gpd.GeoSeries:
    if "file" in table:
        return read_vector(source.parent / table["file"], crs=table.get("crs")).geometry
    return _series([make(value) for value in _list(table, key, source)], table, source)


def _series(shapes: list[Any], table: dict[str, Any], source: Path) -> gpd.GeoSeries:
    series = gpd.GeoSeries(shapes, crs=given_crs(table.get("crs", "EPSG:4326")))
    check_coordinates(series, source)
    return series


def _polygon(rings: Any, source: Path) -> shapely.Polygon:
    nested = (
        isinstance(rings, list) and rings and isinstance(rings[0], list) and rings[0] and isinstance(rings[0][0], list)
    )
    shell, *holes = [_coordinates(ring, 3, source) for ring in (rings if nested else [rings])]
    return shapely.Polygon(shell, holes)


def _coordinates(pairs: Any, least: int, source: Path) -> np.ndarray:
    try:
        xy = np.asarray(pairs, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise FootprintError(
            "{source}: {given:quoted} is not a list of [longitude, latitude] pairs; correct it.",
            source=source,
            given=str(pairs)[:60],
        ) from error
    if xy.ndim != 2 or xy.shape[1] != 2 or len(xy) < least or not np.isfinite(xy).all():
        raise FootprintError(
            "{source}: {given:quoted} is not a list of at least {least} [longitude, latitude] pairs; correct it.",
            source=source,
            given=str(pairs)[:60],
            least=least,
        )
    return xy


def _list(table: dict[str, Any], key: str, source: Path) -> list[Any]:
    value = table.get(key)
    if not isinstance(value, list) or not value:
        raise FootprintError(
            "{source}: a footprint of kind {kind} needs {key} = [ … ] with at least one entry.",
            source=source,
            kind=table["kind"],
            key=key,
        )
    return value


def _text(table: dict[str, Any], key: str, source: Path) -> str:
    value = table.get(key)
    if not isinstance(value, str):
        raise FootprintError(
            '{source}: a footprint of kind {kind} needs {key} = "…", a text, and has {value:quoted}.',
            source=source,
            kind=table["kind"],
            key=key,
            value=value,
        )
    return value


def _number(table: dict[str, Any], key: str, source: Path, default: float | None = None) -> float:
    value = table.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FootprintError(
            "{source}: {key} needs a number and has {value:quoted}.",
            source=source,
            key=key,
            value=value,
        )
    return float(value)


def _distance(buffer_km: float | None, kinds: set[str], path: Path) -> float:
    if buffer_km is None:
        raise FootprintError(
            "{path} holds {kinds:shape.and} geometry, which has no area; give a distance in km, for example "
            "--buffer-km 50.",
            path=path,
            kinds=sorted(kinds),
        )
    return buffer_km


def _weights(features: gpd.GeoDataFrame, column: str | None, path: Path) -> float | tuple[float, ...]:
    if column is None:
        return 1.0
    if column not in features.columns:
        columns = [str(name) for name in features.columns if name != features.geometry.name]
        raise FootprintError(
            "{path} has no column {column:quoted} of intensities; it has {columns:list}.",
            path=path,
            column=column,
            columns=list(columns[:20]),
        )
    try:
        return tuple(features[column].astype(float))
    except (TypeError, ValueError) as error:
        raise FootprintError(
            "{path}: column {column:quoted} is not a column of numbers between 0 and 1; name another.",
            path=path,
            column=column,
        ) from error
