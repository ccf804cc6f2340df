"""Equal shares in whole 2⁻³⁰ seats: every polity sums exactly, no pool gives more than it has.

Each share is the floor or the ceiling of people × seats ÷ eligible, and so is the sum of every stratum: the people
of a polity are counted up stratum by stratum, and each share is the step between two rounded counts. Only where
that overfills a pool (its load is within rounding of 1) are steps moved, along an integral flow.
"""

from __future__ import annotations

import numpy as np

from geopolity.arrays import IntegerArray
from geopolity.compiling import njit
from geopolity.sortition.electorate import Electorate
from geopolity.sortition.maxflow import largest_flow
from geopolity.sortition.strata import QuotaTrees

BITS = 30
UNIT = 1 << BITS
"""Units in one seat."""


def equal_shares(electorate: Electorate, trees: QuotaTrees) -> IntegerArray:
    """Share of every edge in units; needs every load to be at most 1.

    The chance of a person differs from seats ÷ eligible by less than 2⁻³⁰.
    """
    shares: IntegerArray = _stepwise(
        by_stratum(electorate),
        electorate.edge_start,
        electorate.edge_polity,
        electorate.pool_people,
        electorate.seats.astype(np.int64),
        electorate.eligible,
    )
    spare = electorate.pool_people * UNIT - pool_sums(electorate, shares)
    return shares if np.all(spare >= 0) else _unfilled(electorate, trees, shares, spare)


def by_stratum(electorate: Electorate) -> IntegerArray:
    """Pools in the order of their strata's levels, and in their own order within a stratum."""
    return np.array(sorted(range(len(electorate.pools)), key=lambda p: electorate.pool_strata[p].split("/")), np.int64)


def pool_sums(electorate: Electorate, amounts: IntegerArray) -> IntegerArray:
    """Sum of the edges' amounts in each pool."""
    running = np.concatenate([[0], np.cumsum(amounts, dtype=np.int64)])
    sums: IntegerArray = np.diff(running[electorate.edge_start])
    return sums


def node_sums(trees: QuotaTrees, amounts: IntegerArray) -> IntegerArray:
    """Sum of the edges' amounts under every node of the quota trees."""
    sums = np.zeros(len(trees.parent), np.int64)
    np.add.at(sums, trees.leaf, amounts)
    _climb(trees.parent, sums)
    return sums


@njit(cache=True)
def _stepwise(
    order: IntegerArray,
    edge_start: IntegerArray,
    edge_polity: IntegerArray,
    people: IntegerArray,
    seats: IntegerArray,
    eligible: IntegerArray,
) -> IntegerArray:
    """Rounded-down running shares, pool by pool in the order of strata; the share is the step."""
    counted = np.zeros(len(seats), np.int64)
    reached = np.zeros(len(seats), np.int64)
    shares = np.empty(len(edge_polity), np.int64)
    for pool in order:
        for edge in range(edge_start[pool], edge_start[pool + 1]):
            j = edge_polity[edge]
            counted[j] += people[pool]
            whole, rest = divmod(counted[j] * seats[j], max(eligible[j], 1))
            now = whole * UNIT + rest * UNIT // max(eligible[j], 1)
            shares[edge] = now - reached[j]
            reached[j] = now
    return shares


def _unfilled(electorate: Electorate, trees: QuotaTrees, shares: IntegerArray, spare: IntegerArray) -> IntegerArray:
    """Move single units between the floors and the ceilings of edges and strata until no pool is overfilled.

    What moves through the network is the need of one more unit: from an overfilled pool over an edge at its
    ceiling, through the quota tree, over another edge at its floor, to a pool with room.
    """
    pools, nodes = len(electorate.pools), len(trees.parent)
    pool = np.repeat(np.arange(pools), np.diff(electorate.edge_start))
    floor, whole = _floors(electorate.pool_people[pool], electorate, electorate.edge_polity)
    held, inside = node_sums(trees, shares), node_sums(trees, electorate.pool_people[pool])
    node_floor, node_whole = _floors(inside, electorate, trees.polity)
    branch = np.flatnonzero(trees.parent != np.arange(nodes))
    source, sink = pools + nodes, pools + nodes + 1
    over, under = np.flatnonzero(spare < 0), np.flatnonzero(spare > 0)
    tail = np.concatenate([pool, pools + branch, np.full(len(over), source), under])
    head = np.concatenate([pools + trees.leaf, pools + trees.parent[branch], over, np.full(len(under), sink)])
    down = np.concatenate([shares - floor, (held - node_floor)[branch], -spare[over], spare[under]])
    up = np.concatenate(
        [floor + ~whole - shares, (node_floor + ~node_whole - held)[branch], np.zeros(len(over) + len(under), np.int64)]
    )
    flow = largest_flow(tail, head, down, back=up, ends=(source, sink))
    if flow.amount != -int(spare[over].sum()):
        raise AssertionError("a load is above 1")
    return shares - flow.moved[: len(shares)]


def _floors(
    people: IntegerArray, electorate: Electorate, polity: IntegerArray
) -> tuple[IntegerArray, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Exact share of so many people of a polity: its floor in units, and whether it is whole."""
    eligible = np.maximum(electorate.eligible, 1)[polity]
    whole, rest = np.divmod(people * electorate.seats.astype(np.int64)[polity], eligible)
    more, last = np.divmod(rest * UNIT, eligible)
    return whole * UNIT + more, last == 0


@njit(cache=True)
def _climb(parent: IntegerArray, amounts: IntegerArray) -> None:
    """Add what hangs directly under each node to all nodes above it."""
    own = amounts.copy()
    for node in range(len(parent)):
        above = node
        while parent[above] != above:
            above = parent[above]
            amounts[above] += own[node]
