"""Intensity that changes from cell to cell inside a piece: a raster too large to be laid out, as it meets others.

A piece has an intensity of its own, the same all over it; what the raster says of a place is mixed with that. Averages
are taken over what is really inside the piece: over its area, or over the people who live in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pyproj import CRS, Transformer

from geopolity.affected.raster import Grid
from geopolity.affected.zonal import Cells, Moments, cells_in
from geopolity.arrays import FloatArray, GeometryArray, IntArray
from geopolity.geometry.zones import Mix


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Field:
    """Cells with an intensity of 0..1, and how it is mixed with that of a piece (``None``: it stands alone)."""

    grid: Grid
    mix: Mix | None = None

    def mixed(self, cells: FloatArray, own: FloatArray) -> FloatArray:
        """Intensities of cells in pieces with intensities of their own."""
        return cells if self.mix is None else self.mix(cells, own)

    def over_area(self, shapes: GeometryArray, own: FloatArray) -> Moments:
        """How the intensity varies over the area of each piece (equal-area frame); 0 where the grid does not reach."""
        parts = [_moments(self, cells, own[cells.first :]) for cells in cells_in(self.grid, shapes)]
        stacked = zip(*((part.mean, part.square, part.least, part.most) for part in parts), strict=True)
        mean, square, least, most = map(np.concatenate, stacked)
        return Moments(mean=mean, square=square, least=least, most=most)

    def at(self, xy: FloatArray, crs: CRS) -> FloatArray:
        """Intensity of the cell that holds each point (n, 2); 0 outside the grid."""
        there = np.column_stack(Transformer.from_crs(crs, self.grid.crs, always_xy=True).transform(xy[:, 0], xy[:, 1]))
        column, row = _cell(self.grid, there)
        rows, columns = self.grid.shape
        inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
        found = np.zeros(len(xy))
        found[inside] = self.grid.values[row[inside], column[inside]]
        return found


def _moments(field: Field, cells: Cells, own: FloatArray) -> Moments:
    """Moments over the shapes of a batch; ``own`` begins with the first of them."""
    count = len(cells.inside)
    own = own[:count]
    value = field.mixed(cells.value, own[cells.shape])
    weight = cells.coverage * cells.area
    total = np.bincount(cells.shape, weights=weight, minlength=count)
    outside = field.mixed(np.zeros(count), own)
    known = total > 0
    inside = np.where(known, cells.inside, 0.0)

    def mean(of: FloatArray, beyond: FloatArray) -> FloatArray:
        summed = np.bincount(cells.shape, weights=weight * of, minlength=count)
        within = np.divide(summed, total, out=np.zeros(count), where=known)
        return np.asarray(inside * within + (1 - inside) * beyond)

    least, most = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(least, cells.shape, value)
    np.maximum.at(most, cells.shape, value)
    partly = inside < 1
    return Moments(
        mean=mean(value, outside),
        square=mean(value**2, outside**2),
        least=np.where(partly, np.minimum(least, outside), least),
        most=np.where(partly, np.maximum(most, outside), most),
    )


def _cell(grid: Grid, xy: FloatArray) -> tuple[IntArray, IntArray]:
    """Column and row of points in the grid's own coordinates; a longitude is looked for in the grid's turn."""
    west, south, east, north = grid.bounds
    rows, columns = grid.shape
    x = west + (xy[:, 0] - west) % 360.0 if grid.crs.is_geographic else xy[:, 0]
    with np.errstate(invalid="ignore"):
        column = np.floor((np.where(np.isfinite(x), x, west - 1e9) - west) / (east - west) * columns)
        row = np.floor((north - np.where(np.isfinite(xy[:, 1]), xy[:, 1], south - 1e9)) / (north - south) * rows)
    return column.astype(np.int64), row.astype(np.int64)
