"""How the quota is priced, and how a region with the quota is made out of a relaxation."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from geopolity.arrays import BoolArray
from geopolity.region.budget import Budget
from geopolity.region.dual.bounds import Bounds
from geopolity.region.dual.relaxation import Relaxation, Steps, Variant
from geopolity.region.incumbent import Incumbent
from geopolity.region.instance import LARGE, Instance, Node
from geopolity.region.primal.growth import feasible, in_one_piece, joined

ALIKE = 16
"""Prices that differ by less than one part in 2 to this power bound a large node alike."""


class Opening(NamedTuple):
    """The first node bounded and its best price: what the published dual proves."""

    node: Node
    price: int
    scale: int


def bounded(node: Node, price: int) -> int:
    """Keep a price so low that its products stay within 64 bits."""
    return min(max(price, 1), 2**60 // max(1, int(node.instance.affected.sum())))


class QuotaPricing:
    """Climbs to the price per person with the highest bound, by halving steps on a logarithmic scale."""

    def __init__(self) -> None:
        self.opening: Opening | None = None

    def best(  # noqa: PLR0913 - a node, where to start, and how
        self, bounds: Bounds, node: Node, price: int, steps: Steps, *, rounding: bool, variant: Variant
    ) -> Relaxation:
        """Relaxation at the best price that is found."""
        best = _Climb(bounds, node, variant, rounding=rounding).top(price, steps)
        if self.opening is None:
            self.opening = Opening(node, best.price, bounds.scale)
        return best


class _Climb:
    """The best relaxation of one node at the prices tried so far; of a large node two of them fill the memory."""

    def __init__(self, bounds: Bounds, node: Node, variant: Variant, *, rounding: bool) -> None:
        self.is_large = node.instance.size > LARGE
        self.downward = self.is_large and bounds.rounding.surplus > 0
        self.bounds = bounds
        self.node = node
        self.variant = variant
        self.rounding = rounding
        self.tried: set[int] = set()

    def top(self, price: int, steps: Steps) -> Relaxation:
        """Climb from a price, up or down, by steps that are halved where neither leads higher."""
        best, step = self._at(bounded(self.node, price)), steps.first
        while step >= steps.finest and self._goes_on(best):
            for factor in (2.0**-step, 2.0**step) if self.downward else (2.0**step, 2.0**-step):
                best, moved = self._along(best, factor)
                if moved or (self.is_large and not self._goes_on(best)):
                    break
            step /= 2
        return best

    def _along(self, best: Relaxation, factor: float) -> tuple[Relaxation, bool]:
        """The best relaxation in one direction, and whether a step that way led higher."""
        moved = False
        while True:
            price = bounded(self.node, int(best.price * factor))
            if self._was_tried(price):  # it was not better then, or it is the best one itself
                return best, moved
            rival = self._at(price)
            if rival.value <= best.value:
                return best, moved
            best = rival
            if not self._goes_on(best):
                return best, moved
            moved = True

    def _was_tried(self, price: int) -> bool:
        """Whether this price, or on a large node nearly this one, was tried before."""
        about = price >> ALIKE if self.is_large else 0
        return any(abs(price - other) <= about for other in self.tried)

    def _at(self, price: int) -> Relaxation:
        self.tried.add(price)
        relaxation = self.bounds.relax(self.node, price, variant=self.variant)
        if self.rounding:
            rounds = 1 if self.is_large else 3
            self.bounds.rounding.round(self.node, relaxation, rounds=rounds)
        return relaxation

    def _goes_on(self, relaxation: Relaxation) -> bool:
        return relaxation.bound < self.bounds.upper and not self.bounds.budget.is_spent


class QuotaRounding:
    """Joins what a relaxation suggests, then grows and polishes it to a region with the quota.

    ``base`` is the root once it is narrowed: later nodes say where their vertices lie in it, and every better region
    lies in it.
    """

    def __init__(self, incumbent: Incumbent, budget: Budget) -> None:
        self.incumbent = incumbent
        self.budget = budget
        self.base: Node | None = None
        self.surplus = 0
        self._ground: tuple[Instance, Instance] | None = None

    def round(self, node: Node, relaxation: Relaxation, *, seed: int = 0, rounds: int = 3) -> bool:
        """Offer the region that a relaxation suggests, polished among all that any better region may use."""
        among = node.instance
        members = joined(relaxation, seed=seed, around=among.real if among.outside else None)
        if self.base is not None:
            members, among = node.expand(members), self.base.instance
        self.budget.spent += len(among.graph.neighbours) + 2000
        ground = self._real_part(among)
        self.surplus = ground.holds(members[: among.real]) - among.quota
        worth = relaxation.price * ground.affected - relaxation.scale * ground.cost
        made = feasible(ground, in_one_piece(ground, members[: among.real], worth), rounds=rounds)
        if made is None:
            return False
        made = (self.base or node).expand(made)
        self.incumbent.remember(made)
        return self.incumbent.offer(made)

    def _real_part(self, among: Instance) -> Instance:
        if self._ground is None or self._ground[0] is not among:
            self._ground = among, among.real_part
        return self._ground[1]

    def lifted(self, node: Node, members: BoolArray) -> BoolArray:
        """Vertices of the whole instance behind a node's."""
        members = node.expand(members)
        return members if self.base is None else self.base.expand(members)


def complete(node: Node) -> BoolArray | None:
    """All of a node as a region, if it is one."""
    return feasible(node.instance.real_part, np.ones(node.instance.real, np.bool_), rounds=0)
