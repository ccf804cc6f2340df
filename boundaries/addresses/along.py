"""Where a number lies that no file has a point for: between its neighbours, or along a line with numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import cos, hypot, radians
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from boundaries.addresses.address import SCALE, Range, leading

FURTHEST = 40
"""Numbers between two neighbours on one side, at most, for what lies between to be said."""
METRES_A_DEGREE = 111_320.0


class Spot(NamedTuple):
    """A point in degrees."""

    lon: float
    lat: float


def between(number: int, labels: Sequence[str], points: npt.NDArray[np.int32]) -> Spot | None:
    """Where a number lies between the nearest lower and higher one on its side of the street; or ``None``."""
    known = [(found, place) for place, one in enumerate(labels) if (found := leading(one)) is not None]
    same_side = [one for one in known if (one[0] - number) % 2 == 0]
    below = max((one for one in same_side if one[0] <= number), default=None)
    above = min((one for one in same_side if one[0] >= number), default=None)
    if below is None or above is None or above[0] - below[0] > FURTHEST:
        return None
    share = 0.0 if above[0] == below[0] else (number - below[0]) / (above[0] - below[0])
    lon, lat = ((1 - share) * points[below[1]] + share * points[above[1]]) / SCALE
    return Spot(round(float(lon), 7), round(float(lat), 7))


def along(number: int, ranges: Sequence[Range]) -> Spot | None:
    """Where a number lies along the lines that have it; or ``None``."""
    for one in ranges:
        low, high = sorted((one.first, one.last))
        if low <= number <= high and _has(one.parity, number):
            share = 0.5 if low == high else (number - one.first) / (one.last - one.first)
            return on_line(one.line, share)
    return None


def _has(parity: str, number: int) -> bool:
    return parity == "both" or (number % 2 == 1) == (parity == "odd")


def on_line(line: Sequence[tuple[float, float]], share: float) -> Spot:
    """The point that far along a line, lengths taken on the ground."""
    shrink = cos(radians(line[0][1]))
    steps = [hypot((there[0] - here[0]) * shrink, there[1] - here[1]) for here, there in pairwise(line)]
    left = share * sum(steps)
    for (here, there), step in zip(pairwise(line), steps, strict=True):
        if left <= step and step > 0:
            part = left / step
            return _spot(here[0] + part * (there[0] - here[0]), here[1] + part * (there[1] - here[1]))
        left -= step
    return _spot(*line[-1])


def beside(
    line: Sequence[tuple[float, float]], *, is_left: bool, metres: float = 10.0
) -> tuple[tuple[float, float], ...]:
    """The line moved to its left or right, where the houses stand."""
    shrink = cos(radians(line[0][1]))
    moved = []
    for place in range(len(line)):
        here, there = line[max(place - 1, 0)], line[min(place + 1, len(line) - 1)]
        east, north = (there[0] - here[0]) * shrink, there[1] - here[1]
        length = hypot(east, north) or 1.0
        step = metres / METRES_A_DEGREE * (1 if is_left else -1)
        moved.append(
            (round(line[place][0] - step * north / length / shrink, 7), round(line[place][1] + step * east / length, 7))
        )
    return tuple(moved)


def _spot(lon: float, lat: float) -> Spot:
    return Spot(round(lon, 7), round(lat, 7))
