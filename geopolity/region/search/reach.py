"""The ground in reach: which part of a large layer can matter, with a proof that the rest cannot.

Let R be any set of vertices that holds all affected people, and let one vertex stand for all others: it touches what
touches them, costs as much as the cheapest of them that touches R, and holds nobody. Of a region of the layer that
meets the quota, take what lies in R, and that vertex if the region leaves R. What is taken hangs together where the
region does, holds as many people, and costs no more: leaving R costs at least the cheapest vertex next to it. So **no
region of the layer costs less than the bound of the smaller problem**, whatever R is.

The same dual bounds the whole layer: an arc from outside into R has what is left of the arc from that vertex, and an
arc within the rest has its full price. So for a vertex outside, the way to the edge of R and from there to the vertex,
each step at its full price (less that one vertex's cost, which the dual may have spent), comes on top of the bound.
Where that reaches the cost of a known region, no better region uses the vertex: what is left is *closed*, and a search
in it finds and bounds all better regions of the layer. R begins around the affected and grows while the bound suffers
from short cuts through that vertex; distance is cost, so that R grows where ground is cheap.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from geopolity.arrays import BoolArray, IntArray
from geopolity.region.budget import Budget
from geopolity.region.dual.bounds import Bounds
from geopolity.region.dual.core import close_core
from geopolity.region.dual.relaxation import Relaxation, Steps, Variant, exchange_prices
from geopolity.region.graph import components, marked
from geopolity.region.incumbent import Incumbent
from geopolity.region.instance import Choice, Instance, Node, everything
from geopolity.region.primal.growth import feasible, in_one_piece
from geopolity.region.quota import QuotaPricing, QuotaRounding, bounded
from geopolity.region.search.ground import Layer, beyond, ground_near, instance_on
from geopolity.region.search.recombination import improve
from geopolity.region.search.run import Search

SCALED_TOTAL = 2**52
AROUND = 2_000
"""Ground begins with so many vertices, and twice as many as are affected."""
ARCS = 6
"""Arcs per vertex of a map, about."""
MANY = 4
"""Where joining the quota takes so many times as much ground, and that is huge, its price is sought on less."""
FIRST_STEPS, LATER_STEPS = Steps(0.5, 0.12), Steps(0.12, 0.06)
HUGE, QUICK = 500_000, 10
"""On so many vertices a region is joined without a dual first, which takes so much work per arc."""
EAGER, SCALED, MOST_WORTH = 1.2, 2**20, 2.0**61
"""Then a person is worth so many times what the last one costs, in so fine parts of a cost unit; all add up to less."""
SMALL = 0.01
"""A gap at which ground is large enough."""
SLIGHT = 0.1
"""More ground that raised the bound by so small a part of the gap was of no use."""
FARTHER = 4
"""So many times the ground may be added to it where that closes it."""
GROWS = 2
"""Ground that is too small grows by this factor, in reach and in number."""


@dataclass(slots=True, eq=False)
class Reached:
    """What is known of a large problem once its ground is looked at.

    Attributes
    ----------
    vertices
        The ground, as positions in the layer, ascending.
    members
        The best region so far, as positions in the layer.
    price
        Cost units per person at which the bound was best.
    closed
        The vertices that a better region may use; ``None`` while the rest may matter.
    """

    vertices: IntArray
    lower_bound: int = 1
    cost: int = 2**62
    members: IntArray = field(default_factory=lambda: np.empty(0, np.int64))
    price: float = 0.0
    closed: IntArray | None = None


class Reach:
    """Looks at more and more ground until the rest cannot matter.

    Parameters
    ----------
    allowed
        Work allowed on ground with so many arcs.
    report
        Told after each look; false stops it.
    """

    def __init__(
        self,
        layer: Layer,
        quota: int,
        *,
        seed: int,
        allowed: Callable[[int], int],
        report: Callable[[Reached, Budget], bool],
    ) -> None:
        self.layer = layer
        self.quota = quota
        self.seed = seed
        self.budget = Budget(allowed(ARCS * self._first_count()))
        self.allowed = allowed
        self.report = report
        self.found = Reached(np.empty(0, np.int64))
        self.has_answered = False
        self._rounded: tuple[int, Variant, int] | None = None

    def run(self) -> Reached:
        """The ground in reach, a region in it and the bound."""
        count, distance = self._first_count(), 0
        ground = ground_near(self.layer, self.quota, distance=0, count=count)
        if not ground.is_joined:
            return self.found
        if ground.is_all:
            self.found.closed = ground.vertices
        if len(ground.vertices) > HUGE:
            self._quick_answer(ground.nearest)
        near = None
        if len(ground.vertices) > max(HUGE, MANY * count) and not self.budget.is_over:
            near = ground_near(self.layer, 0, distance=0, count=count).vertices
            self._look(near, with_regions=False)
        self.budget.limit = max(self.budget.limit, self.allowed(ARCS * len(ground.vertices)))
        before = 0
        while self._goes_on():
            look, relaxation = self._look(ground.vertices, with_regions=True)
            self._make_regions(look, relaxation)
            if near is not None and not self.budget.is_over:
                self._search_in(near)
            if not self.budget.is_over and (ground.is_all or self._is_large_enough(before)):
                self.found.closed = self._closed(look, relaxation)
            before = self.found.lower_bound
            self.budget.is_stopped = self.budget.is_stopped or not self.report(self.found, self.budget)
            if self.found.closed is not None or ground.is_all:
                break
            distance, count = GROWS * ground.distance, GROWS * len(ground.vertices)
            self.budget.limit = max(self.budget.limit, self.allowed(ARCS * count))
            if self.budget.is_over:
                break
            ground = ground_near(self.layer, self.quota, distance=distance, count=count)
        return self.found

    def _goes_on(self) -> bool:
        """Whether there is to be another look: a first one whatever it takes, but for whoever has seen enough."""
        is_first = not self.has_answered and not self.budget.is_stopped
        return is_first or not self.budget.is_over or not len(self.found.members)

    def _is_large_enough(self, before: int) -> bool:
        """Whether the gap is small, or more ground did not help: less of it bounded nearly as well (``before``)."""
        gap, risen = self.found.cost - self.found.lower_bound, self.found.lower_bound - before
        return gap <= SMALL * self.found.lower_bound or risen <= SLIGHT * gap

    def _first_count(self) -> int:
        return AROUND + 2 * int(np.count_nonzero(self.layer.affected))

    def _quick_answer(self, vertices: IntArray) -> None:
        """A region joined without a dual, and what taking people where they live densest costs, joined or not."""
        instance = instance_on(self.layer, vertices, self.quota, alone=True)
        order, spent = _densest_first(instance)
        enough = int(np.searchsorted(np.cumsum(instance.affected[order]), self.quota))
        self.budget.spent += QUICK * len(instance.graph.neighbours)
        self.found.price = EAGER * float(instance.cost[order[enough]] / instance.affected[order[enough]])
        gain = self.found.price * instance.affected - instance.cost
        worth = np.rint(min(SCALED, MOST_WORTH / np.abs(gain).sum()) * gain).astype(np.int64)
        members = feasible(instance, in_one_piece(instance, worth > 0, worth), rounds=0)
        self.found.vertices = vertices
        if members is not None:
            self.found.lower_bound = max(1, int(spent[enough - 1]) if enough else 1)
            self._offer(vertices, members, instance.price(members))
            self.budget.is_stopped = not self.report(self.found, self.budget)

    def _search_in(self, near: IntArray) -> None:
        """Look for better regions around the affected and along the best region: little ground of a lot."""
        instance, vertices = on_ground(self.layer, self._both(near, self.found.members), self.quota)
        limit = max((self.budget.limit - self.budget.spent) // 3, 1)
        search = Search(instance, self.seed, lambda _: not self.budget.is_stopped, limit, improve=improve)
        search.knowing(self._holds(self.found.members)[vertices], 1, self.found.price)
        members = search.run()
        search.release()
        self.budget.spent += search.budget.spent
        self._offer(vertices, members, search.incumbent.cost)

    def _holds(self, *vertices: IntArray) -> BoolArray:
        return marked(len(self.layer.cost), *vertices)

    def _both(self, one: IntArray, other: IntArray) -> IntArray:
        return np.flatnonzero(self._holds(one, other))

    def _offer(self, vertices: IntArray, members: BoolArray, cost: int) -> None:
        if cost < self.found.cost:
            self.found.cost, self.found.members = cost, vertices[members[: len(vertices)]]
            self.found.lower_bound = min(self.found.lower_bound, cost)

    def _look(self, vertices: IntArray, *, with_regions: bool) -> tuple[_Look, Relaxation]:
        """Bound the problem on some ground."""
        look = _Look(instance_on(self.layer, vertices, self.quota), vertices, self.seed, self.budget)
        known = self._holds(self.found.members)[vertices]
        if known.any() and known.sum() == len(self.found.members):
            look.incumbent.offer(np.append(known, np.zeros(look.instance.outside, np.bool_)))
        steps = LATER_STEPS if self.found.price else FIRST_STEPS
        relaxation = look.first(self.found.price)
        if not self.has_answered and with_regions:
            self.has_answered = True
            self._note(look, relaxation)
            self._make_regions(look, relaxation)
            self.budget.is_stopped = self.budget.is_stopped or not self.report(self.found, self.budget)
        if not self.budget.is_over:
            price = relaxation.price
            del relaxation  # of a large layer each fills a gigabyte; where the climb begins it is had again
            relaxation = look.best(price, steps)
        self._note(look, relaxation)
        return look, relaxation

    def _note(self, look: _Look, relaxation: Relaxation) -> None:
        self.found.price = relaxation.price / relaxation.scale
        self.found.lower_bound = max(self.found.lower_bound, relaxation.bound)
        self.found.vertices = look.vertices

    def _make_regions(self, look: _Look, relaxation: Relaxation) -> None:
        made = relaxation.price, relaxation.variant, relaxation.value
        if made == self._rounded:
            return
        self._rounded = made
        look.bounds.rounding.round(look.node, relaxation, rounds=1)
        self._offer(look.vertices, look.incumbent.members, look.incumbent.cost)

    def _closed(self, look: _Look, relaxation: Relaxation) -> IntArray | None:
        """All that a better region may use, with the best one; nothing where that is too much to look at."""
        room = relaxation.scale * (self.found.cost - 1) - relaxation.value
        reach, _ = exchange_prices(relaxation)
        reach = np.append(reach, room + 1)[look.node.place]  # what the node leaves out is out of reach
        real = look.instance.real
        vertices = look.vertices[reach[:real] <= room]
        if look.instance.outside:
            start, neighbours = look.instance.graph
            edge = neighbours[start[real] : start[real + 1]]
            outside = self._beyond(look, edge, reach[edge] // relaxation.scale, max(room // relaxation.scale, 0))
            if outside is None:
                return None
            vertices = np.concatenate([vertices, outside])
        return self._both(vertices, self.found.members)

    def _beyond(self, look: _Look, edge: IntArray, reach: IntArray, room: int) -> IntArray | None:
        order = np.argsort(reach, kind="stable")
        distance = np.maximum(reach[order] - int(look.instance.cost[-1]), 0)
        layer, n, most = self.layer, len(self.layer.cost), FARTHER * len(look.vertices)
        inside = np.zeros(n, np.bool_)
        inside[look.vertices] = True
        found: IntArray = beyond(
            *layer[:3], look.vertices[edge[order]], distance, inside, room, most, np.zeros(n, np.int64)
        )
        return None if len(found) == most else found


class _Look:
    """One look at some ground."""

    def __init__(self, instance: Instance, vertices: IntArray, seed: int, budget: Budget) -> None:
        self.instance = instance
        self.vertices = vertices
        self.incumbent = Incumbent(instance.size, instance.price, int(instance.cost.sum()) + 1)
        self.bounds = Bounds(
            scale=max(1, SCALED_TOTAL // int(instance.cost.sum())),
            seed=seed,
            incumbent=self.incumbent,
            budget=budget,
            pricing=QuotaPricing(),
            rounding=QuotaRounding(self.incumbent, budget),
        )
        self.node = _reachable(instance)

    def first(self, price: float) -> Relaxation:
        """The bound at a price, or at about that of the last person if people are taken where they live densest."""
        scale = self.bounds.scale
        start = bounded(self.node, int(scale * (price or self._first_price())))
        core = close_core(self.node.instance, start, scale)
        self.node = self.node.meeting(core)
        return self.bounds.relax(self.node, start)

    def best(self, price: int, steps: Steps) -> Relaxation:
        """The bound at the best price near another, which is tried too."""
        return self.bounds.sharpened(self.node, self.bounds.best(self.node, price, steps))

    def _first_price(self) -> float:
        """About what the last person costs if people are taken where they live densest."""
        order, _ = _densest_first(self.instance)
        enough = int(np.searchsorted(np.cumsum(self.instance.affected[order]), self.instance.quota))
        last = order[min(enough, len(order) - 1)]
        return float(self.instance.cost[last] / self.instance.affected[last])


def _densest_first(instance: Instance) -> tuple[IntArray, IntArray]:
    """Vertices with affected people, those where they live densest first, and what so many of them cost."""
    peopled = np.flatnonzero(instance.affected)
    order = peopled[np.argsort(-(instance.affected[peopled] / instance.cost[peopled]), kind="stable")]
    return order, np.cumsum(instance.cost[order])


def _reachable(instance: Instance) -> Node:
    """All that hangs together with the quota."""
    node = everything(instance)
    _, count = components(*instance.graph, np.ones(instance.size, np.bool_))
    return node if count == 1 else node.narrowed(node.choice)


def on_ground(layer: Layer, vertices: IntArray, quota: int) -> tuple[Instance, IntArray]:
    """The problem on some vertices alone, and where its own lie in the layer."""
    whole = instance_on(layer, vertices, quota)
    allowed = np.arange(whole.size) < whole.real
    node = everything(whole).narrowed(Choice(allowed, np.zeros(whole.size, np.bool_)))
    inside = node.place[: len(vertices)] >= 0
    return node.instance, vertices[inside]
