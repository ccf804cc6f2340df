"""Who can be drawn for what: people counted by pool, membership cells, and the seats that are open.

A *pool* is a set of people with the same membership cell, stratum and eligibility. Nothing here grows with
people times polities: a cell lists its polities once, and an *edge* is one pool that may serve one polity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from geopolity.arrays import IntegerArray
from geopolity.compiling import njit
from geopolity.errors import RequestError

MOST_SEATS = 150
"""Delegates of one assembly, or of one chamber in universal service."""
MOST_PEOPLE = 2**32
"""Above it the integer arithmetic of shares would no longer be exact."""


class ElectorateError(RequestError):
    """People, cells and polities do not fit together."""

    code = "electorate"


@dataclass(frozen=True, eq=False, kw_only=True)
class Electorate:
    """The input of a draw.

    Attributes
    ----------
    polities
        Ids, without repetition, in the order in which everything below counts them.
    seats
        Open seats of each polity, at least 1.
    levels
        How many levels of the strata each polity's quota family uses; 0 is none.
    cells
        Ids of the membership cells.
    cell_start, cell_polities
        Polities of cell ``c``: ``cell_polities[cell_start[c]:cell_start[c + 1]]``, ascending.
    pools, pool_cell, pool_strata, pool_people
        Of each pool its id, cell, stratum (levels joined by ``/``, coarsest first, may be empty) and people.
    """

    polities: Sequence[str]
    seats: IntegerArray
    levels: IntegerArray
    cells: Sequence[str]
    cell_start: IntegerArray
    cell_polities: IntegerArray
    pools: Sequence[str]
    pool_cell: IntegerArray
    pool_strata: Sequence[str]
    pool_people: IntegerArray

    def __post_init__(self) -> None:
        for name in ("polities", "cells", "pools"):
            ids = getattr(self, name)
            if len(set(ids)) != len(ids):
                raise ElectorateError(
                    "Two {name} have the same id; give each its own.",
                    name=name,
                )
        if len(self.seats) and int(np.min(self.seats)) < 1:
            worst = self.polities[int(np.argmin(self.seats))]
            raise ElectorateError(
                "Polity {polity} has {seats} open seats; leave it out of the draw.",
                polity=worst,
                seats=np.min(self.seats),
            )
        if len(self.pools) and not 0 <= int(np.min(self.pool_people)) <= int(np.sum(self.pool_people)) < MOST_PEOPLE:
            raise ElectorateError(
                "Counts of people must be 0 or more, and fewer than {most:count} in all.",
                most=MOST_PEOPLE,
            )
        if len(self.cell_start) != len(self.cells) + 1 or int(self.cell_start[-1]) != len(self.cell_polities):
            raise ElectorateError("The polities of the cells are not listed cell by cell; give one start a cell.")

    @cached_property
    def edge_start(self) -> IntegerArray:
        """First edge of each pool, and the number of edges at the end."""
        width = np.diff(self.cell_start)[self.pool_cell]
        return np.concatenate([[0], np.cumsum(width, dtype=np.int64)])

    @cached_property
    def edge_polity(self) -> npt.NDArray[np.int32]:
        """Polity of each edge, pool by pool."""
        start, listed = self.cell_start.astype(np.int64), self.cell_polities.astype(np.int32)
        polity: npt.NDArray[np.int32] = _edges(self.edge_start, self.pool_cell, start, listed)
        return polity

    @cached_property
    def cell_people(self) -> IntegerArray:
        """People in each cell."""
        return _counted(self.pool_cell, self.pool_people, len(self.cells))

    @cached_property
    def cell_of_listed(self) -> IntegerArray:
        """Cell of each entry of ``cell_polities``."""
        return np.repeat(np.arange(len(self.cells)), np.diff(self.cell_start))

    @cached_property
    def eligible(self) -> IntegerArray:
        """Eligible people of each polity."""
        return _counted(self.cell_polities, self.cell_people[self.cell_of_listed], len(self.polities))

    @property
    def people(self) -> int:
        """Everyone who is in a pool."""
        return int(np.sum(self.pool_people))


def _counted(group: IntegerArray, amount: IntegerArray, groups: int) -> IntegerArray:
    total = np.zeros(groups, np.int64)
    np.add.at(total, group, amount)
    return total


@njit(cache=True)
def _edges(
    edge_start: IntegerArray, pool_cell: IntegerArray, cell_start: IntegerArray, cell_polities: IntegerArray
) -> IntegerArray:
    polity = np.empty(edge_start[-1], np.int32)
    for pool in range(len(pool_cell)):
        first = cell_start[pool_cell[pool]]
        for edge in range(edge_start[pool], edge_start[pool + 1]):
            polity[edge] = cell_polities[first + edge - edge_start[pool]]
    return polity
