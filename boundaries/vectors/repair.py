"""Mend polygons that break the rules, and say which and by how much."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from boundaries.errors import FileError
from geopolity.arrays import BoolArray, GeometryArray
from geopolity.geometry.crs import equal_area, split_antimeridian
from geopolity.geometry.zones import polygonal
from geopolity.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Repaired:
    """Valid polygons, split at the antimeridian.

    Attributes
    ----------
    mended, changed_m2
        How many crossed themselves, and by how much ground they differ from how they were drawn.
    """

    shapes: gpd.GeoSeries
    mended: int = 0
    changed_m2: float = 0.0
    notes: tuple[Message, ...] = ()


def repaired(shapes: gpd.GeoSeries, path: Path) -> Repaired:
    """Polygons as a layer needs them, and sentences for what was mended."""
    kinds = sorted(set(shapes.geom_type) - {"Polygon", "MultiPolygon"})
    if kinds:
        raise FileError(
            "{path} holds {kinds:shape} geometry where units need polygons; choose a layer of areas.",
            path=path,
            kinds=list(kinds),
        )
    split, crossing = _split(shapes.to_numpy(), shapes)
    broken: BoolArray = ~shapely.is_valid(split)
    if not broken.any():
        return Repaired(shapes=gpd.GeoSeries(split, index=shapes.index, crs=shapes.crs), notes=crossing)
    mended, crossed = _mended(split, broken, path)
    result = gpd.GeoSeries(mended, index=shapes.index, crs=shapes.crs)
    flat = shapely.area(equal_area(result[broken]))
    before, after = np.abs(shapely.area(split[broken])), shapely.area(mended[broken])
    changed = float((flat * np.abs(after - before) / after).sum())
    return Repaired(shapes=result, mended=int(broken.sum()), changed_m2=changed, notes=(*crossing, crossed))


def _split(geometry: GeometryArray, shapes: gpd.GeoSeries) -> tuple[GeometryArray, tuple[Message, ...]]:
    """Bring polygons between -180° and 180°: those across it cut, those beyond it moved."""
    if not shapes.crs.is_geographic:
        return geometry, ()
    split = split_antimeridian(geometry)
    changed = np.array([before is not after for before, after in zip(geometry, split, strict=True)], dtype=bool)
    box = shapely.bounds(geometry)
    moved = changed & ((box[:, 0] >= 180) | (box[:, 2] <= -180))
    crossing, beyond = int((changed & ~moved).sum()), int(moved.sum())
    notes = (
        Message("{number:count} units crossed the antimeridian and were split there.", number=crossing),
        Message(
            "{number:count} units lay beyond longitude 180° and were brought back by a turn of 360°.", number=beyond
        ),
    )
    return split, tuple(note for note in notes if note.facts["number"])


def _mended(geometry: GeometryArray, broken: BoolArray, path: Path) -> tuple[GeometryArray, Message]:
    mended = geometry.copy()
    mended[broken] = polygonal(shapely.make_valid(geometry[broken]))
    empty = broken & (shapely.area(mended) == 0)
    if empty.any():
        raise FileError(
            "{path}: row {row} encloses no area once mended; remove it or redraw it.",
            path=path,
            row=int(np.argmax(empty)) + 1,
        )
    before, after = shapely.area(geometry[broken]), shapely.area(mended[broken])
    change = float((np.abs(after - np.abs(before)) / after).max())
    note = Message(
        "{number:count} polygons crossed themselves and were mended (first: row {row}); the area of one changed by "
        "{change:exact} % at most.",
        number=broken.sum(),
        row=int(np.argmax(broken)) + 1,
        change=f"{100 * change:.2f}",
    )
    return mended, note
