"""Plan what assemblies the active polities can staff: people in pools, seats, loads; nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from geopolity.errors import NegativeAnswer, RequestError
from geopolity.sortition.electorate import MOST_SEATS, Electorate
from geopolity.sortition.plan import LOAD_CAP, Plan, assessed, planned
from geopolity.sortition.pools import Pooled, check_levels, pooled
from geopolity.sortition.universal import universal_seats
from services.clock import now
from services.storage.offices.seats import assembly_of
from services.storage.people.lot import InTheLot, active_polities, in_the_lot
from services.storage.polities.versions import UnknownPolityError
from services.storage.store import Store
from services.storage.tables import PolityRow

SAMPLED, UNIVERSAL = "sampled", "universal"
MOST_CHAMBERS = 100_000


class NobodyInTheLot(NegativeAnswer):
    """There is no polity, or nobody who could be drawn."""

    code = "nobody-in-the-lot"


class SeatsError(RequestError):
    """A number of seats that no assembly has."""

    code = "seats"


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRequest:
    """What is asked of a plan or a freeze.

    Attributes
    ----------
    polities
        Ids; all active ones if there are none.
    levels
        Answers that strata are made of, coarsest first.
    cap
        Largest load of the default seats.
    seats
        Seats of every assembly instead of the planner's.
    mode
        ``sampled`` or ``universal``.
    unequal
        Draw with unequal chances where equal ones are impossible.
    """

    polities: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    cap: float = LOAD_CAP
    seats: int | None = None
    mode: str = SAMPLED
    unequal: bool = False

    def __post_init__(self) -> None:
        check_levels(self.levels)
        if self.seats is not None and not 1 <= self.seats <= MOST_SEATS:
            raise SeatsError(
                "{seats} seats are not possible; an assembly has 1 to {most}.",
                seats=self.seats,
                most=MOST_SEATS,
            )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Planned:
    """A plan with what it is about.

    Attributes
    ----------
    left_out
        Active polities without an eligible person.
    home_load
        Load of every home ``(layer digest, unit or parent, is parent)``.
    """

    plan: Plan
    pooled: Pooled
    lot: InTheLot
    chambers: list[int]
    left_out: tuple[str, ...]
    titles: dict[str, str]
    home_load: dict[tuple[str, str, bool], float]


def plan_assemblies(request: LotRequest, store: Store, *, rehearsal: bool = True) -> Planned:
    """What the active polities can staff; nothing is changed."""
    with store.reading() as session:
        return plan_in(session, request, now(), rehearsal=rehearsal)


def plan_in(session: Session, request: LotRequest, moment: str, *, rehearsal: bool, seated_on: str = "") -> Planned:
    """Plan inside a transaction; a rehearsal fills all seats anew, a binding plan only those that are empty.

    Raises
    ------
    UnknownPolityError
        If a named polity is not active.
    NobodyInTheLot
        If no polity is active, nobody can be drawn, or no seat is empty.
    """
    polities = _polities(session, request, moment)
    lot = in_the_lot(session, polities, moment, levels=request.levels, rehearsal=rehearsal, seated_on=seated_on)
    present = sorted({name for _, signature in lot.cells for name in signature})
    if not present:
        raise NobodyInTheLot(
            "Nobody who could be drawn lives in an active polity; people take part by giving consent "
            "(`geopolity citizen consent ID`)."
        )
    whole = pooled(lot.people, lot.cells, seats=dict.fromkeys(present, 1), levels=len(request.levels)).electorate
    chambers = dict.fromkeys(present, 1)
    if request.mode == UNIVERSAL:
        seats, chambers = _universal(whole)
    else:
        seats = _sampled(request, whole)
        if not rehearsal:
            seats = _empty(session, seats)
    result = pooled(lot.people, lot.cells, seats=seats, levels=len(request.levels))
    share = planned(whole, cap=request.cap).share if request.mode == SAMPLED and request.seats is None else 0.0
    plan = assessed(result.electorate, cap=request.cap, share=share)
    return Planned(
        plan=plan,
        pooled=result,
        lot=lot,
        chambers=[chambers[name] for name in result.electorate.polities],
        left_out=tuple(row.issue for row in polities if row.issue not in seats),
        titles={row.issue: row.title for row in polities},
        home_load={home: float(plan.load[cell]) for home, cell in lot.homes.items()},
    )


def _polities(session: Session, request: LotRequest, moment: str) -> list[PolityRow]:
    polities = active_polities(session, moment, request.polities)
    missing = set(request.polities) - {row.issue for row in polities}
    if missing:
        raise UnknownPolityError(
            "No polity {polity:quoted} is active; `geopolity polity list` prints what there is.",
            polity=min(missing),
        )
    if not polities:
        raise NobodyInTheLot(
            "No polity is active, so there is no assembly to draw; `geopolity polity activate` makes one."
        )
    return polities


def _sampled(request: LotRequest, whole: Electorate) -> dict[str, int]:
    if request.seats is not None:
        return dict.fromkeys(whole.polities, request.seats)
    seats = planned(whole, cap=request.cap).electorate.seats
    return dict(zip(whole.polities, seats.tolist(), strict=True))


def _universal(whole: Electorate) -> tuple[dict[str, int], dict[str, int]]:
    found = universal_seats(
        whole.cells,
        whole.cell_people,
        whole.cell_start,
        whole.cell_polities,
        most_chambers=np.full(len(whole.polities), MOST_CHAMBERS),
    )
    filled = [
        (name, int(seats), int(found.chambers[j]))
        for j, (name, seats) in enumerate(zip(whole.polities, found.seats, strict=True))
        if seats
    ]
    return {name: seats for name, seats, _ in filled}, {name: chambers for name, _, chambers in filled}


def _empty(session: Session, seats: dict[str, int]) -> dict[str, int]:
    """Seats to fill: all of a new assembly, the empty ones of one that sits."""
    to_fill = {}
    for name, size in seats.items():
        assembly = assembly_of(session, name)
        count = size if assembly is None else len(assembly.empty)
        if count:
            to_fill[name] = count
    if not to_fill:
        raise NobodyInTheLot(
            "Every seat of every assembly is held, so there is nothing to draw; a term ends each year."
        )
    return to_fill
