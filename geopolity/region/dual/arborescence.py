"""The cheapest arborescence from a root to a few terminals, exactly (Erickson, Monma & Veinott 1987).

Dynamic programming over subsets of the terminals: a tree that reaches a subset from a vertex either splits there into
two trees, or begins with an arc. With k terminals that is 2^k shortest-path searches, so k stays small. A second pass
from the root tells for every vertex how cheap a tree can be that passes through it.
"""

from __future__ import annotations

import numpy as np

from geopolity.arrays import IntArray
from geopolity.compiling import njit
from geopolity.region.dual.paths import FAR, spread


@njit(cache=True)
def trees_below(
    start: IntArray, tails: IntArray, prices: IntArray, terminals: IntArray, limit: int
) -> tuple[IntArray, IntArray]:
    """Price of the cheapest tree from every vertex to every subset of the terminals, FAR beyond ``limit``.

    Arcs are given in lists at their head: ``tails[k] → v`` at ``prices[k]`` for k in v's list. Returns the prices, by
    subset (as a bit mask) and vertex, and the next vertex of each tree, −1 where it splits or ends.
    """
    n = len(start) - 1
    below = np.full((1 << len(terminals), n), FAR, np.int64)
    following: IntArray = np.full(below.shape, -1, np.int32)
    below[0, :] = 0
    for subset in range(1, 1 << len(terminals)):
        value = below[subset]
        for i in range(len(terminals)):
            if subset == 1 << i:
                value[terminals[i]] = 0
        lowest = subset & -subset
        part = (subset - 1) & subset
        while part:
            if part & lowest:
                one, other = below[part], below[subset ^ part]
                for v in range(n):
                    if one[v] <= limit and other[v] <= limit - one[v]:
                        value[v] = min(value[v], one[v] + other[v])
            part = (part - 1) & subset
        spread(start, tails, prices, value, following[subset], limit)
    return below, following


@njit(cache=True)
def trees_above(start: IntArray, heads: IntArray, prices: IntArray, below: IntArray, root: int, limit: int) -> IntArray:
    """Price of the cheapest tree from the root to every vertex and to the terminals outside every subset.

    Returns prices by subset (as a bit mask) and vertex, FAR beyond ``limit``: a tree that reaches the vertex and all
    terminals but those in the subset, which the vertex still has to serve. Arcs are given in lists at their tail;
    ``below`` comes from ``trees_below``.
    """
    n = len(start) - 1
    everything = len(below) - 1
    above = np.full(below.shape, FAR, np.int64)
    nowhere = np.empty(n, np.int32)
    above[everything, root] = 0
    for subset in range(everything, -1, -1):
        value = above[subset]
        rest = everything ^ subset
        served = rest
        while served:
            wider, tree = above[subset | served], below[served]
            for v in range(n):
                if wider[v] <= limit and tree[v] <= limit - wider[v]:
                    value[v] = min(value[v], wider[v] + tree[v])
            served = (served - 1) & rest
        spread(start, heads, prices, value, nowhere, limit)
    return above


@njit(cache=True)
def trees_through(above: IntArray, below: IntArray, limit: int) -> IntArray:
    """Price of the cheapest tree from the root to all terminals through each vertex, FAR beyond ``limit``."""
    subsets, n = below.shape
    through = np.full(n, FAR, np.int64)
    for subset in range(subsets):
        for v in range(n):
            if above[subset, v] <= limit and below[subset, v] <= limit - above[subset, v]:
                through[v] = min(through[v], above[subset, v] + below[subset, v])
    return through


@njit(cache=True)
def tree_vertices(below: IntArray, following: IntArray, root: int) -> IntArray:
    """Vertices of the cheapest tree from the root to all terminals, ascending."""
    inside = np.zeros(below.shape[1], np.bool_)
    subsets = np.empty(2 * len(below), np.int64)
    places = np.empty(2 * len(below), np.int64)
    subsets[0] = len(below) - 1
    places[0] = root
    top = 1
    while top:
        top -= 1
        subset, v = subsets[top], places[top]
        inside[v] = True
        while following[subset, v] >= 0:
            v = following[subset, v]
            inside[v] = True
        part = (subset - 1) & subset
        while part:
            if below[part, v] < FAR and below[part, v] + below[subset ^ part, v] == below[subset, v]:
                subsets[top], places[top] = part, v
                subsets[top + 1], places[top + 1] = subset ^ part, v
                top += 2
                break
            part = (part - 1) & subset
    return np.flatnonzero(inside)
