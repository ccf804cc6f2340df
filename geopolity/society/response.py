"""From a summons to service: three published funnels, their rounding kept as a row of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from geopolity.arrays import IntegerArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """How many were summoned in a year, what became of them, and how many served.

    ``unexplained`` is what the published rows leave over, by rounding or silence; it may be negative.
    """

    name: str
    summoned: int
    lost: Mapping[str, int]
    served: int
    source: str

    @property
    def unexplained(self) -> int:
        """Summoned people of whom the rows say nothing."""
        return self.summoned - sum(self.lost.values()) - self.served

    @property
    def acceptance(self) -> float:
        """Those who served ÷ those summoned."""
        return self.served / self.summoned


FUNNELS = (
    Funnel(
        name="United States, 2007",
        summoned=32_000_000,
        lost={
            "undeliverable": 4_000_000,
            "disqualified": 3_000_000,
            "exempt": 2_000_000,
            "excused": 3_000_000,
            "waived": 8_000_000,
            "no show": 3_000_000,
            "reported, not impanelled": 6_500_000,
        },
        served=1_500_000,
        source="National Center for State Courts, State-of-the-States Survey of Jury Improvement Efforts, 2007",
    ),
    Funnel(
        name="England and Wales, 2015",
        summoned=361_300,
        lost={},
        served=179_200,
        source="Ministry of Justice, Criminal Court Statistics, 2015",
    ),
    Funnel(
        name="New Zealand",
        summoned=358_865,
        lost={"excused": 221_032, "absent": 81_372},
        served=56_461,
        source="Ministry of Justice of New Zealand, jury service: those neither excused nor absent counted as serving",
    ),
)


def calls_needed(rng: np.random.Generator, seats: IntegerArray, acceptance: float) -> IntegerArray:
    """People called, one after the other, until every seat of each entry has somebody who accepts."""
    found = np.zeros(len(seats), np.int64)
    some = seats > 0
    found[some] = seats[some] + rng.negative_binomial(seats[some], acceptance)
    return found


def expected_calls(seats: float, acceptance: float) -> float:
    """Mean of that: seats ÷ acceptance."""
    return seats / acceptance
