"""Shortest paths over arcs with prices: distances from a root, and trees that join terminals one after another."""

from __future__ import annotations

import numpy as np

from geopolity.arrays import BoolArray, IntArray
from geopolity.compiling import njit
from geopolity.region.graph import HEADS
from geopolity.region.heap import pop, push

FAR = np.int64(2**62)


@njit(cache=True)
def outward(start: IntArray, neighbours: IntArray, price: IntArray) -> tuple[IntArray, IntArray]:
    """Turn prices stored at the head of each arc into lists at its tail: heads and prices, by tail."""
    heads: IntArray = np.empty(len(neighbours), HEADS)
    prices = np.empty(len(neighbours), np.int64)
    fill = start[:-1].copy()
    for v in range(len(start) - 1):
        for k in range(start[v], start[v + 1]):
            u = neighbours[k]
            heads[fill[u]] = v
            prices[fill[u]] = price[k]
            fill[u] += 1
    return heads, prices


@njit(cache=True)
def distances(start: IntArray, heads: IntArray, prices: IntArray, root: int) -> IntArray:
    """Shortest distance from the root to every vertex (FAR where there is no way)."""
    n = len(start) - 1
    distance = np.full(n, FAR, np.int64)
    distance[root] = 0
    spread(start, heads, prices, distance, np.empty(n, np.int32), FAR - 1)
    return distance


@njit(cache=True)
def spread(start: IntArray, ends: IntArray, prices: IntArray, value: IntArray, following: IntArray, limit: int) -> None:
    """Lower ``value`` along the arcs as far as ``limit``; ``following`` notes over which vertex a value came."""
    room = len(ends) + len(value) + 1
    keys = np.empty(room, np.int64)
    vertices = np.empty(room, np.int64)
    size = 0
    for v in range(len(value)):
        if value[v] <= limit:
            size = push(keys, vertices, size, value[v], v)
    while size:
        d = keys[0]
        v = vertices[0]
        size = pop(keys, vertices, size)
        if d > value[v]:
            continue
        for k in range(start[v], start[v + 1]):
            u = ends[k]
            du = d + prices[k]
            if du < value[u] and du <= limit:
                value[u] = du
                following[u] = v
                size = push(keys, vertices, size, du, u)


@njit(cache=True)
def join_terminals(
    start: IntArray, heads: IntArray, prices: IntArray, terminal: BoolArray, root: int
) -> tuple[IntArray, IntArray]:
    """Tree that joins every terminal to the root, nearest first (Takahashi & Matsuyama 1980).

    Returns the parent of each tree vertex (itself at the root, −1 outside the tree) and the tree's vertices
    in an order in which parents come before children.
    """
    n = len(start) - 1
    parent = np.full(n, -1, np.int64)
    distance = np.full(n, FAR, np.int64)
    before = np.full(n, -1, np.int64)
    listed = np.empty(n, np.int64)
    keys = np.empty(2 * len(heads) + n + 1, np.int64)
    vertices = np.empty(2 * len(heads) + n + 1, np.int64)
    path = np.empty(n, np.int64)
    parent[root] = root
    distance[root] = 0
    listed[0] = root
    count = 1
    missing = terminal.sum() - terminal[root]
    size = push(keys, vertices, 0, 0, root)
    while size and missing:
        d = keys[0]
        v = vertices[0]
        size = pop(keys, vertices, size)
        if d > distance[v]:
            continue
        if terminal[v] and parent[v] < 0:
            length = 0
            u = v
            while parent[u] < 0:
                path[length] = u
                length += 1
                u = before[u]
            while length:
                length -= 1
                u = path[length]
                parent[u] = before[u]
                missing -= terminal[u]
                listed[count] = u
                count += 1
                distance[u] = 0
                if size + 1 < len(keys):
                    size = push(keys, vertices, size, 0, u)
            continue
        for k in range(start[v], start[v + 1]):
            u = heads[k]
            du = d + prices[k]
            if du < distance[u]:
                distance[u] = du
                before[u] = v
                if size + 1 < len(keys):
                    size = push(keys, vertices, size, du, u)
    return parent, listed[:count]


@njit(cache=True)
def prune_tree(parent: IntArray, listed: IntArray, worth: IntArray, keep: BoolArray) -> BoolArray:
    """Heaviest part of a rooted tree that contains the root and every vertex to keep (strong pruning)."""
    value = worth.copy()
    forced = keep.copy()
    chosen = np.zeros(len(parent), np.bool_)
    for i in range(len(listed) - 1, 0, -1):
        v = listed[i]
        if value[v] > 0 or forced[v]:
            value[parent[v]] += value[v]
            if forced[v]:
                forced[parent[v]] = True
    chosen[listed[0]] = True
    for i in range(1, len(listed)):
        v = listed[i]
        chosen[v] = chosen[parent[v]] and (value[v] > 0 or forced[v])
    return chosen
