"""The maximum-weight connected subgraph, solved with the engine's bound and search.

Weights are the worth of vertices at a fixed price; there is no quota. The published instances of this problem
(DIMACS 11) are how the core of the engine is checked against other people's optima.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from geopolity.arrays import BoolArray, IntArray
from geopolity.region.budget import Budget
from geopolity.region.dual.bounds import Bounds
from geopolity.region.dual.relaxation import Relaxation, Steps, Variant
from geopolity.region.graph import components, graph_of
from geopolity.region.incumbent import Incumbent
from geopolity.region.instance import Infeasible, Instance, Node, everything
from geopolity.region.primal.growth import joined
from geopolity.region.problem import ProblemError
from geopolity.region.search.branching import Open
from geopolity.region.search.tree import Tree

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
    members, slack = _heaviest(instance, work)
    weight = float(worth[members].sum())
    return Heaviest(members, weight, weight + slack * unit)


def _heaviest(instance: Instance, work: int) -> tuple[BoolArray, int]:
    """The best set that the work allows, and how much heavier one could be."""
    incumbent, budget = Incumbent(instance.size, lambda set_: _lack(instance, set_), 1), Budget(work)
    rounding = _HeaviestPart(instance, incumbent)
    bounds = Bounds(scale=1, seed=0, incumbent=incumbent, budget=budget, pricing=_FixedPrice(), rounding=rounding)
    incumbent.offer(np.arange(instance.size) == int(instance.affected.argmax()))
    item = Open(-int(instance.affected.sum()), 0, everything(instance).meeting(instance.affected > 0), 1)
    tree = Tree(bounds, lambda: True, item.bound)
    try:
        tree.tighten(item, rounding=True)
        tree.push(item)
    except Infeasible:
        tree.close()
    tree.run()
    return incumbent.members, incumbent.cost - min(tree.lower_bound, incumbent.cost)


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
        return self.incumbent.offer(label == sums.argmax())

    def lifted(self, node: Node, members: BoolArray) -> BoolArray:
        return node.expand(members)
