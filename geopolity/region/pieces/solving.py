"""The smallest region in at most so many pieces, with a bound, by the price of a jump from piece to piece."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from geopolity.arrays import BoolArray
from geopolity.messages import Message
from geopolity.region.certificate import Progress, Region, certify
from geopolity.region.pieces.hub import landed, landed_on, pieces_of, with_hub
from geopolity.region.pieces.joining import joined
from geopolity.region.problem import RegionProblem

PRICES = 14
"""Prices of a jump that are tried."""

Solve = Callable[[RegionProblem], Region]
OnProgress = Callable[[Progress], bool | None]


def bound_less(problem: RegionProblem, jump: int) -> int:
    """What hub and landings of so many pieces cost, to be taken off a bound with them."""
    return 1 + min(problem.pieces, len(landed_on(problem))) * jump


def in_pieces(problem: RegionProblem, one: Region, quick: Solve, thorough: Solve, told: OnProgress | None) -> Region:
    """The best region in at most the problem's number of pieces, and the best bound.

    Parameters
    ----------
    one
        The smallest region in one piece.
    quick, thorough
        Solve the problem with the hub.
    """
    search = _Jumps(problem, one, quick)
    search.run(told)
    best = thorough(with_hub(problem, search.jump))
    search.take(search.jump, best)
    note = Message(
        "at most {pieces:count} pieces, each priced at {jump:count}", pieces=problem.pieces, jump=search.jump
    )
    certificate = best.certificate
    found = certify(problem, search.members, max(search.bound, 1), certificate.proof.noting(note))
    return replace(found, jump=search.jump)


@dataclass(slots=True, eq=False)
class _Best:
    members: BoolArray
    cost: int


class _Jumps:
    """Looks for the price of a jump at which the relaxation bounds best."""

    def __init__(self, problem: RegionProblem, one: Region, quick: Solve) -> None:
        self.problem, self.quick = problem, quick
        self.members, self.cost = one.members, int(problem.cost[one.members].sum())
        self.bound, self.jump = 0, 1

    def run(self, told: OnProgress | None) -> None:
        """Halve between the prices at which there are too many pieces and those at which there are not."""
        low, high = 1, max(2, self.cost)
        for number in range(PRICES):
            price = int((low * high) ** 0.5)
            count = self.take(price, self.quick(with_hub(self.problem, price)))
            low, high = (price, high) if count > self.problem.pieces else (low, price)
            on_way = Progress(phase="branching", done=number / PRICES, cost=self.cost, members=self.members)
            if high <= low + 1 or (told is not None and told(on_way) is False):
                return

    def take(self, jump: int, found: Region) -> int:
        """Take the bound and the region at a price; says in how many pieces it is."""
        bound = found.certificate.lower_bound - bound_less(self.problem, jump)
        if bound > self.bound:
            self.bound, self.jump = bound, jump
        members = found.members[: len(self.problem)]
        count = int(pieces_of(self.problem, members).max()) + 1
        rival = members if count <= self.problem.pieces else joined(self.problem, members)
        cost = int(self.problem.cost[rival].sum())
        constraints = self.problem.constraints
        if cost < self.cost and (constraints is None or not constraints.broken(rival)):
            self.members, self.cost = rival, cost
        return count


def landed_members(problem: RegionProblem, region: Region) -> BoolArray:
    """The region in the problem with the hub."""
    members: BoolArray = landed(problem, region.members)
    return np.asarray(members, np.bool_)
