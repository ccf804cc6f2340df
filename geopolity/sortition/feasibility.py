"""Whether all seats can be filled at once with one seat a person at most, and if not, which polities ask too much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geopolity.arrays import BoolArray, IntegerArray
from geopolity.compiling import njit
from geopolity.errors import NegativeAnswer
from geopolity.messages import Counted, Message
from geopolity.sortition.electorate import Electorate
from geopolity.sortition.maxflow import Flow, largest_flow

MOST_TRIED = 200
"""Polities whose violating set is looked at, of which the smallest is named."""
MOST_NAMED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class HallSet:
    """Polities that have more open seats together than there are eligible people in any of them."""

    polities: tuple[str, ...]
    seats: int
    people: int


class DrawInfeasible(NegativeAnswer):
    """No draw can fill the seats: some polities ask for more people than they have."""

    code = "draw-infeasible"

    def __init__(self, violating: HallSet) -> None:
        names = [*violating.polities[:MOST_NAMED]]
        more = len(violating.polities) - len(names)
        super().__init__(
            Counted(
                "Polity {named:and} has {seats:count} open seats but only {people:count} eligible people in it, so "
                "nobody is drawn; open {excess:count} seats fewer there, or wait for more people to consent.",
                "Polities {named:and} together have {seats:count} open seats but only {people:count} eligible people "
                "in any of them, so nobody is drawn; open {excess:count} seats fewer there, or wait for more people "
                "to consent.",
                by="number",
            ),
            number=len(violating.polities),
            named=[*names, *([Message("{number:count} more", number=more)] if more else [])],
            excess=violating.seats - violating.people,
            polities=list(violating.polities),
            seats=violating.seats,
            people=violating.people,
        )
        self.violating = violating


def fill_seats(electorate: Electorate) -> Flow:
    """Largest flow from polities (vertices from 0) to cells (after the polities), each person at most once.

    Arcs are first those from polities to cells in the order of ``cell_polities``, then the seats, then the people.

    Raises
    ------
    DrawInfeasible
        If some seats stay empty, with a set of polities none of which can be left out of it.
    """
    polities, cells = len(electorate.polities), len(electorate.cells)
    source, sink = polities + cells, polities + cells + 1
    seats = electorate.seats.astype(np.int64)
    within = np.minimum(seats[electorate.cell_polities], electorate.cell_people[electorate.cell_of_listed])
    flow = largest_flow(
        np.concatenate([electorate.cell_polities, np.full(polities, source), polities + np.arange(cells)]),
        np.concatenate([polities + electorate.cell_of_listed, np.arange(polities), np.full(cells, sink)]),
        np.concatenate([within, seats, electorate.cell_people]),
        ends=(source, sink),
    )
    if flow.amount < int(seats.sum()):
        raise DrawInfeasible(_violating(electorate, flow))
    return flow


def _violating(electorate: Electorate, flow: Flow) -> HallSet:
    """Smallest set found from the polities with empty seats, thinned until every polity in it is needed."""
    polities, listed_arcs = len(electorate.polities), len(electorate.cell_polities)
    filled = flow.moved[listed_arcs : listed_arcs + polities]
    short = np.flatnonzero(filled < electorate.seats)[:MOST_TRIED]
    sets = [flow.reached(np.array([j]))[:polities] for j in short]
    inside = _thinned(electorate, min(sets, key=lambda reached: int(reached.sum())))
    return HallSet(
        polities=tuple(electorate.polities[j] for j in np.flatnonzero(inside).tolist()),
        seats=_seats(electorate, inside),
        people=_people(electorate, inside),
    )


def _thinned(electorate: Electorate, inside: BoolArray) -> BoolArray:
    """Leave polities out as long as the others still ask too much."""
    thin: BoolArray = _thin(
        electorate.cell_start, electorate.cell_polities, electorate.cell_people, electorate.seats, inside
    )
    return thin


@njit(cache=True)
def _thin(
    cell_start: IntegerArray, cell_polities: IntegerArray, people: IntegerArray, seats: IntegerArray, inside: BoolArray
) -> BoolArray:
    thin = inside.copy()
    excess = 0
    for j in range(len(seats)):
        excess += seats[j] if thin[j] else 0
    only = np.zeros(len(seats), np.int64)  # people of each polity who are in no other of the set
    left = True
    for cell in range(len(people)):
        members = 0
        for k in range(cell_start[cell], cell_start[cell + 1]):
            members += thin[cell_polities[k]]
        excess -= people[cell] if members else 0
    while left:
        left = False
        only[:] = 0
        for cell in range(len(people)):
            members, last = 0, -1
            for k in range(cell_start[cell], cell_start[cell + 1]):
                if thin[cell_polities[k]]:
                    members, last = members + 1, cell_polities[k]
            if members == 1:
                only[last] += people[cell]
        for j in range(len(seats)):
            if thin[j] and excess - seats[j] + only[j] > 0:
                thin[j], left = False, True
                excess += only[j] - seats[j]
                break
    return thin


def _seats(electorate: Electorate, inside: BoolArray) -> int:
    return int(electorate.seats[inside].sum())


def _people(electorate: Electorate, inside: BoolArray) -> int:
    touched = np.zeros(len(electorate.cells), np.bool_)
    touched[electorate.cell_of_listed[inside[electorate.cell_polities]]] = True
    people: IntegerArray = electorate.cell_people[touched]
    return int(people.sum())
