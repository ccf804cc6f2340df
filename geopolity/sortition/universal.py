"""Universal service: everybody sits somewhere, every load is exactly 1, and polities hold several chambers.

Each citizen's time is split evenly over their polities; the seats of a polity are the floor or the ceiling of what
it gets, all seats together are all people, and chambers of at most 150 share them evenly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geopolity.arrays import FloatArray, IntegerArray
from geopolity.errors import NegativeAnswer
from geopolity.messages import Message
from geopolity.sortition.electorate import MOST_SEATS
from geopolity.sortition.maxflow import Flow, largest_flow

MOST_NAMED = 12
TINY = 1e-9


class CannotBeSeated(NegativeAnswer):
    """Universal service would leave people without a seat."""

    code = "cannot-be-seated"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class UniversalSeats:
    """Seats and chambers of each polity; polities that get no seat at all have no chamber."""

    seats: IntegerArray
    chambers: IntegerArray


def universal_seats(
    cells: Sequence[str],
    people: IntegerArray,
    cell_start: IntegerArray,
    cell_polities: IntegerArray,
    *,
    most_chambers: IntegerArray,
) -> UniversalSeats:
    """Seats that take everybody.

    Parameters
    ----------
    cells, people
        Ids of the membership cells and how many people each has.
    cell_start, cell_polities
        Polities of each cell (see ``Electorate``).
    most_chambers
        Chambers that each polity can hold.

    Raises
    ------
    CannotBeSeated
        Naming the cells whose people have no seat.
    """
    limit = most_chambers.astype(np.int64) * MOST_SEATS
    even = _even(people, cell_start, cell_polities, len(limit))
    floor = np.minimum(np.floor(even + TINY).astype(np.int64), limit)
    ceiling = np.minimum(np.ceil(even - TINY).astype(np.int64), limit)
    flow = _seated(people, cell_start, cell_polities, floor)
    doors = len(flow.moved) - len(limit) + np.arange(len(limit))
    flow = flow.widened(doors, ceiling - floor).widened(doors, limit - ceiling)
    if flow.amount == int(people.sum()):
        seats = flow.moved[doors]
        return UniversalSeats(seats=seats, chambers=-(-seats // MOST_SEATS))
    raise _left_over(cells, people - flow.moved[: len(people)])


def chamber_of(rank: int, chambers: int) -> int:
    """Chamber, from 1, of the delegate with a rank: ranks are dealt out one by one, so sizes differ by one at most."""
    return (rank - 1) % chambers + 1


def _even(people: IntegerArray, cell_start: IntegerArray, cell_polities: IntegerArray, polities: int) -> FloatArray:
    width = np.diff(cell_start)
    each = np.repeat(people / np.maximum(width, 1), width)
    shares: FloatArray = np.bincount(cell_polities, each, polities).astype(float)
    return shares


def _seated(people: IntegerArray, cell_start: IntegerArray, cell_polities: IntegerArray, room: IntegerArray) -> Flow:
    """Largest flow from cells (arcs first) over polities (arcs last)."""
    cells, polities = len(people), len(room)
    cell = np.repeat(np.arange(cells), np.diff(cell_start))
    source, sink = cells + polities, cells + polities + 1
    tail = np.concatenate([np.full(cells, source), cell, cells + np.arange(polities)])
    head = np.concatenate([np.arange(cells), cells + cell_polities, np.full(polities, sink)])
    return largest_flow(tail, head, np.concatenate([people, people[cell], room]), ends=(source, sink))


def _left_over(cells: Sequence[str], left: IntegerArray) -> CannotBeSeated:
    unseated = {cells[cell]: int(left[cell]) for cell in np.flatnonzero(left).tolist()}
    shown = [Message("{cell} ({people:count})", cell=cell, people=count) for cell, count in unseated.items()]
    more = len(shown) - MOST_NAMED
    return CannotBeSeated(
        "{people:count} people have no seat, in the cells {shown:and}; let their polities hold more chambers, or add "
        "polities there.",
        people=int(left.sum()),
        shown=[*shown[:MOST_NAMED], *([Message("{number:count} more", number=more)] if more > 0 else [])],
        cells=unseated,
    )
