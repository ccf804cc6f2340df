"""All polities in force on one map: overlaps by count, membership cells, and the load of each place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from maps.locale.texts import Texts, texts
from maps.pages.home import PolityLine
from maps.pages.layout import PageFrame, render
from maps.pages.proposals import ProposalLine, proposal_cards
from maps.scenes.legend import Entry
from maps.scenes.overview import COUNTS


@dataclass(frozen=True, slots=True, kw_only=True)
class CellLine:
    """Units with the same set of polities."""

    titles: tuple[str, ...]
    units: int
    people: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLine:
    """People who belong to so many polities."""

    number: int
    units: int
    people: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalView:
    """What the page says of one layer.

    Attributes
    ----------
    colours
        By polity: hue of its outline; empty where it has none.
    load_picture, load_sentence
        SVG and finding of the load; empty where nobody is in the lot.
    """

    polities: tuple[PolityLine, ...]
    colours: tuple[str, ...]
    layer: str
    source: str
    picture: str
    cells: tuple[CellLine, ...]
    cell_count: int
    counts: tuple[CountLine, ...]
    proposals: tuple[ProposalLine, ...] = ()
    load_picture: str = ""
    load_legend: tuple[Entry, ...] = ()
    live: str = ""


def national_page(chrome: PageFrame, view: NationalView) -> str:
    """Write the page."""
    t = texts(chrome.language)
    cards = proposal_cards(t, view.proposals)
    return render("national.jinja", chrome, view=view, proposals=cards, **national_values(t, view))


def national_values(t: Texts, view: NationalView) -> dict[str, Any]:
    """The overview in words and rows, for any page about it."""
    total = sum(line.people for line in view.counts)
    return {
        "lead": _lead(t, view),
        "rows": [_row(t, one, colour) for one, colour in zip(view.polities, view.colours, strict=True)],
        "counts": [_count(t, one, total) for one in view.counts],
        "cells": [_cell(t, one) for one in view.cells],
        "legend": _legend(view.counts),
        "words": (t.units(view.layer, 1), t.units(view.layer, 2)),
    }


def _lead(t: Texts, view: NationalView) -> str:
    if not view.polities:
        return t("Analysts derive polities in the studio; once one is in force it is drawn here.")
    numbers = [line.number for line in view.counts]
    return t(
        "They overlap: a place belongs to {low} to {high} of them. Together they make {cells} membership cells, "
        "groups of {units} with the same set of polities.",
        low=min(numbers),
        high=max(numbers),
        cells=t.whole(view.cell_count),
        units=t.units(view.layer, 2),
    )


def _row(t: Texts, one: PolityLine, colour: str) -> dict[str, Any]:
    return {
        "polity_id": one.polity_id,
        "title": one.title,
        "colour": colour,
        "units": t.whole(one.units),
        "people": t.people(one.population),
        "coverage": t.percent(one.coverage),
        "gap": t.gap(one.gap),
        "seats": t.whole(one.seats) if one.seats else "–",
    }


def _count(t: Texts, one: CountLine, people: float) -> dict[str, str]:
    share = t.percent(one.people / people) if people else "–"
    return {"number": t.whole(one.number), "units": t.whole(one.units), "people": t.people(one.people), "share": share}


def _cell(t: Texts, one: CellLine) -> dict[str, str]:
    names = t.listed(one.titles) if one.titles else t("none")
    return {"names": names, "units": t.whole(one.units), "people": t.people(one.people)}


def _legend(counts: Sequence[CountLine]) -> list[Entry]:
    last = len(COUNTS) - 1
    return [
        Entry(mark="fill", colour=COUNTS[min(line.number, last)], words=str(line.number))
        for line in counts
        if line.number <= last
    ]
