"""Carry people from one set of areas to another, and lose nobody.

The currency is a table of ``(source, target, weight)``, the weights of each source adding up to 1.
"""

from __future__ import annotations

from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geopolity.arrays import FloatArray, GeometryArray, IntArray
from geopolity.errors import RequestError
from geopolity.geometry.crs import equal_area, known_crs

Plane = Literal["equal-area", "as-drawn"]
"""Where areas are measured: truly, or in the coordinate system both sides share (to repeat published work)."""


class NothingSharedError(RequestError):
    """Source areas with people meet no target area."""

    code = "interpolation-unmatched"


def areal_weights(source: gpd.GeoSeries, target: gpd.GeoSeries, *, plane: Plane = "equal-area") -> pd.DataFrame:
    """Weight of each pair that overlaps: the piece's area over the area of all pieces of its source.

    What of a source lies outside every target is shared out among its pieces, so totals are conserved.

    Returns
    -------
    DataFrame
        ``source`` and ``target`` (positions) and ``weight`` (sums to 1 for each source that meets a target).
    """
    here, there = _drawn(source, target) if plane == "as-drawn" else (equal_area(source), equal_area(target))
    place, met = shapely.STRtree(there).query(here, predicate="intersects")
    area = shapely.area(shapely.intersection(here[place], there[met]))
    return _weights(place[area > 0], met[area > 0], area[area > 0], len(source))


def point_weights(points: gpd.GeoSeries, people: FloatArray, source: IntArray, target: gpd.GeoSeries) -> pd.DataFrame:
    """Weight of each source in each target by the people at the points in it; ``source`` says whose each point is."""
    places = points.to_crs(target.crs).to_numpy()
    met = first_holding(places, target.to_numpy())
    inside = met >= 0
    pairs = pd.DataFrame({"source": source[inside], "target": met[inside], "people": people[inside]})
    summed = pairs.groupby(["source", "target"], as_index=False)["people"].sum()
    columns = (summed["source"].to_numpy(), summed["target"].to_numpy(), summed["people"].to_numpy())
    return _weights(*columns, int(source.max(initial=-1)) + 1)


def transfer(values: FloatArray, weights: pd.DataFrame, targets: int) -> FloatArray:
    """Values of the sources carried to the targets; a missing value makes every target it reaches missing.

    Raises
    ------
    NothingSharedError
        If a source with a value other than 0 meets no target, for its people would be lost.
    """
    lost = np.setdiff1d(np.flatnonzero(values != 0), weights["source"].to_numpy())
    if len(lost):
        raise NothingSharedError(
            "{number:count} sources with {people:people} people overlap no target (first: row {row}); use targets "
            "that cover them, or leave these sources out on purpose.",
            number=len(lost),
            people=np.nansum(values[lost]),
            row=lost[0],
        )
    carried = values[weights["source"].to_numpy()] * weights["weight"].to_numpy()
    return np.bincount(weights["target"], weights=carried, minlength=targets).astype(np.float64)


def first_holding(points: GeometryArray, shapes: GeometryArray) -> IntArray:
    """Position of the first shape that holds each point, -1 where none does."""
    point, shape = shapely.STRtree(shapes).query(points, predicate="intersects")
    found = np.full(len(points), len(shapes), dtype=np.int64)
    np.minimum.at(found, point, shape)
    return np.where(found == len(shapes), -1, found)


def _drawn(source: gpd.GeoSeries, target: gpd.GeoSeries) -> tuple[GeometryArray, GeometryArray]:
    known_crs(source.crs)
    return source.to_numpy(), target.to_crs(source.crs).to_numpy()


def _weights(source: IntArray, target: IntArray, amount: FloatArray, sources: int) -> pd.DataFrame:
    total = np.bincount(source, weights=amount, minlength=sources)
    weight = np.divide(amount, total[source], out=np.zeros_like(amount), where=total[source] > 0)
    return pd.DataFrame({"source": source, "target": target, "weight": weight})
