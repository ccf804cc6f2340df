"""How far a count may be off because people do not spread evenly over their unit.

Within a unit the intensity varies from place to place with mean m and variance v over the area. If people
lived in k independent places, their mean intensity would have variance v / k. A Beta distribution between the
unit's lowest and highest intensity with that mean and variance gives the unit's interval. k is calibrated on
real people (see tests/oracles/test_calibration.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv

from geopolity.crs import FloatArray
from geopolity.mosaic import Mosaic

PLACES = 3.0
"""Independent places in which a unit's people live, as far as one footprint can tell."""
TAIL = 0.05
"""Probability left out on either side: the interval is meant to hold the truth nine times in ten."""
NORMAL = 1.6449
"""The standard normal quantile of 1 - TAIL."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Interval:
    """Low, high (people) and the standard deviation behind them."""

    low: FloatArray
    high: FloatArray
    deviation: FloatArray
    centre: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TotalInterval:
    """Low and high of a total (people)."""

    low: float
    high: float


def unit_interval(pieces: Mosaic, people: FloatArray) -> Interval:
    """Interval of the affected people in each unit."""
    size = len(people)
    mean = pieces.mean(size)
    square = np.bincount(pieces.unit, weights=pieces.share * pieces.intensity**2, minlength=size)
    least, most = _range(pieces, size)
    variance = np.maximum(square - mean**2, 0.0) / PLACES
    low, high = _beta(mean, variance, least, most)
    counted = np.where(mean == 0, 0.0, people)
    return Interval(
        low=counted * low, high=counted * high, deviation=counted * np.sqrt(variance), centre=counted * mean
    )


def total_interval(units: Interval, people: FloatArray) -> TotalInterval:
    """Interval of the total, units taken as independent."""
    centre = float(np.nansum(units.centre))
    spread = NORMAL * float(np.sqrt(np.nansum(units.deviation**2)))
    return TotalInterval(low=max(centre - spread, 0.0), high=min(centre + spread, float(np.nansum(people))))


def _range(pieces: Mosaic, size: int) -> tuple[FloatArray, FloatArray]:
    """Lowest and highest intensity in each unit; 0 where a part of it is not covered."""
    least, most = np.full(size, np.inf), np.zeros(size)
    with np.errstate(invalid="ignore"):  # a missing intensity stays missing
        np.minimum.at(least, pieces.unit, pieces.intensity)
        np.maximum.at(most, pieces.unit, pieces.intensity)
    partly = pieces.covered(size) < 1 - 1e-9
    return np.where(partly, 0.0, least), most


def _beta(mean: FloatArray, variance: FloatArray, least: FloatArray, most: FloatArray) -> tuple[FloatArray, FloatArray]:
    width = most - least
    spread = (variance > 1e-12) & (width > 1e-9)
    low, high = mean.copy(), mean.copy()
    centre = np.clip((mean[spread] - least[spread]) / width[spread], 1e-9, 1 - 1e-9)
    weight = np.maximum(centre * (1 - centre) * width[spread] ** 2 / variance[spread] - 1, 1e-3)
    low[spread] = least[spread] + width[spread] * betaincinv(centre * weight, (1 - centre) * weight, TAIL)
    high[spread] = least[spread] + width[spread] * betaincinv(centre * weight, (1 - centre) * weight, 1 - TAIL)
    return np.minimum(low, mean), np.maximum(high, mean)
