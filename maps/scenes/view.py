"""What a picture of a polity needs of a large layer: the units around it, or countries where it is the whole world.

A picture of a river has no use for 200,000 places elsewhere. Numbers and words come from the derivation itself; only
what is drawn comes from its view.
"""

from __future__ import annotations

import dataclasses
from functools import lru_cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geopolity.polity.derivation import Derivation
from maps.scenes.display import DisplayLayer, display_layer, refined, united
from maps.scenes.longitudes import cut_meridian

LARGE = 60_000
"""Layers of more units than this are drawn in part."""
MOST = 25_000
"""Where more units than this stand around, only those that the issue touches are drawn."""
MARGIN = 0.12
"""Ground shown around, as a part of the polity's width."""
LEAST_MARGIN = 0.3

CLOSE_MARGIN, CLOSE_SHARE = 0.6, 0.1
"""Ground drawn in finer detail around a small polity, and the largest part of a layer that is."""
DETAILS = 3_000
"""So many details across a polity are as many as a large screen shows."""

Chosen = NDArray[np.bool_]


@lru_cache(maxsize=4)
def in_view(derivation: Derivation) -> Derivation:
    """The derivation with the units that its picture shows; one on a layer of ordinary size as it is."""
    if len(derivation.layer) <= LARGE:
        return derivation
    if derivation.issue.affects_everyone:
        return _by_parent(derivation)
    touched = _touched(derivation.units)
    around = touched | _around(derivation.layer.units.geometry, touched)
    return _restricted(derivation, around if around.sum() <= MOST else touched)


@lru_cache(maxsize=4)
def drawn_closely(derivation: Derivation) -> DisplayLayer:
    """How the layer is drawn, in finer detail around a polity that is small beside it."""
    drawn = display_layer(derivation.layer)
    chosen = _touched(derivation.units)
    west, south, east, north = shapely.total_bounds(drawn.units[chosen])
    detail = float(np.hypot(east - west, north - south)) / DETAILS
    if derivation.issue.affects_everyone or detail >= drawn.tolerance / 2:
        return drawn
    around = _around(derivation.layer.units.geometry, chosen, CLOSE_MARGIN)
    return refined(drawn, derivation.layer, around, detail) if around.mean() <= CLOSE_SHARE else drawn


def _touched(units: pd.DataFrame) -> Chosen:
    return np.asarray(units["inside"].to_numpy(dtype=np.bool_) | (units["affected"].fillna(0.0).to_numpy() > 0))


def _around(shapes: gpd.GeoSeries, touched: Chosen, share: float = MARGIN) -> Chosen:
    """Units in the box around those that are touched, which may lie across the antimeridian."""
    ground = shapes.to_numpy()
    west, south, east, north = shapely.bounds(ground).T
    cut = cut_meridian(np.asarray(ground[touched], dtype=object))
    middle = ((west + east) / 2 - cut) % 360.0
    left, right = middle[touched].min(), middle[touched].max()
    bottom, top = south[touched].min(), north[touched].max()
    margin = max(share * max(right - left, top - bottom), LEAST_MARGIN)
    inside = (middle >= left - margin) & (middle <= right + margin)
    return np.asarray(inside & (north >= bottom - margin) & (south <= top + margin))


def _restricted(derivation: Derivation, kept: Chosen) -> Derivation:
    layer = derivation.layer
    return dataclasses.replace(
        derivation,
        layer=dataclasses.replace(layer, units=layer.units[kept]),
        units=derivation.units[kept],
    )


def _by_parent(derivation: Derivation) -> Derivation:
    """Everybody's polity with whole parents for units."""
    frame = derivation.layer.units
    if "parent" not in frame:
        return derivation
    names, code = np.unique(frame["parent"].to_numpy(dtype=str), return_inverse=True)
    ground = frame.geometry.to_numpy()
    shapes = [united(ground[code == number]) for number in range(len(names))]
    index = pd.Index(names, name="unit_id")
    sums = ["population", "affected", "affected_low", "affected_high", "affected_int", "cost"]
    summed = derivation.units[sums].groupby(code).sum().set_axis(index, axis=0)
    title = frame["name"].groupby(code).first().str.rsplit(", ", n=1).str[-1].set_axis(index, axis=0)
    units = gpd.GeoDataFrame(
        {"name": title, "population": summed["population"]}, geometry=shapes, crs=frame.crs, index=index
    )
    return dataclasses.replace(
        derivation,
        layer=dataclasses.replace(derivation.layer, units=units),
        units=summed.assign(name=title, inside=True),
    )
