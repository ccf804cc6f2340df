"""A problem without constraints whose regions are those of a problem with them.

Places locked out, and whatever cannot be reached without them, lose their edges and people. Places kept together that
touch become one vertex, and so do places locked in that touch. Each place locked in gets more people than a region may
leave out, and the quota rises by as many: so every region with the quota holds it, and no bound is lost. Positions
stay: a merged vertex is the first of those that it stands for, and the others lie idle. What stays open are places
kept together that do not touch, and limits: without them the problem has more regions, and its bounds still hold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geopolity.arrays import BoolArray, IntArray
from geopolity.region.constraints import Constraints
from geopolity.region.graph import components, graph_of
from geopolity.region.problem import RegionProblem


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Vertices that a region may use and must use, once constraints are followed to their end."""

    may: BoolArray
    must: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class Reduced:
    """A problem without constraints, and how its regions become those of the problem with them.

    Attributes
    ----------
    lead
        (n,) the vertex that stands for each.
    apart
        Leads of sets kept together that do not touch.
    """

    problem: RegionProblem
    ground: Ground
    lead: IntArray
    apart: tuple[IntArray, ...]

    def lifted(self, members: BoolArray) -> BoolArray:
        """The region of the problem with constraints behind one of the problem without."""
        region: BoolArray = members[self.lead] & self.ground.may
        return region

    def lowered(self, members: BoolArray) -> BoolArray:
        """What stands for a set of vertices."""
        found = np.zeros(len(members), np.bool_)
        found[self.lead[members & self.ground.may]] = True
        return found


def ground_of(problem: RegionProblem, constraints: Constraints, quota: int | None = None) -> Ground | None:
    """What regions may and must use; ``None`` if no region keeps to the constraints, limits aside."""
    quota = problem.quota if quota is None else quota
    n = len(problem)
    graph = graph_of(problem.edges, n)
    must, may = np.zeros(n, np.bool_), np.ones(n, np.bool_)
    must[constraints.must], may[constraints.barred] = True, False
    for group in constraints.together:
        must[group] |= must[group].any()
    while True:
        for group in constraints.together:
            may[group] &= may[group].all()
        if (must & ~may).any():
            return None
        part = _part(problem, graph.start, graph.neighbours, may, must)
        if part is None or int(problem.affected[part].sum()) < quota or (must & ~part).any():
            return None
        if (part == may).all():
            return Ground(may, must)
        may = part


def _part(
    problem: RegionProblem, start: IntArray, neighbours: IntArray, may: BoolArray, must: BoolArray
) -> BoolArray | None:
    """The one connected part in which regions can lie: that of what must be inside, else that with most people."""
    label, count = components(start, neighbours, may)
    if count == 0:
        return None
    if must.any():
        anchored: BoolArray = label == label[int(must.argmax())]
        return anchored
    held = np.zeros(count, np.int64)
    np.add.at(held, label[may], problem.affected[may])
    fullest: BoolArray = label == int(held.argmax())
    return fullest


def reduced(problem: RegionProblem, constraints: Constraints) -> Reduced | None:
    """The problem without constraints; ``None`` if no region keeps to them, limits aside."""
    ground = ground_of(problem, constraints)
    if ground is None:
        return None
    lead = _leads(problem, constraints, ground)
    n, may = len(problem), ground.may
    at = np.flatnonzero(may)
    cost, people = np.ones(n, np.int64), np.zeros(n, np.int64)
    cost[lead[at]] = 0
    np.add.at(cost, lead[at], problem.cost[at])
    np.add.at(people, lead[at], problem.affected[at])
    locked = np.unique(lead[ground.must])
    more = problem.affected_total - problem.quota + 1
    people[locked] += more
    within = problem.edges[may[problem.edges].all(axis=1)]
    plain = problem.but(
        cost=cost,
        affected=people,
        edges=lead[within],
        quota=problem.quota + more * len(locked),
        constraints=None,
        pieces=1,
    )
    apart = [np.unique(lead[group]) for group in constraints.together if may[group].all()]
    open_ = tuple(leads for leads in apart if len(leads) > 1 and not ground.must[leads].all())
    return Reduced(plain, ground, lead, open_)


def _leads(problem: RegionProblem, constraints: Constraints, ground: Ground) -> IntArray:
    """The first vertex of each set that touches and is kept together, or locked in."""
    n = len(problem)
    group = np.full(n, -1, np.int64)
    for number, members in enumerate(constraints.together):
        group[members] = number
    left, right = problem.edges.T
    same = (group[left] == group[right]) & (group[left] >= 0) | (ground.must[left] & ground.must[right])
    kept = same & ground.may[left] & ground.may[right]
    label, count = components(*graph_of(problem.edges[kept], n), np.ones(n, np.bool_))
    first = np.full(count, n, np.int64)
    np.minimum.at(first, label, np.arange(n))
    lead: IntArray = first[label]
    return lead
