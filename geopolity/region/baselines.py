"""What people do without an engine: take every unit the footprint touches, or grow greedily."""

from __future__ import annotations

import numpy as np

from geopolity.arrays import BoolArray
from geopolity.region.graph import graph_of
from geopolity.region.heap import pop, push
from geopolity.region.primal.growth import reach_quota
from geopolity.region.problem import RegionProblem


def all_intersecting(problem: RegionProblem) -> BoolArray:
    """Every vertex with somebody affected, connected or not."""
    return problem.affected > 0


def greedy(problem: RegionProblem) -> BoolArray:
    """Start at the vertex with most affected people per cost and keep adding the best neighbour until the quota.

    Neighbours without affected people are taken in the order in which they come nearer to nobody: a greedy
    walk has no sight, which is what makes it a baseline.
    """
    graph = graph_of(problem.edges, len(problem))
    density = problem.affected / problem.cost
    member = np.zeros(len(problem), np.bool_)
    queued = np.zeros(len(problem), np.bool_)
    keys = np.empty(len(problem) + 1, np.float64)
    vertices = np.empty(len(problem) + 1, np.int64)
    seed = int(density.argmax())
    size = push(keys, vertices, 0, 0.0, seed)
    queued[seed] = True
    held = 0
    while size and held < problem.quota:
        v = int(vertices[0])
        size = pop(keys, vertices, size)
        member[v] = True
        held += int(problem.affected[v])
        for u in graph.neighbours[graph.start[v] : graph.start[v + 1]]:
            if not queued[u]:
                queued[u] = True
                size = push(keys, vertices, size, -density[u], int(u))
    return member


def cheapest_paths(problem: RegionProblem) -> BoolArray:
    """Grow by the path with the least cost per person gained, again and again (a better greedy)."""
    graph = graph_of(problem.edges, len(problem))
    member = np.zeros(len(problem), np.bool_)
    member[int((problem.affected / problem.cost).argmax())] = True
    spare = int(problem.affected[member].sum()) - problem.quota
    reach_quota(*graph, problem.cost, problem.affected, member, spare)
    return member
