"""Plans and draws as JSON records: what the command line prints and the interface answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.assemblies.held_draw import Held
    from services.assemblies.planning import Planned


def plan_record(planned: Planned) -> dict[str, Any]:
    """How many seats each polity can staff, and who would be asked too much."""
    plan, electorate = planned.plan, planned.plan.electorate
    rows = zip(
        electorate.polities, electorate.seats.tolist(), electorate.eligible.tolist(), planned.chambers, strict=True
    )
    return {
        "polities": [
            {"id": name, "seats": seats, "eligible": eligible, "chambers": chambers}
            for name, seats, eligible, chambers in rows
        ],
        "load_max": plan.heaviest,
        "load_cap": plan.cap,
        "share": plan.share,
        "feasible": plan.violating is None,
        "overburdened": [
            {"cell": b.cell, "people": b.people, "load": b.load, "parts": dict(b.parts)} for b in plan.burdens
        ],
        "advice": plan.advice(),
        "left_out": list(planned.left_out),
        "people": electorate.people,
    }


def draw_record(held: Held) -> dict[str, Any]:
    """What was drawn, with what randomness, and where its bundle is."""
    promise = held.frozen.promise
    return {
        "epoch": promise.epoch,
        "rehearsal": held.randomness.is_rehearsal,
        "commitment": promise.commitment,
        "randomness": held.randomness.record(),
        "rule": promise.rule,
        "assemblies": dict(zip(held.frozen.electorate.polities, held.frozen.electorate.seats.tolist(), strict=True)),
        "alternates": sum(call.kind == "alternate" for call in held.draw.calls),
        "replaced": held.vacated,
        "bundle": str(held.folder),
    }
