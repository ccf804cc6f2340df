"""How people are spread inside their unit: evenly, or as finer points or a population raster say (dasymetric).

The finer data only says where in a unit its people live; how many they are stays the unit's own count.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geopolity.crs import FloatArray, GeometryArray, IntArray, cylindrical, lonlat
from geopolity.ground import ground
from geopolity.interpolation import first_holding
from geopolity.layer import Layer
from geopolity.mosaic import Mosaic
from geopolity.raster import Grid
from geopolity.zonal import sums


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spread:
    """Base of the finer data on where people live."""

    def inside(self, layer: Layer) -> FloatArray:
        """People the finer data places in each unit."""
        raise NotImplementedError

    def held(self, pieces: Mosaic, layer: Layer) -> FloatArray:
        """People the finer data places in each piece."""
        raise NotImplementedError

    def peopled(self, pieces: Mosaic, layer: Layer) -> Peopled:
        """Pieces whose ``share`` is of the unit's people; units the finer data leaves empty stay even."""
        total, held = self.inside(layer)[pieces.unit], self.held(pieces, layer)
        known = total > 0
        share = np.divide(held, total, out=pieces.share.copy(), where=known)
        return Peopled(
            pieces=replace(pieces, share=np.minimum(share, 1.0)), even=layer.units.index[np.unique(pieces.unit[~known])]
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Peopled:
    """Pieces by share of people, and the ids of units where the finer data places nobody."""

    pieces: Mosaic
    even: pd.Index[str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PointSpread(Spread):
    """People at points finer than the units: block centres, address points.

    Attributes
    ----------
    points
        Where people live, with a coordinate system.
    people
        How many live at each (any unit: only proportions inside a unit count).
    """

    points: gpd.GeoSeries
    people: FloatArray

    def inside(self, layer: Layer) -> FloatArray:
        """People at the points in each unit."""
        _, unit = self._placed(layer)
        known = unit >= 0
        return np.bincount(unit[known], weights=self.people[known], minlength=len(layer)).astype(np.float64)

    def held(self, pieces: Mosaic, layer: Layer) -> FloatArray:
        """People at the points in each piece; a point on a border counts in one piece only."""
        places, unit = self._placed(layer)
        piece, place = shapely.STRtree(places).query(_shapes(pieces), predicate="intersects")
        own = unit[place] == pieces.unit[piece]
        place, first = np.unique(place[own], return_index=True)
        held = np.bincount(piece[own][first], weights=self.people[place], minlength=len(pieces.unit))
        return held.astype(np.float64)

    def _placed(self, layer: Layer) -> tuple[GeometryArray, IntArray]:
        places = cylindrical(lonlat(self.points))
        return places, first_holding(places, ground(layer).geometry)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RasterSpread(Spread):
    """People in the cells of a population raster, cells cut exactly at borders (exactextract)."""

    grid: Grid

    def inside(self, layer: Layer) -> FloatArray:
        """Sum of the cells in each unit."""
        return sums(self.grid, ground(layer).geometry)

    def held(self, pieces: Mosaic, layer: Layer) -> FloatArray:  # noqa: ARG002 - cells know no units
        """Sum of the cells in each piece."""
        return sums(self.grid, _shapes(pieces))


def _shapes(pieces: Mosaic) -> GeometryArray:
    if pieces.shape is None:
        raise TypeError("These pieces were measured and not cut out.")
    return pieces.shape
