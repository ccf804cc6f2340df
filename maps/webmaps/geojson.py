"""Drawn geometry as short GeoJSON text."""

from __future__ import annotations

import numpy as np
import shapely

from maps.scenes.longitudes import Geometries


def geojson(geometry: shapely.Geometry, digits: int) -> str:
    """GeoJSON of one geometry, coordinates rounded; ``null`` if nothing is left of it."""
    return geojson_each(np.array([geometry], dtype=object), digits)[0]


def geojson_each(geometries: Geometries, digits: int) -> list[str]:
    """GeoJSON of each geometry, coordinates rounded to so many decimal places of a degree."""
    rounded = np.round(shapely.get_coordinates(geometries), digits)
    copies = shapely.set_coordinates(geometries.copy(), rounded)
    texts = shapely.to_geojson(copies)
    return ["null" if empty else text for text, empty in zip(texts, shapely.is_empty(copies), strict=True)]
