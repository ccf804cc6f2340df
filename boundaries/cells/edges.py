"""Edges of cells on the sphere, drawn so that they stay in place where straight lines in degrees would stray."""

from __future__ import annotations

import numpy as np
import shapely

from geopolity.arrays import FloatArray


def outline(corners: FloatArray) -> shapely.Polygon:
    """Polygon in longitude and latitude around corners (latitude, longitude) joined by great circles."""
    edges = zip(corners, np.roll(corners, -1, axis=0), strict=True)
    return shapely.Polygon(np.vstack([_along(start, end) for start, end in edges]))


def _along(start: FloatArray, end: FloatArray) -> FloatArray:
    """Longitudes and latitudes from one corner up to the next; the same points from either side of the edge."""
    left, right = _direction(start), _direction(end)
    steep = np.tan(np.radians(min(max(abs(start[0]), abs(end[0])), 89.9)))
    bend = float(np.linalg.norm(right - left) * steep) * 64
    pieces = 2 ** int(np.clip(np.ceil(np.log2(max(bend, 1.0))), 0, 6))
    if pieces == 1:
        return start[None, ::-1]
    part = np.arange(1, pieces)[:, None] / pieces
    x, y, z = (left * (1 - part) + right * part).T
    between = np.degrees(np.column_stack([np.arctan2(y, x), np.arctan2(z, np.hypot(x, y))]))
    return np.vstack([start[::-1], between])


def _direction(corner: FloatArray) -> FloatArray:
    north, east = np.radians(corner)
    return np.array([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])
