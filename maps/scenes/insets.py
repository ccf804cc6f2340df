"""Where a static map looks, and in which equal-area projection: a main frame and insets for what lies far off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from geopolity.exports import later
from maps.scenes.longitudes import Geometries

if TYPE_CHECKING:
    from scipy import sparse, spatial
else:
    sparse, spatial = later("scipy.sparse"), later("scipy.spatial")

_EARTH_KM = 6371.0
_FAR_KM = 700.0
_CELL_DEGREES = 3.0
_MOST = 0.9
_MARGIN = 0.06
_WORLD_DEGREES = 150.0
_STEP_DEGREES = 1.0

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A projected rectangle to be drawn.

    Attributes
    ----------
    projection
        From degrees (in the display layer's window of longitudes) to metres, equal-area.
    box
        West, south, east, north of what is shown, metres.
    """

    projection: pyproj.Transformer
    box: Box

    def project(self, geometries: Geometries) -> Geometries:
        """Project geometries given in degrees."""
        coordinates = shapely.get_coordinates(geometries)
        x, y = self.projection.transform(coordinates[:, 0], coordinates[:, 1])
        return np.asarray(shapely.set_coordinates(geometries.copy(), np.column_stack([x, y])), dtype=object)


def frames(shown: Geometries, weight: NDArray[np.float64]) -> tuple[Frame, ...]:
    """Choose the main frame first, then at most three insets, for geometries that all have to be seen.

    Parameters
    ----------
    shown
        Polygons in degrees.
    weight
        What each counts for (people); the group with most of it gets the main frame.

    Notes
    -----
    Groups lie more than 700 km apart. Insets are used only where the main group holds at least nine tenths of the
    weight; otherwise all is shown in one frame.
    """
    group = _groups(shown)
    totals = np.bincount(group, weights=weight)
    if totals.max() < _MOST * totals.sum() or len(totals) > 4:
        return (_frame(shown),)
    order = np.argsort(-totals, kind="stable")
    return tuple(_frame(shown[group == index]) for index in order)


def _groups(shown: Geometries) -> NDArray[np.int64]:
    """Find the group of each geometry: single linkage over cells of three degrees."""
    centres = shapely.get_coordinates(shapely.centroid(shapely.envelope(shown)))
    cells, cell_of = np.unique(np.floor(centres / _CELL_DEGREES), axis=0, return_inverse=True)
    cell_of = cell_of.ravel()
    counts = np.bincount(cell_of)
    means = np.column_stack([np.bincount(cell_of, weights=centres[:, axis]) / counts for axis in (0, 1)])
    longitude, latitude = np.radians(means).T
    points = np.column_stack(
        [np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)]
    )
    near = spatial.cKDTree(points).query_pairs(2 * np.sin(_FAR_KM / _EARTH_KM / 2), output_type="ndarray")
    graph = sparse.coo_matrix((np.ones(len(near)), (near[:, 0], near[:, 1])), shape=(len(cells), len(cells)))
    return np.asarray(sparse.csgraph.connected_components(graph, directed=False)[1][cell_of], dtype=np.int64)


def _frame(shown: Geometries) -> Frame:
    west, south, east, north = shapely.total_bounds(shown)
    middle, centre = (west + east) / 2, (south + north) / 2
    if east - west > _WORLD_DEGREES:
        crs = f"+proj=eqearth +lon_0={middle:.6f} +datum=WGS84"
    else:
        crs = f"+proj=laea +lon_0={middle:.6f} +lat_0={centre:.6f} +datum=WGS84"
    projection = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    frame = Frame(projection=projection, box=(0, 0, 1, 1))
    box = shapely.total_bounds(frame.project(shown))
    margin = _MARGIN * max(box[2] - box[0], box[3] - box[1])
    return Frame(projection=projection, box=(box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin))
