"""The grid of one layer: which unit covers a point, for one point or for millions.

Both sides are snapped to 1e-7 degrees and compared in integers; of several units that cover a point (on a shared
border, or where units overlap) the one with the lowest id is the answer.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields

import numpy as np

from geopolity.arrays import NOWHERE, FloatArray, GeometryArray, IntArray
from geopolity.geometry.snapping import HALF_TURN, snapped
from geopolity.lookup import grid as kernels
from geopolity.lookup.outlines import Outlines, outlines_of

RUBBISH = kernels.RUBBISH
LEAST_CELLS, MOST_CELLS = 2**14, 2**24
CELLS_PER_EDGE = 16
CHUNK = 2**16
THREADS = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitIndex:
    """Point to unit, exact for snapped coordinates; all fields are plain arrays, ready to be kept in a file.

    Attributes
    ----------
    place
        ``x0, y0, shift_x, shift_y, columns, rows`` of the grid, in steps of 1e-7 degrees.
    grid
        Per cell, row by row: a unit's position, -1 for none, or -2 - w for a mixed cell whose words begin at w.
    packed
        The words of the mixed cells, as ``grid.py`` explains them.
    """

    place: IntArray
    grid: np.ndarray
    packed: np.ndarray

    def at(self, lon: float, lat: float) -> int:
        """Position of the unit that covers a point (degrees), or -1.

        Raises
        ------
        PointError
            If the coordinates are no place on Earth.
        """
        x, y = snapped(lon, lat)
        here = int(kernels.unit_at(x, y, *self._arrays))
        if abs(x) != HALF_TURN:
            return here
        there = int(kernels.unit_at(-x, y, *self._arrays))
        return min((unit for unit in (here, there) if unit != NOWHERE), default=NOWHERE)

    def at_all(self, lon: FloatArray, lat: FloatArray, *, threads: int = THREADS) -> np.ndarray:
        """Position of the unit of each point, -1 outside every unit, -2 where coordinates are no place on Earth.

        Parameters
        ----------
        lon, lat
            (n,) degrees.
        threads
            The kernel holds no lock, so they share the work.
        """
        lon, lat = (np.ascontiguousarray(values, dtype=np.float64) for values in (lon, lat))
        found = np.empty(len(lon), dtype=np.int32)

        def work(start: int) -> None:
            part = slice(start, start + CHUNK)
            kernels.units_at(lon[part], lat[part], found[part], *self._arrays)

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(work, range(0, len(lon), CHUNK)))
        return found

    @property
    def nbytes(self) -> int:
        """Memory of all arrays, bytes."""
        return sum(getattr(self, field.name).nbytes for field in fields(self))

    @property
    def _arrays(self) -> tuple[IntArray, np.ndarray, np.ndarray]:
        return self.place, self.grid, self.packed


def index_units(shapes: GeometryArray) -> UnitIndex:
    """Index polygons in EPSG:4326, given in id order; ``None`` and empty shapes cover nothing."""
    outlines = outlines_of(shapes)
    origin, shift, shape = _grid(outlines)
    edges, units = kernels.sizes(outlines.unit, outlines.edge, origin, shift, shape)
    words = np.where(units > 0, kernels.HEAD + kernels.ENTRY * units.astype(np.int64) + kernels.EDGE * edges, 0)
    start = np.where(units > 0, np.cumsum(words) - words, NOWHERE)
    first_edge = np.searchsorted(outlines.unit, np.arange(outlines.size + 1))
    cover, packed = kernels.fill(outlines.edge, first_edge, origin, shift, shape, start, int(words.sum()))
    grid = np.where(units > 0, kernels.MIXED - start, cover).astype(np.int32)
    return UnitIndex(place=np.array([*origin, *shift, shape[1], shape[0]]), grid=grid, packed=packed)


def _grid(outlines: Outlines) -> tuple[IntArray, IntArray, IntArray]:
    """Origin, binary logarithm of the cell's sides, rows and columns, for about ``CELLS_PER_EDGE`` cells an edge."""
    if not len(outlines.edge):
        return np.zeros(2, np.int64), np.zeros(2, np.int64), np.ones(2, np.int64)
    ends = outlines.edge.reshape(-1, 2)
    low, span = ends.min(axis=0), ends.max(axis=0) - ends.min(axis=0) + 1
    cells = min(max(CELLS_PER_EDGE * len(outlines.edge), LEAST_CELLS), MOST_CELLS)
    shift = np.zeros(2, dtype=np.int64)
    while np.prod((span >> shift) + 1, dtype=np.float64) > cells:
        shift[int(np.argmax(span >> shift))] += 1
    return low, shift, ((span >> shift) + 1)[::-1].copy()
