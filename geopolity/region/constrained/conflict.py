"""Which constraints cannot hold together: an irreducible set, none of which can be left in peace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from geopolity.arrays import IntArray
from geopolity.errors import NegativeAnswer
from geopolity.messages import Message
from geopolity.region.constrained.reduced import ground_of
from geopolity.region.constraints import Constraints
from geopolity.region.problem import RegionProblem

Kind = Literal["must", "must_not", "empty", "together", "cut", "limit"]


class ConstraintsConflict(NegativeAnswer):
    """No region keeps to all constraints."""

    code = "constraints-conflict"


@dataclass(frozen=True, slots=True)
class Item:
    """One constraint that can be left out by itself: a vertex, a set, an edge, a limit, or all empty places."""

    kind: Kind
    number: int


Possible = Callable[[RegionProblem, Constraints], bool]
"""Whether some region keeps to constraints, limits included."""


def items_of(constraints: Constraints) -> list[Item]:
    """Constraints one by one, limits last."""
    counts: dict[Kind, int] = {
        "must": len(constraints.must),
        "must_not": len(constraints.must_not),
        "empty": min(len(constraints.empty), 1),
        "together": len(constraints.together),
        "cut": len(constraints.cut),
        "limit": len(constraints.limits),
    }
    return [Item(kind, number) for kind, count in counts.items() for number in range(count)]


def keeping(problem: RegionProblem, items: Sequence[Item]) -> tuple[RegionProblem, Constraints]:
    """The problem with some of its constraints alone."""
    constraints = problem.constraints or Constraints()
    chosen: dict[str, list[int]] = {}
    for item in items:
        chosen.setdefault(item.kind, []).append(item.number)

    def of(kind: Kind) -> list[int]:
        return sorted(chosen.get(kind, []))

    mended = np.delete(constraints.cut, of("cut"), axis=0)
    fewer = replace(
        constraints,
        must=constraints.must[of("must")],
        must_not=constraints.must_not[of("must_not")],
        empty=constraints.empty if of("empty") else constraints.empty[:0],
        together=tuple(constraints.together[number] for number in of("together")),
        cut=constraints.cut[of("cut")],
        limits=tuple(constraints.limits[number] for number in of("limit")),
    )
    whole = problem.but(edges=np.concatenate([problem.edges, mended])) if len(mended) else problem
    return whole, fewer


def irreducible(problem: RegionProblem, possible: Possible) -> list[Item]:
    """Constraints that cannot hold together with the quota, while all but any one of them can (QuickXplain).

    Junker, AAAI 2004. Empty where no region has the quota even without constraints.
    """

    def holds(items: Sequence[Item]) -> bool:
        return possible(*keeping(problem, items))

    def explain(base: list[Item], changed: bool, items: list[Item]) -> list[Item]:
        if changed and not holds(base):
            return []
        if len(items) == 1:
            return items
        half = len(items) // 2
        first, second = items[:half], items[half:]
        late = explain([*base, *first], True, second)
        return [*explain([*base, *late], bool(late), first), *late]

    items = items_of(problem.constraints or Constraints())
    return [] if not items or not holds([]) else explain([], False, items)


def conflict(problem: RegionProblem, items: Sequence[Item]) -> ConstraintsConflict:
    """The error that names constraints which cannot hold together, and the quota where it takes part."""
    bare = keeping(problem, items)
    named = [_said(problem, items, kind) for kind in ("must", "must_not", "empty", "together", "cut", "limit")]
    parts = [part for parts in named for part in parts]
    without_quota = ground_of(*bare, quota=0) is None
    if not without_quota:
        parts.append(Message("coverage {coverage:exact}", coverage=problem.coverage))
    return ConstraintsConflict(
        "These constraints cannot hold together, though all but any one of them can: {parts:clauses}. Leave one out, "
        "or allow a connector over water.",
        parts=parts,
        field="conditions",
    )


def not_found(problem: RegionProblem) -> ConstraintsConflict:
    """The error where limits left no region that the search could find, which proves nothing."""
    limits = [limit.kind for limit in (problem.constraints or Constraints()).limits]
    return ConstraintsConflict(
        "No region was found that keeps within the limits ({limits:list}) and to the other constraints; whether there "
        "is none is not proven. Raise a limit, or search with more effort.",
        limits=limits,
        field="conditions",
    )


def _said(problem: RegionProblem, items: Sequence[Item], kind: str) -> list[Message]:
    constraints = problem.constraints or Constraints()
    numbers = [item.number for item in items if item.kind == kind]
    if not numbers:
        return []

    def names(vertices: IntArray) -> list[str]:
        return [str(problem.ids[vertex]) for vertex in vertices]

    match kind:
        case "must":
            said = [Message("{units:list} inside", units=names(constraints.must[numbers]))]
        case "must_not":
            said = [Message("{units:list} outside", units=names(constraints.must_not[numbers]))]
        case "empty":
            said = [Message("no unit without people")]
        case "cut":
            pairs = [" – ".join(names(pair)) for pair in constraints.cut[numbers]]
            said = [Message("no way between {pairs:list}", pairs=pairs)]
        case "together":
            groups = [names(constraints.together[number]) for number in numbers]
            said = [Message("{units:list} kept together", units=group) for group in groups]
        case _:
            said = [_limit(constraints, number) for number in numbers]
    return said


def _limit(constraints: Constraints, number: int) -> Message:
    limit = constraints.limits[number]
    stated = constraints.record.get("at_most", {}).get(limit.kind, limit.most)
    match limit.kind:
        case "units":
            return Message("at most {most:exact} units", most=stated)
        case "area":
            return Message("at most {most:exact} km²", most=stated)
    return Message("at most {most:exact} people", most=stated)
