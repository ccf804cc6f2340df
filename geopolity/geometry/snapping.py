"""What counts as a place on Earth, and the grid of integers it is snapped to."""

from __future__ import annotations

import math

import numpy as np

from geopolity.arrays import FloatArray, IntArray
from geopolity.errors import RequestError

SNAP = 10_000_000
"""Coordinates count in steps of 1e-7 degrees, about a centimetre."""
HALF_TURN = 180 * SNAP


class PointError(RequestError):
    """Coordinates are no place on Earth."""

    code = "point"


def snapped(lon: float, lat: float) -> tuple[int, int]:
    """Return the place in steps of 1e-7 degrees.

    Raises
    ------
    PointError
        For coordinates that are no numbers, or out of range; swapped ones are said to be.
    """
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise PointError(
            "Longitude {lon:exact} and latitude {lat:exact} are no place; give two numbers in degrees.",
            lon=lon,
            lat=lat,
        )
    if abs(lat) > 90 and abs(lon) <= 90 and abs(lat) <= 180:
        raise PointError(
            "Latitude {lat:exact} is beyond the poles; longitude and latitude seem to be swapped.",
            lat=lat,
        )
    if abs(lat) > 90 or abs(lon) > 180:
        raise PointError(
            "Longitude {lon:exact}, latitude {lat:exact} is out of range; give -180..180 and -90..90 degrees.",
            lon=lon,
            lat=lat,
        )
    return round(lon * SNAP), round(lat * SNAP)


def snapped_to_grid(degrees: FloatArray) -> IntArray:
    """Coordinates in steps of 1e-7 degrees, any shape; halves go to the even neighbour, as ``round`` does."""
    return np.rint(np.asarray(degrees, dtype=np.float64) * SNAP).astype(np.int64)
