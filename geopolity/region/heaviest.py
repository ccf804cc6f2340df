"""The maximum-weight connected subgraph, solved with the engine's bound and search.

Weights are the worth of vertices at a fixed price; there is no quota. The published instances of this problem
(DIMACS 11) are how the core of the engine is checked against other people's optima.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from geopolity.arrays import BoolArray, IntArray
from geopolity.region.budget import Budget
from geopolity.region.dual.bounds import Bounds
from geopolity.region.dual.relaxation import Relaxation, Steps, Variant
from geopolity.region.graph import components, graph_of, marked
from geopolity.region.incumbent import Incumbent
from geopolity.region.instance import Choice, Infeasible, Instance, Node, everything
from geopolity.region.primal.growth import joined
from geopolity.region.problem import ProblemError
from geopolity.region.search.branching import Open
from geopolity.region.search.tree import Tree

ROUNDS, SUGGESTED, RECOMBINED = 6, 4, 50
"""Anchors from which sets are suggested, sets of each, and the part of the work that a mixture of them may take."""
DIGITS = 9
"""Weights are counted in units of this power of ten below the greatest one."""


@dataclass(frozen=True, slots=True, eq=False)
class Heaviest:
    """A connected set, its weight, and an upper bound on the weight of any (equal where it is proven)."""

    members: BoolArray
    weight: float
    upper_bound: float


def heaviest_connected(weights: npt.ArrayLike, edges: npt.ArrayLike, *, work: int = 10**9) -> Heaviest:
    """Find the connected set of vertices with the greatest sum of weights.

    Parameters
    ----------
    weights
        Shape (n,), of either sign; rounded to nine digits of the greatest.
    edges
        Positions, shape (m, 2).
    work
        Budget after which the best set so far is returned with its bound.

    Returns
    -------
    At least the heaviest single vertex; never an empty set.
    """
    worth = np.asarray(weights, dtype=np.float64)
    if worth.ndim != 1 or worth.size == 0 or not np.isfinite(worth).all():
        raise ProblemError("Weights must be a list of finite numbers, one per vertex.")
    digits = DIGITS - int(np.ceil(np.log10(max(np.abs(worth).max(), 1e-300))))
    unit = float(Decimal(1).scaleb(-digits))
    whole = np.rint(worth / unit).astype(np.int64)
    pairs = np.asarray(edges, dtype=np.int64).reshape(-1, 2)
    if whole.max() <= 0:
        members = np.arange(len(whole)) == int(worth.argmax())
        return Heaviest(members, float(worth.max()), float(worth.max()))
    instance = Instance(
        graph_of(np.unique(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1), axis=0), len(whole)),
        np.maximum(-whole, 0),
        np.maximum(whole, 0),
        0,
        len(whole),
    )
    search = _Search(instance, work)
    members, slack = search.run()
    weight = float(worth[members].sum())
    return Heaviest(members, weight, weight + slack * unit)


class _Search:
    """Looks for the heaviest set: a bound without an anchor, good sets recombined, then anchor by anchor."""

    def __init__(self, instance: Instance, work: int) -> None:
        self.instance = instance
        self.budget = Budget(work)
        self.incumbent = Incumbent(instance.size, lambda set_: _lack(instance, set_), 1)
        self.incumbent.offer(np.arange(instance.size) == int(instance.affected.argmax()))
        self.bounds = Bounds(
            scale=1,
            seed=0,
            incumbent=self.incumbent,
            budget=self.budget,
            pricing=_FixedPrice(),
            rounding=_HeaviestPart(instance, self.incumbent),
        )
        self.tree = Tree(self.bounds, lambda: True, -int(instance.affected.sum()))

    def run(self) -> tuple[BoolArray, int]:
        """The best set that the work allows, and how much heavier one could be."""
        item = Open(self.tree.lower_bound, 0, everything(self.instance).meeting(self.instance.affected > 0), 1)
        try:
            self.tree.tighten(item, rounding=True)
        except Infeasible:
            self.tree.close()
        if self.tree.lower_bound < self.incumbent.cost:
            self._recombine()
            self._from_anchors()
        return self.incumbent.members, self.incumbent.cost - min(self.tree.lower_bound, self.incumbent.cost)

    def _recombine(self) -> None:
        """Offer the best mixtures of what relaxations from several anchors suggest, rounded with noise."""
        whole = everything(self.instance)
        for number in range(ROUNDS):
            inside = np.flatnonzero(self.incumbent.members)
            order = inside[np.argsort(-self.instance.affected[inside], kind="stable")]
            node = whole.meeting(marked(self.instance.size, order[[number % len(order)]]))
            relaxation = self.bounds.relax(node, 1, variant=(number, 0))
            for seed in range(SUGGESTED):
                self.bounds.rounding.round(node, relaxation, seed=number * SUGGESTED + seed)
            before, used = self.incumbent.cost, np.logical_or.reduce([set_ for _, set_ in self.incumbent.seen])
            few = whole.narrowed(Choice(used, np.zeros_like(used)))
            mixture = _Search(few.instance, self.budget.limit // RECOMBINED)
            for _, set_ in self.incumbent.seen:
                mixture.incumbent.offer(marked(few.instance.size, few.place[set_]))
            mixture._from_anchors()
            self.budget.spent += mixture.budget.spent
            self.incumbent.offer(few.expand(mixture.incumbent.members))
            if number and self.incumbent.cost == before:
                return

    def _from_anchors(self) -> None:
        """Search sets with the heaviest vertex, then those without it but with the next, while any can be better."""
        rest, least = everything(self.instance), -int(self.instance.affected.sum())
        while -int(rest.instance.affected.sum()) < self.incumbent.cost:
            self.budget.nodes += 1  # what bounds one of them says nothing of the others
            anchor = marked(rest.instance.size, self._anchor(rest))
            item = Open(least, self.budget.nodes, rest.meeting(anchor), 1)
            with suppress(Infeasible):
                self.tree.tighten(item, rounding=True)
                self.tree.push(item)
            rest = rest.narrowed(Choice(~anchor, np.zeros_like(anchor)))
        self.tree.run()

    def _anchor(self, rest: Node) -> IntArray:
        """The heaviest vertex that is left of the best set, or of all where none is."""
        weight = np.where(rest.place >= 0, self.instance.affected, 0)
        inside = np.where(self.incumbent.members, weight, 0)
        return rest.place[[int((inside if inside.any() else weight).argmax())]]


def _lack(instance: Instance, members: BoolArray) -> int:
    """The weight of a set, turned around to be minimised."""
    return instance.price(members) - instance.holds(members)


class _FixedPrice:
    """Weights are worth at a price of one, so there is none to look for."""

    def best(  # noqa: PLR0913 - a node, where to start, and how
        self,
        bounds: Bounds,
        node: Node,
        price: int,
        steps: Steps,  # noqa: ARG002 - the price is given
        *,
        rounding: bool,
        variant: Variant,
    ) -> Relaxation:
        relaxation = bounds.relax(node, price, variant=variant)
        for seed in range(4 if rounding else 1):
            bounds.rounding.round(node, relaxation, seed=seed)
        return relaxation


class _HeaviestPart:
    """Joins what a relaxation suggests; any connected set is large enough, so its heaviest part is one."""

    surplus = 0

    def __init__(self, instance: Instance, incumbent: Incumbent) -> None:
        self.instance = instance
        self.incumbent = incumbent

    def round(self, node: Node, relaxation: Relaxation, *, seed: int = 0, rounds: int = 3) -> bool:  # noqa: ARG002
        members = self.lifted(node, joined(relaxation, seed=seed)[: node.instance.real])
        label, count = components(*self.instance.graph, members)
        if count == 0:
            return False
        worth: IntArray = self.instance.affected - self.instance.cost
        sums = np.zeros(count, np.int64)
        np.add.at(sums, label[members], worth[members])
        part: BoolArray = label == sums.argmax()
        self.incumbent.remember(part)
        return self.incumbent.offer(part)

    def lifted(self, node: Node, members: BoolArray) -> BoolArray:
        return node.expand(members)
