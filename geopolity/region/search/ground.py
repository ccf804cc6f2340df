"""The ground around the affected: what lies near them, and that part as a problem of its own, the rest as one vertex.

Nothing here looks at a vertex farther away than it has to, but for arrays of zeros whose pages nobody touches.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from geopolity.arrays import BoolArray, IntArray
from geopolity.compiling import njit
from geopolity.region.graph import HEADS, Graph
from geopolity.region.heap import pop, push
from geopolity.region.instance import Instance

BEYOND = 2.5
"""Ground reaches so many times as far as one must look until one part holds the quota: going out to its edge and back
is then dearer than any way between two pieces."""


class Layer(NamedTuple):
    """A whole layer in id order: adjacency, costs and people of every vertex."""

    start: IntArray
    neighbours: IntArray
    cost: IntArray
    affected: IntArray


class Ground(NamedTuple):
    """Vertices near the affected, ascending, and how far the farthest of them lies.

    ``is_joined``: one part of them holds the quota. ``is_all``: they are all that hangs together with the affected.
    ``nearest``: as many as were asked for, those closest to the affected, and the ways over which parts were joined.
    """

    vertices: IntArray
    nearest: IntArray
    distance: int
    is_joined: bool
    is_all: bool


def ground_near(layer: Layer, quota: int, *, distance: int, count: int) -> Ground:
    """Look around the affected at least so far, at so many vertices, and beyond where one part holds the quota."""
    n = len(layer.cost)
    sources = np.flatnonzero(layer.affected)
    found = near(*layer, sources, quota, distance, BEYOND, count, np.zeros(n, np.int64), np.zeros(n, np.int32))
    settled, ways, farthest, is_joined, is_all = found
    vertices = np.sort(settled)
    nearest = vertices if len(settled) <= count else np.unique(np.concatenate([settled[:count], ways]))
    return Ground(vertices, nearest, int(farthest), bool(is_joined), bool(is_all))


def instance_on(layer: Layer, vertices: IntArray, quota: int, *, alone: bool = False) -> Instance:
    """The problem on some vertices, ascending; the last of it stands for all others, where there are any beside them.

    It costs as much as the cheapest vertex next to those given, holds nobody, and touches all that touch another.
    With ``alone`` nothing stands for the others.
    """
    place = np.zeros(len(layer.cost), np.int32)
    start, heads, least = part_of(layer.start, layer.neighbours, layer.cost, vertices, place, alone)
    outside = int(least > 0)
    cost, affected = layer.cost[vertices], layer.affected[vertices]
    if outside:
        cost, affected = np.append(cost, least), np.append(affected, 0)
    else:
        start = start[:-1]
    return Instance(Graph(start, heads), cost, affected, quota, len(vertices), outside)


@njit(cache=True)
def near(
    start: IntArray,
    neighbours: IntArray,
    cost: IntArray,
    affected: IntArray,
    sources: IntArray,
    quota: int,
    distance: int,
    times: float,
    count: int,
    known: IntArray,
    leader: IntArray,
) -> tuple[IntArray, IntArray, int, bool, bool]:
    """Settle vertices by what a path from the affected to them costs, the affected themselves for nothing.

    Stops once one part of what is settled holds the quota, so many vertices are settled, and the next is farther away
    than ``distance`` and than ``times`` the distance at which the quota was joined. ``known`` (distance + 1) and
    ``leader`` (of the part, + 1) come as zeros, one per vertex. Returns what was settled, nearest first, what lies on
    the ways over which parts were joined beyond ``count``, how far the farthest is, whether a part holds the quota, and
    whether nothing is left.
    """
    room = 4 * len(sources) + 1024
    keys, vertices = np.empty(room, np.int64), np.empty(room, np.int64)
    settled = np.empty(room, np.int64)
    held = np.zeros(len(sources), np.int64)
    ways = np.empty(1024, np.int64)
    size, total, best, farthest, joined, met = 0, 0, 0, 0, -1, 0
    for i in range(len(sources)):
        v = sources[i]
        known[v] = 1
        leader[v] = i + 1
        held[i] = affected[v]
    chief = np.arange(len(sources))
    while size or total < len(sources):
        # The affected come first, and need no heap: all else costs something.
        d, v = (0, sources[total]) if total < len(sources) else (keys[0], vertices[0])
        if joined >= 0 and d > max(distance, times * joined) and total >= count:
            break
        if total >= len(sources):
            size = pop(keys, vertices, size)
        if known[v] < 0 or d + 1 > known[v]:
            continue
        known[v] = -(d + 1)
        farthest = d
        if total == len(settled):
            settled = np.concatenate((settled, np.empty(total, np.int64)))
        settled[total] = v
        total += 1
        one = _chief(chief, leader[v] - 1)
        degree = start[v + 1] - start[v]
        if size + degree > len(keys):
            keys = np.concatenate((keys, np.empty(len(keys) + degree, np.int64)))
            vertices = np.concatenate((vertices, np.empty(len(vertices) + degree, np.int64)))
        for k in range(start[v], start[v + 1]):
            u = neighbours[k]
            if known[u] < 0:
                other = _chief(chief, leader[u] - 1)
                if other != one:
                    chief[other] = one
                    held[one] += held[other]
                    if joined < 0 and total > count:
                        if met + 2 > len(ways):
                            ways = np.concatenate((ways, np.empty(met, np.int64)))
                        ways[met] = u
                        ways[met + 1] = v
                        met += 2
            elif known[u] == 0 or d + cost[u] + 1 < known[u]:
                known[u] = d + cost[u] + 1
                leader[u] = one + 1
                size = push(keys, vertices, size, d + cost[u], u)
        best = max(best, held[one])
        if best >= quota and joined < 0:
            joined = d
    return settled[:total], _back(start, neighbours, cost, known, ways[:met]), farthest, best >= quota, size == 0


@njit(cache=True)
def _back(start: IntArray, neighbours: IntArray, cost: IntArray, known: IntArray, ends: IntArray) -> IntArray:
    """The ways from some vertices back to the affected; ``known`` is −(distance + 1) where a vertex is settled."""
    found, total = ends.copy(), 0
    for i in range(len(ends)):
        v = ends[i]
        while known[v] < -1:
            if total == len(found):
                found = np.concatenate((found, np.empty(total, np.int64)))
            found[total] = v
            total += 1
            before = known[v] + cost[v]
            for k in range(start[v], start[v + 1]):
                if known[neighbours[k]] == before:
                    v = neighbours[k]
                    break
    return found[:total]


@njit(cache=True)
def _chief(chief: IntArray, i: int) -> int:
    while chief[i] != i:
        chief[i] = chief[chief[i]]
        i = chief[i]
    return i


@njit(cache=True)
def part_of(
    start: IntArray, neighbours: IntArray, cost: IntArray, vertices: IntArray, place: IntArray, alone: bool
) -> tuple[IntArray, IntArray, int]:
    """Adjacency of some vertices, ascending, and of one after them that touches all who touch another.

    ``place`` comes as zeros, one per vertex of the whole. Also returns the least cost of those touched outside, 0 if
    there are none or with ``alone``.
    """
    n = len(vertices)
    for i in range(n):
        place[vertices[i]] = i + 1
    room, edge, least = 0, 0, np.int64(0)
    for v in vertices:
        room += start[v + 1] - start[v]
    heads: IntArray = np.empty(room + n, HEADS)
    rows = np.zeros(n + 2, np.int64)
    touching: IntArray = np.empty(n, HEADS)
    at = 0
    for i in range(n):
        v = vertices[i]
        is_edge = False
        for k in range(start[v], start[v + 1]):
            u = neighbours[k]
            if place[u]:
                heads[at] = place[u] - 1
                at += 1
            elif not alone:
                is_edge = True
                if least == 0 or cost[u] < least:
                    least = cost[u]
        if is_edge:
            heads[at] = n
            at += 1
            touching[edge] = i
            edge += 1
        rows[i + 1] = at
    heads = np.concatenate((heads[:at], touching[:edge]))
    rows[n + 1] = at + edge
    return rows, heads, int(least)


@njit(cache=True)
def beyond(
    start: IntArray,
    neighbours: IntArray,
    cost: IntArray,
    edge: IntArray,
    distance: IntArray,
    inside: BoolArray,
    room: int,
    most: int,
    known: IntArray,
) -> IntArray:
    """Vertices outside a set that a path out of it reaches within ``room``, starting from vertices at its edge.

    ``distance`` is what it takes to get to each of these. Stops after so many (``most``). ``known`` (distance + 1)
    comes as zeros.
    """
    keys, vertices = np.empty(1024, np.int64), np.empty(1024, np.int64)
    size, total = 0, 0
    found = np.empty(most, np.int64)
    for i in range(len(edge) + 1):
        while size and (i == len(edge) or keys[0] < distance[i]) and total < most:
            d, v = keys[0], vertices[0]
            size = pop(keys, vertices, size)
            if d + 1 > known[v] or known[v] < 0:
                continue
            known[v] = -(d + 1)
            found[total] = v
            total += 1
            keys, vertices, size = _out(start, neighbours, cost, inside, v, d, room, known, keys, vertices, size)
        if i < len(edge):
            keys, vertices, size = _out(
                start, neighbours, cost, inside, edge[i], distance[i], room, known, keys, vertices, size
            )
    return found[:total]


@njit(cache=True)
def _out(
    start: IntArray,
    neighbours: IntArray,
    cost: IntArray,
    inside: BoolArray,
    v: int,
    d: int,
    room: int,
    known: IntArray,
    keys: IntArray,
    vertices: IntArray,
    size: int,
) -> tuple[IntArray, IntArray, int]:
    """Queue what lies outside next to a vertex."""
    degree = start[v + 1] - start[v]
    if size + degree > len(keys):
        keys = np.concatenate((keys, np.empty(len(keys) + degree, np.int64)))
        vertices = np.concatenate((vertices, np.empty(len(vertices) + degree, np.int64)))
    for k in range(start[v], start[v + 1]):
        u = neighbours[k]
        du = d + cost[u]
        if not inside[u] and du <= room and known[u] >= 0 and (known[u] == 0 or du + 1 < known[u]):
            known[u] = du + 1
            size = push(keys, vertices, size, du, u)
    return keys, vertices, size
