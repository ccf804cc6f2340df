"""A footprint laid out on Earth: zones that do not overlap, each with one intensity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, reduce

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geopolity.arrays import FloatArray, GeometryArray

Mix = Callable[[FloatArray, FloatArray], FloatArray]
"""Intensity where two footprints meet, from the intensity of each (0 where it does not reach)."""


def stronger(left: FloatArray, right: FloatArray) -> FloatArray:
    """Return the larger of the two: harms that do not add up."""
    return np.maximum(left, right)


def either(left: FloatArray, right: FloatArray) -> FloatArray:
    """Chance of being affected by at least one of two independent harms."""
    return left + right - left * right


def weaker(left: FloatArray, right: FloatArray) -> FloatArray:
    """Return the smaller of the two: only where both bite."""
    return np.minimum(left, right)


def times(left: FloatArray, right: FloatArray) -> FloatArray:
    """Share of a share."""
    return left * right


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Zones:
    """Polygons in longitude and latitude (within ±180°) that share no area, and their intensities in 0..1.

    Attributes
    ----------
    outlines
        The polygons; if ``nested``, outlines each of which contains the one before, for the rings between them.
    """

    outlines: GeometryArray
    intensity: FloatArray
    nested: bool = False

    def __post_init__(self) -> None:
        keep = (self.intensity > 0) & (shapely.area(self.outlines) > 0)
        object.__setattr__(self, "outlines", self.outlines[keep])
        object.__setattr__(self, "intensity", self.intensity[keep])

    @property
    def geometry(self) -> GeometryArray:
        """The polygons themselves, rings cut out."""
        return _rings(self) if self.nested else self.outlines

    def frame(self) -> gpd.GeoDataFrame:
        """Zones as a table in EPSG:4326 with the column ``intensity``."""
        return gpd.GeoDataFrame({"intensity": self.intensity}, geometry=list(self.geometry), crs=4326)


@lru_cache(maxsize=8)
def _rings(zones: Zones) -> GeometryArray:
    inside = np.concatenate([[shapely.Polygon()], zones.outlines[:-1]])
    return polygonal(shapely.difference(zones.outlines, inside))


def strongest_first(shapes: GeometryArray, intensity: FloatArray) -> Zones:
    """Zones from polygons that may overlap: where they do, the strongest counts."""
    if _disjoint(shapes):
        return Zones(outlines=shapes, intensity=intensity)
    levels = np.unique(intensity)[::-1]
    own = [shapely.union_all(shapes[intensity == level]) for level in levels]
    return Zones(outlines=np.array(_accumulate(own), dtype=object), intensity=levels, nested=True)


def _disjoint(shapes: GeometryArray) -> bool:
    if len(shapes) < 2:
        return True
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = left < right
    touching = shapely.relate_pattern(shapes[left[pairs]], shapes[right[pairs]], "F********")
    return bool(touching.all())


def _accumulate(shapes: list[BaseGeometry]) -> list[BaseGeometry]:
    reached = shapes[:1]
    for shape in shapes[1:]:
        reached.append(shapely.union(reached[-1], shape))
    return reached


def polygonal(geometry: GeometryArray) -> GeometryArray:
    """Geometry without the points and lines that an overlay may leave where borders touch."""
    mixed = np.flatnonzero(shapely.get_type_id(geometry) == shapely.GeometryType.GEOMETRYCOLLECTION)
    result = np.array(geometry, dtype=object)
    for place in mixed:
        parts = shapely.get_parts(geometry[place])
        result[place] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    return result


def valid(shapes: GeometryArray) -> GeometryArray:
    """Polygons of which those that cross themselves are mended."""
    broken = ~shapely.is_valid(shapes)
    if not broken.any():
        return shapes
    result = shapes.copy()
    result[broken] = polygonal(shapely.make_valid(shapes[broken]))
    return result


def overlay(parts: list[Zones], mix: Mix) -> Zones:
    """Zones of several footprints together; ``mix`` says the intensity where they meet or stand alone."""
    return reduce(lambda left, right: _overlay_two(left, right, mix), parts)


def _overlay_two(left: Zones, right: Zones, mix: Mix) -> Zones:
    here, there = shapely.STRtree(right.geometry).query(left.geometry, predicate="intersects")
    both = shapely.intersection(left.geometry[here], right.geometry[there])
    alone_left = shapely.difference(left.geometry, shapely.union_all(right.geometry))
    alone_right = shapely.difference(right.geometry, shapely.union_all(left.geometry))
    nothing = np.zeros(1)
    return Zones(
        outlines=polygonal(np.concatenate([both, alone_left, alone_right])),
        intensity=np.concatenate(
            [
                mix(left.intensity[here], right.intensity[there]),
                mix(left.intensity, nothing),
                mix(nothing, right.intensity),
            ]
        ),
    )
