"""How people are spread inside their unit: evenly, or as finer points or a population raster say (dasymetric).

The finer data only says where in a unit its people live; how many they are stays the unit's own count.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import lru_cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geopolity.affected.field import Field
from geopolity.affected.pieces import Pieces
from geopolity.affected.raster import Grid
from geopolity.affected.zonal import cells_in, sums
from geopolity.arrays import BoolArray, FloatArray, GeometryArray, IntArray
from geopolity.errors import RequestError
from geopolity.geometry.crs import CYLINDRICAL, cylindrical_xy, known_crs, wrapped
from geopolity.geometry.interpolation import first_holding
from geopolity.layers.ground import ground
from geopolity.layers.layer import Layer
from geopolity.messages import Message

BATCH = 1 << 19
"""So many points are placed at a time."""


class SpreadError(RequestError):
    """The finer data cannot say where people live."""

    code = "spread"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spread:
    """Base of the finer data on where people live."""

    @property
    def notes(self) -> tuple[Message, ...]:
        """Sentences on how it was read."""
        return ()

    @property
    def digest(self) -> str:
        """SHA-256 over the finer data."""
        raise NotImplementedError

    def inside(self, layer: Layer) -> FloatArray:
        """People the finer data places in each unit."""
        raise NotImplementedError

    def held(self, pieces: Pieces, layer: Layer) -> FloatArray:
        """People the finer data places in each piece."""
        raise NotImplementedError

    def intensity(self, pieces: Pieces, field: Field, layer: Layer) -> FloatArray:
        """Mean intensity over the people in each piece, where it varies inside; anything where there are none."""
        raise NotImplementedError

    def peopled(self, pieces: Pieces, layer: Layer) -> Peopled:
        """Pieces whose ``share`` is of the unit's people; units the finer data leaves empty stay even."""
        total, held = _inside(self, layer)[pieces.unit], self.held(pieces, layer)
        known = total > 0
        share = np.divide(held, total, out=pieces.share.copy(), where=known)
        intensity = pieces.intensity if pieces.field is None else self._met(pieces, pieces.field, held > 0, layer)
        return Peopled(
            pieces=replace(pieces, share=np.minimum(share, 1.0), intensity=intensity, field=None),
            even=layer.units.index[np.unique(pieces.unit[~known])],
        )

    def _met(self, pieces: Pieces, field: Field, peopled: BoolArray, layer: Layer) -> FloatArray:
        """Mean intensity of each piece: what its people meet, or what its ground does where the data knows nobody."""
        met = self.intensity(pieces, field, layer)
        bare = np.flatnonzero(~peopled)
        if len(bare):
            met[bare] = field.over_area(_shapes(pieces)[bare], pieces.intensity[bare]).mean
        return met


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Peopled:
    """Pieces by share of people, and the ids of units where the finer data places nobody."""

    pieces: Pieces
    even: pd.Index[str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PointSpread(Spread):
    """People at points finer than the units: block centres, address points.

    Attributes
    ----------
    xy
        Where people live: coordinates (n, 2) in ``crs``, longitude or easting first.
    people
        How many live at each (n; any unit: only proportions inside a unit count).
    said
        Sentences on how they were read.
    """

    xy: FloatArray
    crs: CRS
    people: FloatArray
    said: tuple[Message, ...] = ()

    @classmethod
    def at(cls, points: gpd.GeoSeries, people: FloatArray) -> PointSpread:
        """Spread from points with a coordinate system."""
        return cls(xy=shapely.get_coordinates(points.to_numpy()), crs=known_crs(points.crs), people=people)

    @property
    def notes(self) -> tuple[Message, ...]:
        """Sentences on how the points were read."""
        return self.said

    def __post_init__(self) -> None:
        bad = ~(np.isfinite(self.people) & (self.people >= 0))
        if len(self.people) == 0 or bad.any() or not self.people.sum() > 0:
            raise SpreadError(
                "{number:count} points say where people live, and the first bad one is {value:number}; give counts of "
                "0 or more."
                if bad.any()
                else "{number:count} points say where people live, and nobody is counted at any; give counts of 0 or "
                "more.",
                number=len(self.people),
                value=float(self.people[bad][0]) if bad.any() else 0.0,
            )

    @property
    def digest(self) -> str:
        """SHA-256 over places and counts."""
        sha = hashlib.sha256(np.ascontiguousarray(self.people, dtype="<f8").tobytes())
        sha.update(str(self.crs.to_string()).encode())
        sha.update(np.ascontiguousarray(self.xy, dtype="<f8").tobytes())
        return sha.hexdigest()

    def inside(self, layer: Layer) -> FloatArray:
        """People at the points in each unit."""
        return _placed(self, layer).people_of(np.arange(len(layer)))

    def held(self, pieces: Pieces, layer: Layer) -> FloatArray:
        """People at the points in each piece; a point on a border counts in one piece only."""
        return _placed(self, layer).held(pieces)

    def intensity(self, pieces: Pieces, field: Field, layer: Layer) -> FloatArray:
        """Mean over the points in each piece, each by the cell that holds it."""
        return _placed(self, layer).intensity(pieces, field)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Placed:
    """Points by the unit that holds them: those of unit u are ``first[u]:first[u + 1]``, in the equal-area frame."""

    xy: FloatArray
    people: FloatArray
    first: IntArray

    def people_of(self, units: IntArray) -> FloatArray:
        """People at the points of each unit."""
        total: FloatArray = np.concatenate([[0.0], np.cumsum(self.people)])
        return np.asarray(total[self.first[units + 1]] - total[self.first[units]])

    def held(self, pieces: Pieces) -> FloatArray:
        """People at the points in each piece."""
        piece = self._piece(pieces)
        known = piece >= 0
        return np.bincount(piece[known], weights=self.people[known], minlength=len(pieces.unit)).astype(np.float64)

    def intensity(self, pieces: Pieces, field: Field) -> FloatArray:
        """Mean intensity over the people in each piece."""
        piece = self._piece(pieces)
        known = piece >= 0
        piece, people = piece[known], self.people[known]
        value = field.mixed(field.at(self.xy[known], CYLINDRICAL), pieces.intensity[piece])
        return _mean_of(value, people, piece, len(pieces.unit))

    def _piece(self, pieces: Pieces) -> IntArray:
        """Piece of its own unit that each point lies in, the first where several touch it; -1 for none."""
        shapes, found = _shapes(pieces), np.full(int(self.first[-1]), -1)
        shapely.prepare(shapes)
        for piece, unit in enumerate(pieces.unit):
            own = slice(self.first[unit], self.first[unit + 1])
            x, y = self.xy[own].T
            found[own][(found[own] < 0) & shapely.intersects_xy(shapes[piece], x, y)] = piece
        return found


def _mean_of(value: FloatArray, people: FloatArray, piece: IntArray, pieces: int) -> FloatArray:
    held = np.bincount(piece, weights=people, minlength=pieces)
    met = np.bincount(piece, weights=people * value, minlength=pieces)
    return np.divide(met, held, out=np.zeros(pieces), where=held > 0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RasterSpread(Spread):
    """People in the cells of a population raster, cells cut exactly at borders (exactextract)."""

    grid: Grid

    def __post_init__(self) -> None:
        if np.nanmin(self.grid.values, initial=0.0) < 0 or not np.nansum(self.grid.values) > 0:
            raise SpreadError(
                "The population raster holds values from {least:number} and {people:number} people in all; give "
                "cells with counts of 0 or more.",
                least=float(np.nanmin(self.grid.values, initial=0.0)),
                people=float(np.nansum(self.grid.values)),
            )

    @property
    def notes(self) -> tuple[Message, ...]:
        """Sentences on how the cells were read."""
        return self.grid.notes

    @property
    def digest(self) -> str:
        """SHA-256 over the grid."""
        return self.grid.digest

    def inside(self, layer: Layer) -> FloatArray:
        """Sum of the cells in each unit."""
        return sums(self.grid, ground(layer).geometry)

    def held(self, pieces: Pieces, layer: Layer) -> FloatArray:  # noqa: ARG002 - cells know no units
        """Sum of the cells in each piece."""
        return sums(self.grid, _shapes(pieces))

    def intensity(self, pieces: Pieces, field: Field, layer: Layer) -> FloatArray:  # noqa: ARG002 - as above
        """Mean over the people's cells in each piece, each by the field's cell at its middle."""
        met = np.zeros(len(pieces.unit))
        for cells in cells_in(self.grid, _shapes(pieces)):
            piece = cells.shape + cells.first
            value = field.mixed(field.at(np.column_stack([cells.x, cells.y]), self.grid.crs), pieces.intensity[piece])
            count = len(cells.inside)
            met[cells.first : cells.first + count] = _mean_of(value, cells.coverage * cells.value, cells.shape, count)
        return met


@lru_cache(maxsize=8)
def _inside(spread: Spread, layer: Layer) -> FloatArray:
    """People the finer data places in each unit, kept for the layers used last."""
    return spread.inside(layer)


@lru_cache(maxsize=8)
def _placed(spread: PointSpread, layer: Layer) -> _Placed:
    """Points in the equal-area frame by the unit that holds each; kept likewise."""
    shapes = ground(layer).geometry
    count = len(spread.people)
    unit = np.empty(count, dtype=np.int32)
    for begin in range(0, count, BATCH):
        part = slice(begin, begin + BATCH)
        points = np.asarray(shapely.points(cylindrical_xy(wrapped(spread.xy[part], spread.crs))))
        unit[part] = first_holding(points, shapes)
    order = np.argsort(unit, kind="stable")[int((unit < 0).sum()) :]
    first = np.concatenate([[0], np.cumsum(np.bincount(unit[order], minlength=len(layer)))])
    return _Placed(xy=cylindrical_xy(wrapped(spread.xy[order], spread.crs)), people=spread.people[order], first=first)


def _shapes(pieces: Pieces) -> GeometryArray:
    if pieces.shape is None:
        raise TypeError("These pieces were measured and not cut out.")
    return pieces.shape
