"""What regions cost at least with their borders, and rounder regions found on the way.

Borders are moved onto vertices by a flow, first that of a minimum cut, then by steps along what relaxed regions use
(the volume algorithm, Barahona & Anbil 2000): where they use one end of an edge alone, more is moved over it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from geopolity.arrays import BoolArray, FloatArray, IntArray
from geopolity.region import engine
from geopolity.region.border import Border
from geopolity.region.bordered.moved import costs_with, cut_flow, stepped
from geopolity.region.certificate import Region
from geopolity.region.engine import Effort
from geopolity.region.problem import RegionProblem

FIRST, FACTOR = 1.8, 1.6
"""Price of a person tried first, in what one costs in the best region, and what it is raised or lowered by."""
HALVINGS, MOST_PRICES = 3, 12
STEPS = {"interactive": 2, "standard": 60, "proof": 400}
"""Steps of an effort on a layer of counties; fewer where there are more edges."""
EDGES = 40_000
"""From so many edges on there are fewer steps."""
FEWEST = 8
WEIGHT = 0.3
"""Of the newest relaxed region in the mean of them."""
BEGINNING, LONGER = 0.3, 1.2
"""Length of the first step (1 would make up for what the bound is short by), and how it grows while it helps."""
IN_VAIN, SHORTER = 4, 0.5
"""After so many steps without a better bound they become shorter."""
FINEST = 0.004

Offer = Callable[[BoolArray], int]


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """A flow over the edges of a problem, and what it proves: no region costs less than ``bound``, border included."""

    flow: IntArray
    bound: int


def best_flow(problem: RegionProblem, border: Border, offer: Offer, effort: Effort, seed: int) -> Moved:
    """Bound regions with their borders.

    Parameters
    ----------
    problem
        Without constraints.
    offer
        Takes a relaxed region, makes a good one of it, and answers with the cost of the best so far.
    """
    climb = _Climb(problem, border, offer, seed)
    fewer = max(1.0, len(problem.edges) / EDGES)
    climb.begin(3 if effort == "interactive" else MOST_PRICES)
    steps = STEPS[effort]
    climb.run(steps if effort == "interactive" else max(FEWEST, int(steps / fewer)))
    if effort == "interactive":
        return climb.best
    region = engine.derive(climb.moved(climb.best.flow), effort, seed=seed)
    offer(region.members)
    return Moved(climb.best.flow, max(climb.best.bound, region.certificate.lower_bound))


class _Climb:
    """Steps towards the flow that bounds best."""

    def __init__(self, problem: RegionProblem, border: Border, offer: Offer, seed: int) -> None:
        self.problem, self.border, self.offer, self.seed = problem, border, offer, seed
        self.best = Moved(np.zeros(len(problem.edges), np.int64), 0)
        self.upper = offer(np.zeros(len(problem), np.bool_))

    def moved(self, flow: IntArray) -> RegionProblem:
        """The problem with borders moved onto vertices."""
        return self.problem.but(cost=costs_with(self.problem, self.border, flow))

    def begin(self, most: int) -> None:
        """Minimum cuts, at ever finer prices around the one that bounds best."""
        worth, factor, best = self.upper / self.problem.quota, FACTOR, FIRST
        tried = {best: self._cut(best * worth)}
        for _ in range(HALVINGS):
            for step in (factor, 1 / factor):
                while len(tried) < most and best * step not in tried:
                    price = best * step
                    tried[price] = self._cut(price * worth)
                    if tried[price] <= tried[best]:
                        break
                    best = price
            factor **= 0.5

    def _cut(self, price: float) -> int:
        """The bound of the minimum cut at a price."""
        return self._look(cut_flow(self.problem, self.border, price)).certificate.lower_bound

    def run(self, steps: int) -> None:
        """Step from the best flow, ever shorter where that does not help."""
        tails, heads = self.problem.edges.T
        flow, mean, vain, length = self.best.flow, None, 0, BEGINNING
        for _ in range(steps):
            known = self.best.bound
            region = self._look(flow)
            if self.best.bound >= self.upper or length < FINEST:
                return
            better = self.best.bound > known
            vain, length = (0, min(1.0, length * LONGER)) if better else (vain + 1, length)
            if vain >= IN_VAIN:
                vain, length, flow = 0, length * SHORTER, self.best.flow
            used = region.members.astype(float)
            mean = used if mean is None else WEIGHT * used + (1 - WEIGHT) * mean
            flow = self._after(flow, mean[tails] - mean[heads], length * (self.upper - region.certificate.lower_bound))

    def _look(self, flow: IntArray) -> Region:
        """Bound at one flow."""
        region = engine.derive(self.moved(flow), "interactive", seed=self.seed, on_progress=lambda _: False)
        self.upper = self.offer(region.members)
        if region.certificate.lower_bound > self.best.bound:
            self.best = Moved(flow, region.certificate.lower_bound)
        return region

    def _after(self, flow: IntArray, towards: FloatArray, short: float) -> IntArray:
        """The flow after a step that would make up for what the bound is short by, were it a straight line."""
        at_most = (np.abs(flow) >= self.border.shared) & (np.sign(flow) == np.sign(towards))
        towards = np.where(at_most, 0.0, towards)
        return stepped(self.problem, self.border, flow, towards * (short / max(float(towards @ towards), 1e-9)))
