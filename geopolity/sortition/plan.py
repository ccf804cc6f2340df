"""The capacity planner: how many seats a set of polities can staff, who would be asked too much, what to change.

Default seats are the same share of every polity, at most 150: min(150, ⌈share × eligible⌉), with the largest share
that keeps the largest load under a cap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from geopolity.arrays import FloatArray, IntegerArray
from geopolity.assembly.terms import COOL_DOWN_YEARS, TERM_YEARS
from geopolity.errors import RequestError
from geopolity.sortition.electorate import MOST_SEATS, Electorate
from geopolity.sortition.feasibility import DrawInfeasible, HallSet, fill_seats
from geopolity.sortition.load import loads

LOAD_CAP = 0.5
"""Largest load of the default plan: nobody's chance of sitting is above a half."""
HALVINGS = 60
MOST_NAMED = 10


class LoadCapError(RequestError):
    """A cap on loads that cannot be planned with."""

    code = "load-cap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Burden:
    """A cell whose people would be asked too much: its load, and how much of it each polity asks."""

    cell: str
    people: int
    load: float
    parts: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Plan:
    """What a set of polities can staff.

    Attributes
    ----------
    electorate
        The electorate with the seats of the plan.
    share
        Seats ÷ eligible at which seats were set, 0 if they were given.
    cap
        The cap on loads.
    load
        Load of every cell.
    burdens
        Cells with a load above the cap, heaviest first.
    violating
        Polities that together ask for more people than there are; ``None`` if all seats can be filled.
    steady_load
        Load of every cell once cool-down leaves fewer people eligible; infinite where it cannot be kept up.
    """

    electorate: Electorate
    share: float
    cap: float
    load: FloatArray
    burdens: tuple[Burden, ...]
    violating: HallSet | None
    steady_load: FloatArray

    @property
    def heaviest(self) -> float:
        """λ_max: the largest load of a cell with people."""
        return float(np.max(self.load, initial=0.0, where=self.electorate.cell_people > 0))

    def advice(self) -> list[str]:
        """What to change, a sentence each."""
        if self.violating is not None:
            return [str(DrawInfeasible(self.violating))]
        sentences = []
        for burden in self.burdens[:MOST_NAMED]:
            name, part = burden.parts[0]
            j = self.electorate.polities.index(name)
            room = self.cap - (burden.load - part)
            most = max(int(room * self.electorate.eligible[j]), 0)
            way = f"{most} seats in {name} instead of {self.electorate.seats[j]}" if most else f"retire or widen {name}"
            sentences.append(
                f"Cell {burden.cell} ({burden.people:,} people) would be asked for {burden.load:.2f} seats each, above "
                f"{self.cap:.2f}; {way} would be enough."
            )
        return sentences


def planned(electorate: Electorate, *, cap: float = LOAD_CAP) -> Plan:
    """Plan with default seats; those that the electorate carries are ignored.

    Polities without an eligible person keep one seat, which the plan then shows as impossible.
    """
    if not 0 < cap <= 1:
        raise LoadCapError(
            "A load cap of {cap:exact} cannot be planned with; give one above 0 and at most 1.",
            cap=cap,
        )
    share = _largest_share(electorate, cap)
    return assessed(replace(electorate, seats=default_seats(electorate.eligible, share)), cap=cap, share=share)


def assessed(electorate: Electorate, *, cap: float = LOAD_CAP, share: float = 0.0) -> Plan:
    """Plan with the seats that the electorate carries."""
    load = loads(electorate)
    heavy = np.flatnonzero((load > cap) & (electorate.cell_people > 0))
    order: Sequence[int] = heavy[np.argsort(-load[heavy], kind="stable")].tolist()
    try:
        fill_seats(electorate)
        violating = None
    except DrawInfeasible as infeasible:
        violating = infeasible.violating
    return Plan(
        electorate=electorate,
        share=share,
        cap=cap,
        load=load,
        burdens=tuple(_burden(electorate, cell, float(load[cell])) for cell in order),
        violating=violating,
        steady_load=steady_loads(load),
    )


def default_seats(eligible: IntegerArray, share: float) -> IntegerArray:
    """min(150, ⌈share × eligible⌉), at least 1."""
    seats: IntegerArray = np.clip(np.ceil(share * eligible - 1e-9).astype(np.int64), 1, MOST_SEATS)
    return seats


def steady_loads(load: FloatArray) -> FloatArray:
    """Yearly draw of the people who are neither sitting nor cooling down, over a whole term.

    Of every person ``load`` sit at a time and ``load × cool-down ÷ term`` cool down, so seats fall to the rest.
    """
    rest = 1 - load * (1 + COOL_DOWN_YEARS / TERM_YEARS)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(rest > 0, load / rest, np.inf)


def _largest_share(electorate: Electorate, cap: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        load = loads(replace(electorate, seats=default_seats(electorate.eligible, middle)))
        fits = bool(np.all(load[electorate.cell_people > 0] <= cap))
        low, high = (middle, high) if fits else (low, middle)
    return low


def _burden(electorate: Electorate, cell: int, load: float) -> Burden:
    polities = electorate.cell_polities[electorate.cell_start[cell] : electorate.cell_start[cell + 1]]
    parts = sorted(
        ((electorate.polities[j], float(electorate.seats[j] / max(electorate.eligible[j], 1))) for j in polities),
        key=lambda part: (-part[1], part[0]),
    )
    people = int(electorate.cell_people[cell])
    return Burden(cell=electorate.cells[cell], people=people, load=load, parts=tuple(parts))
