"""Dual ascent on directed arcs for a prize-collecting Steiner arborescence (Wong 1984), in integers.

Every vertex has an entry price, paid on whichever arc enters it. A terminal's set W grows backwards from the
terminal over arcs whose price is used up; raising the dual of W spends the price of all arcs entering W and
the terminal's own budget (its prize). A set that holds more people than may be left out meets every feasible
region, so it is raised for free.
"""

from __future__ import annotations

import numpy as np

from geopolity.arrays import BoolArray, IntArray
from geopolity.compiling import njit
from geopolity.region.heap import pop, push

UNLIMITED = np.int64(2**62)
EARLY = 16
"""Rounds whose step is not so many times the first one may gain little."""


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
    meets: bool,
    least: int,
    log: IntArray,
) -> tuple[int, IntArray, IntArray, int, int]:
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
    meets
        A set rises no farther than to the next terminal that still rises, so that both pay for what lies between them.
    least
        After two rounds that gain less each, the rest is not worth the work.
    log
        Filled with every raise, as far as there is room: terminal, amount, number of vertices, then each
        vertex with its distance from the terminal (below the amount).

    Returns
    -------
    The sum of the duals, what is left of each arc's price (same positions as ``neighbours``), what is left of
    each budget, the room that the whole log needs, and how many arcs were looked at.
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
    waiting = np.empty(n, np.int64)
    keys = np.empty(len(neighbours) + n + 1, np.int64)
    vertices = np.empty(len(neighbours) + n + 1, np.int64)
    total = 0
    looked = 0
    poor = 0
    logged = 0
    step = float(first_step)
    stamp = 0
    remaining = len(order)
    waits = np.full(n, -1, np.int64)
    reached = goal.copy()
    front = np.empty(n, np.int64)
    at_root = np.zeros(n, np.bool_)
    while remaining:
        limit = np.int64(min(step, 4.0e18))
        before = total
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
            waiting[0] = t
            top = 1
            size = 0
            d = np.int64(0)
            inside = 0
            cover = UNLIMITED
            reach = min(limit, left[t])
            rooted = False
            deferred = False
            met = False
            members = 0
            while top or size:
                # What is as near as the last one needs no heap.
                if top:
                    top -= 1
                    v = waiting[top]
                else:
                    d = keys[0]
                    v = vertices[0]
                    size = pop(keys, vertices, size)
                if final[v] == stamp:
                    continue
                if d >= reach and d > 0:
                    break
                if reached[v]:
                    rooted = True
                    reach = d
                    front[0] = v
                    break
                if d == 0 and v != t and active[v] and rank[v] < rank[t]:
                    deferred = True
                    waits[t] = v
                    break
                if meets and d > 0 and active[v] and _rising(waits, active, v) != t:
                    reach = min(reach, d)
                    met = True
                    break
                final[v] = stamp
                ball[members] = v
                members += 1
                inside += people[v]
                looked += start[v + 1] - start[v]
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
                        if du == d:
                            waiting[top] = u
                            top += 1
                        else:
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
            if rooted:
                _mark_free(start, neighbours, slack, reached, final, stamp, front)
            is_done = (reach < limit and not met) or left[t] == 0
            if rooted or (is_done and cover == UNLIMITED):
                active[t] = False
                at_root[t] = rooted
                remaining -= 1
        poor = poor + 1 if total - before < least else 0
        if poor == 2 and step > EARLY * first_step:
            break
        step *= growth
    return total, slack, left, logged, looked


@njit(cache=True)
def _mark_free(
    start: IntArray,
    neighbours: IntArray,
    slack: IntArray,
    reached: BoolArray,
    final: IntArray,
    stamp: int,
    front: IntArray,
) -> None:
    """Mark what can be entered for free from ``front[0]`` within the last ball: whoever gets there is at the goal."""
    top = 1
    while top:
        top -= 1
        v = front[top]
        for k in range(start[v], start[v + 1]):
            u = neighbours[k]
            if reached[u] or final[u] != stamp:
                continue
            for j in range(start[u], start[u + 1]):
                if neighbours[j] == v and slack[j] == 0:
                    reached[u] = True
                    front[top] = u
                    top += 1
                    break


@njit(cache=True)
def _rising(waits: IntArray, active: BoolArray, t: int) -> int:
    """The terminal that rises for one that may wait for another, which may wait in its turn."""
    while waits[t] >= 0 and active[waits[t]]:
        t = waits[t]
    return t
