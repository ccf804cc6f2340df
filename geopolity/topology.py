"""Where units overlap, and where they leave gaps: listed with areas, on the WGS 84 ellipsoid."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geopolity.crs import CYLINDRICAL
from geopolity.ground import ground
from geopolity.layer import Layer

SLIVER = 1e-9
"""A shared area below this part of the smaller unit is rounding, not overlap."""


def overlaps(layer: Layer) -> pd.DataFrame:
    """Pairs of units that share ground, the largest first.

    Returns
    -------
    DataFrame
        ``left`` and ``right`` (unit ids, left first in id order) and ``area_m2``.
    """
    laid = ground(layer)
    left, right = laid.tree.query(laid.geometry, predicate="intersects")
    left, right = left[left < right], right[left < right]
    area = shapely.area(shapely.intersection(laid.geometry[left], laid.geometry[right]))
    real = area > SLIVER * np.minimum(laid.area[left], laid.area[right])
    ids = layer.units.index.to_numpy()
    table = pd.DataFrame({"left": ids[left[real]], "right": ids[right[real]], "area_m2": area[real]})
    return table.sort_values(["area_m2", "left", "right"], ascending=[False, True, True], ignore_index=True)


def gaps(layer: Layer) -> gpd.GeoDataFrame:
    """Ground enclosed by units and held by none, the largest first; a lake counts as one, the sea does not.

    Returns
    -------
    GeoDataFrame
        ``area_m2`` and the outline in the equal-area frame.
    """
    covered = shapely.get_parts(shapely.union_all(ground(layer).geometry))
    rings, owner = shapely.get_rings(covered, return_index=True)
    inner = np.concatenate([[False], owner[1:] == owner[:-1]])
    holes = np.asarray(shapely.difference(shapely.polygons(rings[inner]), shapely.multipolygons(covered)))
    holes = holes[shapely.area(holes) > 0]
    order = np.argsort(-shapely.area(holes), kind="stable")
    return gpd.GeoDataFrame({"area_m2": shapely.area(holes)[order]}, geometry=list(holes[order]), crs=CYLINDRICAL)
