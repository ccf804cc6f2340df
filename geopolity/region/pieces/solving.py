"""The smallest region in at most so many pieces, with a bound, by the price of a jump from piece to piece."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from geopolity.arrays import BoolArray
from geopolity.messages import Message
from geopolity.region.certificate import Progress, Region, certify
from geopolity.region.pieces.hub import at_price, finer, landed, pieces_of, with_hub, without_hub
from geopolity.region.pieces.joining import joined
from geopolity.region.problem import LARGEST_TOTAL, RegionProblem

PRICES = 14
"""Prices of a jump that are tried."""
MOST_JOINED = 24
"""A region in more pieces beyond those that may be is too far from one that may be to be made into one."""

Solve = Callable[[RegionProblem], Region]
OnProgress = Callable[[Progress], bool | None]


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
    best = thorough(search.at(search.jump))
    search.take(search.jump, best)
    note = Message(
        "at most {pieces:count} pieces, each priced at {jump:count}", pieces=problem.pieces, jump=search.jump
    )
    certificate = best.certificate
    found = certify(problem, search.members, max(search.bound, 1), certificate.proof.noting(note))
    return replace(found, jump=search.jump)


@dataclass(frozen=True, slots=True)
class _Tried:
    """What a price of a jump led to: so many pieces, which without jumps cost so much."""

    jump: int
    pieces: int
    cost: int


class _Jumps:
    """Looks for the price of a jump at which the relaxation bounds best."""

    def __init__(self, problem: RegionProblem, one: Region, quick: Solve) -> None:
        self.problem, self.quick = problem, quick
        self.members, self.cost = one.members, int(problem.cost[one.members].sum())
        self.bound, self.jump = 0, 1
        self._hubbed = with_hub(problem, 1)

    def at(self, jump: int) -> RegionProblem:
        """The problem with the hub, at a price of a jump."""
        return at_price(self._hubbed, self.problem, jump)

    def run(self, told: OnProgress | None) -> None:
        """Try prices between one at which there are too many pieces, none at first, and one at which there are not.

        The bound is concave in the price, and its best is where the two regions that are known cost the same, or a
        region is found there that costs less (Everett, *Operations Research* 11, 1963). Where the regions, which are
        not all the cheapest, say nothing of use, the prices' middle is tried.
        """
        many, few = _Tried(0, len(self.problem) + 1, 0), _Tried(max(2, self.cost), 1, self.cost)
        if finer(self.problem, 0) * int(self.problem.cost.sum()) < LARGEST_TOTAL:
            many = self.take(0, self.quick(self.at(0)))
        if many.pieces <= self.problem.pieces:
            return
        for number in range(PRICES):
            price = _between(many, few)
            found = self.take(price, self.quick(self.at(price)))
            on_way = Progress(phase="branching", done=number / PRICES, cost=self.cost, members=self.members)
            if found.pieces == self.problem.pieces or (told is not None and told(on_way) is False):
                return
            many, few = (found, few) if found.pieces > self.problem.pieces else (many, found)
            if few.jump <= many.jump + 1:
                return

    def take(self, jump: int, found: Region) -> _Tried:
        """Take the bound and the region at a price."""
        bound = without_hub(self.problem, jump, found.certificate.lower_bound)
        if bound > self.bound:
            self.bound, self.jump = bound, jump
        members = found.members[: len(self.problem)]
        count = int(pieces_of(self.problem, members).max()) + 1
        beyond = count - self.problem.pieces
        if beyond <= MOST_JOINED:
            self._rival(members if beyond <= 0 else joined(self.problem, members))
        return _Tried(jump, count, int(self.problem.cost[members].sum()))

    def _rival(self, members: BoolArray) -> None:
        """Keep a region if it is better than the best."""
        cost, constraints = int(self.problem.cost[members].sum()), self.problem.constraints
        if cost < self.cost and (constraints is None or not constraints.broken(members)):
            self.members, self.cost = members, cost


def _between(many: _Tried, few: _Tried) -> int:
    """A price between two: where both regions cost the same, or else the middle."""
    equal = (few.cost - many.cost) // (many.pieces - few.pieces)
    return equal if many.jump < equal < few.jump and many.cost else int((max(many.jump, 1) * few.jump) ** 0.5)


def landed_members(problem: RegionProblem, region: Region) -> BoolArray:
    """The region in the problem with the hub."""
    members: BoolArray = landed(problem, region.members)
    return np.asarray(members, np.bool_)
