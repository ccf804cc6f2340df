"""How people are spread inside their unit: evenly, or as finer points or a population raster say (dasymetric).

The finer data only says where in a unit its people live; how many they are stays the unit's own count.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from geopolity.crs import CYLINDRICAL, FloatArray, GeometryArray, IntArray, cylindrical, lonlat, moved
from geopolity.errors import RequestError
from geopolity.ground import ground
from geopolity.interpolation import first_holding
from geopolity.layer import Layer
from geopolity.mosaic import Mosaic
from geopolity.raster import Grid


class RasterToolMissingError(RequestError):
    """No exactextract for this machine."""

    code = "raster-tool"


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


def sums(grid: Grid, shapes: GeometryArray) -> FloatArray:
    """Sum of cell values in each shape (equal-area frame), a cell counted by the share covered."""
    extract, source = _exactextract()
    west, south, east, north = grid.bounds
    back = Transformer.from_crs(CYLINDRICAL, grid.crs, always_xy=True)
    drawn = moved(shapes, lambda xy: np.column_stack(back.transform(xy[:, 0], xy[:, 1])))
    raster = source(np.nan_to_num(grid.values), xmin=west, ymin=south, xmax=east, ymax=north, srs_wkt=grid.crs.to_wkt())
    table = gpd.GeoDataFrame({"place": np.arange(len(drawn))}, geometry=list(drawn), crs=grid.crs)
    found = extract(raster, table, ["sum"], include_cols=["place"], strategy="raster-sequential", output="pandas")
    people: FloatArray = found.sort_values("place")["sum"].to_numpy(dtype=np.float64)
    return np.nan_to_num(people)


def _exactextract() -> tuple[Any, Any]:
    try:
        from exactextract import exact_extract  # noqa: PLC0415 - no wheel on every machine
        from exactextract.raster import NumPyRasterSource  # noqa: PLC0415
    except ImportError as error:
        raise RasterToolMissingError(
            "A population raster needs exactextract, which is not installed (there is no wheel for Linux on arm64); "
            "install it from source, or leave the raster out to count people as spread evenly over their unit."
        ) from error
    return exact_extract, NumPyRasterSource


def _shapes(pieces: Mosaic) -> GeometryArray:
    if pieces.shape is None:
        raise TypeError("These pieces were measured and not cut out.")
    return pieces.shape
