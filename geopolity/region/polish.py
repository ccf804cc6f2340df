"""Local search on a feasible region: drop, swap and regrow, always connected, never below the quota.

``member`` is the region, ``spare`` how many people it holds beyond the quota.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from geopolity.region.problem import BoolArray, IntArray

PATIENCE = 400
"""Vertices visited before a vertex counts as one whose removal cuts the region."""


@njit(cache=True)
def removable(
    start: IntArray, neighbours: IntArray, member: BoolArray, v: int, seen: IntArray, stamp: int, queue: IntArray
) -> bool:
    """Tell whether the region stays connected without v (False also when that takes too long to tell)."""
    wanted = 0
    first = -1
    for k in range(start[v], start[v + 1]):
        u = neighbours[k]
        if member[u]:
            if first < 0:
                first = u
                seen[u] = stamp + 1
            elif seen[u] < stamp:
                seen[u] = stamp
                wanted += 1
    if first < 0:
        return False
    if wanted == 0:
        return True
    queue[0] = first
    head = 0
    tail = 1
    while head < tail < PATIENCE:
        x = queue[head]
        head += 1
        for k in range(start[x], start[x + 1]):
            u = neighbours[k]
            if u == v or not member[u] or seen[u] == stamp + 1:
                continue
            if seen[u] == stamp:
                wanted -= 1
                if wanted == 0:
                    return True
            seen[u] = stamp + 1
            queue[tail] = u
            tail += 1
            if tail >= PATIENCE:
                break
    return False


@njit(cache=True)
def trim(
    start: IntArray,
    neighbours: IntArray,
    cost: IntArray,
    affected: IntArray,
    member: BoolArray,
    spare: int,
) -> int:
    """Drop vertices, dearest per person first, while the quota holds; returns the people still to spare."""
    n = len(start) - 1
    seen = np.zeros(n, np.int64)
    queue = np.empty(PATIENCE + n, np.int64)
    stamp = 2
    inside = np.flatnonzero(member)
    rank = np.argsort(-(cost[inside] / (affected[inside] + 1e-9)), kind="mergesort")
    changed = True
    while changed:
        changed = False
        for i in rank:
            v = inside[i]
            if member[v] and affected[v] <= spare:
                stamp += 2
                if removable(start, neighbours, member, v, seen, stamp, queue):
                    member[v] = False
                    spare -= affected[v]
                    changed = True
    return spare


@njit(cache=True)
def polish(
    start: IntArray,
    neighbours: IntArray,
    cost: IntArray,
    affected: IntArray,
    member: BoolArray,
    spare: int,
    rounds: int,
) -> int:
    """Improve ``member`` in place by exchanges of at most two vertices a side; returns the people to spare.

    A round tries, for every vertex at the border, to add it and then drop what has become superfluous
    (1–1 and 1–2), and for every droppable vertex to drop it and refill with one or two cheaper ones.
    """
    n = len(start) - 1
    seen = np.zeros(n, np.int64)
    queue = np.empty(PATIENCE + n, np.int64)
    stamp = 2
    touched = np.zeros(n, np.int64)
    for r in range(rounds):
        improved = False
        # Members that could go, dearest first.
        inside = np.flatnonzero(member)
        loose = np.empty(len(inside), np.int64)
        count = 0
        for v in inside:
            stamp += 2
            if removable(start, neighbours, member, v, seen, stamp, queue):
                loose[count] = v
                count += 1
        loose = loose[:count]
        loose = loose[np.argsort(-cost[loose], kind="mergesort")]
        # 1. Drop.
        for v in loose:
            if affected[v] <= spare:
                stamp += 2
                if removable(start, neighbours, member, v, seen, stamp, queue):
                    member[v] = False
                    spare -= affected[v]
                    improved = True
        # 2. Add one at the border, drop one or two.
        for i in range(len(inside)):
            w = inside[i]
            if not member[w]:
                continue
            for k in range(start[w], start[w + 1]):
                u = neighbours[k]
                if member[u] or touched[u] == r + 1:
                    continue
                touched[u] = r + 1
                room = spare + affected[u]
                member[u] = True
                saved = 0
                first = -1
                second = -1
                tries = 0
                for v in loose:
                    if cost[v] + saved <= 0 or (first < 0 and cost[v] * 2 <= cost[u]):
                        break
                    if not member[v] or v == u or affected[v] > room:
                        continue
                    tries += 1
                    if tries > 24:
                        break
                    stamp += 2
                    if removable(start, neighbours, member, v, seen, stamp, queue):
                        member[v] = False
                        room -= affected[v]
                        saved += cost[v]
                        if first < 0:
                            first = v
                        else:
                            second = v
                            break
                if saved > cost[u]:
                    spare = room
                    improved = True
                else:
                    if first >= 0:
                        member[first] = True
                    if second >= 0:
                        member[second] = True
                    member[u] = False
        # 3. Drop one, refill with one or two cheaper ones.
        border = np.empty(n, np.int64)
        edge = 0
        for i in range(len(inside)):
            w = inside[i]
            if member[w]:
                for k in range(start[w], start[w + 1]):
                    u = neighbours[k]
                    if not member[u] and touched[u] != -(r + 1):
                        touched[u] = -(r + 1)
                        border[edge] = u
                        edge += 1
        outer = border[:edge]
        outer = outer[np.argsort(cost[outer], kind="mergesort")]
        for v in loose:
            if not member[v]:
                continue
            need = affected[v] - spare
            if need <= 0:
                continue
            one = -1
            best = cost[v]
            two = -1
            richest = -1
            for u in outer:
                if cost[u] >= best:
                    break
                if member[u]:
                    continue
                if affected[u] >= need:
                    one = u
                    two = -1
                    best = cost[u]
                    break
                if richest >= 0 and affected[u] + affected[richest] >= need and cost[u] + cost[richest] < best:
                    one = u
                    two = richest
                    best = cost[u] + cost[richest]
                if richest < 0 or affected[u] * cost[richest] > affected[richest] * cost[u]:
                    richest = u
            if one < 0:
                continue
            member[one] = True
            if two >= 0:
                member[two] = True
            stamp += 2
            if removable(start, neighbours, member, v, seen, stamp, queue):
                member[v] = False
                spare += affected[one] - affected[v]
                if two >= 0:
                    spare += affected[two]
                improved = True
            else:
                member[one] = False
                if two >= 0:
                    member[two] = False
        if not improved:
            break
    return spare
