"""Round shares of seats to whole seats by lot, each in its exact proportion, by cancelling cycles.

Shares flow from pools to the leaves of the polities' quota trees and up to the roots; what a pool keeps flows to
one idle node. Wherever an edge is fractional its ends have another fractional edge, so there is a cycle of them;
a coin decides in which of the two directions it is pushed until an edge becomes whole. The coin is weighted so
that nothing changes in expectation (dependent rounding: Gandhi, Khuller, Parthasarathy, Srinivasan, JACM 2006; on
quota trees: Budish, Che, Kojima, Milgrom, AER 2013). Every pool, stratum and polity ends at the floor or the
ceiling of what flows through it.

Short cycles first: cycles within pairs of neighbouring pools, then within pairs of pairs, and so on; each time a
forest is left. The order of edges, and so of coins, is part of the published algorithm.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geopolity.arrays import IntegerArray
from geopolity.compiling import njit
from geopolity.sortition.electorate import Electorate
from geopolity.sortition.shares import UNIT, by_stratum
from geopolity.sortition.strata import QuotaTrees

SPARE_COINS = 64
"""A word is thrown away with probability below 2⁻³³, so more than these are never needed."""


def coins_needed(electorate: Electorate, trees: QuotaTrees) -> int:
    """64-bit words that the rounding can spend: each makes an edge whole."""
    return len(electorate.pools) + len(trees.parent) + len(electorate.edge_polity) + SPARE_COINS


def rounded_shares(
    electorate: Electorate, shares: IntegerArray, trees: QuotaTrees, coins: npt.NDArray[np.uint64]
) -> IntegerArray:
    """Whole seats of each edge, from its share in units and :func:`coins_needed` words."""
    pools, nodes = len(electorate.pools), len(trees.parent)
    tail, head, part = _network(electorate.edge_start, shares, trees.leaf, trees.parent)
    spent = _settle(tail, head, part, by_stratum(electorate), electorate.edge_start, nodes, coins)
    if spent < 0:
        raise AssertionError("coins ran out, or an edge stayed fractional")
    seats: IntegerArray = shares // UNIT + (part[pools + nodes :] == UNIT)
    return seats


@njit(cache=True)
def _network(
    edge_start: IntegerArray, shares: IntegerArray, leaf: IntegerArray, parent: IntegerArray
) -> tuple[IntegerArray, IntegerArray, IntegerArray]:
    """Edges in their published order: each pool to idle, each node to its parent, each pool to its leaves."""
    pools, nodes = len(edge_start) - 1, len(parent)
    size = pools + nodes + len(shares)
    tail, head, part = np.empty(size, np.int32), np.empty(size, np.int32), np.zeros(size, np.int32)
    through = np.zeros(nodes, np.int64)
    for pool in range(pools):
        used = 0
        for edge in range(edge_start[pool], edge_start[pool + 1]):
            place = pools + nodes + edge
            tail[place], head[place] = pool, pools + 1 + leaf[edge]
            part[place] = shares[edge] % UNIT
            used += shares[edge]
            node = leaf[edge]
            through[node] += shares[edge]
            while parent[node] != node:
                node = parent[node]
                through[node] += shares[edge]
        tail[pool], head[pool] = pool, pools
        part[pool] = (-used) % UNIT
    for node in range(nodes):
        tail[pools + node], head[pools + node] = pools + 1 + node, pools + 1 + parent[node]
        part[pools + node] = through[node] % UNIT if parent[node] != node else 0
    return tail, head, part


@njit(cache=True)
def _settle(
    tail: IntegerArray,
    head: IntegerArray,
    part: IntegerArray,
    order: IntegerArray,
    edge_start: IntegerArray,
    nodes: int,
    coins: IntegerArray,
) -> int:
    """Make every entry of ``part`` 0 or 2³⁰; return how many coins were spent, −1 if that cannot be.

    Blocks are runs of pools in ``order``; their still fractional edges lie one block after the other in ``edges``.
    """
    pools, vertices = len(order), len(order) + 1 + nodes
    edges = np.empty(np.count_nonzero(part), np.int32)
    block = np.zeros(pools + 1, np.int64)
    size = 0
    for number in range(pools):
        pool = order[number]
        if part[pool]:
            edges[size] = pool
            size += 1
        for edge in range(pools + nodes + edge_start[pool], pools + nodes + edge_start[pool + 1]):
            if part[edge]:
                edges[size] = edge
                size += 1
        block[number + 1] = size
    degree = np.zeros(vertices, np.int32)
    first, top = np.full(vertices, -1, np.int64), np.empty(vertices, np.int64)
    position, path = np.full(vertices, -1, np.int32), np.empty(vertices + 1, np.int32)
    live = np.zeros(len(part), np.bool_)
    incident = np.empty(2 * len(edges), np.int32)
    scratch = (degree, first, top, position, path, live, incident)
    spent, blocks = 0, pools
    while True:
        if blocks <= 1:
            for node in range(pools, pools + nodes):
                if part[node]:
                    edges[size] = node
                    size += 1
            spent = _cancel(tail, head, part, edges[:size], scratch, coins, spent)
            for edge in edges[:size]:
                if part[edge] % UNIT:
                    return -1
            return int(spent)
        size, merged = 0, 0
        for left in range(0, blocks, 2):
            low, high = block[left], block[min(left + 2, blocks)]
            spent = _cancel(tail, head, part, edges[low:high], scratch, coins, spent)
            if spent < 0:
                return -1
            block[merged] = size
            for edge in edges[low:high]:
                if part[edge] % UNIT:
                    edges[size] = edge
                    size += 1
            merged += 1
        block[merged] = size
        blocks = merged


@njit(cache=True)
def _cancel(
    tail: IntegerArray,
    head: IntegerArray,
    part: IntegerArray,
    edges: IntegerArray,
    scratch: tuple[IntegerArray, ...],
    coins: IntegerArray,
    spent: int,
) -> int:
    """Cancel all cycles of the given fractional edges; return how many coins are spent by then, −1 if too few.

    A walk takes the last live edge of each vertex other than the one it came by. Where there is none, the edge it
    came by is on no cycle and leaves; where the walk meets itself, the cycle is pushed.
    """
    degree, first, top, position, path, live, incident = scratch
    _list_edges(tail, head, edges, degree, first, top, incident)
    for edge in edges:
        live[edge] = True
    most = np.uint64(0xFFFFFFFFFFFFFFFF)
    for begin in edges:
        vertex, length = tail[begin], 0
        position[vertex] = 0
        while True:
            came = path[length - 1] if length else -1
            edge = _next_edge(vertex, came, first, top, live, incident)
            if edge < 0:
                position[vertex] = -1
                if not length:
                    break
                live[came] = False
                length -= 1
                vertex = tail[came] if head[came] == vertex else head[came]
                continue
            path[length] = edge
            length += 1
            vertex = head[edge] if tail[edge] == vertex else tail[edge]
            if position[vertex] < 0:
                position[vertex] = length
                continue
            low, at = position[vertex], vertex
            forward, backward = UNIT, UNIT
            for place in range(low, length):
                e = path[place]
                if place > low:
                    position[at] = -1
                if tail[e] == at:
                    forward, backward = min(forward, UNIT - part[e]), min(backward, part[e])
                    at = head[e]
                else:
                    forward, backward = min(forward, part[e]), min(backward, UNIT - part[e])
                    at = tail[e]
            total = np.uint64(forward + backward)
            bound = most - (most % total + np.uint64(1)) % total
            while spent < len(coins) and coins[spent] > bound:
                spent += 1
            if spent == len(coins):
                return -1
            push = forward if coins[spent] % total < np.uint64(backward) else -backward
            spent += 1
            for place in range(low, length):
                e = path[place]
                if tail[e] == at:
                    part[e] += push
                    at = head[e]
                else:
                    part[e] -= push
                    at = tail[e]
                live[e] = part[e] % UNIT != 0
            length = low
    for edge in edges:
        live[edge] = False
        for vertex in (tail[edge], head[edge]):
            degree[vertex], first[vertex] = 0, -1
    return spent


@njit(cache=True)
def _list_edges(
    tail: IntegerArray,
    head: IntegerArray,
    edges: IntegerArray,
    degree: IntegerArray,
    first: IntegerArray,
    top: IntegerArray,
    incident: IntegerArray,
) -> None:
    """List the edges of each vertex in ``incident[first[v]:top[v]]``, in their order."""
    for edge in edges:
        degree[tail[edge]] += 1
        degree[head[edge]] += 1
    size = 0
    for edge in edges:
        for vertex in (tail[edge], head[edge]):
            if first[vertex] < 0:
                first[vertex] = top[vertex] = size
                size += degree[vertex]
            incident[top[vertex]] = edge
            top[vertex] += 1


@njit(cache=True)
def _next_edge(
    vertex: int, came: int, first: IntegerArray, top: IntegerArray, live: IntegerArray, incident: IntegerArray
) -> int:
    """Last live edge of a vertex other than ``came``, or −1; edges that are not live are dropped on the way."""
    while top[vertex] > first[vertex]:
        last = incident[top[vertex] - 1]
        if not live[last]:
            top[vertex] -= 1
            continue
        if last != came:
            return int(last)
        if top[vertex] - 1 == first[vertex]:
            return -1
        below = incident[top[vertex] - 2]
        if live[below]:
            return int(below)
        incident[top[vertex] - 2] = last
        top[vertex] -= 1
    return -1
