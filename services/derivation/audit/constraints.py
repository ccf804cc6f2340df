"""The constraints of a derivation folder: that its region keeps to those that problem.json states."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from geopolity.messages import Message
from services.derivation.audit.evidence import Evidence, VerificationFailed
from services.records import Json
from services.verifiers.check_bound import rows, whole

KNOWN = {"must", "must_not", "keep_together", "cut", "link", "at_most", "exclude_empty"}
LIMITS = {"units", "area", "area_unit", "population"}


def constraints_hold(folder: Path, evidence: Evidence) -> Iterator[Message]:
    """What the region keeps to beside its quota; nothing where it has no constraints."""
    stated = evidence.problem.get("constraints")
    if stated is None:
        return
    for kind in sorted((set(stated) - KNOWN) | (set(stated.get("at_most", {})) - LIMITS)):
        _fails(kind, Message("known nowhere"))
    inside = evidence.inside
    _units_are_where_they_must_be(stated, evidence, inside)
    _ways_are_cut_and_made(stated, folder)
    _limits_are_kept(stated, folder)
    yield Message("constraints: {kinds:list} are kept to", kinds=sorted(stated))


def _units_are_where_they_must_be(stated: Json, evidence: Evidence, inside: set[str]) -> None:
    listed = [*stated.get("must", []), *stated.get("must_not", [])]
    groups = stated.get("keep_together", {}).get("groups", [])
    for unit in [*listed, *(unit for group in groups for unit in group)]:
        if unit not in evidence.units:
            _fails(unit, Message("no unit of units.csv"))
    for unit in stated.get("must", []):
        if unit not in inside:
            _fails(unit, Message("outside, though locked in"))
    for unit in stated.get("must_not", []):
        if unit in inside:
            _fails(unit, Message("inside, though locked out"))
    for group in groups:
        if inside & set(group) and not inside >= set(group):
            _fails(min(set(group) - inside), Message("outside, though kept together with units inside"))


def _ways_are_cut_and_made(stated: Json, folder: Path) -> None:
    edges = {frozenset((row["from"], row["to"])) for row in rows(folder / "edges.csv")}
    for pair in stated.get("cut", []):
        if frozenset(pair) in edges:
            _fails(" – ".join(pair), Message("an edge, though cut"))
    for pair in stated.get("link", []):
        if frozenset(pair) not in edges:
            _fails(" – ".join(pair), Message("no edge, though linked"))


def _limits_are_kept(stated: Json, folder: Path) -> None:
    table = rows(folder / "units.csv")
    within = [row for row in table if row["inside"] == "True"]
    if stated.get("exclude_empty"):
        for row in within:
            if row["population"] and float(row["population"]) == 0:
                _fails(row["unit_id"], Message("inside, though nobody lives there"))
    most = stated.get("at_most", {})
    if len(within) > most.get("units", len(within)):
        _over("units", len(within), most["units"])
    if "population" in most:
        people = sum(round(float(row["population"] or 0)) for row in within)
        if people > math.floor(most["population"]):
            _over("people", people, most["population"])
    if "area" in most:
        area = sum(whole(row["area"]) for row in within)
        if area > max(1, math.floor(most["area"] * 1e6 / most["area_unit"])):
            _over("km²", area * most["area_unit"] / 1e6, most["area"])


def _over(what: str, held: float, most: float) -> NoReturn:
    _fails(f"{held} {what}", Message("more than {most:exact}", most=most))


def _fails(what: str, found: Message) -> NoReturn:
    raise VerificationFailed(
        "The region does not keep to its constraints: {what} is {found}; derive it again.", what=what, found=found
    )
