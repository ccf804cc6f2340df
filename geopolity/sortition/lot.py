"""The draw: shares fixed when the roll is frozen, and people named when the randomness is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geopolity.arrays import FloatArray, IntegerArray
from geopolity.errors import NegativeAnswer
from geopolity.sortition.divergence import least_deviation
from geopolity.sortition.electorate import Electorate
from geopolity.sortition.load import loads, overloaded
from geopolity.sortition.naming import Call, called
from geopolity.sortition.randomness import Stream
from geopolity.sortition.rounding import coins_needed, rounded_shares
from geopolity.sortition.shares import equal_shares
from geopolity.sortition.strata import quota_trees

ALGORITHM = "geopolity-lot-1"
"""Changes whenever the same input would draw other people."""


class LoadAboveOne(NegativeAnswer):
    """Equal chances are impossible, and unequal ones were not ordered."""

    code = "load-above-one"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Shares:
    """Shares of all edges, with what shows that they are the right ones.

    Attributes
    ----------
    rule
        ``equal``, or ``least-deviation`` where some load is above 1.
    units
        Share of each edge in units of 2⁻³⁰ seats.
    blocks, weights, factors
        See :class:`~geopolity.sortition.divergence.LeastDeviation`; 0, 1 and 1 where shares are equal.
    """

    rule: str
    units: IntegerArray
    blocks: IntegerArray
    weights: FloatArray
    factors: FloatArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Draw:
    """The outcome: whole seats of each edge, and the people called."""

    seats: IntegerArray
    calls: Sequence[Call]


def shares_of(electorate: Electorate, *, unequal: bool = False) -> Shares:
    """Equal shares where they are possible; else, if ordered, those that deviate least.

    Raises
    ------
    LoadAboveOne
        If some load is above 1 and ``unequal`` is false.
    DrawInfeasible
        If not all seats can be filled.
    """
    if overloaded(electorate).any() or int(np.min(electorate.eligible, initial=1)) == 0:
        result = least_deviation(electorate)
        if not unequal:
            raise _load_above_one(electorate)
        return Shares(
            rule="least-deviation",
            units=result.shares,
            blocks=result.blocks,
            weights=result.weights,
            factors=result.factors,
        )
    return Shares(
        rule="equal",
        units=equal_shares(electorate, quota_trees(electorate)),
        blocks=np.zeros(len(electorate.polities), np.int64),
        weights=np.ones(len(electorate.polities)),
        factors=np.ones(len(electorate.cells)),
    )


def draw_seats(electorate: Electorate, shares: Shares, stream: Stream) -> IntegerArray:
    """Whole seats of each edge: exact for every polity, one a person at most, floor or ceiling in every stratum."""
    trees = quota_trees(electorate)
    return rounded_shares(electorate, shares.units, trees, stream.coins(coins_needed(electorate, trees)))


def draw(electorate: Electorate, shares: Shares, people: Sequence[Sequence[str]], stream: Stream) -> Draw:
    """Draw all assemblies at once.

    Parameters
    ----------
    people
        Pseudonyms of each pool, in any order.
    stream
        What the chance is spent from.
    """
    seats = draw_seats(electorate, shares, stream)
    return Draw(seats=seats, calls=called(electorate, seats, people, stream.seed))


def _load_above_one(electorate: Electorate) -> LoadAboveOne:
    load = np.where(electorate.cell_people > 0, loads(electorate), 0.0)
    worst = int(load.argmax())
    start, end = electorate.cell_start[worst], electorate.cell_start[worst + 1]
    names = [electorate.polities[j] for j in electorate.cell_polities[start:end]]
    return LoadAboveOne(
        "Equal chances are impossible: people of cell {cell} belong to {number:count} polities that ask for "
        "{load:rounded} seats each of them; open fewer seats, or order a draw with unequal chances (--unequal), "
        "which is logged with its deviations.",
        polities=names,
        cell=electorate.cells[worst],
        number=len(names),
        load=float(load[worst]),
    )
