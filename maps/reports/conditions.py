"""What a polity had to keep to, in words, from the constraints that its ``problem.json`` states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from maps.locale.texts import Texts

FEW = 4
"""So many units are called by their names."""


def conditions_words(stated: Mapping[str, Any], layer: str, t: Texts) -> tuple[str, ...]:
    """One sentence, or none where there are no constraints."""
    parts = conditions_parts(stated, layer, t)
    if not parts:
        return ()
    return (t("Only regions that keep to these constraints were looked at: {parts}.", parts="; ".join(parts)),)


def conditions_parts(
    stated: Mapping[str, Any], layer: str, t: Texts, names: Mapping[str, str] | None = None
) -> list[str]:
    """Each constraint as a part of a sentence; with the units' names by id, few units are called by them."""
    names = {} if names is None else names  # a column of a layer does as well
    return [
        *_units(stated, layer, t, names),
        *_ways(stated, t, names),
        *_limits(stated.get("at_most", {}), layer, t),
    ]


def _units(stated: Mapping[str, Any], layer: str, t: Texts, names: Mapping[str, str]) -> list[str]:
    found = []
    if inside := stated.get("must"):
        named = _named([[unit] for unit in inside], names)
        found.append(
            t("inside, as asked: {units}", units=named)
            if named
            else t("{units} had to be inside", units=t.unit_count(layer, len(inside)))
        )
    if outside := stated.get("must_not"):
        named = _named([[unit] for unit in outside], names)
        found.append(
            t("outside, as asked: {units}", units=named)
            if named
            else t("{units} had to stay outside", units=t.unit_count(layer, len(outside)))
        )
    if together := stated.get("keep_together"):
        found.append(
            t(
                "{groups} groups of {units} with the same {column} are whole in or whole out",
                groups=t.whole(len(together["groups"])),
                units=t.units(layer, 2),
                column=together["column"],
            )
        )
    if stated.get("exclude_empty"):
        found.append(t("{units} where nobody lives stay outside", units=t.units(layer, 2)))
    return found


def _ways(stated: Mapping[str, Any], t: Texts, names: Mapping[str, str]) -> list[str]:
    found = []
    if cut := stated.get("cut"):
        number = _named(cut, names) or t.whole(len(cut))
        found.append(t("ways between neighbours that were cut: {number}", number=number))
    if link := stated.get("link"):
        number = _named(link, names) or t.whole(len(link))
        found.append(t("ways that were made, as by a ferry: {number}", number=number))
    return found


def _named(groups: Sequence[Sequence[str]], names: Mapping[str, str]) -> str:
    """Units or pairs by name; empty where they are many, or some have none."""
    if len(groups) > FEW or not all(unit in names for group in groups for unit in group):
        return ""
    return "; ".join(" – ".join(names[unit] for unit in group) for group in groups)


def _limits(most: Mapping[str, Any], layer: str, t: Texts) -> list[str]:
    found = []
    if "units" in most:
        found.append(t("at most {size}", size=t.unit_count(layer, most["units"])))
    if "area" in most:
        found.append(t("at most {size}", size=t.area(most["area"])))
    if "population" in most:
        found.append(t("at most {size} residents", size=t.people(most["population"])))
    return found
