"""Mend polygons that break the rules, and say which and by how much."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from boundaries.errors import FileError
from geopolity.arrays import BoolArray, GeometryArray
from geopolity.geometry.crs import split_antimeridian
from geopolity.geometry.zones import polygonal
from geopolity.messages import Message


def repaired(shapes: gpd.GeoSeries, path: Path) -> tuple[gpd.GeoSeries, tuple[Message, ...]]:
    """Return valid polygons, split at the antimeridian, and sentences for what was mended."""
    geometry = shapes.to_numpy()
    _check_present(geometry, path)
    kinds = sorted(set(shapes.geom_type) - {"Polygon", "MultiPolygon"})
    if kinds:
        raise FileError(
            "{path} holds {kinds:shape} geometry where units need polygons; choose a layer of areas.",
            path=path,
            kinds=list(kinds),
        )
    split, crossing = _split(geometry, shapes)
    mended, crossed = _mended(split, path)
    return gpd.GeoSeries(mended, index=shapes.index, crs=shapes.crs), (*crossing, *crossed)


def _check_present(geometry: GeometryArray, path: Path) -> None:
    empty = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    if empty.any():
        raise FileError(
            "{path}: {number:count} units have no geometry (first: row {row}); remove them or give them one.",
            path=path,
            number=empty.sum(),
            row=int(np.argmax(empty)),
        )


def _split(geometry: GeometryArray, shapes: gpd.GeoSeries) -> tuple[GeometryArray, tuple[Message, ...]]:
    if not shapes.crs.is_geographic:
        return geometry, ()
    split = split_antimeridian(geometry)
    changed = sum(before is not after for before, after in zip(geometry, split, strict=True))
    return split, (
        (Message("{number:count} units crossed the antimeridian and were split there.", number=changed),)
        if changed
        else ()
    )


def _mended(geometry: GeometryArray, path: Path) -> tuple[GeometryArray, tuple[Message, ...]]:
    broken: BoolArray = ~shapely.is_valid(geometry)
    if not broken.any():
        return geometry, ()
    mended = geometry.copy()
    mended[broken] = polygonal(shapely.make_valid(geometry[broken]))
    empty = broken & (shapely.area(mended) == 0)
    if empty.any():
        raise FileError(
            "{path}: row {row} encloses no area once mended; remove it or redraw it.",
            path=path,
            row=int(np.argmax(empty)),
        )
    before, after = shapely.area(geometry[broken]), shapely.area(mended[broken])
    change = float((np.abs(after - np.abs(before)) / after).max())
    note = Message(
        "{number:count} polygons crossed themselves and were mended (first: row {row}); the area of one changed by "
        "{change:exact} % at most.",
        number=broken.sum(),
        row=int(np.argmax(broken)),
        change=f"{100 * change:.2f}",
    )
    return mended, (note,)
