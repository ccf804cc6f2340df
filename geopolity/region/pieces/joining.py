"""Too many pieces made fewer: the nearest are joined by the cheapest way, and what is then too much is left out."""

from __future__ import annotations

import numpy as np

from geopolity.arrays import BoolArray, IntArray
from geopolity.region.graph import components, graph_of
from geopolity.region.pieces.hub import pieces_of
from geopolity.region.problem import RegionProblem


def joined(problem: RegionProblem, members: BoolArray) -> BoolArray:
    """A region in as few pieces as the problem allows, out of one in more of them."""
    members = members.copy()
    while True:
        label = pieces_of(problem, members)
        if label.max() + 1 <= problem.pieces:
            return pruned(problem, members)
        light = int(np.argmin(np.bincount(label[members], weights=problem.affected[members])))
        way = _way(problem, label == light, members & (label != light))
        if way is None:
            members[label == light] = False
            if problem.affected[members].sum() < problem.quota:
                return np.ones(len(members), np.bool_)
            continue
        members[way] = True


def pruned(problem: RegionProblem, members: BoolArray) -> BoolArray:
    """The same without units at its ends that the quota does not need, the dearest for their people first."""
    inside = np.flatnonzero(members)
    ground = graph_of(_edges_within(problem, inside), len(inside))
    affected, locked = problem.affected[inside], _locked(problem)[inside]
    dearest = problem.cost[inside] / (affected + 1.0)
    stays, tried = np.ones(len(inside), np.bool_), np.zeros(len(inside), np.bool_)
    spare, pieces = int(affected.sum()) - problem.quota, components(*ground, stays)[1]
    while (may := stays & ~locked & ~tried & (affected <= spare)).any() and stays.sum() > 1:
        vertex = int(np.argmax(np.where(may, dearest, -1.0)))
        tried[vertex], stays[vertex] = True, False
        left = components(*ground, stays)[1]
        if left > max(pieces, problem.pieces):
            stays[vertex] = True
            continue
        pieces = left
        spare -= int(affected[vertex])
        tried &= affected > spare
    found = np.zeros(len(members), np.bool_)
    found[inside[stays]] = True
    return found


def _edges_within(problem: RegionProblem, inside: IntArray) -> IntArray:
    """Edges between some vertices, which are numbered anew."""
    number = np.full(len(problem), -1)
    number[inside] = np.arange(len(inside))
    ends = number[problem.edges]
    return ends[(ends >= 0).all(axis=1)]


def _locked(problem: RegionProblem) -> BoolArray:
    """Vertices that are not taken out one by one."""
    locked = np.zeros(len(problem), np.bool_)
    if problem.constraints is not None:
        locked[problem.constraints.must] = True
        for group in problem.constraints.together:
            locked[group] = True
    return locked


def _way(problem: RegionProblem, start: BoolArray, goal: BoolArray) -> IntArray | None:
    """The cheapest way between two sets, without its ends."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - only where pieces are joined
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415

    n = len(problem)
    barred = np.zeros(n, np.bool_)
    if problem.constraints is not None:
        barred[problem.constraints.barred] = True
        for group in problem.constraints.together:
            barred[group] = True
    barred &= ~(start | goal)
    price = np.where(start | goal, 0.5, problem.cost)
    tails, heads = np.concatenate([problem.edges, problem.edges[:, ::-1]]).T
    usable = ~barred[tails] & ~barred[heads]
    ways = csr_matrix((price[heads[usable]], (tails[usable], heads[usable])), shape=(n, n))
    distance, before, _ = dijkstra(ways, indices=np.flatnonzero(start), min_only=True, return_predecessors=True)
    distance = np.where(goal, distance, np.inf)
    end = int(np.argmin(distance))
    if not np.isfinite(distance[end]):
        return None
    way, vertex = [], int(before[end])
    while vertex >= 0 and not start[vertex]:
        way.append(vertex)
        vertex = int(before[vertex])
    return np.array(way, np.int64)
