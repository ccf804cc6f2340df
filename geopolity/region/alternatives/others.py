"""Genuinely different regions that are nearly as good: up to a cost, and far enough from each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from geopolity.arrays import BoolArray, FloatArray
from geopolity.errors import NegativeAnswer
from geopolity.region.certificate import Region
from geopolity.region.constrained.solving import derive
from geopolity.region.problem import RegionProblem

FINE = 1_000
"""Costs are counted so much finer where what was used before costs more."""
ROUNDS = 3
"""Searches for each region that is asked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Other:
    """Another region, its cost, and the share by which it differs from the best one."""

    members: BoolArray
    cost: int
    differs: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """Which other regions count.

    Attributes
    ----------
    dearest
        The dearest cost that still counts (``prices.dearest_of`` a share).
    count
        How many at most.
    differ
        Share that two of them differ by at least, of the weight of the best region.
    weights
        (k, n) what difference is measured in, people and area say; differing in one of them is enough.
    may
        Whether a region counts at all.
    """

    dearest: int
    count: int
    differ: float
    weights: FloatArray
    may: Callable[[BoolArray], bool] = lambda _: True


def others(
    problem: RegionProblem, region: Region, asked: Asked, known: Iterable[BoolArray], seed: int = 0
) -> list[Other]:
    """Regions that differ from the best one and from each other, the most different first."""
    best = region.members
    pool = {np.packbits(members).tobytes(): members for members in [*known, *_shunning(problem, best, asked, seed)]}
    fits = [one for one in pool.values() if int(problem.cost[one].sum()) <= asked.dearest and asked.may(one)]
    chosen, held = [best], asked.weights[:, best].sum(axis=1)
    while fits and len(chosen) <= asked.count:
        apart = [min(_difference(members, one, asked.weights, held) for one in chosen) for members in fits]
        place = int(np.argmax(apart))
        if apart[place] < max(asked.differ, 1e-12):
            break
        chosen.append(fits.pop(place))
    return [
        Other(members, int(problem.cost[members].sum()), _difference(members, best, asked.weights, held))
        for members in chosen[1:]
    ]


def _difference(one: BoolArray, other: BoolArray, weights: FloatArray, held: FloatArray) -> float:
    """Greatest share, over what is weighed, of what changes sides between two regions."""
    moved = weights[:, one != other].sum(axis=1)
    return float(np.max(moved / np.maximum(held, 1e-12)))


def _shunning(problem: RegionProblem, best: BoolArray, asked: Asked, seed: int) -> list[BoolArray]:
    """Regions found where what was used before costs more, ever more."""
    found, used = [], best.astype(np.int64)
    cost = int(problem.cost[best].sum())
    share = max(asked.dearest - cost, 1) / cost
    for number in range(ROUNDS * asked.count):
        dearer = np.ceil(problem.cost * FINE * (share * (1 + number % ROUNDS)) * used / used.max())
        shy = problem.but(cost=problem.cost * FINE + dearer.astype(np.int64))
        try:
            members = derive(shy, "interactive", seed=seed + number).members
        except NegativeAnswer:
            break
        found.append(members)
        used += members
    return found
