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
from geopolity.region.branching import Open
from geopolity.region.graph import components, graph_of
from geopolity.region.growth import joined
from geopolity.region.instance import Infeasible, Instance, Node
from geopolity.region.problem import ProblemError
from geopolity.region.relaxation import FIRST, Relaxation, Steps, Turn
from geopolity.region.search import Search

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
    search = _WeightSearch(instance, work)
    search.root()
    search.run()
    weight = float(worth[search.region].sum())
    slack = (search.ceiling - min(search.floor, search.ceiling)) * unit
    return Heaviest(search.region, weight, weight + slack)


class _WeightSearch(Search):
    """The search with the price fixed: costs are weights turned around, and any set is large enough."""

    def __init__(self, instance: Instance, work: int) -> None:
        super().__init__(instance, 0, lambda _: True, work)
        self.scale = 1
        self.ceiling = 1

    def root(self) -> None:
        instance = self.instance
        best = np.zeros(instance.size, np.bool_)
        best[int(instance.affected.argmax())] = True
        self.offer(best)
        item = Open(-int(instance.affected.sum()), 0, self.everything().meeting(instance.affected > 0), 1)
        self.floor = item.bound
        try:
            self.tighten(item, harvest=True)
        except Infeasible:
            self.floor = self.ceiling
            return
        self.push(item)

    def value(self, member: BoolArray) -> int:
        return self.instance.price(member) - self.instance.holds(member)

    def best_price(
        self,
        node: Node,
        price: int,
        steps: Steps,  # noqa: ARG002 - the price is given
        *,
        harvest: bool = False,
        turn: Turn = FIRST,
    ) -> Relaxation:
        relaxation = self.relax(node, price, turn=turn)
        for seed in range(4 if harvest else 1):
            self.harvest(node, relaxation, seed=seed)
        return relaxation

    def harvest(self, node: Node, relaxation: Relaxation, *, seed: int = 0, rounds: int = 3) -> bool:  # noqa: ARG002
        member = self.lifted(node, joined(relaxation, seed=seed)[: node.instance.real])
        label, count = components(*self.instance.graph, member)
        if count == 0:
            return False
        worth: IntArray = self.instance.affected - self.instance.cost
        sums = np.zeros(count, np.int64)
        np.add.at(sums, label[member], worth[member])
        return self.offer(label == sums.argmax())
