"""Sampling error of survey estimates: margins at 90 per cent, combined by the Census Bureau's formulas.

*Understanding and Using American Community Survey Data*, chapter 8, and the Variance Replicate Estimates. Estimates are
taken as independent, as the formulas do; where they are not, only replicate weights know.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from geopolity.arrays import BoolArray, FloatArray

NORMAL = 1.645
"""Standard errors in a published margin."""
RELIABLE, CAUTION = 0.12, 0.40
"""Coefficients of variation up to which an estimate is reliable, and may be used with caution."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number and its margin of error, 90 per cent; NaN where the margin is not known.

    >>> share(Estimate(203_119, 5_070), Estimate(630_498, 831)).rounded(3)
    (0.322, 0.008)
    """

    value: float
    margin: float = math.nan

    @property
    def standard_error(self) -> float:
        """One standard error."""
        return self.margin / NORMAL

    @property
    def variation(self) -> float:
        """Coefficient of variation; NaN for a value of zero."""
        return abs(self.standard_error / self.value) if self.value else math.nan

    def rounded(self, digits: int) -> tuple[float, float]:
        """Value and margin as they are published."""
        return round(self.value, digits), round(self.margin, digits)


def total(values: FloatArray, margins: FloatArray) -> Estimate:
    """Sum of estimates: margins add up as squares; of those of zero cells only the largest counts."""
    zero = values == 0
    squares = float((margins[~zero] ** 2).sum()) + float((margins[zero] ** 2).max(initial=0.0))
    return Estimate(float(values.sum()), math.sqrt(squares))


def share(part: Estimate, whole: Estimate) -> Estimate:
    """A part of a whole; where the formula fails (a negative root), that of a ratio."""
    if whole.value == 0:
        return Estimate(math.nan)
    value = part.value / whole.value
    square = part.margin**2 - value**2 * whole.margin**2
    if square < 0:
        return ratio(part, whole)
    return Estimate(value, math.sqrt(square) / whole.value)


def ratio(first: Estimate, second: Estimate) -> Estimate:
    """One estimate over another of which it is no part."""
    if second.value == 0:
        return Estimate(math.nan)
    value = first.value / second.value
    return Estimate(value, math.sqrt(first.margin**2 + value**2 * second.margin**2) / abs(second.value))


def change(before: Estimate, after: Estimate) -> Estimate:
    """Growth as a share of what was: that of the ratio, less one."""
    found = ratio(after, before)
    return Estimate(found.value - 1, found.margin)


def product(first: Estimate, second: Estimate) -> Estimate:
    """Two estimates multiplied, as a count by a share."""
    margin = math.hypot(first.value * second.margin, second.value * first.margin)
    return Estimate(first.value * second.value, margin)


def replicated(value: float, replicates: FloatArray) -> Estimate:
    """An estimate whose variance replicate weights give: four times the mean square distance from it."""
    variance = 4.0 * float(((replicates - value) ** 2).mean())
    return Estimate(value, NORMAL * math.sqrt(variance))


def quality(estimate: Estimate) -> str:
    """How far an estimate may be used: ``reliable``, ``caution``, ``do not use``, or ``unknown``.

    >>> [quality(Estimate(0.0, margin)) for margin in (0.0, 12.0, math.nan)]
    ['reliable', 'do not use', 'unknown']
    """
    if math.isnan(estimate.value) or math.isnan(estimate.margin):
        return "unknown"
    if estimate.margin == 0:
        return "reliable"
    variation = estimate.variation if estimate.value else math.inf
    return "reliable" if variation <= RELIABLE else "caution" if variation <= CAUTION else "do not use"


CONTROLLED = -555_555_555.0
"""What stands for the margin of an estimate that is controlled to a count, and has no sampling error."""
UNKNOWN = (-222_222_222.0, -333_333_333.0, -666_666_666.0, -888_888_888.0, -999_999_999.0)
"""What stands for an estimate or a margin that is not known, or does not apply."""


def margins_of(published: FloatArray) -> FloatArray:
    """Margins as numbers: none for controlled estimates, NaN where they are not known.

    >>> margins_of(np.array([120.0, -555555555.0, -222222222.0])).tolist()
    [120.0, 0.0, nan]
    """
    found = np.where(published == CONTROLLED, 0.0, published)
    return np.where(_unknown(found), np.nan, found)


def values_of(published: FloatArray) -> FloatArray:
    """Estimates as numbers, NaN where they are not known."""
    return np.where(_unknown(published), np.nan, published)


def _unknown(values: FloatArray) -> BoolArray:
    unknown: BoolArray = np.isin(values, UNKNOWN) | (values < 0)
    return unknown
