"""Rounder regions: the length of the border, weighed, as part of what is minimised.

The border of a region is all of its outline, towards what lies outside and around what it encloses. The region is found
by local search; ``geopolity.region.bordered`` bounds it, and offers what its relaxations suggest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geopolity.arrays import BoolArray, IntArray
from geopolity.compiling import njit
from geopolity.region.border import Border
from geopolity.region.graph import components, graph_of
from geopolity.region.instance import Instance
from geopolity.region.primal.polish import PATIENCE, border_of, removable
from geopolity.region.primal.ruin import recreated
from geopolity.region.problem import ProblemError, RegionProblem

RUINS = 48
"""Regions ruined and recreated in search of a better one."""
PASSES = 12


class Rounding:
    """The region with the lowest sum of cost and border so far.

    Raises
    ------
    ProblemError
        If the border's arrays do not fit the problem.
    """

    def __init__(self, problem: RegionProblem, border: Border, members: BoolArray) -> None:
        if len(border.outer) != len(problem) or len(border.shared) != len(problem.edges):
            raise ProblemError(
                "Borders are given for {outer:count} vertices and {shared:count} edges; the problem has "
                "{vertices:count} and {edges:count}.",
                outer=len(border.outer),
                shared=len(border.shared),
                vertices=len(problem),
                edges=len(problem.edges),
            )
        self._bordered = _Bordered.of(problem, border)
        self._best = members[self._bordered.order]
        self.price = self._bordered.price(self._best)
        self.offer(members)

    @property
    def members(self) -> BoolArray:
        """It, in the problem's order."""
        members = np.zeros(len(self._best), np.bool_)
        members[self._bordered.order[self._best]] = True
        return members

    def offer(self, members: BoolArray) -> int:
        """Take a connected region with the quota, make it rounder, and say what the best so far costs."""
        if members.any():
            self._take(self._bordered.rounded(members[self._bordered.order]))
        return self.price

    def explore(self, seed: int) -> None:
        """Ruin the best and let it grow again, in search of a better one."""
        rng = np.random.default_rng(seed)
        for number in range(RUINS):
            rival = recreated(self._bordered.instance, self._best, number, rng)
            if rival is not None:
                self._take(self._bordered.rounded(rival))

    def _take(self, rival: BoolArray) -> None:
        price = self._bordered.price(rival)
        if price < self.price:
            self._best, self.price = rival, price


@dataclass(frozen=True, slots=True, eq=False)
class _Bordered:
    """The problem in id order, with a border on every arc."""

    instance: Instance
    outer: IntArray
    shared: IntArray
    order: IntArray

    @classmethod
    def of(cls, problem: RegionProblem, border: Border) -> _Bordered:
        order = np.argsort(problem.ids, kind="stable")
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        edges = rank[problem.edges]
        graph = graph_of(edges, len(problem))
        tails, heads = np.concatenate([edges, edges[:, ::-1]]).T
        shared = np.concatenate([border.shared, border.shared])[np.lexsort((heads, tails))]
        instance = Instance(graph, problem.cost[order], problem.affected[order], problem.quota, len(problem))
        return cls(instance, border.outer[order], shared, order)

    def rounded(self, member: BoolArray) -> BoolArray:
        """Region after local search."""
        member = member.copy()
        instance = self.instance
        spare = instance.holds(member) - instance.quota
        smooth(*instance.graph, instance.cost, instance.affected, self.outer, self.shared, member, spare)
        return member

    def price(self, member: BoolArray) -> int:
        """Cost and border together; beyond everything where a region is in pieces."""
        if components(*self.instance.graph, member)[1] != 1:
            return 2**62
        tails = np.repeat(np.arange(len(member)), np.diff(self.instance.graph.start))
        ends = member[tails] & ~member[self.instance.graph.neighbours]
        return self.instance.price(member) + int(self.outer[member].sum() + self.shared[ends].sum())


@njit(cache=True)
def joining(
    start: IntArray, neighbours: IntArray, cost: IntArray, outer: IntArray, shared: IntArray, member: BoolArray, v: int
) -> int:
    """What cost and border together rise by when a vertex joins (the negative: when it leaves)."""
    rise: int = cost[v] + outer[v]
    for k in range(start[v], start[v + 1]):
        if member[neighbours[k]]:
            rise -= shared[k]
        else:
            rise += shared[k]
    return rise


@njit(cache=True)
def smooth(
    start: IntArray,
    neighbours: IntArray,
    cost: IntArray,
    affected: IntArray,
    outer: IntArray,
    shared: IntArray,
    member: BoolArray,
    spare: int,
) -> int:
    """Let vertices join, leave and trade places while cost and border together fall; returns the people to spare."""
    n = len(start) - 1
    seen = np.zeros(n, np.int64)
    queue = np.empty(PATIENCE, np.int64)
    stamp = 2
    for _ in range(PASSES):
        moved = False
        border = border_of(start, neighbours, member)
        rise = np.empty(len(border), np.int64)
        for i in range(len(border)):
            u = border[i]
            rise[i] = joining(start, neighbours, cost, outer, shared, member, u)
            if rise[i] < 0:
                member[u] = True
                spare += affected[u]
                moved = True
        for v in np.flatnonzero(member):
            fall = joining(start, neighbours, cost, outer, shared, member, v)
            need = affected[v] - spare
            if fall <= 0:
                continue
            partner = -1
            if need > 0:
                # Someone outside who makes up for the people that leave, at the least rise.
                least = fall
                for i in range(len(border)):
                    u = border[i]
                    if not member[u] and affected[u] >= need and rise[i] < least:
                        now = joining(start, neighbours, cost, outer, shared, member, u)
                        if now < least:
                            partner = u
                            least = now
                if partner < 0:
                    continue
                member[partner] = True
                # Next to each other, the two change each other's borders.
                fall = joining(start, neighbours, cost, outer, shared, member, v)
                if fall <= least:
                    member[partner] = False
                    continue
            stamp += 2
            if removable(start, neighbours, member, v, seen, stamp, queue):
                member[v] = False
                spare -= affected[v]
                if partner >= 0:
                    spare += affected[partner]
                moved = True
            elif partner >= 0:
                member[partner] = False
        if not moved:
            break
    return spare
