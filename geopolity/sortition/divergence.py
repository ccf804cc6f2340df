"""Shares that differ least from equal chances where some pool is asked for more than it has.

Minimise Σ x log(x / equal share) over all shares that fill every seat and ask nobody twice (a relative entropy).
The optimum is x = equal share × weight of the polity × factor of the cell; a factor is 1, or below 1 where all
people of the cell serve. Polities that together take everybody they have (tight Hall sets) are split off first:
in the *block* of such a set its people serve only there, and the weights within it stay finite.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geopolity.arrays import FloatArray, IntegerArray
from geopolity.errors import NegativeAnswer
from geopolity.exports import later
from geopolity.sortition.electorate import Electorate
from geopolity.sortition.feasibility import fill_seats
from geopolity.sortition.maxflow import Flow, largest_flow
from geopolity.sortition.shares import UNIT, pool_sums

if TYPE_CHECKING:
    from scipy import sparse
else:
    sparse = later("scipy.sparse")

SWEEPS = 200
STEPS = 60
ENOUGH = 1e-13
"""Seats of a polity are met to this share of them."""
ACCEPTED = 1e-9


class SharesUnsettled(NegativeAnswer):
    """The iteration towards the shares of least deviation did not settle."""

    code = "shares-unsettled"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LeastDeviation:
    """Shares of least deviation, with what proves them.

    Attributes
    ----------
    shares
        Share of every edge, units.
    blocks
        Block of each polity; those of every block but the last, with the ones before, take everybody they have.
    weights, factors
        Multipliers of polities and of cells.
    """

    shares: IntegerArray
    blocks: IntegerArray
    weights: FloatArray
    factors: FloatArray


def least_deviation(electorate: Electorate) -> LeastDeviation:
    """Shares that fill all seats, ask nobody twice, and deviate least from equal chances.

    Raises
    ------
    DrawInfeasible
        If not all seats can be filled.
    """
    flow = fill_seats(electorate)
    blocks, cell_block = tight_blocks(electorate, flow)
    supported = blocks[electorate.cell_polities] == cell_block[electorate.cell_of_listed]
    equal = electorate.seats / electorate.eligible
    support = sparse.csr_array(
        (
            equal[electorate.cell_polities[supported]],
            (electorate.cell_of_listed[supported], electorate.cell_polities[supported]),
        ),
        shape=(len(electorate.cells), len(electorate.polities)),
    )
    weights = _scaled(support, electorate.cell_people.astype(float), electorate.seats.astype(float))
    factors = 1 / np.maximum(support @ weights, 1.0)
    return LeastDeviation(
        shares=_whole_units(electorate, weights, factors, blocks, cell_block),
        blocks=blocks,
        weights=weights,
        factors=factors,
    )


def tight_blocks(electorate: Electorate, flow: Flow) -> tuple[IntegerArray, IntegerArray]:
    """Blocks of polities and of cells: strong components of what could still be moved, innermost set first.

    An edge between two blocks carries nothing in any draw that fills all seats.
    """
    polities, cells, listed = len(electorate.polities), len(electorate.cells), len(electorate.cell_polities)
    idle = polities + cells
    used = flow.moved[:listed] > 0
    spare = flow.moved[listed + polities :] < electorate.cell_people
    cell = polities + electorate.cell_of_listed
    tail = np.concatenate(
        [electorate.cell_polities, cell[used], np.full(cells, idle), polities + np.flatnonzero(spare)]
    )
    head = np.concatenate(
        [cell, electorate.cell_polities[used], polities + np.arange(cells), np.full(spare.sum(), idle)]
    )
    graph = sparse.csr_array((np.ones(len(tail)), (tail, head)), shape=(idle + 1, idle + 1))
    _, component = sparse.csgraph.connected_components(graph, connection="strong")
    rank = _ranks(component[tail], component[head], int(component.max()) + 1)[component]
    order = np.unique(rank[:polities], return_inverse=True)[1]
    of_rank = dict(zip(rank[:polities].tolist(), order.tolist(), strict=True))
    last = int(order.max(initial=0))
    cell_block = np.array([of_rank.get(r, last) for r in rank[polities:idle].tolist()], np.int64)
    return order.astype(np.int64), cell_block


def _ranks(tail: IntegerArray, head: IntegerArray, components: int) -> IntegerArray:
    """Longest way from each component to one that nothing leaves."""
    across = np.unique(np.stack([tail, head], axis=1)[tail != head], axis=0)
    rank = np.zeros(components, np.int64)
    while len(across):
        needed = np.zeros(components, np.int64)
        np.maximum.at(needed, across[:, 0], rank[across[:, 1]] + 1)
        if np.array_equal(needed, rank):
            break
        rank = needed
    return rank


def _scaled(support: sparse.csr_array, people: FloatArray, seats: FloatArray) -> FloatArray:
    """Weights under which every polity fills its seats: iterative scaling, then Newton's method on the dual."""
    weights = np.ones(len(seats))
    for _ in range(SWEEPS):
        filled = weights * (support.T @ (people / np.maximum(support @ weights, 1.0)))
        if _missed(filled, seats) < ENOUGH:
            return weights
        weights = weights * seats / filled
    for _ in range(STEPS):
        step = _newton(support, people, seats, weights)
        if step is None:
            break
        weights = step
    filled = weights * (support.T @ (people / np.maximum(support @ weights, 1.0)))
    if _missed(filled, seats) > ACCEPTED:
        raise SharesUnsettled(
            "The shares settled only to {missed:rounded} of the seats; lower the seats of the polities with the "
            "highest load (see `geopolity assembly plan`).",
            missed=_missed(filled, seats),
        )
    return weights


def _newton(support: sparse.csr_array, people: FloatArray, seats: FloatArray, weights: FloatArray) -> FloatArray | None:
    """One damped step on the logarithms of the weights, or ``None`` where nothing is gained any more."""
    load = support @ weights
    share = (support @ sparse.diags_array(weights)).tocsr()
    filled = share.T @ (people / np.maximum(load, 1.0))
    if _missed(filled, seats) < ENOUGH:
        return None
    full = load > 1
    part = sparse.diags_array(np.sqrt(people[full]) / load[full]) @ share[full]
    curvature = np.diag(filled) - (part.T @ part).toarray()
    curvature += np.diag(np.full(len(seats), 1e-12 * filled.mean()))
    direction = np.linalg.lstsq(curvature, seats - filled, rcond=1e-14)[0]
    size = min(1.0, 2.0 / max(np.abs(direction).max(), 1e-300))
    now = _dual(support, people, seats, weights)
    for _ in range(40):
        tried = weights * np.exp(size * direction)
        after = tried * (support.T @ (people / np.maximum(support @ tried, 1.0)))
        if _dual(support, people, seats, tried) < now or _missed(after, seats) < _missed(filled, seats):
            return np.asarray(tried, float)
        size /= 2
    return None


def _dual(support: sparse.csr_array, people: FloatArray, seats: FloatArray, weights: FloatArray) -> float:
    load = support @ weights
    price = np.where(load > 1, 1 + np.log(np.maximum(load, 1.0)), load)
    return float(people @ price - seats @ np.log(weights))


def _missed(filled: FloatArray, seats: FloatArray) -> float:
    return float(np.max(np.abs(filled - seats) / seats, initial=0.0))


def _whole_units(
    electorate: Electorate, weights: FloatArray, factors: FloatArray, blocks: IntegerArray, cell_block: IntegerArray
) -> IntegerArray:
    """Round the shares down to units, and hand out what is missing along an integral flow."""
    pools, polities = len(electorate.pools), len(electorate.polities)
    pool = np.repeat(np.arange(pools), np.diff(electorate.edge_start))
    polity, cell = electorate.edge_polity.astype(np.int64), electorate.pool_cell[pool]
    chance = (electorate.seats / electorate.eligible)[polity] * weights[polity] * factors[cell]
    chance = np.where(blocks[polity] == cell_block[cell], np.minimum(chance, 1.0), 0.0)
    floor = np.floor(electorate.pool_people[pool] * chance * UNIT).astype(np.int64)
    shares = _trimmed(electorate, floor, pool, polity)
    missing = electorate.seats.astype(np.int64) * UNIT - _polity_sums(electorate, shares)
    spare = electorate.pool_people * UNIT - pool_sums(electorate, shares)
    open_edges = np.flatnonzero(chance > 0)
    source, sink = polities + pools, polities + pools + 1
    for slack in (2, 64, UNIT):
        flow = largest_flow(
            np.concatenate([polity[open_edges], np.full(polities, source), polities + np.arange(pools)]),
            np.concatenate([polities + pool[open_edges], np.arange(polities), np.full(pools, sink)]),
            np.concatenate([np.full(len(open_edges), slack), missing, spare]),
            back=np.concatenate([np.minimum(shares[open_edges], slack), np.zeros(polities + pools, np.int64)]),
            ends=(source, sink),
        )
        if flow.amount == int(missing.sum()):
            shares[open_edges] += flow.moved[: len(open_edges)]
            return shares
    raise AssertionError("a feasible draw has no whole shares")


def _trimmed(electorate: Electorate, shares: IntegerArray, pool: IntegerArray, polity: IntegerArray) -> IntegerArray:
    """Take single units back from edges until no polity and no pool has more than it may."""
    for sums, most, group in (
        (_polity_sums, electorate.seats.astype(np.int64) * UNIT, polity),
        (pool_sums, electorate.pool_people * UNIT, pool),
    ):
        while np.any((over := sums(electorate, shares) - most) > 0):
            shares = shares - ((over[group] > 0) & (shares > 0))
    return shares


def _polity_sums(electorate: Electorate, shares: IntegerArray) -> IntegerArray:
    sums = np.zeros(len(electorate.polities), np.int64)
    np.add.at(sums, electorate.edge_polity, shares)
    return sums
