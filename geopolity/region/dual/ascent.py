"""Dual ascent on directed arcs for a prize-collecting Steiner arborescence (Wong 1984), in integers.

Every vertex has an entry price, paid on whichever arc enters it. A terminal's set W grows backwards from the
terminal over arcs whose price is used up; raising the dual of W spends the price of all arcs entering W and
the terminal's own budget (its prize). A set that holds more people than may be left out meets every feasible
region, so it is raised for free.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from geopolity.arrays import BoolArray, IntArray
from geopolity.region.heap import pop, push

UNLIMITED = np.int64(2**62)


@njit(cache=True)
def ascend(
    start: IntArray,
    neighbours: IntArray,
    entry: IntArray,
    budget: IntArray,
    people: IntArray,
    spare: int,
    goal: BoolArray,
    order: IntArray,
    first_step: int,
    growth: float,
    log: IntArray,
) -> tuple[int, IntArray, IntArray, int]:
    """Raise dual sets until every terminal reaches a goal or has spent its budget.

    Parameters
    ----------
    start, neighbours
        Graph; position k in the list of v stands for the arc neighbours[k] → v.
    entry
        Price of each arc entering a vertex.
    budget
        What each vertex's own sets may add up to: 0 for none, UNLIMITED for a vertex that must be in.
    people, spare
        Affected people per vertex, and how many a feasible region may leave out.
    goal
        The root, which every feasible region meets, and whatever else no terminal need grow beyond.
    order
        Terminals in the order in which they are raised.
    first_step, growth
        Each round lets a terminal rise by at most a step; steps grow by this factor.
    log
        Filled with every raise, as far as there is room: terminal, amount, number of vertices, then each
        vertex with its distance from the terminal (below the amount).

    Returns
    -------
    The sum of the duals, what is left of each arc's price (same positions as ``neighbours``), what is left of
    each budget, and the room that the whole log needs.
    """
    n = len(start) - 1
    slack = np.empty(len(neighbours), np.int64)
    for v in range(n):
        for k in range(start[v], start[v + 1]):
            slack[k] = entry[v]
    left = budget.copy()
    rank = np.full(n, n, np.int64)
    for i in range(len(order)):
        rank[order[i]] = i
    active = np.zeros(n, np.bool_)
    for t in order:
        active[t] = True
    distance = np.empty(n, np.int64)
    seen = np.full(n, -1, np.int64)
    final = np.full(n, -1, np.int64)
    ball = np.empty(n, np.int64)
    keys = np.empty(len(neighbours) + n + 1, np.int64)
    vertices = np.empty(len(neighbours) + n + 1, np.int64)
    total = 0
    logged = 0
    step = float(first_step)
    stamp = 0
    remaining = len(order)
    waits = np.full(n, -1, np.int64)
    at_root = np.zeros(n, np.bool_)
    while remaining:
        limit = np.int64(min(step, 4.0e18))
        for i in range(len(order)):
            t = order[i]
            if not active[t]:
                continue
            # A terminal that reaches another one for free waits for it: their sets grow as one.
            if waits[t] >= 0:
                if active[waits[t]]:
                    continue
                if at_root[waits[t]]:
                    active[t] = False
                    at_root[t] = True
                    remaining -= 1
                    continue
            stamp += 1
            # Shortest distances to t over what is left of the prices, as far as this raise may go.
            distance[t] = 0
            seen[t] = stamp
            size = push(keys, vertices, 0, 0, t)
            inside = 0
            cover = UNLIMITED
            reach = min(limit, left[t])
            rooted = False
            deferred = False
            members = 0
            while size:
                d = keys[0]
                v = vertices[0]
                size = pop(keys, vertices, size)
                if final[v] == stamp:
                    continue
                if d >= reach and d > 0:
                    break
                if goal[v]:
                    rooted = True
                    reach = d
                    break
                if d == 0 and v != t and active[v] and rank[v] < rank[t]:
                    deferred = True
                    waits[t] = v
                    break
                final[v] = stamp
                ball[members] = v
                members += 1
                inside += people[v]
                if cover == UNLIMITED and inside > spare:
                    cover = d
                    reach = limit
                for k in range(start[v], start[v + 1]):
                    u = neighbours[k]
                    if final[u] == stamp:
                        continue
                    du = d + slack[k]
                    if (seen[u] != stamp or du < distance[u]) and (du < limit or slack[k] == 0):
                        seen[u] = stamp
                        distance[u] = du
                        size = push(keys, vertices, size, du, u)
            if deferred:
                continue
            if reach > 0:
                total += reach
                if left[t] < UNLIMITED:
                    left[t] -= min(reach, cover)
                head = logged
                logged += 3
                for j in range(members):
                    v = ball[j]
                    dv = distance[v]
                    if dv >= reach:
                        continue
                    if logged + 2 <= len(log):
                        log[logged] = v
                        log[logged + 1] = dv
                    logged += 2
                    for k in range(start[v], start[v + 1]):
                        u = neighbours[k]
                        du = reach
                        if final[u] == stamp and distance[u] < reach:
                            du = distance[u]
                        if du > dv:
                            slack[k] -= du - dv
                if logged <= len(log):
                    log[head] = t
                    log[head + 1] = reach
                    log[head + 2] = (logged - head - 3) // 2
            if rooted or (reach < limit and cover == UNLIMITED) or (left[t] == 0 and cover == UNLIMITED):
                active[t] = False
                at_root[t] = rooted
                remaining -= 1
        step *= growth
    return total, slack, left, logged
