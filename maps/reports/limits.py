"""What a reader must not conclude from a polity, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from geopolity.polity.bridges import bridges_of
from maps.locale.texts import Texts
from maps.reports.bridges import bridges_words

if TYPE_CHECKING:
    from geopolity.polity.derivation import Derivation

SOMEBODY = 0.5
"""From so many people on those outside are spoken of."""


def limits(derivation: Derivation, t: Texts) -> tuple[str, ...]:
    """Who is at the fringe, how the counts may be wrong, and what maps leave out."""
    flags = tuple(t.say(flag.sentence) for flag in derivation.affected.flags)
    read = tuple(t.say(note) for note in derivation.layer.notes)
    missing = int(derivation.units["population"].isna().sum())
    unknown = t(
        "There is no count of residents for {units}; people there are not counted.",
        units=t.unit_count(derivation.layer.name, missing),
    )
    without_count = (unknown,) if missing else ()
    unsure = _certainty(derivation, t)
    drawn = t(
        "Maps are drawn from simplified borders; the published boundary and every figure use the full ones. No {unit} "
        "is ever split.",
        unit=t.units(derivation.layer.name, 1),
    )
    return (*_fringe(derivation, t), *flags, *without_count, *read, *unsure, drawn)


def _fringe(derivation: Derivation, t: Texts) -> tuple[str, ...]:
    """Who is affected though outside, and which units are inside though hardly anybody there is."""
    units, name = derivation.units, derivation.layer.name
    outside = units[~units["inside"] & (units["affected"] >= SOMEBODY)]
    bridges = bridges_of(units)
    found = []
    if len(outside):
        found.append(
            t(
                "Affected, but not inside: {people} people in {units}; the polity holds the share asked for without "
                "them, and is smaller so.",
                people=t.people(float(outside["affected"].sum())),
                units=t.unit_count(name, len(outside)),
            )
        )
    if bridges.units and not derivation.issue.affects_everyone:
        found.append(
            t(
                "Inside, but hardly affected: {units}, which connect those who are.",
                units=t.unit_count(name, bridges.units),
            )
        )
        found += bridges_words(bridges, t)
    return tuple(found)


def _certainty(derivation: Derivation, t: Texts) -> tuple[str, ...]:
    """How many units are surely inside, where that was tried out."""
    units = derivation.units
    if "certainty" not in units or "uncertainty" not in derivation.problem_record:
        return ()
    runs = derivation.problem_record["uncertainty"]["runs"]
    core, fringe = (int((units["certainty"] == kind).sum()) for kind in ("core", "fringe"))
    alone = derivation.problem_record["uncertainty"].get("fringe")
    by_each = () if alone is None else (_by_each(alone, derivation.layer.name, t),)
    return (
        t(
            "In {runs} re-derivations with the affected people drawn from their ranges, {core} were inside (nearly) "
            "every time: the core. {fringe} were so at times: the fringe, dotted on maps.",
            runs=t.whole(runs),
            core=t.unit_count(derivation.layer.name, core),
            fringe=t.unit_count(derivation.layer.name, fringe),
        ),
        *by_each,
    )


def _by_each(fringe: Mapping[str, int], layer: str, t: Texts) -> str:
    """How many units are unsure by each of the two errors alone."""
    return t(
        "By sampling error alone {sampling} would be at the fringe, by where people live alone {placing}.",
        sampling=t.unit_count(layer, fringe["sampling"]),
        placing=t.unit_count(layer, fringe["placing"]),
    )
