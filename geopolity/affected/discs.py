"""Ground within several distances of many sites: each part of a unit is measured from its nearest site.

Units are cut by the cells of the nearest site (``geopolity.geometry.nearest``). What a part shares with a circle
around its one site is a signed sum over the part's edges, of triangles and sectors, so circles are exact and are
never drawn or united. The slow twin is ``Radius.zones``, united circles, against which the tests compare.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geopolity.affected.decay import ring_edges, ring_intensities
from geopolity.affected.footprint import Radius
from geopolity.arrays import FloatArray, GeometryArray, IntArray
from geopolity.compiling import njit
from geopolity.exports import later
from geopolity.geometry.crs import CYLINDRICAL, cylindrical, degrees, lonlat
from geopolity.geometry.nearest import EDGE, Cells, cells, in_frame, local_xy
from geopolity.geometry.overlap import Edges, edges_of
from geopolity.layers.ground import Ground, Meeting
from geopolity.threads import THREADS, in_threads

if TYPE_CHECKING:
    from scipy import spatial
else:
    spatial = later("scipy.spatial")

MANY = 50
"""Fewer sites are laid out as circles: that is fast enough, and knows no limits."""
FARTHEST_KM, HIGHEST_LATITUDE = 100.0, 80.0
"""Up to which a site's frame keeps straight lines straight enough; a site that stands alone may be farther north."""
RINGS = 128
"""A ring costs little here; with so many the share of a unit is right to 0.0002 (points on a fine lattice tell)."""
ROUNDING = 1e-9
"""A ring below this part of its unit's area is rounding."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Discs:
    """Rings around many sites, and the intensity in each; ``radii`` (m) in the frame of a site, ascending."""

    cells: Cells
    radii: FloatArray
    intensity: FloatArray
    longest_m: float

    @property
    def area(self) -> float:
        """Area (m²) within the largest radius of any site."""
        drawn = edges_of(self.cells.local)
        return float(_within(drawn.ends, drawn.first, self.radii[-1:]).sum())


@lru_cache(maxsize=8)
def discs_of(footprint: Radius) -> Discs | None:
    """Discs of a footprint of many sites with one distance; None where it has to be laid out as circles."""
    points = shapely.get_coordinates(lonlat(footprint.points))
    reach = np.unique(np.asarray(footprint.distance_km, dtype=np.float64))
    if len(points) < MANY or len(reach) > 1 or reach[0] > FARTHEST_KM:
        return None
    try:
        around = cells(points, reach[0])
    except spatial.QhullError:  # all sites on one circle of the Earth
        return None
    edges, alone = ring_edges(footprint.decay, RINGS), np.isclose(shapely.area(around.local), around.square_m2)
    if (~alone & (np.abs(around.sites[:, 1]) > HIGHEST_LATITUDE)).any():
        return None
    return Discs(
        cells=around,
        radii=in_frame(1000.0 * reach[0] * edges),
        intensity=footprint.intensity * ring_intensities(footprint.decay, edges, around_points=True),
        longest_m=1000.0 * EDGE * reach[0],
    )


def meet_discs(units: Ground, discs: Discs) -> Meeting:
    """Areas of units in the rings; ``zone`` numbers the rings from the innermost."""
    unit, site, part = _parts(units, cylindrical(discs.cells.outlines))
    drawn = _seen_from(part, discs.cells.sites[site], discs.longest_m)
    met, place = np.unique(unit, return_inverse=True)
    within = np.zeros((len(met), len(discs.radii)))
    np.add.at(within, place, _within(drawn.ends, drawn.first, discs.radii))
    ring = np.diff(within, axis=1, prepend=0.0)
    row, level = np.nonzero(ring > ROUNDING * units.area[met][:, None])
    return Meeting(unit=met[row], zone=level, area=ring[row, level])


def _parts(units: Ground, outlines: GeometryArray) -> tuple[IntArray, IntArray, GeometryArray]:
    """Each unit cut by each cell it meets; a cell that lies inside a unit is its own part."""
    shapely.prepare(units.geometry)
    site, unit = units.tree.query(outlines, predicate="intersects")
    part = outlines[site]
    cut = np.flatnonzero(~shapely.contains_properly(units.geometry[unit], part))

    def shared(some: IntArray) -> GeometryArray:
        return np.asarray(shapely.intersection(units.geometry[unit[some]], part[some]), dtype=object)

    groups = [group for group in np.array_split(cut, 4 * THREADS) if len(group)]
    part[cut] = np.concatenate([np.empty(0, dtype=object), *in_threads(shared, groups)])
    return unit, site, part


def _seen_from(part: GeometryArray, sites: FloatArray, longest_m: float) -> Edges:
    """Edges of the parts in the frame of the site of each."""
    fine = np.asarray(shapely.segmentize(part, longest_m), dtype=object)
    xy, owner = shapely.get_coordinates(fine, return_index=True)
    return edges_of(np.asarray(shapely.set_coordinates(fine, local_xy(sites[owner], degrees(xy, CYLINDRICAL)))))


@njit(cache=True, nogil=True)
def _within(ends: FloatArray, first: IntArray, radii: FloatArray) -> FloatArray:
    """Area of each polygon within each radius (ascending) of the origin of its frame."""
    area = np.zeros((len(first) - 1, len(radii)))
    for polygon in range(len(first) - 1):
        for edge in range(first[polygon], first[polygon + 1]):
            x0, y0, x1, y1 = ends[edge, 0], ends[edge, 1], ends[edge, 2], ends[edge, 3]
            cross, along = x0 * y1 - y0 * x1, (x1 - x0) ** 2 + (y1 - y0) ** 2
            if cross == 0.0 or along == 0.0:
                continue
            angle = np.arctan2(cross, x0 * x1 + y0 * y1)
            begin, middle = x0 * x0 + y0 * y0, x0 * (x1 - x0) + y0 * (y1 - y0)
            farthest, nearest = max(begin, x1 * x1 + y1 * y1), cross * cross / along
            for level in range(len(radii)):
                square = radii[level] * radii[level]
                if square >= farthest:
                    area[polygon, level] += 0.5 * cross
                elif square <= nearest:
                    area[polygon, level] += 0.5 * square * angle
                else:
                    root = np.sqrt(middle * middle - along * (begin - square))
                    enter, leave = max((-middle - root) / along, 0.0), min((-middle + root) / along, 1.0)
                    if leave <= enter:
                        area[polygon, level] += 0.5 * square * angle
                        continue
                    u0, v0 = x0 + enter * (x1 - x0), y0 + enter * (y1 - y0)
                    u1, v1 = x0 + leave * (x1 - x0), y0 + leave * (y1 - y0)
                    inside = np.arctan2(u0 * v1 - v0 * u1, u0 * u1 + v0 * v1)
                    area[polygon, level] += 0.5 * (cross * (leave - enter) + square * (angle - inside))
    return area
