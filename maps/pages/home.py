"""The first page: one box, the polities in force, and how it works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maps.locale.texts import texts
from maps.pages.layout import PageFrame, render
from maps.pages.proposals import ProposalLine, proposal_cards


@dataclass(frozen=True, slots=True, kw_only=True)
class PolityLine:
    """A polity in force, in one line."""

    polity_id: str
    title: str
    layer: str
    version: int
    since: str
    units: int
    population: float
    affected: float
    coverage: float
    gap: float
    is_whole: bool
    seats: int = 0
    question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Card:
    polity_id: str
    title: str
    question: str
    sentence: str


def home_page(chrome: PageFrame, polities: Sequence[PolityLine], proposals: Sequence[ProposalLine] = ()) -> str:
    """Write the first page."""
    return render(
        "home.jinja",
        chrome,
        polities=[_card(chrome.language, one) for one in polities],
        proposals=proposal_cards(texts(chrome.language), proposals),
    )


def _card(language: str, one: PolityLine) -> _Card:
    t = texts(language)
    units = f"{t.whole(one.units)} {t.units(one.layer, one.units)}"
    if one.is_whole:
        sentence = t(
            "All {units} and their {people} people, because the issue affects everyone.",
            units=units,
            people=t.people(one.population),
        )
    else:
        sentence = t(
            "{units} and {people} people; it covers {coverage} of the {affected} affected.",
            units=units,
            people=t.people(one.population),
            coverage=t.percent(one.coverage),
            affected=t.people(one.affected),
        )
    return _Card(polity_id=one.polity_id, title=one.title, question=one.question, sentence=sentence)
