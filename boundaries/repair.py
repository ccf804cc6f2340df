"""Mend polygons that break the rules, and say which and by how much."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from boundaries.readers import FileError
from geopolity.crs import GeometryArray
from geopolity.patches import polygonal


def repaired(shapes: gpd.GeoSeries, path: Path) -> tuple[gpd.GeoSeries, tuple[str, ...]]:
    """Valid polygons, and a sentence for what was mended."""
    geometry = shapes.to_numpy()
    empty = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    if empty.any():
        raise FileError(
            f"{path}: {empty.sum()} units have no geometry (first: row {np.argmax(empty)}); remove them or give them one."
        )
    kinds = sorted(set(shapes.geom_type) - {"Polygon", "MultiPolygon"})
    if kinds:
        raise FileError(f"{path} holds {', '.join(kinds)} geometry where units need polygons; choose a layer of areas.")
    broken = ~shapely.is_valid(geometry)
    if not broken.any():
        return shapes, ()
    mended = _mend(geometry, broken)
    change = np.abs(shapely.area(mended) - np.abs(shapely.area(geometry)))[broken].sum() / shapely.area(mended).sum()
    note = f"{broken.sum()} polygons crossed themselves and were mended (first: row {np.argmax(broken)}); area changed by {change:.2g} of the whole."
    return gpd.GeoSeries(mended, index=shapes.index, crs=shapes.crs), (note,)


def _mend(geometry: GeometryArray, broken: np.ndarray) -> GeometryArray:
    result = geometry.copy()
    result[broken] = polygonal(shapely.make_valid(geometry[broken]))
    return result
