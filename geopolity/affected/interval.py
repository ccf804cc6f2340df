"""How far a count may be off because people do not spread evenly over their unit.

Within a unit the intensity varies from place to place with mean m and variance v over the area. If people
lived in k independent places, their mean intensity would have variance v / k. A Beta distribution between the
unit's lowest and highest intensity with that mean and variance gives the unit's interval.

k was fitted to some 15,000 parts of counties and of New York neighbourhoods under random circles and corridors,
whose truth is known from US block groups and 50 m cells: about 5 places up to 1,500 people per km², 16.5 from
3,000 on, where a city is built up evenly. Fitted on half of the states and boroughs and checked on the other,
either way round, the nominal 90 % hold 85 to 94 times in a hundred, per unit and in total:
``tests/benchmarks/calibration.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geopolity.affected.pieces import Pieces
from geopolity.arrays import FloatArray
from geopolity.exports import later
from geopolity.layers.ground import ground
from geopolity.layers.layer import Layer

if TYPE_CHECKING:
    from scipy import special
else:
    special = later("scipy.special")

PLACES_IN_THE_COUNTRY, PLACES_IN_THE_CITY = 5.0, 16.5
"""Independent places in which a unit's people live, as far as one footprint can tell."""
COUNTRY, CITY = 1_500.0, 3_000.0
"""People per km² up to which, and from which, the two hold; in between the logarithm moves evenly."""
TAIL = 0.05
"""Probability left out on either side: the interval is meant to hold the truth nine times in ten."""
NORMAL = 1.6449
"""The standard normal quantile of 1 - TAIL."""
TOGETHER_IN_THE_COUNTRY, TOGETHER_IN_THE_CITY = 1.3, 0.95
"""Widening of the total's interval: in the country, errors of neighbours are not quite independent."""
COUNTS_TOGETHER = 1.2
"""How errors of the units' own counts add up in a total: a little more than independent ones would.
With it totals of circles hold nine times in ten in the United States, oftener in France (``./run bench places``)."""
ERROR = "population_error"
"""Column of a layer whose counts are estimates: the standard deviation of each, people."""
NEGLIGIBLE = 1e-12
CLOSE = 1e-3
"""An interval that ends this close to nobody or everybody ends there."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Interval:
    """Low, high (people), the standard deviation that each adds to a total, and the count."""

    low: FloatArray
    high: FloatArray
    deviation: FloatArray
    centre: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TotalInterval:
    """Low and high of a total (people)."""

    low: float
    high: float


def unit_interval(pieces: Pieces, layer: Layer) -> Interval:
    """Interval of the affected people in each unit."""
    people = layer.units["population"].to_numpy(dtype=np.float64)
    size = len(people)
    mean = pieces.mean(size)
    square = np.bincount(pieces.unit, weights=pieces.share * pieces.intensity**2, minlength=size)
    least, most = _range(pieces, size)
    variance = np.maximum(square - mean**2, 0.0)
    together = np.ones(size)
    if (variance > NEGLIGIBLE).any():
        city = _built_up(people, ground(layer).area)
        variance = variance / _between(PLACES_IN_THE_COUNTRY, PLACES_IN_THE_CITY, city)
        together = _between(TOGETHER_IN_THE_COUNTRY, TOGETHER_IN_THE_CITY, city)
    low, high = _beta(mean, variance, least, most)
    counted = np.where(mean == 0, 0.0, people)
    deviation = counted * together * np.sqrt(variance)
    placed = Interval(low=counted * low, high=counted * high, deviation=deviation, centre=counted * mean)
    return _of_unsure_counts(placed, mean, layer.units[ERROR].to_numpy()) if ERROR in layer.units else placed


def _of_unsure_counts(placed: Interval, mean: FloatArray, error: FloatArray) -> Interval:
    """Interval where the units' own counts are unsure, too: a count is off by a factor, its logarithm normal."""
    count = np.divide(placed.centre, mean, out=np.zeros_like(mean), where=mean > 0)
    relative = np.divide(error, count, out=np.zeros_like(mean), where=count > 0)
    factor = np.exp(NORMAL * np.sqrt(np.log1p(relative**2)))
    below, above = placed.centre * (1 - 1 / factor), placed.centre * (factor - 1)
    return Interval(
        low=placed.centre - np.hypot(placed.centre - placed.low, below),
        high=placed.centre + np.hypot(placed.high - placed.centre, above),
        deviation=np.hypot(placed.deviation, COUNTS_TOGETHER * mean * error),
        centre=placed.centre,
    )


def total_interval(units: Interval, people: FloatArray) -> TotalInterval:
    """Interval of the total, units taken as almost independent."""
    centre = float(np.nansum(units.centre))
    spread = NORMAL * float(np.sqrt(np.nansum(units.deviation**2)))
    return TotalInterval(low=max(centre - spread, 0.0), high=min(centre + spread, float(np.nansum(people))))


def sum_interval(units: pd.DataFrame) -> TotalInterval:
    """Interval of the affected people of some units, taken as independent: their errors add up in quadrature.

    ``units`` has ``affected, affected_low, affected_high`` (people).
    """
    columns = ("affected", "affected_low", "affected_high")
    count, low, high = (units[name].to_numpy(dtype=np.float64) for name in columns)
    total = float(np.nansum(count))
    below, above = (float(np.sqrt(np.nansum((end - count) ** 2))) for end in (low, high))
    return TotalInterval(low=total - below, high=total + above)


def _built_up(people: FloatArray, area_m2: FloatArray) -> FloatArray:
    """How far a unit is from country (0) to city (1), by its density."""
    density = np.nan_to_num(people / (area_m2 / 1e6), nan=0.0)
    return np.asarray(np.clip(np.log(np.maximum(density, 1.0) / COUNTRY) / np.log(CITY / COUNTRY), 0.0, 1.0))


def _between(country: float, city: float, built_up: FloatArray) -> FloatArray:
    return np.asarray(country * (city / country) ** built_up)


def _range(pieces: Pieces, size: int) -> tuple[FloatArray, FloatArray]:
    """Lowest and highest intensity in each unit; 0 where a part of it is not covered."""
    least, most = np.full(size, np.inf), np.zeros(size)
    with np.errstate(invalid="ignore"):  # a missing intensity stays missing
        np.minimum.at(least, pieces.unit, pieces.intensity)
        np.maximum.at(most, pieces.unit, pieces.intensity)
    partly = pieces.covered(size) < 1 - 1e-9
    return np.where(partly, 0.0, least), most


def _beta(mean: FloatArray, variance: FloatArray, least: FloatArray, most: FloatArray) -> tuple[FloatArray, FloatArray]:
    width = most - least
    open_ = (variance > NEGLIGIBLE) & (width > NEGLIGIBLE)
    low, high = mean.copy(), mean.copy()
    width, least = width[open_], least[open_]
    centre = np.clip((mean[open_] - least) / width, 1e-9, 1 - 1e-9)
    weight = np.maximum(centre * (1 - centre) * width**2 / variance[open_] - 1, 1e-3)
    start = special.betaincinv(centre * weight, (1 - centre) * weight, TAIL)
    end = special.betaincinv(centre * weight, (1 - centre) * weight, 1 - TAIL)
    low[open_] = least + width * np.where(start < CLOSE, 0.0, start)
    high[open_] = least + width * np.where(end > 1 - CLOSE, 1.0, end)
    return np.minimum(low, mean), np.maximum(high, mean)
