"""Ground nearest to each of many points on the whole Earth: Voronoi cells on the sphere.

The convex hull of points on a sphere is their Delaunay triangulation (Brown, 1979), and the normal of each of its
faces is the place as far from three points as from no other: a corner of their cells. There is no seam at the
antimeridian and none at the poles until cells are written as longitudes and latitudes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geopolity.arrays import FloatArray, GeometryArray, IntArray
from geopolity.exports import later

if TYPE_CHECKING:
    from scipy import spatial
else:
    spatial = later("scipy.spatial")

GRID = 2.0**20
"""Steps per degree that corners are rounded to (a tenth of a metre), so that neighbours share them bit for bit."""
LONGEST_STRAIGHT = 0.25
"""Edges are cut to this many degrees of arc, for a great circle is no straight line in longitude and latitude."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Corners:
    """Corners of all cells, cell by cell and anticlockwise: which site and which face of the hull."""

    site: IntArray
    face: IntArray


def unit_vectors(degrees: FloatArray) -> FloatArray:
    """Points (n, 2) of longitude and latitude as points (n, 3) of the unit sphere."""
    east, north = np.radians(degrees).T
    return np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])


def great_circle_km(start: FloatArray, end: FloatArray) -> FloatArray:
    """Distance of points (n, 2) in degrees on a sphere of the Earth's mean radius, km."""
    chord = np.linalg.norm(unit_vectors(start) - unit_vectors(end), axis=1)
    return np.asarray(2 * 6371.0088 * np.arcsin(np.clip(chord / 2, 0.0, 1.0)))


def voronoi_cells(degrees: FloatArray) -> GeometryArray:
    """Polygon of the ground nearest to each of at least four different points (n, 2), in the points' order.

    Longitudes run on past ±180 where a cell crosses the antimeridian, and a cell around a pole is closed along it:
    ``geopolity.geometry.crs.split_antimeridian`` brings both to what a map expects.
    """
    sites = unit_vectors(degrees)
    hull = spatial.ConvexHull(sites)
    corners = _in_order(hull.simplices.astype(np.int64), hull.equations[:, :3], sites)
    site, xy = _edges_cut(corners, _rounded(hull.equations[:, :3]))
    return _polygons(site, xy, degrees)


def _in_order(faces: IntArray, normals: FloatArray, sites: FloatArray) -> _Corners:
    site, face = faces.ravel(), np.repeat(np.arange(len(faces)), 3)
    at = sites[site]
    east = np.column_stack([-at[:, 1], at[:, 0], np.zeros(len(at))])
    away = normals[face] - at
    angle = np.arctan2(np.einsum("ij,ij->i", np.cross(at, east), away), np.einsum("ij,ij->i", east, away))
    order = np.lexsort((angle, site))
    return _Corners(site=site[order], face=face[order])


def _rounded(normals: FloatArray) -> FloatArray:
    """Corners as longitude and latitude on the grid."""
    lonlat = np.column_stack(
        [np.arctan2(normals[:, 1], normals[:, 0]), np.arctan2(normals[:, 2], np.hypot(normals[:, 0], normals[:, 1]))]
    )
    return np.asarray(np.rint(np.degrees(lonlat) * GRID) / GRID)


def _edges_cut(corners: _Corners, places: FloatArray) -> tuple[IntArray, FloatArray]:
    """Corners with points in between on long edges, the same points from either side."""
    following = _following(corners.site)
    start, end = corners.face, corners.face[following]
    low, high = np.minimum(start, end), np.maximum(start, end)
    one, other = unit_vectors(places[low]), unit_vectors(places[high])
    arc = np.degrees(2 * np.arcsin(np.clip(np.linalg.norm(one - other, axis=1) / 2, 0, 1)))
    cuts = np.maximum(np.ceil(arc / LONGEST_STRAIGHT), 1).astype(np.int64)
    edge = np.repeat(np.arange(len(cuts)), cuts)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(cuts) - cuts, cuts)
    part = (np.where(start == low, 0, cuts)[edge] + np.where(start == low, 1, -1)[edge] * step) / cuts[edge]
    between = _rounded(one[edge] * (1 - part)[:, None] + other[edge] * part[:, None])
    return corners.site[edge], np.where((step == 0)[:, None], places[start[edge]], between)


def _following(site: IntArray) -> IntArray:
    """Position of the next corner of the same cell; the last one's is the first."""
    first = np.flatnonzero(np.concatenate([[True], site[1:] != site[:-1]]))
    following = np.arange(1, len(site) + 1)
    following[np.append(first[1:], len(site)) - 1] = first
    return following


def _polygons(site: IntArray, xy: FloatArray, degrees: FloatArray) -> GeometryArray:
    """Rings with longitudes that do not jump, as polygons; those round a pole are closed along it."""
    step = np.diff(xy[:, 0], prepend=xy[0, 0])
    new = np.concatenate([[True], site[1:] != site[:-1]])
    turn = np.where(new, 0.0, (step + 180.0) % 360.0 - 180.0)
    first = np.flatnonzero(new)
    run = np.cumsum(turn)
    lon = xy[first, 0][np.cumsum(new) - 1] + run - run[first][np.cumsum(new) - 1]
    lon = np.rint(lon * GRID) / GRID
    last = np.append(first[1:], len(site)) - 1
    round_pole = np.abs(lon[last] + ((xy[first, 0] - lon[last] + 180.0) % 360.0 - 180.0) - lon[first]) > 180.0
    ring = np.cumsum(new) - 1
    around = np.column_stack([lon, xy[:, 1]])
    closed = np.insert(around, first[1:], around[first[:-1]], axis=0)
    closed = np.vstack([closed, [lon[first[-1]], xy[first[-1], 1]]])
    owner = np.append(np.insert(ring, first[1:], ring[first[:-1]]), ring[-1])
    cells = np.asarray(shapely.polygons(shapely.linearrings(closed, indices=owner)), dtype=object)
    for place in np.flatnonzero(round_pole):
        cells[place] = _round_the_pole(around[first[place] : last[place] + 1], degrees[place])
    return cells


def _round_the_pole(ring: FloatArray, site: FloatArray) -> shapely.Polygon:
    way = np.sign(ring[-1, 0] - ring[0, 0]) * 360.0
    pole = np.sign(site[1]) * 90.0
    end = ring[0] + [way, 0.0]
    return shapely.Polygon([*ring, end, (end[0], pole), (ring[0, 0], pole)])
