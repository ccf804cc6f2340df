"""Places, people and polities of a simulated society; people are counted by unit, never one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from geopolity.arrays import FloatArray, IntArray
from geopolity.identifiers import UnitId
from geopolity.sortition.electorate import Electorate


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Polity:
    """A derived polity.

    Attributes
    ----------
    units
        Positions of the units inside, ascending.
    touched, affected
        Positions of the units with affected people, and their share of each unit's people.
    coverage, gap, coverage_target
        Share of the affected inside, (cost − bound) ÷ bound when it was derived, and the share that was asked for.
    """

    number: int
    name: str
    kind: str
    units: IntArray
    touched: IntArray
    affected: FloatArray
    coverage: float
    gap: float
    coverage_target: float


@dataclass(frozen=True, eq=False, kw_only=True)
class World:
    """A layer and its polities.

    Attributes
    ----------
    ids, state
        Of each unit its id and the unit that encloses it.
    people
        People of all ages in each unit.
    growth
        Growth of each unit's people a year, as a share.
    """

    ids: tuple[UnitId, ...]
    state: tuple[str, ...]
    people: FloatArray
    growth: FloatArray
    polities: tuple[Polity, ...]

    def with_polities(self, polities: Sequence[Polity]) -> World:
        """The same ground under other polities."""
        return replace(self, polities=tuple(polities))

    @cached_property
    def pairs(self) -> tuple[IntArray, IntArray]:
        """Start of each unit's polities, and the polities: ``polity[start[u]:start[u + 1]]``, ascending."""
        unit = np.concatenate([np.empty(0, np.int64), *(polity.units for polity in self.polities)])
        polity = np.repeat(np.arange(len(self.polities)), [len(one.units) for one in self.polities])
        order = np.lexsort((polity, unit))
        start = np.concatenate([[0], np.cumsum(np.bincount(unit, minlength=len(self.ids)))])
        return start.astype(np.int64), polity[order].astype(np.int64)

    def members(self, people: FloatArray) -> FloatArray:
        """People of each polity."""
        return np.array([float(people[polity.units].sum()) for polity in self.polities])

    def petitioners(self, people: FloatArray) -> FloatArray:
        """People of each polity, everybody counted in equal parts in all polities that they belong to."""
        each = people / np.maximum(np.diff(self.pairs[0]), 1)
        return self.members(each)

    def electorate(self, eligible: IntArray, seats: IntArray) -> Electorate:
        """The input of a lot over all polities with open seats; each unit is a cell, its state the stratum."""
        open_ = np.flatnonzero(seats > 0)
        place = np.full(len(self.polities), -1, np.int64)
        place[open_] = np.arange(len(open_))
        start, polity = self.pairs
        drawn = place[polity]
        width = np.add.reduceat(np.append(drawn >= 0, False), start[:-1]) * (np.diff(start) > 0)
        units = np.flatnonzero(eligible >= 0)
        return Electorate(
            polities=[self.polities[j].name for j in open_.tolist()],
            seats=seats[open_].astype(np.int64),
            levels=np.ones(len(open_), np.int64),
            cells=list(self.ids),
            cell_start=np.concatenate([[0], np.cumsum(width)]).astype(np.int64),
            cell_polities=drawn[drawn >= 0],
            pools=list(self.ids),
            pool_cell=units,
            pool_strata=list(self.state),
            pool_people=eligible.astype(np.int64),
        )
