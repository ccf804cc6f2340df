"""Where to cut the globe so that a layer reaching over the antimeridian stays in one piece on a flat map."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

Geometries = NDArray[np.object_]

_WORTHWHILE_GAP = 5.0
_POLYGON = 3


def cut_meridian(geometries: Geometries) -> float:
    """Western end, in degrees, of the 360° window in which the geometries lie most closely together.

    It is the middle of the widest band of longitudes without geometry, moved by whole turns so that most of the
    geometry keeps its usual longitude; -180 where no such band exists.
    """
    bounds = shapely.bounds(shapely.get_parts(geometries))
    bounds = bounds[np.isfinite(bounds[:, 0])]
    if not len(bounds):
        return -180.0
    order = np.argsort(bounds[:, 0])
    west, east = bounds[order, 0], np.maximum.accumulate(bounds[order, 2])
    gaps = np.append(west[1:], west[0] + 360) - east
    widest = int(np.argmax(gaps))
    if gaps[widest] < _WORTHWHILE_GAP:
        return -180.0
    cut = float(east[widest] + gaps[widest] / 2)
    middle = np.median((bounds[:, 0] + bounds[:, 2]) / 2)
    while middle < cut:
        cut -= 360.0
    return cut


def into_window(geometries: Geometries, cut: float) -> Geometries:
    """Move every part by whole turns into the window ``[cut, cut + 360)``; unwrap rings that jump over ±180°."""
    parts, owner = shapely.get_parts(_unwrapped(geometries), return_index=True)
    bounds = shapely.bounds(parts)
    turns = np.floor(((bounds[:, 0] + bounds[:, 2]) / 2 - cut) / 360)
    if not turns.any():
        return geometries
    coordinates, part = shapely.get_coordinates(parts, return_index=True)
    coordinates[:, 0] -= 360 * turns[part]
    moved = shapely.set_coordinates(parts.copy(), coordinates)
    return _rejoined(moved, owner, len(geometries))


def _unwrapped(geometries: Geometries) -> Geometries:
    """Unwrap parts wider than half the globe whose vertices jump by more than 180°: they cross the antimeridian."""
    bounds = shapely.bounds(geometries)
    wide = np.flatnonzero(bounds[:, 2] - bounds[:, 0] > 180)
    if not wide.size:
        return geometries
    parts, owner = shapely.get_parts(geometries, return_index=True)
    changed = parts.copy()
    for index in np.flatnonzero(np.isin(owner, wide)):
        coordinates = shapely.get_coordinates(parts[index])
        if np.abs(np.diff(coordinates[:, 0])).max(initial=0) > 180 and np.abs(coordinates[:, 1]).max() < 85:
            coordinates[coordinates[:, 0] < 0, 0] += 360
            changed[index] = shapely.set_coordinates(parts[index], coordinates)
    return _rejoined(changed, owner, len(geometries))


def _rejoined(parts: Geometries, owner: NDArray[np.int64], count: int) -> Geometries:
    """Collect parts of the same kind back under their owners; an owner without parts becomes an empty polygon."""
    joined = np.full(count, shapely.Polygon(), dtype=object)
    if not len(parts):
        return joined
    present = np.unique(owner)
    if (shapely.get_type_id(parts) == _POLYGON).all():
        joined[present] = shapely.multipolygons(parts, indices=np.searchsorted(present, owner))
    else:
        joined[present] = [shapely.union_all(parts[owner == index]) for index in present]
    return joined
