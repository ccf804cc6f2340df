"""Classes of a choropleth: five or six quantiles with breaks a person can read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geopolity.arrays import NOBODY
from maps.locale.texts import Texts, texts
from maps.scenes.palette import SEQUENTIAL

EN = texts("en")

MISSING = -2


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes:
    """Upper breaks of the classes and the class of every value.

    Attributes
    ----------
    breaks
        Upper end of each class, ascending; class ``k`` holds values above ``breaks[k-1]`` up to ``breaks[k]``.
    members
        Class of every value: 0 upwards, ``NOBODY`` for zero, ``MISSING`` for NaN.
    """

    breaks: tuple[float, ...]
    lowest: float
    members: NDArray[np.int64]

    @property
    def colours(self) -> tuple[str, ...]:
        """One fill per class, light to dark."""
        return SEQUENTIAL[len(self.breaks)] if self.breaks else ()

    def labels(self, t: Texts = EN) -> tuple[str, ...]:
        """Each class in words, ``1 200 to 4 700``."""
        starts = (self.lowest, *self.breaks[:-1])
        return tuple(
            t("up to {most}", most=t.people(end))
            if index == 0
            else t("{low} to {high}", low=t.people(start), high=t.people(end))
            for index, (start, end) in enumerate(zip(starts, self.breaks, strict=True))
        )


def quantiles(values: NDArray[np.float64], *, at_most: int = 6) -> Classes:
    """Classes holding about as many positive values each, their inner breaks rounded to two significant digits."""
    known = np.isfinite(values)
    positive = np.sort(values[known & (values > 0)])
    members = np.where(known, NOBODY, MISSING).astype(np.int64)
    if not positive.size:
        return Classes(breaks=(), lowest=0.0, members=members)
    wanted = np.quantile(positive, np.linspace(0, 1, at_most + 1)[1:-1])
    inner = sorted({_two_digits(value) for value in wanted} - {0.0})
    top = float(positive[-1])
    inner = [value for value in inner if positive[0] <= value < top]
    breaks = (*inner, top)
    inside = known & (values > 0)
    members[inside] = np.searchsorted(breaks, values[inside], side="left")
    return Classes(breaks=breaks, lowest=float(positive[0]), members=members)


def _two_digits(value: float) -> float:
    return float(f"{value:.2g}")
