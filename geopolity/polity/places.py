"""Which polities places belong to, for programs that hold the polities in their hands."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from geopolity.lookup import index_units
from geopolity.polity.derivation import Derivation


def polities_at(points: gpd.GeoDataFrame | gpd.GeoSeries, polities: Sequence[Derivation]) -> pd.DataFrame:
    """Whether each point lies in each polity.

    Parameters
    ----------
    points
        Points in any coordinate system.

    Returns
    -------
    pandas.DataFrame
        One row a point, in its order and with its index; one column of truth values a polity, named by its issue.
        A point on a border belongs to the unit with the lowest id.
    """
    places = points.geometry.to_crs(4326)
    lon, lat = places.x.to_numpy(dtype=np.float64), places.y.to_numpy(dtype=np.float64)
    found: dict[str, np.ndarray] = {}
    for layer in {polity.layer for polity in polities}:
        unit = index_units(layer.units.geometry.to_crs(4326).to_numpy()).at_all(lon, lat)
        for polity in polities:
            if polity.layer == layer:
                inside = polity.units["inside"].to_numpy(dtype=np.bool_)
                found[str(polity.issue.name)] = (unit >= 0) & inside[np.maximum(unit, 0)]
    return pd.DataFrame(
        {str(polity.issue.name): found[str(polity.issue.name)] for polity in polities}, index=points.index
    )
