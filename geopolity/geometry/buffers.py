"""Everything within a distance of points and lines, true to the ground anywhere on Earth.

Around points: geodesic circles on the ellipsoid. Around lines: pieces of at most 300 km, each buffered in
its own azimuthal equidistant frame, then united. All coordinates are longitude and latitude.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Proj

from geopolity.arrays import FloatArray, GeometryArray
from geopolity.geometry.crs import WGS84, split_antimeridian

LONGEST_PIECE_KM = 300.0
LONGEST_EDGE_KM = 10.0
CIRCLE_VERTICES = 128
"""A circle's area is right to 0.04 %."""
INNER_VERTICES = 32
"""Around points, all but the largest of several circles are only where intensity changes: coarser, and true in area."""
POLAR_VERTICES = 2048
"""Vertices where the buffer comes near a pole, at which longitudes race."""


def around_points(points: FloatArray, distance_km: FloatArray) -> GeometryArray:
    """One geodesic circle per point (n, 2) and distance (n,)."""
    return _around(points, distance_km, CIRCLE_VERTICES)


def inner_circles(points: FloatArray, distance_km: FloatArray) -> GeometryArray:
    """Circles of few vertices, moved out so that their area stays true: where intensity changes inside a larger one."""
    turn = 2 * np.pi / INNER_VERTICES
    return _around(points, distance_km * np.sqrt(turn / np.sin(turn)), INNER_VERTICES)


def _around(points: FloatArray, distance_km: FloatArray, vertices: int) -> GeometryArray:
    near_pole = (90.0 - np.abs(points[:, 1])) * 111.2 < 1.5 * distance_km
    circles = np.empty(len(points), dtype=object)
    for polar, count in ((False, vertices), (True, POLAR_VERTICES)):
        chosen = near_pole == polar
        circles[chosen] = _circles(points[chosen], distance_km[chosen], count)
    return split_antimeridian(circles)


def _circles(points: FloatArray, distance_km: FloatArray, vertices: int) -> GeometryArray:
    azimuth = np.linspace(0.0, 360.0, vertices, endpoint=False)[::-1]
    size = (len(points), vertices)
    longitude, latitude, _ = WGS84.fwd(
        np.broadcast_to(points[:, :1], size).ravel(),
        np.broadcast_to(points[:, 1:], size).ravel(),
        np.broadcast_to(azimuth, size).ravel(),
        np.broadcast_to(1000.0 * distance_km[:, None], size).ravel(),
    )
    rings = np.stack([longitude, latitude], axis=-1).reshape(*size, 2)
    return np.asarray(shapely.polygons(np.concatenate([rings, rings[:, :1]], axis=1)), dtype=object)


def around_line(line: FloatArray, distances_km: FloatArray) -> list[GeometryArray]:
    """Buffers of a line (n, 2): one array of pieces for each distance, not yet united."""
    pieces = [_around_piece(piece, distances_km) for piece in _pieces(line)]
    return [np.array(column, dtype=object) for column in zip(*pieces, strict=True)]


def _pieces(line: FloatArray) -> list[FloatArray]:
    """Cut the line into stretches of at most 300 km, with vertices at most 10 km apart."""
    fine = _fine(line)
    _, _, step = WGS84.inv(fine[:-1, 0], fine[:-1, 1], fine[1:, 0], fine[1:, 1])
    along = np.concatenate([[0.0], np.cumsum(step)]) / 1000.0
    count = max(int(np.ceil(along[-1] / (LONGEST_PIECE_KM - LONGEST_EDGE_KM))), 1)
    cuts = np.unique(np.searchsorted(along, np.linspace(0.0, along[-1], count + 1)))
    return [fine[start : end + 1] for start, end in pairwise(cuts)] or [fine]


def _fine(line: FloatArray) -> FloatArray:
    """Unwrap longitudes and cut edges to 10 km, straight in longitude and latitude."""
    line = np.column_stack([np.unwrap(line[:, 0], period=360.0), line[:, 1]])
    _, _, length = WGS84.inv(line[:-1, 0], line[:-1, 1], line[1:, 0], line[1:, 1])
    count = np.maximum(np.ceil(np.asarray(length) / (1000.0 * LONGEST_EDGE_KM)), 1).astype(int)
    edge = np.repeat(np.arange(len(count)), count)
    part = (np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)) / count[edge]
    fine = line[edge] + (line[edge + 1] - line[edge]) * part[:, None]
    return np.vstack([fine, line[-1:]])


def _around_piece(piece: FloatArray, distances_km: FloatArray) -> GeometryArray:
    centre = piece[len(piece) // 2]
    frame = Proj(proj="aeqd", lon_0=centre[0], lat_0=centre[1], ellps="WGS84")
    flat = shapely.linestrings(np.column_stack(frame(piece[:, 0], piece[:, 1])))
    reach = 1.5 * distances_km.max() + LONGEST_PIECE_KM
    polar = (90.0 - abs(centre[1])) * 111.2 < reach
    rounding = (POLAR_VERTICES if polar else CIRCLE_VERTICES) // 4
    buffers = shapely.buffer(flat, 1000.0 * distances_km, quad_segs=rounding)
    if polar:
        buffers = shapely.segmentize(buffers, 1000.0 * distances_km.min() / 32)
    return split_antimeridian(np.asarray(shapely.transform(buffers, lambda xy: _inverse(frame, xy)), dtype=object))


def _inverse(frame: Proj, xy: npt.NDArray[np.float64]) -> FloatArray:
    return np.column_stack(frame(xy[:, 0], xy[:, 1], inverse=True))
