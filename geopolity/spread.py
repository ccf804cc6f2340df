"""How people are spread inside their unit: evenly, or as finer points or a population raster say (dasymetric).

The finer data only says where in a unit its people live; how many they are stays the unit's own count.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from geopolity.crs import CYLINDRICAL, FloatArray, GeometryArray, cylindrical, lonlat, moved
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
    """Base: people spread evenly over their unit."""

    def peopled(self, pieces: Mosaic, layer: Layer) -> Mosaic:  # noqa: ARG002 - even spread looks at nothing
        """Pieces whose ``share`` is of the unit's people instead of its area."""
        return pieces


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

    def peopled(self, pieces: Mosaic, layer: Layer) -> Mosaic:
        """Share of the unit's points (weighted by people) in each piece; units without points stay even."""
        places = cylindrical(lonlat(self.points))
        unit = first_holding(places, ground(layer).geometry)
        inside = unit >= 0
        total = np.bincount(unit[inside], weights=self.people[inside], minlength=len(layer))
        place, piece = shapely.STRtree(places).query(_shapes(pieces), predicate="intersects")[::-1]
        own = unit[place] == pieces.unit[piece]
        place, piece = place[own], piece[own]
        _, first = np.unique(place, return_index=True)  # a point on a border counts in one piece only
        held = np.bincount(piece[first], weights=self.people[place[first]], minlength=len(pieces.unit))
        return _shared(pieces, held.astype(np.float64), total.astype(np.float64))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RasterSpread(Spread):
    """People in the cells of a population raster, cells cut exactly at borders (exactextract)."""

    grid: Grid

    def peopled(self, pieces: Mosaic, layer: Layer) -> Mosaic:
        """Share of the unit's raster people in each piece; units without any stay even."""
        total = sums(self.grid, ground(layer).geometry)
        return _shared(pieces, sums(self.grid, _shapes(pieces)), total)


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


def _shared(pieces: Mosaic, held: FloatArray, total: FloatArray) -> Mosaic:
    known = total[pieces.unit] > 0
    share = np.divide(held, total[pieces.unit], out=pieces.share.copy(), where=known)
    return replace(pieces, share=np.minimum(share, 1.0))


def _shapes(pieces: Mosaic) -> GeometryArray:
    if pieces.shape is None:
        raise TypeError("These pieces were measured and not cut out.")
    return pieces.shape
