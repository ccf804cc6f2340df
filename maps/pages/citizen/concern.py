"""Pages of issues that citizens raise: sketch one and see whom it affects, support it, read what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from maps.locale.texts import Said, Texts, texts
from maps.pages.layout import PageFrame, render

LEAST_TOLD = 10
"""Fewer supporters than this are not counted in public."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernTried:
    """What a sketch came to: figures, picture, and the units where most are affected."""

    layer: str
    affected: float
    population: float
    units: int
    coverage: float
    picture: str
    top: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernLine:
    """An issue in one line; ``near`` and ``elsewhere`` are its supporters by where they live."""

    number: int
    title: str
    question: str
    state: str
    raised_at: str
    near: int
    elsewhere: int
    affected: float
    population: float
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernStep:
    """Something that was done with it, and what it came to then."""

    kind: str
    at: str
    reason: str
    title: str
    affected: float
    population: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernView:
    """An issue with its history; ``sketch`` are the fields that it was sketched with."""

    line: ConcernLine
    sketch: Mapping[str, str]
    layer: str
    polity: str
    polity_title: str
    steps: tuple[ConcernStep, ...]
    supports: bool


def support_words(t: Texts, line: ConcernLine) -> str:
    """How many support an issue, and how many of them live where it bites; small numbers stay untold."""
    total = line.near + line.elsewhere
    if total < LEAST_TOLD:
        return t("Fewer than {number} people support it so far.", number=t.whole(LEAST_TOLD))
    if line.near < LEAST_TOLD or line.elsewhere < LEAST_TOLD:
        return t("{number} people support it.", number=t.whole(total))
    return t(
        "{number} people support it; {near} of them live in its area.", number=t.whole(total), near=t.whole(line.near)
    )


def reach_words(t: Texts, one: ConcernLine | ConcernTried, layer: str) -> str:
    """Whom it affects and what polity it would make, in a sentence."""
    return t(
        "People affected: {affected}. The smallest polity that holds nine tenths of them: {units}, {people} people.",
        affected=t.people(one.affected),
        units=t.unit_count(layer, one.units),
        people=t.people(one.population),
    )


def sketch_page(
    chrome: PageFrame,
    *,
    form: Mapping[str, str],
    tried: ConcernTried | None = None,
    error: Said | None = None,
) -> str:
    """Sketch an issue; after a try, with what it came to and the button that raises it."""
    t = texts(chrome.language)
    sentence = "" if tried is None else reach_words(t, tried, tried.layer)
    top = () if tried is None else [(name, t.people(number)) for name, number in tried.top]
    return render("concern_new.jinja", chrome, form=form, tried=tried, sentence=sentence, top=top, error=error)


def concerns_page(chrome: PageFrame, lines: Sequence[ConcernLine], layer: str) -> str:
    """All issues that were raised."""
    t = texts(chrome.language)
    cards = [(one, reach_words(t, one, layer), support_words(t, one)) for one in lines]
    return render("concerns.jinja", chrome, cards=cards)


def concern_page(chrome: PageFrame, view: ConcernView, *, error: Said | None = None) -> str:
    """One issue: its question first, whom it affects, who supports it, what became of it."""
    t = texts(chrome.language)
    return render(
        "concern.jinja",
        chrome,
        view=view,
        sentence=reach_words(t, view.line, view.layer),
        supported=support_words(t, view.line),
        error=error,
    )
