"""Footprints from the [footprint] table of an issue.

The kinds and their keys, in TOML:

    kind = "area"          polygons = [[[lon, lat], …], …] or file = "…"; intensity = 1.0 or intensity_column = "…"
    kind = "corridor"      lines = [[[lon, lat], …], …] or file; distance_km (one, or one per line), decay, intensity
    kind = "radius"        points = [[lon, lat], …] or file; distance_km, decay, intensity
    kind = "raster"        file; low and high (the values that mean 0 and 1), or levels = [[value, intensity], …];
                           band, no_data
    kind = "units"         units = ["36061", …] or { "36061" = 0.5, … }
    kind = "attribute"     count = "column", or share = "column" with base = "column" and percent = true
    kind = "everyone"
    kind = "union"         parts = [ … ], how = "probabilistic" or "max"
    kind = "intersection"  parts = [ … ]
    kind = "product"       parts = [ … ]

A file of several layers takes ``layer_name``; polygons that carry what was measured take ``levels``. A key that has no
effect beside another is refused. A polygon may be one ring, or a list of rings of which all but the first are holes.
Coordinates are longitude and latitude unless ``crs`` says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from boundaries.coordinates import check_coordinates, given_crs
from boundaries.footprints.levels import levels_of
from boundaries.footprints.shapes import area_of, weights
from boundaries.footprints.values import raster_of
from boundaries.how import How
from boundaries.issue_tables import yes_or_no
from boundaries.rasters.grids import read_grid
from boundaries.vectors.features import Features
from boundaries.vectors.readers import read_vector
from geopolity.affected.footprint import Attribute, Corridor, Everyone, Footprint, FootprintError, Radius, Units
from geopolity.affected.mixed import Intersection, Product, Union
from geopolity.identifiers import UnitId
from geopolity.messages import Message

READING_KEYS = {"crs", "layer_name", "encoding", "on_empty_geometry", "band", "no_data"}
VECTOR_KEYS = {"file", "crs", "layer_name", "encoding", "on_empty_geometry"}
KEYS = {
    "area": VECTOR_KEYS | {"polygons", "intensity", "intensity_column", "levels"},
    "corridor": VECTOR_KEYS | {"lines", "distance_km", "decay", "intensity"},
    "radius": VECTOR_KEYS | {"points", "distance_km", "decay", "intensity"},
    "raster": {"file", "crs", "layer_name", "low", "high", "levels", "band", "no_data"},
    "units": {"units"},
    "attribute": {"count", "share", "base", "percent"},
    "everyone": set[str](),
    "union": {"parts", "how"},
    "intersection": {"parts"},
    "product": {"parts"},
}


def footprint_from_table(table: Any, source: Path) -> Footprint:
    """Footprint from the [footprint] table of an issue; files are looked for beside ``source``."""
    kind = table.get("kind") if isinstance(table, dict) else None
    if not isinstance(kind, str) or kind not in KEYS:
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
    _check_one_source(table, kind, source)
    return _BUILDERS[kind](table, source)


def _check_one_source(table: dict[str, Any], kind: str, source: Path) -> None:
    """Refuse keys of which one makes the other idle."""
    drawn = {"area": "polygons", "corridor": "lines", "radius": "points"}.get(kind, "")
    pairs = (
        *(
            ("file", drawn),
            ("intensity", "intensity_column"),
            ("levels", "low"),
            ("levels", "high"),
        ),
        *((key, drawn) for key in sorted(VECTOR_KEYS - {"file", "crs"})),
        ("intensity_column", drawn),
    )
    for one, other in pairs:
        if one in table and other in table:
            _refuse_both(one, other, table, source)
    if kind == "area" and "levels" in table and "intensity_column" not in table:
        raise FootprintError(
            "{source}: levels turn the values of a column into intensities; name it with intensity_column.",
            source=source,
        )


def _refuse_both(one: str, other: str, table: dict[str, Any], source: Path) -> None:
    raise FootprintError(
        "{source}: a footprint of kind {kind} has {one} and {other}, of which only one can count; leave one out.",
        source=source,
        kind=table["kind"],
        one=one,
        other=other,
    )


def _area(table: dict[str, Any], source: Path) -> Footprint:
    levels = levels_of(table["levels"], source) if "levels" in table else None
    if "file" in table:
        read = _read(table, source)
        column = table.get("intensity_column")
        intensity = _one_or_each(table, source) if column is None else weights(read.frame, column, source, levels)
        return area_of(read.frame.geometry, intensity, source, read.notes)
    polygons = [_polygon(rings, source) for rings in _list(table, "polygons", source)]
    return area_of(_series(polygons, table, source), _one_or_each(table, source), source)


def _one_or_each(table: dict[str, Any], source: Path) -> float | tuple[float, ...]:
    """One intensity for all shapes, or one for each."""
    intensity = table.get("intensity", 1.0)
    if isinstance(intensity, list):
        return tuple(_number({"intensity": each}, "intensity", source) for each in intensity)
    return _number(table, "intensity", source, 1.0)


def _read(table: dict[str, Any], source: Path) -> Features:
    """Features of the file that a table names, read as its other keys say."""
    how = How(**{key: value for key, value in table.items() if key in READING_KEYS})
    return read_vector(source.parent / _text(table, "file", source), how)


def _corridor(table: dict[str, Any], source: Path) -> Footprint:
    lines, notes = _shapes(table, "lines", source, lambda line: shapely.LineString(_coordinates(line, 2, source)))
    return Corridor(lines=lines, notes=notes, **_reach(table, source))


def _radius(table: dict[str, Any], source: Path) -> Footprint:
    points, notes = _shapes(table, "points", source, lambda point: shapely.Point(_coordinates([point], 1, source)[0]))
    return Radius(points=points, notes=notes, **_reach(table, source))


def _raster(table: dict[str, Any], source: Path) -> Footprint:
    file = source.parent / _text(table, "file", source)
    grid = read_grid(file, How(**{key: value for key, value in table.items() if key in READING_KEYS}))
    low, high = (None if key not in table else _number(table, key, source) for key in ("low", "high"))
    levels = levels_of(table["levels"], source) if "levels" in table else None
    return raster_of(grid, file, low=low, high=high, levels=levels)


def _units(table: dict[str, Any], source: Path) -> Footprint:
    units = table.get("units")
    ids = list(units) if isinstance(units, list | dict) else [units]
    if not all(isinstance(unit, str) for unit in ids):
        raise FootprintError(
            '{source}: units must be a list of ids in quotes, such as ["36061"], or a table of id = share.',
            source=source,
        )
    shares: dict[str, Any] = units if isinstance(units, dict) else dict.fromkeys(map(str, ids), 1.0)
    return Units(weights={UnitId(unit): _number(shares, unit, source) for unit in shares})


def _attribute(table: dict[str, Any], source: Path) -> Footprint:
    if "count" in table and table.get("percent"):
        _refuse_both("count", "percent", table, source)
    for key in ("count", "share", "base"):
        if key in table:
            _text(table, key, source)
    if "percent" in table:
        yes_or_no(table["percent"], "percent", source)
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


def _shapes(
    table: dict[str, Any], key: str, source: Path, make: Callable[[Any], Any]
) -> tuple[gpd.GeoSeries, tuple[Message, ...]]:
    if "file" in table:
        read = _read(table, source)
        return read.frame.geometry, read.notes
    return _series([make(value) for value in _list(table, key, source)], table, source), ()


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
