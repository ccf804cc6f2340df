"""A grid of values on the ground: north-up cells of one size, in any coordinate system."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from geopolity.arrays import FloatArray, GeometryArray
from geopolity.errors import RequestError
from geopolity.geometry.crs import lonlat
from geopolity.geometry.zones import Zones
from geopolity.messages import Message


class GridError(RequestError):
    """The grid is not one that can be laid over units."""

    code = "raster"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid:
    """Cell values, NaN where there are none.

    Attributes
    ----------
    values
        (rows, columns), the first row in the north.
    bounds
        West, south, east, north edges, in the units of ``crs``; a grid in degrees may lie beyond 180°.
    notes
        Sentences on how the cells were read; no part of the grid's identity.
    """

    values: FloatArray
    bounds: tuple[float, float, float, float]
    crs: Any
    notes: tuple[Message, ...] = ()

    def __post_init__(self) -> None:
        west, south, east, north = self.bounds
        if self.values.ndim != 2 or self.values.size == 0 or not (west < east and south < north):
            raise GridError(
                "A raster of shape {shape} over {bounds} has no cells; check its header.",
                shape=self.values.shape,
                bounds=self.bounds,
            )
        object.__setattr__(self, "crs", CRS.from_user_input(self.crs))
        if self.crs.is_geographic and (east - west > 360 + 1e-6 or west < -540 or east > 540):
            raise GridError(
                "A raster in degrees reaches from longitude {west:number} to {east:number}, more than once round the "
                "Earth; cut off the columns that are there twice.",
                west=west,
                east=east,
            )

    @property
    def size(self) -> int:
        """How many cells."""
        return int(self.values.size)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.values.shape
        return rows, columns

    def has_cells_of(self, other: Grid) -> bool:
        """Whether the cells of both lie on each other."""
        return self.shape == other.shape and self.crs == other.crs and np.allclose(self.bounds, other.bounds)

    @property
    def digest(self) -> str:
        """SHA-256 over cells, place and coordinate system."""
        sha = hashlib.sha256(repr((self.values.shape, self.bounds, self.crs.to_string())).encode())
        sha.update(np.ascontiguousarray(self.values, dtype="<f8").tobytes())
        return sha.hexdigest()

    def with_values(self, values: FloatArray) -> Grid:
        """Return the same cells with other values."""
        return replace(self, values=values)

    def runs(self) -> Zones:
        """Cells above 0 as zones with their value as intensity, equal neighbours in a row joined."""
        rows, columns = self.values.shape
        west, south, east, north = self.bounds
        change = np.ones((rows, columns + 1), dtype=bool)
        change[:, 1:-1] = self.values[:, 1:] != self.values[:, :-1]
        row, edge = np.nonzero(change)
        same_row = row[1:] == row[:-1]
        row, first, last = row[:-1][same_row], edge[:-1][same_row], edge[1:][same_row]
        value = self.values[row, first]
        keep = value > 0
        wide, high = (east - west) / columns, (north - south) / rows
        boxes = shapely.box(
            west + first[keep] * wide,
            north - (row[keep] + 1) * high,
            west + last[keep] * wide,
            north - row[keep] * high,
        )
        shapes = lonlat(gpd.GeoSeries(_turned(boxes) if self.crs.is_geographic else boxes, crs=self.crs))
        return Zones(outlines=shapes, intensity=value[keep])


def _turned(boxes: GeometryArray) -> GeometryArray:
    """Boxes that lie wholly beyond 180°, brought back; those across it are cut later."""
    west, south, east, north = shapely.bounds(boxes).T
    turn = np.where(west >= 180, -360.0, np.where(east <= -180, 360.0, 0.0))
    return np.asarray(shapely.box(west + turn, south, east + turn, north), dtype=object)
