"""Units enclosed by a polity: inside its outer boundary, outside the polity."""

from __future__ import annotations

import numpy as np
import shapely

from geopolity.arrays import BoolArray
from geopolity.layers.layer import Layer, dissolve


def enclosed(layer: Layer, inside: BoolArray) -> BoolArray:
    """Units that lie in the holes of the dissolved region, by a point of theirs (exact for units that tile)."""
    parts = shapely.get_parts(dissolve(layer, inside))
    rings = shapely.get_rings(parts)
    inner = rings[~np.isin(rings, shapely.get_exterior_ring(parts))]
    holes = np.asarray(shapely.polygons(inner), dtype=object)
    if len(holes) == 0:
        return np.zeros(len(layer), np.bool_)
    outside = np.flatnonzero(~inside)
    points = shapely.point_on_surface(layer.units.geometry.to_numpy()[outside])
    held, _ = shapely.STRtree(holes).query(points, predicate="within")
    found = np.zeros(len(layer), np.bool_)
    found[outside[held]] = True
    return found
