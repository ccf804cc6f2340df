"""Sets that every region must meet, and how to split them into places."""

from __future__ import annotations

import numpy as np

from geopolity.arrays import BoolArray, IntArray
from geopolity.compiling import njit
from geopolity.region.dual.paths import FAR
from geopolity.region.heap import pop, push
from geopolity.region.instance import Instance, Node

SEEDS = 24
"""Places from which a core is tried."""


def close_core(instance: Instance, price: int, scale: int) -> BoolArray:
    """Vertices close together that hold more people than may be left out: every region meets them.

    Close in what a region would have to pay at that price per person; grown from places drawn evenly from the people,
    of which the one with the least reach wins.
    """
    entry = np.maximum(scale * instance.cost - price * instance.affected, 0)
    held = np.cumsum(instance.affected)
    seeds = np.unique(np.searchsorted(held, (np.arange(SEEDS) + 0.5) * held[-1] / SEEDS, side="right"))
    core, reach = np.zeros(instance.size, np.bool_), FAR
    for seed in seeds:
        rival, radius = close_part(*instance.graph, entry, instance.affected, int(seed), instance.spare, reach)
        if radius < reach:
            core, reach = rival, radius
    return core


def dense_core(instance: Instance, region: BoolArray) -> BoolArray:
    """Vertices of a dense connected part of a region that holds more people than may be left out."""
    density = instance.affected / np.maximum(instance.cost, 1)
    seed = int(np.where(region, density, -1.0).argmax())
    part: BoolArray = dense_part(*instance.graph, density, instance.affected, region, seed, instance.spare)
    return part & (instance.affected > 0)


@njit(cache=True)
def close_part(
    start: IntArray, neighbours: IntArray, entry: IntArray, affected: IntArray, seed: int, spare: int, limit: int
) -> tuple[BoolArray, int]:
    """Nearest vertices with people that hold more than ``spare``, and how far they lie from the seed (limit: none)."""
    n = len(start) - 1
    chosen = np.zeros(n, np.bool_)
    distance = np.full(n, limit, np.int64)
    keys = np.empty(len(neighbours) + 1, np.int64)
    vertices = np.empty(len(neighbours) + 1, np.int64)
    distance[seed] = 0
    size = push(keys, vertices, 0, 0, seed)
    held = 0
    while size:
        d = keys[0]
        v = vertices[0]
        size = pop(keys, vertices, size)
        if d > distance[v]:
            continue
        if affected[v] > 0:
            chosen[v] = True
            held += affected[v]
            if held > spare:
                return chosen, d
        for k in range(start[v], start[v + 1]):
            u = neighbours[k]
            if d + entry[u] < distance[u]:
                distance[u] = d + entry[u]
                size = push(keys, vertices, size, distance[u], u)
    return chosen, limit


@njit(cache=True)
def dense_part(
    start: IntArray,
    neighbours: IntArray,
    density: IntArray,
    affected: IntArray,
    within: BoolArray,
    seed: int,
    spare: int,
) -> BoolArray:
    """Grow from a seed to the densest neighbour, inside a set, until more than ``spare`` people are held."""
    n = len(start) - 1
    chosen = np.zeros(n, np.bool_)
    queued = np.zeros(n, np.bool_)
    keys = np.empty(n + 1, np.float64)
    vertices = np.empty(n + 1, np.int64)
    size = push(keys, vertices, 0, 0.0, seed)
    queued[seed] = True
    held = 0
    while size and held <= spare:
        v = vertices[0]
        size = pop(keys, vertices, size)
        chosen[v] = True
        held += affected[v]
        for k in range(start[v], start[v + 1]):
            u = neighbours[k]
            if within[u] and not queued[u]:
                queued[u] = True
                size = push(keys, vertices, size, -density[u], u)
    return chosen


def split_in_places(node: Node) -> BoolArray:
    """Half of the people of the smallest set to meet: whole pieces where it has several, else one end of it."""
    instance = node.instance
    start, neighbours = instance.graph
    point = min(range(instance.natural, instance.size), key=lambda p: int(start[p + 1] - start[p]))
    group = np.zeros(instance.size, np.bool_)
    group[neighbours[start[point] : start[point + 1]]] = True
    order = sweep(start, neighbours, group)
    held = np.cumsum(instance.affected[order] + 1)
    half = np.zeros(instance.size, np.bool_)
    cut = max(1, min(int(np.searchsorted(held, held[-1] / 2)) + 1, len(order) - 1))  # a set of one is all of it
    half[order[:cut]] = True
    return half


@njit(cache=True)
def sweep(start: IntArray, neighbours: IntArray, group: BoolArray) -> IntArray:
    """Order a set piece by piece, each from one of its ends to the other (breadth first from a far vertex)."""
    n = len(start) - 1
    order = np.empty(n, np.int64)
    seen = np.zeros(n, np.int64)
    count = 0
    for seed in range(n):
        if not group[seed] or seen[seed] == 2:
            continue
        begin = seed
        for phase in range(1, 3):
            head = count
            tail = count + 1
            order[count] = begin
            seen[begin] = phase
            while head < tail:
                v = order[head]
                head += 1
                for k in range(start[v], start[v + 1]):
                    u = neighbours[k]
                    if group[u] and seen[u] < phase:
                        seen[u] = phase
                        order[tail] = u
                        tail += 1
            begin = order[tail - 1]
        count = tail
    return order[:count]
