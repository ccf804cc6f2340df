"""What a polity had to keep to, in words, from the constraints that its ``problem.json`` states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from maps.locale.texts import Texts


def conditions_words(stated: Mapping[str, Any], layer: str, t: Texts) -> tuple[str, ...]:
    """One sentence, or none where there are no constraints."""
    parts = conditions_parts(stated, layer, t)
    if not parts:
        return ()
    return (t("Only regions that keep to these constraints were looked at: {parts}.", parts="; ".join(parts)),)


def conditions_parts(stated: Mapping[str, Any], layer: str, t: Texts) -> list[str]:
    """Each constraint as a part of a sentence."""
    return [*_units(stated, layer, t), *_ways(stated, t), *_limits(stated.get("at_most", {}), layer, t)]


def _units(stated: Mapping[str, Any], layer: str, t: Texts) -> list[str]:
    found = []
    if inside := stated.get("must"):
        found.append(t("{units} had to be inside", units=t.unit_count(layer, len(inside))))
    if outside := stated.get("must_not"):
        found.append(t("{units} had to stay outside", units=t.unit_count(layer, len(outside))))
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


def _ways(stated: Mapping[str, Any], t: Texts) -> list[str]:
    found = []
    if cut := stated.get("cut"):
        found.append(t("ways between neighbours that were cut: {number}", number=t.whole(len(cut))))
    if link := stated.get("link"):
        found.append(t("ways that were made, as by a ferry: {number}", number=t.whole(len(link))))
    return found


def _limits(most: Mapping[str, Any], layer: str, t: Texts) -> list[str]:
    found = []
    if "units" in most:
        found.append(t("at most {size}", size=t.unit_count(layer, most["units"])))
    if "area" in most:
        found.append(t("at most {size}", size=t.area(most["area"])))
    if "population" in most:
        found.append(t("at most {size} residents", size=t.people(most["population"])))
    return found
