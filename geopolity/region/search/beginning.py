"""What a search begins from: the part of a problem that it works on, and what is known before it.

A problem of moderate size is worked on as a whole, but for parts that cannot hold the quota. Of a large one the ground
in reach is found first (``geopolity.region.search.reach``), with a region and a bound.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from geopolity.arrays import BoolArray, IntArray
from geopolity.errors import NegativeAnswer
from geopolity.messages import Message
from geopolity.region.budget import Budget
from geopolity.region.evidence import LARGEST_PUBLISHED
from geopolity.region.graph import HEADS, Graph, components, graph_of, marked
from geopolity.region.instance import Instance
from geopolity.region.problem import RegionProblem
from geopolity.region.search.ground import Layer
from geopolity.region.search.reach import Reach, Reached, on_ground
from geopolity.region.search.rederivation import steadied
from geopolity.region.search.run import Search

LARGEST_WHOLE = LARGEST_PUBLISHED
"""Problems with more vertices are looked at as far as they are in reach; what is published of smaller ones is whole."""
MORE = 0.75
"""Once ground is closed, at least so large a part of the work first allowed is left for the search in it; nothing where
looking around took more than was allowed."""


class QuotaOutOfReach(NegativeAnswer):
    """No connected part holds the quota."""

    code = "coverage-out-of-reach"


@dataclass(slots=True, eq=False)
class Beginning:
    """A problem, the instance that a search works on, and where its vertices lie in the problem.

    The instance counts costs in ``grain``. ``found`` says what is known of a problem whose ground in reach was looked
    for.
    """

    problem: RegionProblem
    instance: Instance
    chosen: IntArray
    grain: int = 1
    found: Reached | None = None
    layer: Layer | None = None

    @property
    def ground(self) -> IntArray:
        """What was looked at, as positions in the problem, ascending."""
        found = np.empty(0, np.int64) if self.found is None else _positions(self.problem, self.found.vertices)
        return np.flatnonzero(marked(len(self.problem), self.chosen, found))

    def placed(self, best: BoolArray) -> BoolArray:
        """Members in the problem's order."""
        members = np.zeros(len(self.problem), np.bool_)
        members[self.chosen[best]] = True
        return members

    def bound(self, search: Search) -> int:
        """What is proven of the whole problem: a search on ground that is not closed proves nothing of the rest."""
        if self.found is None:
            return self.grain * search.tree.lower_bound
        if self.found.closed is None:
            return self.grain * min(self.found.lower_bound, search.incumbent.cost)
        return self.grain * max(self.found.lower_bound, search.tree.lower_bound)

    def tell(self, search: Search) -> None:
        """Let a search know what is known."""
        if self.found is not None:
            members = marked(len(self.problem), _positions(self.problem, self.found.members))[self.chosen]
            search.knowing(members, self.found.lower_bound, self.found.price)

    def near_previous(self, best: BoolArray, previous: BoolArray, seed: int) -> BoolArray:
        """The region moved towards an earlier one, in the problem's order."""
        if self.found is None or self.layer is None:
            return self.placed(steadied(self.instance, best, previous[self.chosen], seed))
        order = self.problem.order
        ground = np.union1d(self.found.vertices, np.flatnonzero(previous if order is None else previous[order]))
        ground = np.union1d(ground, np.flatnonzero(self.placed(best) if order is None else self.placed(best)[order]))
        instance, vertices = on_ground(self.layer, ground, self.problem.quota)
        wider = Beginning(self.problem, instance, _positions(self.problem, vertices), self.grain)
        return wider.near_previous(self.placed(best)[wider.chosen], previous, seed)


def begin(
    problem: RegionProblem,
    seed: int,
    allowed: Callable[[int], int],
    report: Callable[[Reached, Budget], bool],
) -> tuple[Beginning, Budget]:
    """What a search of a problem begins from, and its budget: ``allowed`` is the work allowed on so many arcs.

    ``report`` is told of the regions and bounds that looking around finds; false stops that.
    """
    if len(problem) <= LARGEST_WHOLE:
        return _whole(problem, allowed)
    grain = problem.grain
    layer = _layer(problem, grain)
    reach = Reach(layer, problem.quota, seed=seed, allowed=allowed, report=report)
    limit = reach.budget.limit
    found = reach.run()
    if not len(found.members):
        return _whole(problem, allowed)
    if reach.budget.is_over:  # what is left to work on is the best region alone, which shows nothing of any other
        found.closed, ground = None, found.members
    elif found.closed is None:
        ground = np.flatnonzero(marked(len(problem), found.vertices, found.members))
    else:
        ground = found.closed
    instance, vertices = on_ground(layer, ground, problem.quota)
    spent = reach.budget.spent
    budget = replace(reach.budget, limit=limit if spent >= limit else max(limit, spent + int(limit * MORE)))
    return Beginning(problem, instance, _positions(problem, vertices), grain, found, layer), budget


def _whole(problem: RegionProblem, allowed: Callable[[int], int]) -> tuple[Beginning, Budget]:
    instance, chosen = component_with_quota(problem)
    grain = problem.grain
    instance = replace(instance, cost=instance.cost // grain)
    return Beginning(problem, instance, chosen, grain), Budget(allowed(len(instance.graph.neighbours)))


def _positions(problem: RegionProblem, vertices: IntArray) -> IntArray:
    """Where vertices in id order lie in the problem."""
    order = problem.order
    return vertices if order is None else order[vertices]


def _layer(problem: RegionProblem, grain: int) -> Layer:
    """The whole problem in id order, its costs in grains."""
    order, n = problem.order, len(problem)
    cost = problem.cost if grain == 1 else problem.cost // grain
    if order is None:
        return Layer(*graph_of(problem.edges, n), cost, problem.affected)
    rank = np.empty_like(order)
    rank[order] = np.arange(n)
    return Layer(*graph_of(rank[problem.edges], n), cost[order], problem.affected[order])


def component_with_quota(problem: RegionProblem) -> tuple[Instance, IntArray]:
    """Find the one component that can hold the quota, in id order, and its positions in the problem."""
    ordered = problem.order
    order = np.arange(len(problem)) if ordered is None else ordered
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    graph = graph_of(rank[problem.edges], len(problem))
    people = problem.affected[order]
    label, count = components(*graph, np.ones(len(order), np.bool_))
    held = np.zeros(count, np.int64)
    np.add.at(held, label, people)
    best = int(held.argmax())
    if held[best] < problem.quota:
        raise _out_of_reach(problem, order, label, held)
    inside = np.flatnonzero(label == best)
    place = np.full(len(order), -1, HEADS)
    place[inside] = np.arange(len(inside))
    rows = np.concatenate([[0], np.cumsum(np.diff(graph.start)[inside])])
    neighbours = place[graph.neighbours[np.repeat(label == best, np.diff(graph.start))]]
    small = Graph(rows, np.ascontiguousarray(neighbours))
    cost = np.ascontiguousarray(problem.cost[order][inside])
    instance = Instance(small, cost, np.ascontiguousarray(people[inside]), problem.quota, len(inside))
    return instance, order[inside]


def _out_of_reach(problem: RegionProblem, order: IntArray, label: IntArray, held: IntArray) -> QuotaOutOfReach:
    unit = float(problem.affected_unit)
    parts = np.argsort(-held, kind="stable")[:4]
    names = [f"{problem.ids[order[int(np.argmax(label == part))]]}" for part in parts]
    sizes = np.bincount(label)
    best = held.max() / problem.affected_total
    return QuotaOutOfReach(
        "Coverage {coverage:exact} needs {needed:people} affected people in one connected part, but {found:clauses}; "
        "allow a connector over water or lower the coverage to {within_reach:number}."
        if best > 0.5
        else "Coverage {coverage:exact} needs {needed:people} affected people in one connected part, but "
        "{found:clauses}; allow a connector over water.",
        coverage=problem.coverage,
        found=[
            Message(
                "the part with {unit} ({number:count} units) holds {people:people}",
                unit=name,
                number=int(sizes[part]),
                people=held[part] * unit,
            )
            for name, part in zip(names, parts, strict=True)
        ],
        within_reach=float(np.floor(best * 1000) / 1000),
        needed=problem.quota * unit,
        parts={name: float(held[part] * unit) for name, part in zip(names, parts, strict=True)},
    )
