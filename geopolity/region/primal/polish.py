"""Local search on a feasible region: trim, swap and refill, always connected, never below the quota.

``member`` is the region, ``spare`` how many people it holds beyond the quota. Candidates for leaving and for
joining lie in order of their people, under a tree of extremes, so that the dearest vertex with at most so many
people, or the cheapest with at least so many, is found in logarithmic time.
"""

from __future__ import annotations

import numpy as np

from geopolity.arrays import BoolArray, IntArray
from geopolity.compiling import njit
from geopolity.region.graph import cut_vertices

PATIENCE = 256
"""Vertices visited before a vertex counts as one whose removal cuts the region."""
TRIES = 6
"""Candidates tried before a border vertex is given up for this round."""


@njit(cache=True)
def removable(
    start: IntArray, neighbours: IntArray, member: BoolArray, v: int, seen: IntArray, stamp: int, queue: IntArray
) -> bool:
    """Whether the region stays connected without v (False also when that takes too long to tell).

    ``stamp`` must be even and grow by two from call to call; ``seen`` keeps the marks.
    """
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
    while head < tail:
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
            if tail == PATIENCE:
                return False
            seen[u] = stamp + 1
            queue[tail] = u
            tail += 1
    return False


@njit(cache=True)
def scratch(vertices: int) -> tuple[IntArray, IntArray, int]:
    """What ``removable`` writes its search into: stamps, none seen yet, a queue, and the last stamp used."""
    return np.zeros(vertices, np.int64), np.empty(PATIENCE, np.int64), 2


@njit(cache=True)
def trim(
    start: IntArray, neighbours: IntArray, cost: IntArray, affected: IntArray, member: BoolArray, spare: int
) -> int:
    """Drop vertices, dearest per person first, while the quota holds; returns the people still to spare."""
    n = len(start) - 1
    seen, queue, stamp = scratch(n)
    inside = np.flatnonzero(member)
    order = inside[np.argsort(-(cost[inside] / (affected[inside] + 1e-9)), kind="mergesort")]
    rank = np.full(n, n, np.int64)
    for i in range(len(order)):
        rank[order[i]] = i
    waiting = np.empty(n, np.int64)
    cut = cut_vertices(start, neighbours, member)
    for i in range(len(order)):
        top = 0
        if not cut[order[i]]:
            waiting[0] = order[i]
            top = 1
        while top:
            top -= 1
            v = waiting[top]
            if not member[v] or affected[v] > spare:
                continue
            stamp += 2
            if not removable(start, neighbours, member, v, seen, stamp, queue):
                continue
            member[v] = False
            spare -= affected[v]
            # What hung on v and was passed over before may go now.
            for k in range(start[v], start[v + 1]):
                u = neighbours[k]
                if member[u] and rank[u] < i and top < n - 1:
                    waiting[top] = u
                    top += 1
    return spare


@njit(cache=True)
def plant(values: IntArray) -> IntArray:
    """Tree of maxima over a list: leaves from position ``len(tree) // 2``, every parent the greater child."""
    width = 1
    while width < len(values):
        width *= 2
    tree = np.full(2 * width, -(2**62), np.int64)
    tree[width : width + len(values)] = values
    for i in range(width - 1, 0, -1):
        tree[i] = max(tree[2 * i], tree[2 * i + 1])
    return tree


@njit(cache=True)
def replant(tree: IntArray, place: int, value: int) -> None:
    """Change one leaf."""
    i = place + len(tree) // 2
    tree[i] = value
    i //= 2
    while i:
        tree[i] = max(tree[2 * i], tree[2 * i + 1])
        i //= 2


@njit(cache=True)
def greatest(tree: IntArray, first: int, last: int) -> int:
    """Place of the greatest leaf in [first, last); −1 if the span is empty."""
    if first >= last:
        return -1
    width = len(tree) // 2
    left = first + width
    right = last + width
    best = -1
    while left < right:
        if left & 1:
            if best < 0 or tree[left] > tree[best]:
                best = left
            left += 1
        if right & 1:
            right -= 1
            if best < 0 or tree[right] > tree[best]:
                best = right
        left //= 2
        right //= 2
    while best < width:
        best = 2 * best if tree[2 * best] == tree[best] else 2 * best + 1
    return best - width


@njit(cache=True)
def touches(start: IntArray, neighbours: IntArray, member: BoolArray, u: int) -> bool:
    """Whether a vertex has a neighbour in the region."""
    for k in range(start[u], start[u + 1]):  # noqa: SIM110 - numba compiles no generator
        if member[neighbours[k]]:
            return True
    return False


@njit(cache=True)
def border_of(start: IntArray, neighbours: IntArray, member: BoolArray) -> IntArray:
    """Vertices outside that touch the region, ascending."""
    n = len(start) - 1
    border = np.empty(n, np.int64)
    count = 0
    for u in range(n):
        if not member[u] and touches(start, neighbours, member, u):
            border[count] = u
            count += 1
    return border[:count]


@njit(cache=True)
def exchange(
    start: IntArray, neighbours: IntArray, cost: IntArray, affected: IntArray, member: BoolArray, spare: int
) -> int:
    """Add each border vertex in turn and let up to three dearer ones leave for it; returns the people to spare."""
    n = len(start) - 1
    seen, queue, stamp = scratch(n)
    loose = np.flatnonzero(member & ~cut_vertices(start, neighbours, member))
    loose = loose[np.argsort(affected[loose], kind="mergesort")]
    people = affected[loose]
    tree = plant(cost[loose])
    gone = np.empty(3, np.int64)
    for u in border_of(start, neighbours, member):
        if not touches(start, neighbours, member, u):
            continue
        member[u] = True
        room = spare + affected[u]
        saved = 0
        count = 0
        for _ in range(TRIES):
            last = np.searchsorted(people, room, side="right")
            at = greatest(tree, 0, last)
            if at < 0 or tree[at + len(tree) // 2] <= 0 or count == 3:
                break
            v = loose[at]
            if (count == 0 and 3 * cost[v] <= cost[u]) or not member[v]:
                if member[v]:
                    break
                replant(tree, at, -1)
                continue
            stamp += 2
            alone = removable(start, neighbours, member, v, seen, stamp, queue)
            replant(tree, at, -1)
            if not alone:
                continue
            member[v] = False
            room -= affected[v]
            saved += cost[v]
            gone[count] = at
            count += 1
        if saved > cost[u]:
            spare = room
            continue
        for i in range(count):
            member[loose[gone[i]]] = True
            replant(tree, gone[i], cost[loose[gone[i]]])
        member[u] = False
    return spare


@njit(cache=True)
def refill(
    start: IntArray, neighbours: IntArray, cost: IntArray, affected: IntArray, member: BoolArray, spare: int
) -> int:
    """Let each loose vertex leave for one or two cheaper ones at the border; returns the people to spare."""
    n = len(start) - 1
    seen, queue, stamp = scratch(n)
    loose = np.flatnonzero(member & ~cut_vertices(start, neighbours, member))
    loose = loose[np.argsort(-cost[loose], kind="mergesort")]
    border = border_of(start, neighbours, member)
    border = border[np.argsort(affected[border], kind="mergesort")]
    people = affected[border]
    tree = plant(-cost[border])
    dense = np.argsort(-(affected[border] / cost[border]), kind="mergesort")[:4]
    for v in loose:
        need = affected[v] - spare
        if need <= 0:
            stamp += 2
            if removable(start, neighbours, member, v, seen, stamp, queue):
                member[v] = False
                spare -= affected[v]
            continue
        best = cost[v]
        one = -1
        two = -1
        at = greatest(tree, np.searchsorted(people, need), len(border))
        if at >= 0 and cost[border[at]] < best and not member[border[at]]:
            one = border[at]
            best = cost[one]
        for j in dense:
            rich = border[j]
            if member[rich] or cost[rich] >= best:
                continue
            at = greatest(tree, np.searchsorted(people, need - affected[rich]), len(border))
            if at >= 0 and at != j and not member[border[at]] and cost[border[at]] + cost[rich] < best:
                one = border[at]
                two = rich
                best = cost[one] + cost[two]
        if one < 0 or not touches(start, neighbours, member, one):
            continue
        if two >= 0 and not touches(start, neighbours, member, two):
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
        else:
            member[one] = False
            if two >= 0:
                member[two] = False
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
    """Improve ``member`` in place until a round changes nothing; returns the people to spare."""
    price = cost[member].sum()
    for _ in range(rounds):
        spare = exchange(start, neighbours, cost, affected, member, spare)
        spare = refill(start, neighbours, cost, affected, member, spare)
        spare = trim(start, neighbours, cost, affected, member, spare)
        now = cost[member].sum()
        if now >= price:
            break
        price = now
    return spare
