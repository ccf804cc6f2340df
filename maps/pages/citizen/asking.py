"""The one box that asks for a place, and the question which place was meant."""

from __future__ import annotations

from dataclasses import dataclass

from maps.locale.texts import Said, Texts, texts
from maps.pages.citizen.answer import Belonging, PlaceChoice
from maps.pages.layout import PageFrame, render


def lookup_page(chrome: PageFrame, *, wanted: str = "", error: Said | None = None) -> str:
    """Ask for a place; after a mistake, with the sentence that says what was wrong."""
    return render("lookup.jinja", chrome, wanted=wanted, error=error, places=())


def empty_question(language: str) -> Said:
    """The sentence for an empty question."""
    return Said(text=texts(language)("Type an address, a postcode, a place or coordinates first."), language=language)


def choices_page(chrome: PageFrame, answer: Belonging, *, wanted: str) -> str:
    """Ask which place is meant: each is a button, the largest first."""
    t = texts(chrome.language)
    return render(
        "lookup.jinja",
        chrome,
        wanted=wanted,
        error=None,
        asking=_asking(t, answer, wanted),
        places=[choice_words(t, one) for one in answer.choices],
        narrow=narrow_words(t, answer),
    )


def _asking(t: Texts, answer: Belonging, wanted: str) -> str:
    if any(one.sure is not None for one in answer.choices):
        return t("Several addresses fit {place:quoted}. Which one do you mean?", place=wanted)
    if answer.is_near:
        return t("No place is spelt {place:quoted}. Do you mean one of these?", place=wanted)
    return t("Several places are called {place:quoted}. Which one do you mean?", place=wanted)


def narrow_words(t: Texts, answer: Belonging) -> str:
    """How many more places have the name; empty where all are listed."""
    if not answer.more:
        return ""
    return t.count(
        "1 more has this name. Add the region or the country to narrow it.",
        "{number} more have this name. Add the region or the country to narrow it.",
        answer.more,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A place in words: its name, and what tells it from others of the name."""

    place_id: str
    name: str
    where: str


def choice_words(t: Texts, one: PlaceChoice) -> Choice:
    """A place in words: region, country, kind, how well it fits, how many people."""
    country = t.country(one.country_code, one.country)
    parts = [
        one.region if one.region not in {one.name, one.country, ""} else "",
        "" if one.kind == "country" else country,
    ]
    if one.kind in {"region", "country"}:
        parts = [*parts[1:], t("whole region") if one.kind == "region" else t("whole country")]
    if one.sure is not None:
        parts.append(t("fits to {share}", share=t.percent(one.sure, 0)))
    if one.people is not None:
        parts.append(t("{number} people", number=t.whole(one.people)))
    return Choice(place_id=one.place_id, name=one.name, where=", ".join(part for part in parts if part))
