"""Borders moved onto vertices: a problem without borders in which no region costs more than with them.

The border along an edge costs w·|x_u − x_v|. For any flow y with |y| ≤ w that is at least y·(x_u − x_v): the flow
raises what the vertex that it leaves costs, and lowers the one that it enters.
"""

from __future__ import annotations

import numpy as np

from geopolity.arrays import FloatArray, IntArray
from geopolity.region.border import Border
from geopolity.region.problem import RegionProblem

LARGEST_CAPACITY = 2**31 - 2
ROUNDS = 400


def costs_with(problem: RegionProblem, border: Border, flow: IntArray) -> IntArray:
    """What vertices cost once borders are moved onto them; ``flow`` is positive from the first end of an edge."""
    cost = problem.cost + border.outer
    np.add.at(cost, problem.edges[:, 0], flow)
    np.subtract.at(cost, problem.edges[:, 1], flow)
    return cost


def cut_flow(problem: RegionProblem, border: Border, price: float) -> IntArray:
    """The flow that bounds best where regions need not be connected and a person is worth ``price``.

    From people who are worth something to vertices that cost something, over borders: a maximum flow, whose minimum cut
    is the best region (Ford & Fulkerson 1956). No vertex is lowered below 1 by it.
    """
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - only where borders count
    from scipy.sparse.csgraph import maximum_flow  # noqa: PLC0415

    n = len(problem)
    if not len(problem.edges):
        return np.zeros(0, np.int64)
    worth = np.minimum(problem.affected * price, 2.0**60).astype(np.int64)
    room = problem.cost + border.outer - 1
    own = np.minimum(worth, room)
    worth, room = worth - own, room - own
    widest = max(int(worth.max()), int(room.max()), int(border.shared.max(initial=0)))
    part = widest // LARGEST_CAPACITY + 1
    tails, heads = problem.edges.T
    here = np.arange(n)
    rows = np.concatenate([np.full(n, n), here, tails, heads])
    columns = np.concatenate([here, np.full(n, n + 1), heads, tails])
    capacity = np.concatenate([worth, room, border.shared, border.shared]) // part
    network = csr_matrix((capacity.astype(np.int32), (rows, columns)), shape=(n + 2, n + 2))
    found = maximum_flow(network, n, n + 1).flow
    flow: IntArray = np.asarray(found[tails, heads]).ravel().astype(np.int64) * part
    return flow


def stepped(problem: RegionProblem, border: Border, flow: IntArray, step: FloatArray) -> IntArray:
    """A flow after a step on every edge, no larger than borders, and with no vertex below a cost of 1."""
    moved = np.clip(flow + np.trunc(step).astype(np.int64), -border.shared, border.shared)
    tails, heads = problem.edges.T
    for _ in range(ROUNDS):
        cost = costs_with(problem, border, moved)
        low = cost < 1
        if not low.any():
            return moved
        entering = np.zeros(len(cost), np.int64)
        np.add.at(entering, heads, np.maximum(moved, 0))
        np.add.at(entering, tails, np.maximum(-moved, 0))
        kept = np.where(low, (entering + cost - 1) / np.maximum(entering, 1), 1.0)
        share = np.where(moved > 0, kept[heads], kept[tails])
        moved = np.where(share < 1, np.trunc(moved * share * (1 - 1e-9)).astype(np.int64), moved)
    return flow
