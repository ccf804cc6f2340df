"""A layer as it is drawn: borders simplified with shared edges kept, outlines of the enclosing units, land around it.

Nothing here decides anything. Membership, area and the published boundary come from the unsimplified layer.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geopolity.caching import SingleFlightCache
from geopolity.layers.layer import Layer
from maps.assets import asset_path
from maps.scenes.longitudes import Geometries, cut_meridian, into_window

_DETAIL = 40.0
"""A unit of middling size keeps details down to this part of its width."""
_DETAILS_OF_SHAPE = 1_000
_KEPT_LAYERS = 4
_WHOLE = 0.85
"""A land mass is drawn by the layer alone where its units make up so much of it."""
_AROUND = 12.0
"""Land shown around the layer, degrees."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A place name of the layer, at a point well inside what it names."""

    text: str
    lon: float
    lat: float
    size: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayLayer:
    """What every picture of one layer shares; longitudes may run past ±180 to keep the layer in one piece.

    Attributes
    ----------
    units
        Simplified polygons in the layer's order, degrees.
    parents
        Outlines of the enclosing units (states, provinces) as lines, degrees; empty where the layer names none.
    around
        Land that is not in the layer.
    cut
        Western end of the longitude window.
    tolerance
        Size of the smallest detail kept, degrees.
    """

    units: Geometries
    parents: shapely.Geometry
    labels: tuple[Label, ...]
    around: Geometries
    cut: float
    tolerance: float

    @property
    def digits(self) -> int:
        """Decimal places of a degree that hold the kept detail."""
        return max(1, math.ceil(-math.log10(self.tolerance)))

    def detail_of(self, geometry: shapely.Geometry) -> float:
        """Smallest detail that a shape on this ground is drawn with, degrees: a small circle stays round."""
        west, south, east, north = shapely.bounds(geometry)
        return min(self.tolerance, max(math.hypot(east - west, north - south) / _DETAILS_OF_SHAPE, 1e-6))

    def window(self, geometry: shapely.Geometry) -> shapely.Geometry:
        """Move a geometry into this layer's window of longitudes."""
        moved: shapely.Geometry = into_window(np.array([geometry], dtype=object), self.cut)[0]
        return moved


_kept: SingleFlightCache[str, DisplayLayer] = SingleFlightCache(_KEPT_LAYERS)


def simplified(layer: Layer) -> DisplayLayer:
    """Simplify a layer for display."""
    geometries = _degrees(layer.units.geometry)
    tolerance = _tolerance(geometries)
    coverage = shapely.coverage_simplify(geometries, tolerance)
    cut = cut_meridian(coverage)
    units = into_window(coverage, cut)
    parents = _parents(layer.units, units)
    return DisplayLayer(
        units=units,
        parents=shapely.line_merge(shapely.union_all(shapely.boundary(parents.geometry.to_numpy())))
        if len(parents)
        else shapely.LineString(),
        labels=tuple(_labels(parents)),
        around=_around(units, cut),
        cut=cut,
        tolerance=tolerance,
    )


def display_layer(layer: Layer, simplify: Callable[[Layer], DisplayLayer] = simplified) -> DisplayLayer:
    """Return a layer simplified for display; the latest few are kept, found again by the layer's digest.

    A caller who may have it from an earlier run says with ``simplify`` how to get it.
    """
    return _kept.get(layer.digest, lambda: simplify(layer))


def refined(drawn: DisplayLayer, layer: Layer, chosen: NDArray[np.bool_], tolerance: float) -> DisplayLayer:
    """The same with some units in finer detail, and the outlines of enclosing units between them."""
    finer = shapely.coverage_simplify(_degrees(layer.units.geometry[chosen]), tolerance)
    units = drawn.units.copy()
    units[chosen] = into_window(finer, drawn.cut)
    inner = shapely.boundary(_parents(layer.units[chosen], units[chosen]).geometry.to_numpy())
    edge = shapely.boundary(united(units[chosen]))
    lines = shapely.difference(shapely.union_all(inner), edge)
    parents = shapely.union_all([shapely.difference(drawn.parents, shapely.buffer(lines, drawn.tolerance)), lines])
    return replace(drawn, units=units, parents=parents, tolerance=tolerance)


def _degrees(geometries: gpd.GeoSeries) -> Geometries:
    """Longitude and latitude; between geographic systems the shift of datum (metres) is left out of a picture."""
    crs = geometries.crs
    located = geometries if crs is not None and crs.is_geographic else geometries.to_crs(4326)
    return np.asarray(located.to_numpy(), dtype=object)


def _tolerance(geometries: Geometries) -> float:
    widths = np.sqrt(shapely.area(geometries))
    return float(np.clip(np.median(widths[widths > 0], axis=0) / _DETAIL, 1e-5, 0.05)) if widths.any() else 1e-3


def _parents(frame: gpd.GeoDataFrame, units: Geometries) -> gpd.GeoDataFrame:
    """Enclosing units, dissolved from the drawn units, with their names where the layer has them."""
    empty = gpd.GeoDataFrame({"name": [], "geometry": []}, geometry="geometry", crs=4326)
    if "parent" not in frame.columns:
        return empty
    codes, ids = frame["parent"].astype("string").fillna("").factorize()
    outlines = [united(units[codes == code]) for code in range(len(ids))]
    named = next((column for column in ("parent_name", "state_name") if column in frame.columns), None)
    names = frame[named].groupby(codes).first().tolist() if named else [""] * len(ids)
    return gpd.GeoDataFrame({"name": names}, geometry=outlines, crs=4326)


def united(shapes: Geometries) -> shapely.Geometry:
    """Outline of drawn units together; where a corner is not shared to the last bit, the slower plain union."""
    try:
        return shapely.coverage_union_all(shapes)
    except shapely.GEOSException:
        return shapely.union_all(shapes)


def _labels(parents: gpd.GeoDataFrame) -> list[Label]:
    labels = []
    for name, outline in zip(parents["name"], parents.geometry, strict=True):
        parts = shapely.get_parts(outline)
        if not name or not len(parts):
            continue
        largest = parts[int(np.argmax(shapely.area(parts)))]
        centre = shapely.centroid(largest)
        point = centre if largest.contains(centre) else shapely.point_on_surface(largest)
        labels.append(Label(text=str(name), lon=point.x, lat=point.y, size=math.sqrt(largest.area)))
    return sorted(labels, key=lambda label: (-label.size, label.text))


@lru_cache(maxsize=1)
def _land() -> Geometries:
    """Land masses of the countries, each by itself."""
    whole = gpd.read_parquet(asset_path("backdrop.parquet")).geometry.to_numpy()
    return np.asarray(shapely.get_parts(whole), dtype=object)


def _around(units: Geometries, cut: float) -> Geometries:
    """Land near the layer, without what the layer itself covers."""
    land = _land()
    west, south, east, north = shapely.total_bounds(units)
    box = (
        max(west - _AROUND, cut),
        max(south - _AROUND, -85),
        min(east + _AROUND, cut + 360),
        min(north + _AROUND, 85),
    )
    land = land[~_covered(land, units)]
    clipped = np.concatenate([shapely.clip_by_rect(_shifted(land, turn), *box) for turn in (-360.0, 0.0, 360.0)])
    return np.asarray(clipped[~shapely.is_empty(clipped)], dtype=object)


def _shifted(geometries: Geometries, degrees: float) -> Geometries:
    moved = shapely.get_coordinates(geometries) + np.array([degrees, 0.0])
    return np.asarray(shapely.set_coordinates(geometries.copy(), moved), dtype=object)


def _covered(land: Geometries, units: Geometries) -> NDArray[np.bool_]:
    """Land masses that the layer's units make up but for their coast; one shown in part goes on around them."""
    inside = shapely.point_on_surface(into_window(units, -180.0))
    unit, country = shapely.STRtree(land).query(inside, predicate="within")
    share = np.bincount(country, weights=shapely.area(units)[unit], minlength=len(land)) / shapely.area(land)
    return np.asarray(share >= _WHOLE)
