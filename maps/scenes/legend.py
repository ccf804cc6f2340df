"""Legend entries as values, shared by the web map and the static figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from geopolity.arrays import NOBODY
from maps.locale.texts import Texts, texts
from maps.scenes.classes import MISSING, Classes
from maps.scenes.palette import LAND

EN = texts("en")

Mark = Literal["fill", "missing", "footprint", "polity", "fringe", "bridge", "joined", "left", "outline"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a legend: a mark, its colour, and words."""

    mark: Mark
    colour: str
    words: str


def choropleth_entries(classes: Classes, t: Texts = EN) -> tuple[Entry, ...]:
    """Classes from dark to light, then nobody and no count where they occur."""
    coloured = [
        Entry(mark="fill", colour=colour, words=words)
        for colour, words in zip(classes.colours, classes.labels(t), strict=True)
    ]
    nobody = [Entry(mark="fill", colour=LAND, words=t("nobody"))] if (classes.members == NOBODY).any() else []
    missing = [Entry(mark="missing", colour=LAND, words=t("no count"))] if (classes.members == MISSING).any() else []
    return (*reversed(coloured), *nobody, *missing)


def class_note(classes: Classes, t: Texts = EN) -> str:
    """How the classes were made, and the largest value."""
    if not classes.breaks:
        return ""
    return t(
        "Classes hold about as many units each (quantiles); largest: {people}.", people=t.people(classes.breaks[-1])
    )
