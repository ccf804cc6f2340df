"""How like the people in the lot an assembly is: how many delegates of a kind fair lots seat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geopolity.exports import later

if TYPE_CHECKING:
    from scipy import stats
else:
    stats = later("scipy.stats")

TAIL = 0.05
"""Left out on either side: nine fair lots in ten seat a number in the range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Delegates of a kind: what chances let expect, and between which numbers nine fair lots in ten lie."""

    expected: float
    low: int
    high: int


def fair_range(seats: int, eligible: int, expected: float) -> Range:
    """Range of the delegates of a kind, were seats drawn one after another from all who are eligible.

    Lots that keep quotas deviate less, never more.

    Parameters
    ----------
    expected
        Sum of the chances of the people of the kind.
    """
    kind = min(round(expected / seats * eligible), eligible)
    drawn = stats.hypergeom(eligible, kind, min(seats, eligible))
    return Range(expected=expected, low=int(drawn.ppf(TAIL)), high=int(drawn.ppf(1 - TAIL)))
