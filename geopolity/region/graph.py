"""Undirected graphs as flat arrays (CSR), and the few walks over them that everything else uses."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from geopolity.arrays import BoolArray, IntArray
from geopolity.compiling import njit

HEADS = np.int32
"""Ends of arcs are kept in short integers: lists of arcs are what fills the memory."""


class Graph(NamedTuple):
    """Adjacency of n vertices: the neighbours of v are ``neighbours[start[v]:start[v + 1]]``, ascending."""

    start: IntArray
    neighbours: IntArray

    @property
    def size(self) -> int:
        """Number of vertices."""
        return len(self.start) - 1


def graph_of(edges: IntArray, n: int) -> Graph:
    """Adjacency of the undirected edges (m, 2)."""
    return Graph(*_adjacency(edges, n))


@njit(cache=True)
def are_simple(edges: IntArray) -> bool:
    """Whether edges are pairs (left < right) in ascending order, none twice."""
    for k in range(len(edges)):
        if edges[k, 0] >= edges[k, 1]:
            return False
        if k and (edges[k, 0] < edges[k - 1, 0] or (edges[k, 0] == edges[k - 1, 0] and edges[k, 1] <= edges[k - 1, 1])):
            return False
    return True


@njit(cache=True)
def _adjacency(edges: IntArray, n: int) -> tuple[IntArray, IntArray]:
    """Sort the ends of edges into lists by counting.

    First come the ends before a vertex, then those after it, so that lists of edges in order are in order themselves.
    """
    heads: IntArray = np.empty(2 * len(edges), HEADS)
    start = np.zeros(n + 1, np.int64)
    for k in range(len(edges)):
        start[edges[k, 0] + 1] += 1
        start[edges[k, 1] + 1] += 1
    for v in range(n):
        start[v + 1] += start[v]
    fill = start[:-1].copy()
    for side in range(2):
        for k in range(len(edges)):
            u, v = edges[k, side], edges[k, 1 - side]
            heads[fill[v]] = u
            fill[v] += 1
    for v in range(n):
        for k in range(start[v] + 1, start[v + 1]):
            if heads[k] < heads[k - 1]:
                heads[start[v] : start[v + 1]].sort()
                break
    return start, heads


@njit(cache=True)
def components(start: IntArray, neighbours: IntArray, allowed: BoolArray) -> tuple[IntArray, int]:
    """Label the connected parts of the allowed vertices 0, 1, …; −1 elsewhere. Returns labels and their number."""
    n = len(start) - 1
    label = np.full(n, -1, np.int64)
    stack = np.empty(n, np.int64)
    count = 0
    for seed in range(n):
        if not allowed[seed] or label[seed] >= 0:
            continue
        label[seed] = count
        stack[0] = seed
        top = 1
        while top:
            top -= 1
            v = stack[top]
            for k in range(start[v], start[v + 1]):
                u = neighbours[k]
                if allowed[u] and label[u] < 0:
                    label[u] = count
                    stack[top] = u
                    top += 1
        count += 1
    return label, count


def marked(size: int, *positions: IntArray) -> BoolArray:
    """Where any of some lists of positions point to."""
    there = np.zeros(size, np.bool_)
    for some in positions:
        there[some] = True
    return there


@njit(cache=True)
def touched(start: IntArray, neighbours: IntArray, member: BoolArray) -> BoolArray:
    """Vertices with a neighbour in a set."""
    near = np.zeros(len(member), np.bool_)
    for v in np.flatnonzero(member):
        for k in range(start[v], start[v + 1]):
            near[neighbours[k]] = True
    return near


@njit(cache=True)
def contract(start: IntArray, neighbours: IntArray, label: IntArray, count: int) -> tuple[IntArray, IntArray]:
    """Merge vertices of one label into one; label −1 drops a vertex. Parallel arcs stay, loops go."""
    n = len(start) - 1
    merged = np.zeros(count + 1, np.int64)
    for v in range(n):
        if label[v] >= 0:
            for k in range(start[v], start[v + 1]):
                other = label[neighbours[k]]
                if other >= 0 and other != label[v]:
                    merged[label[v] + 1] += 1
    for c in range(count):
        merged[c + 1] += merged[c]
    fill = merged[:-1].copy()
    heads: IntArray = np.empty(merged[count], HEADS)
    for v in range(n):
        if label[v] >= 0:
            for k in range(start[v], start[v + 1]):
                other = label[neighbours[k]]
                if other >= 0 and other != label[v]:
                    heads[fill[label[v]]] = other
                    fill[label[v]] += 1
    return merged, heads


@njit(cache=True)
def cut_vertices(start: IntArray, neighbours: IntArray, member: BoolArray) -> BoolArray:
    """Members without which the members fall apart (articulation points, Hopcroft & Tarjan 1973)."""
    n = len(start) - 1
    cut = np.zeros(n, np.bool_)
    depth = np.full(n, -1, np.int64)
    low = np.empty(n, np.int64)
    parent = np.full(n, -1, np.int64)
    at = start[:-1].copy()
    stack = np.empty(n, np.int64)
    for root in range(n):
        if not member[root] or depth[root] >= 0:
            continue
        depth[root] = 0
        low[root] = 0
        stack[0] = root
        top = 1
        branches = 0
        while top:
            v = stack[top - 1]
            if at[v] < start[v + 1]:
                u = neighbours[at[v]]
                at[v] += 1
                if not member[u]:
                    continue
                if depth[u] < 0:
                    parent[u] = v
                    depth[u] = depth[v] + 1
                    low[u] = depth[u]
                    stack[top] = u
                    top += 1
                    if v == root:
                        branches += 1
                elif u != parent[v]:
                    low[v] = min(low[v], depth[u])
                continue
            top -= 1
            p = parent[v]
            if p >= 0:
                low[p] = min(low[p], low[v])
                if p != root and low[v] >= depth[p]:
                    cut[p] = True
        cut[root] = branches > 1
    return cut
