"""Lower bounds of the nodes of a search: a dual ascent at a price, in several variants, sharpened where it pays."""

from __future__ import annotations

from typing import Protocol

from geopolity.arrays import BoolArray
from geopolity.region.budget import Budget
from geopolity.region.dual.relaxation import (
    COARSE,
    FEW,
    FINE,
    FIRST,
    Relaxation,
    Steps,
    Variant,
    joined_exactly,
    relax,
)
from geopolity.region.dual.variants import Variants
from geopolity.region.incumbent import Incumbent
from geopolity.region.instance import LARGE, Node

FEW_LATER = 3
"""So many far terminals are joined exactly once branching has begun."""
PATIENCE = 6
"""Joining exactly is given up after so many times that it raised the bound by less than WORTH (of the cost)."""
WORTH = 1e-4


class Rounding(Protocol):
    """Makes regions out of relaxations (the primal heuristic) and offers them to the incumbent.

    ``surplus`` counts the people whom what was joined last held beyond the quota, where that is known: with some, the
    price was high enough.
    """

    surplus: int

    def round(self, node: Node, relaxation: Relaxation, *, seed: int = 0, rounds: int = 3) -> bool:
        """Offer the region that a relaxation suggests; true if it is cheaper than any before."""

    def lifted(self, node: Node, members: BoolArray) -> BoolArray:
        """Vertices of the whole instance behind a node's."""


class NoRounding:
    """Regions are not looked for: the best one is known, or only bounds are wanted."""

    surplus = 0

    def round(self, node: Node, relaxation: Relaxation, *, seed: int = 0, rounds: int = 3) -> bool:  # noqa: ARG002
        """Make nothing of a relaxation."""
        return False

    def lifted(self, node: Node, members: BoolArray) -> BoolArray:
        """Vertices of the whole instance behind a node's."""
        return node.expand(members)


class Pricing(Protocol):
    """Finds the price per person at which a node is bounded."""

    def best(  # noqa: PLR0913 - a node, where to start, and how
        self, bounds: Bounds, node: Node, price: int, steps: Steps, *, rounding: bool, variant: Variant
    ) -> Relaxation:
        """Relaxation of a node at the best price near one, regions rounded on the way if asked for."""


class Bounds:
    """What bounds the nodes of one search.

    Parameters
    ----------
    scale
        Cost units are multiplied by this, so that prices are whole numbers.
    """

    def __init__(  # noqa: PLR0913 - what a bound is made of, and what it is compared with
        self, *, scale: int, seed: int, incumbent: Incumbent, budget: Budget, pricing: Pricing, rounding: Rounding
    ) -> None:
        self.scale = scale
        self.seed = seed
        self.incumbent = incumbent
        self.budget = budget
        self.pricing = pricing
        self.rounding = rounding
        self.variants = Variants()
        self._latest: tuple[Node, tuple[int, Variant], Relaxation] | None = None
        self._in_vain = 0

    @property
    def upper(self) -> int:
        """Cost of the best region; a node bounded by it holds nothing better."""
        return self.incumbent.cost

    def relax(self, node: Node, price: int, required: BoolArray | None = None, variant: Variant = FIRST) -> Relaxation:
        """One dual ascent, counted as work; of a large node the same one again is the one done last."""
        is_large = node.instance.size > LARGE
        if is_large and required is None and self._latest is not None and self._latest[:2] == (node, (price, variant)):
            return self._latest[2]
        self._latest = None
        must = node.required if required is None else required
        relaxation = relax(node.instance, must, price, self.scale, variant=variant)
        if is_large and required is None:
            self._latest = node, (price, variant), relaxation
        arcs = len(node.instance.graph.neighbours)
        self.budget.spent += max(4 * arcs, relaxation.looked if node.instance.size > LARGE else 0) + 2000
        return relaxation

    def best(
        self, node: Node, price: int, steps: Steps, *, rounding: bool = False, variant: Variant = FIRST
    ) -> Relaxation:
        """Bound a node at the best price near one."""
        return self.pricing.best(self, node, price, steps, rounding=rounding, variant=variant)

    def varied(self, node: Node, relaxation: Relaxation) -> Relaxation:
        """Raise in other orders and from other roots, and keep what bounds best."""
        if not node.required[: node.instance.real].any() and self.budget.nodes:
            return relaxation
        is_large = node.instance.size > LARGE
        best, won = relaxation, 0
        for number in self.variants.numbers(self.budget.nodes, is_large=is_large):
            if best.bound >= self.upper or self.budget.is_spent:
                break
            rival = self.relax(node, relaxation.price, variant=(self.seed + number, number))
            if rival.value > best.value:
                best, won = rival, number
                self.rounding.round(node, rival, rounds=1)
        pays = best.value - relaxation.value > WORTH * self.scale * self.upper
        self.variants.tell(won, pays=pays)
        if pays:
            rival = self.best(node, best.price, COARSE if is_large else FINE, variant=best.variant)
            best = max(best, rival, key=lambda it: it.value)
        return best

    def sharpened(self, node: Node, relaxation: Relaxation) -> Relaxation:
        """Join a few far-apart terminals exactly, where every region must reach them and that has helped so far."""
        count = len(relaxation.far_apart)
        most = FEW if self.budget.nodes == 0 else FEW_LATER
        if relaxation.bound >= self.upper or not 2 <= count <= most or self._in_vain >= PATIENCE:
            return relaxation
        work = 8 * 2**count * len(relaxation.neighbours)
        if node.instance.size > LARGE and self.budget.spent + work > self.budget.limit:
            return relaxation
        self.budget.spent += work
        self._latest = None
        exact = joined_exactly(node.instance, node.required, relaxation, self.upper)
        gain = (exact.value - relaxation.value) / (self.scale * self.upper)
        self._in_vain = 0 if gain > WORTH else self._in_vain + 1
        return exact
