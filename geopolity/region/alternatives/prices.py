"""What any region costs at least that uses a vertex, and that does without it: from a few duals, for all vertices."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from geopolity.arrays import BoolArray, IntArray
from geopolity.region.budget import Budget
from geopolity.region.constrained.reduced import Reduced
from geopolity.region.dual.bounds import Bounds, NoRounding
from geopolity.region.dual.core import close_core, dense_core
from geopolity.region.dual.relaxation import Relaxation, Steps, exchange_prices
from geopolity.region.incumbent import Incumbent
from geopolity.region.instance import Instance, everything
from geopolity.region.problem import RegionProblem
from geopolity.region.quota import QuotaPricing, bounded
from geopolity.region.search.beginning import component_with_quota

NEVER = 2**53
"""More than any region costs: there is none."""
SCALED_TOTAL = 2**52
FACTORS = (1.0, 0.85, 1.2, 0.65, 1.6)
"""Prices around the best one at which duals are taken too."""
WORK = int(4e8)


@dataclass(frozen=True, slots=True, eq=False)
class Exchange:
    """What regions cost at least: ``using`` each vertex, and ``without`` it; (n,) in the problem's order."""

    using: IntArray
    without: IntArray


def dearest_of(cost: int, within: Decimal | Fraction | float | str) -> int:
    """The dearest cost that counts as as good as ``cost``: whole, and the share ``within`` taken as it is written.

    >>> dearest_of(1_000_000, 0.1), dearest_of(100, "0.29"), dearest_of(7, Fraction(1, 2))
    (1100000, 129, 10)
    """
    return cost + math.floor(cost * Fraction(str(within)))


def exchanges(whole: Reduced, members: BoolArray, seed: int = 0) -> Exchange:
    """Bounds for every vertex of a problem, from duals around the best price."""
    problem: RegionProblem = whole.problem
    instance, chosen = component_with_quota(problem)
    region = whole.lowered(members)[chosen]
    bounds = Bounds(
        scale=max(1, SCALED_TOTAL // int(instance.cost.sum())),
        seed=seed,
        incumbent=Incumbent(instance.size, instance.price, int(instance.cost.sum()) + 1),
        budget=Budget(WORK),
        pricing=QuotaPricing(),
        rounding=NoRounding(),
    )
    using, without = np.full(instance.size, 1, np.int64), np.full(instance.size, 1, np.int64)
    for relaxation in _relaxations(bounds, instance, region):
        reach, loss = exchange_prices(relaxation)
        for least, rise in ((using, reach), (without, loss)):
            total = relaxation.value + np.minimum(rise[: instance.size], 2**61)
            np.maximum(least, -(-total // bounds.scale), out=least)
    without[instance.affected > instance.spare] = NEVER
    n = len(problem)
    placed = Exchange(np.full(n, NEVER, np.int64), np.full(n, 1, np.int64))
    placed.using[chosen], placed.without[chosen] = np.minimum(using, NEVER), without
    return Exchange(_spread(whole, placed.using, NEVER), _spread(whole, placed.without, 1))


def _spread(whole: Reduced, values: IntArray, otherwise: int) -> IntArray:
    found: IntArray = np.where(whole.ground.may, values[whole.lead], otherwise)
    return found


def _relaxations(bounds: Bounds, instance: Instance, region: BoolArray) -> list[Relaxation]:
    root = everything(instance)
    price = bounded(root, int(2 * bounds.scale * instance.price(region) / instance.quota))
    cores = (close_core(instance, price, bounds.scale), dense_core(instance, region))
    found = []
    for core in cores:
        node = root.meeting(core)
        best = bounds.varied(node, bounds.best(node, price, Steps(1.0, 0.06)))
        found += [best, bounds.sharpened(node, best)]
        for factor in FACTORS[1:]:
            found.append(bounds.relax(node, bounded(node, int(best.price * factor)), variant=best.variant))
    return found
