"""Ground by its nearest site: convex cells around many points, each drawn in the site's own frame.

The frame of a site is azimuthal and equal-area (m, east and north of it). On the border between two cells both
sites are equally far, so a border a little off hardly changes how much ground lies within a distance of any site.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geopolity.arrays import FloatArray, GeometryArray, IntArray
from geopolity.compiling import njit
from geopolity.exports import later
from geopolity.geometry.crs import WGS84, split_antimeridian

if TYPE_CHECKING:
    from scipy import spatial
else:
    spatial = later("scipy.spatial")

RADIUS_M = 6_371_008.8
MARGIN = 1.05
"""Cells end this much beyond the distance, so that only other cells bound what lies within it."""
EDGE = 0.25
"""Longest edge of a cell, as a part of the distance, when it leaves its frame."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """Cells of distinct sites.

    Attributes
    ----------
    sites
        (n, 2) longitude and latitude.
    local, outlines
        The cell of each site, in the site's frame and on Earth.
    square_m2
        Area of the cell of a site that stands alone.
    """

    sites: FloatArray
    local: GeometryArray
    outlines: GeometryArray
    square_m2: float


def cells(points: FloatArray, distance_km: float) -> Cells:
    """Cells of points (n, 2) as far as the distance; points must not all lie on one circle of the Earth.

    Raises
    ------
    scipy.spatial.QhullError
        If they do, or are fewer than four.
    """
    sites = np.unique(points, axis=0)
    site, other = _neighbours(sites)
    first = np.searchsorted(site, np.arange(len(sites) + 1))
    reach = float(in_frame(1000.0 * distance_km))
    towards = local_xy(sites[site], sites[other])
    corners, owner = _clipped(towards, first, MARGIN * reach)
    local = shapely.polygons(shapely.linearrings(corners, indices=owner))
    local = np.asarray(shapely.segmentize(local, EDGE * reach), dtype=object)
    outlines = split_antimeridian(_on_earth(local, sites))
    return Cells(sites=sites, local=local, outlines=outlines, square_m2=(2.0 * MARGIN * reach) ** 2)


def in_frame(metres: FloatArray | float) -> FloatArray:
    """Distances on the ground as radii that keep areas true: 2R sin(d / 2R)."""
    return np.asarray(2.0 * RADIUS_M * np.sin(np.asarray(metres) / (2.0 * RADIUS_M)))


def local_xy(sites: FloatArray, places: FloatArray) -> FloatArray:
    """Places (n, 2) in the frame of the site (n, 2) of each."""
    azimuth, _, metres = WGS84.inv(sites[:, 0], sites[:, 1], places[:, 0], places[:, 1])
    radius, angle = in_frame(np.asarray(metres)), np.radians(azimuth)
    return np.column_stack([radius * np.sin(angle), radius * np.cos(angle)])


def _on_earth(local: GeometryArray, sites: FloatArray) -> GeometryArray:
    xy, owner = shapely.get_coordinates(local, return_index=True)
    metres = 2.0 * RADIUS_M * np.arcsin(np.hypot(xy[:, 0], xy[:, 1]) / (2.0 * RADIUS_M))
    azimuth = np.degrees(np.arctan2(xy[:, 0], xy[:, 1]))
    longitude, latitude, _ = WGS84.fwd(sites[owner, 0], sites[owner, 1], azimuth, metres)
    rings = shapely.linearrings(np.column_stack([longitude, latitude]), indices=owner)
    return np.asarray(shapely.polygons(rings), dtype=object)


def _neighbours(sites: FloatArray) -> tuple[IntArray, IntArray]:
    """Pairs of sites whose cells may meet, both ways round and in order: edges of the hull of points on a sphere."""
    longitude, latitude = np.radians(sites).T
    level = np.cos(latitude)
    around = np.column_stack([level * np.cos(longitude), level * np.sin(longitude), np.sin(latitude)])
    corners = spatial.ConvexHull(around).simplices.astype(np.int64)
    sides = np.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    pairs = np.unique(np.concatenate([sides @ [len(sites), 1], sides @ [1, len(sites)]]))
    return pairs // len(sites), pairs % len(sites)


@njit(cache=True, nogil=True)
def _clipped(towards: FloatArray, first: IntArray, half: float) -> tuple[FloatArray, IntArray]:
    """Corners of each cell and their owners: a square cut by the line halfway to every neighbour."""
    most = 4 * (len(first) - 1) + len(towards)
    corners, owner = np.empty((most, 2)), np.empty(most, np.int64)
    longest = 4 + np.max(first[1:] - first[:-1])
    ring, cut, used = np.empty((longest, 2)), np.empty((longest, 2)), 0
    for site in range(len(first) - 1):
        ring[0, 0], ring[0, 1], ring[1, 0], ring[1, 1] = -half, -half, half, -half
        ring[2, 0], ring[2, 1], ring[3, 0], ring[3, 1] = half, half, -half, half
        count = 4
        for neighbour in range(first[site], first[site + 1]):
            count = _halved(ring, count, towards[neighbour, 0], towards[neighbour, 1], cut)
            ring, cut = cut, ring
        for corner in range(count):
            corners[used, 0], corners[used, 1], owner[used] = ring[corner, 0], ring[corner, 1], site
            used += 1
    return corners[:used], owner[:used]


@njit(cache=True, nogil=True)
def _halved(ring: FloatArray, count: int, east: float, north: float, kept: FloatArray) -> int:
    """Keep what of a convex ring is nearer to the frame's centre than to a place; returns how many corners are left."""
    limit, left = 0.5 * (east * east + north * north), 0
    for corner in range(count):
        after = (corner + 1) % count
        here = limit - ring[corner, 0] * east - ring[corner, 1] * north
        there = limit - ring[after, 0] * east - ring[after, 1] * north
        if here >= 0.0:
            kept[left, 0], kept[left, 1] = ring[corner, 0], ring[corner, 1]
            left += 1
        if (here > 0.0 and there < 0.0) or (here < 0.0 and there > 0.0):
            part = here / (here - there)
            kept[left, 0] = ring[corner, 0] + part * (ring[after, 0] - ring[corner, 0])
            kept[left, 1] = ring[corner, 1] + part * (ring[after, 1] - ring[corner, 1])
            left += 1
    return left
