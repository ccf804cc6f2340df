"""Limits priced into the cost of vertices, and the bound that this gives.

A region within its limits costs at least what it costs with a price on what is limited, less the price of the limits.
Prices are whole numbers, so that nothing is rounded in the bound's favour.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from geopolity.arrays import BoolArray, IntArray
from geopolity.region.certificate import Region
from geopolity.region.constrained.reduced import Reduced
from geopolity.region.constraints import Limit
from geopolity.region.problem import RegionProblem

FINE = 2**16
"""Parts that a limit is counted in."""
TOTAL = 2**44
"""What costs add up to once they are scaled."""
DEAREST = 2**50
STEPS = 14
HALVINGS = 6

Solve = Callable[[RegionProblem], Region]


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """A region at one price of the limits, lifted, and what it proves of regions within them."""

    members: BoolArray
    bound: int
    fits: bool


class Pricing:
    """Looks for the price of limits at which a relaxation bounds best."""

    def __init__(self, reduced: Reduced, limits: Sequence[Limit], limited: Sequence[Limit], solve: Solve) -> None:
        self.reduced, self.limits, self.solve = reduced, limits, solve
        problem = reduced.problem
        self.scale = max(1, TOTAL // int(problem.cost.sum()))
        weights = sum(limit.weights.astype(np.float64) * (FINE / limit.most) for limit in limited)
        whole = np.where(reduced.ground.may, np.floor(weights * (1 - 1e-12)), 0).astype(np.int64)
        self.weights: IntArray = np.zeros(len(whole), np.int64)
        np.add.at(self.weights, reduced.lead, whole)
        self.allowed = FINE * len(limited)

    def run(self, first: Region, enough: int) -> list[Tried]:
        """Regions at rising prices, then at prices in between; stops once a bound reaches what is enough."""
        held = max(int(self.weights[first.members].sum()), 1)
        price = max(1, int(first.certificate.cost) * self.scale // held // 4)
        low, found = 0, []
        for _ in range(STEPS):
            tried = self._at(price)
            found.append(tried)
            if tried.bound >= enough or tried.fits:
                break
            low, price = price, self._capped(price * 4)
            if price == low:
                break
        else:
            return found
        high = price
        for _ in range(HALVINGS if found[-1].fits and found[-1].bound < enough else 0):
            price = max(low + 1, int((max(low, 1) * high) ** 0.5))
            if price >= high:
                break
            tried = self._at(price)
            found.append(tried)
            low, high = (low, price) if tried.fits else (price, high)
        return found

    def _capped(self, price: int) -> int:
        return max(1, min(price, DEAREST // max(int(self.weights.sum()), 1)))

    def _at(self, price: int) -> Tried:
        problem = self.reduced.problem
        region = self.solve(problem.but(cost=problem.cost * self.scale + price * self.weights))
        members = self.reduced.lifted(region.members)
        bound = -((price * self.allowed - region.certificate.lower_bound) // self.scale)
        return Tried(members, bound, all(limit.of(members) <= limit.most for limit in self.limits))
