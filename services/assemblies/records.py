"""Plans and draws as records: what the command line prints and the interface answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.records import Json

if TYPE_CHECKING:
    from services.assemblies.held_draw import Held
    from services.assemblies.planning import Planned


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffedPolity:
    """Seats that a polity can staff, from how many people, in how many chambers."""

    id: str
    seats: int
    eligible: int
    chambers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overburdened:
    """A cell whose people would be asked too much, and how much of it each polity asks."""

    cell: str
    people: int
    load: float
    parts: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRecord:
    """How many seats each polity can staff, and who would be asked too much."""

    polities: list[StaffedPolity]
    load_max: float
    load_cap: float
    share: float
    feasible: bool
    overburdened: list[Overburdened]
    advice: list[str]
    left_out: list[str]
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawRecord:
    """What was drawn, with what randomness, and where its bundle is."""

    epoch: str
    rehearsal: bool
    commitment: str
    randomness: Json
    rule: str
    assemblies: dict[str, int]
    alternates: int
    replaced: int
    bundle: str


def plan_record(planned: Planned) -> PlanRecord:
    """A plan as a record."""
    plan, electorate = planned.plan, planned.plan.electorate
    rows = zip(
        electorate.polities, electorate.seats.tolist(), electorate.eligible.tolist(), planned.chambers, strict=True
    )
    return PlanRecord(
        polities=[
            StaffedPolity(id=name, seats=seats, eligible=eligible, chambers=chambers)
            for name, seats, eligible, chambers in rows
        ],
        load_max=plan.heaviest,
        load_cap=plan.cap,
        share=plan.share,
        feasible=plan.violating is None,
        overburdened=[
            Overburdened(cell=b.cell, people=b.people, load=b.load, parts=dict(b.parts)) for b in plan.burdens
        ],
        advice=plan.advice(),
        left_out=list(planned.left_out),
        people=electorate.people,
    )


def draw_record(held: Held) -> DrawRecord:
    """A draw as a record."""
    promise = held.frozen.promise
    return DrawRecord(
        epoch=promise.epoch,
        rehearsal=held.randomness.is_rehearsal,
        commitment=promise.commitment,
        randomness=held.randomness.record(),
        rule=promise.rule,
        assemblies=dict(zip(held.frozen.electorate.polities, held.frozen.electorate.seats.tolist(), strict=True)),
        alternates=sum(call.kind == "alternate" for call in held.draw.calls),
        replaced=held.vacated,
        bundle=str(held.folder),
    )
