"""The page of what a place belongs to: a card for each polity, what is proposed, which laws bind."""

from __future__ import annotations

from dataclasses import dataclass

from maps.locale.texts import Texts, texts
from maps.pages.citizen.answer import Belonging, BindingLaw, Membership, Nearby, OpenMatter, Proposed
from maps.pages.citizen.asking import choice_words, narrow_words
from maps.pages.citizen.place import caption, headline, notes_on, straddles, whereabouts
from maps.pages.citizen.reasons import (
    call_words,
    objecting_words,
    outside_because,
    outside_until,
    part_words,
    sure_words,
)
from maps.pages.layout import PageFrame, render
from maps.reports.deciding import who_decides
from maps.reports.exchange import sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class _Card:
    """One polity of the answer, in words."""

    polity_id: str
    title: str
    question: str
    colour: str
    why: list[str]
    sure: str
    is_near: bool
    since: str
    decides: str
    assembly: str
    matters: tuple[OpenMatter, ...]
    call: str
    objecting: str
    proposed: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _NearCard:
    """A polity outside which the place lies, in words."""

    polity_id: str
    title: str
    question: str
    who: list[str]
    because: str
    until: str
    objecting: str
    proposed: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A proposal or a law in one line."""

    polity_id: str
    matter_id: str
    title: str
    words: str


def belonging_page(chrome: PageFrame, answer: Belonging) -> str:
    """The page of what a place belongs to: the number first, then each polity, and a map beside the list."""
    t = texts(chrome.language)
    share = _share(answer)
    return render(
        "belonging.jinja",
        chrome,
        headline=headline(t, answer),
        whereabouts=whereabouts(t, answer),
        notes=notes_on(t, answer),
        choices=answer.units if len(answer.units) > 1 else (),
        straddles=straddles(t, answer),
        members=[_card(t, one) for one in answer.memberships],
        near=[_near_card(t, one) for one in answer.near],
        proposals=[_proposal(t, one) for one in answer.proposals],
        laws=[_law(t, one) for one in answer.laws],
        picture=answer.picture,
        caption=caption(t, answer),
        others=[choice_words(t, one) for one in answer.others],
        narrow=narrow_words(t, answer),
        share=share,
        share_unit=answer.units[0].name if share else "",
        share_place=f"{answer.units[0].layer}:{answer.units[0].unit_id}" if share else "",
    )


def _card(t: Texts, one: Membership) -> _Card:
    return _Card(
        polity_id=one.polity_id,
        title=one.title,
        question=one.question,
        colour=one.colour,
        why=[*(part_words(t, part) for part in one.parts), *sentences(one.worth, t)],
        sure=sure_words(t, one),
        is_near=one.certainty == "near",
        since=t("{date}, in version {version} of the boundary", date=t.day(one.since), version=one.version),
        decides=who_decides(one.deciding, t),
        assembly=t.count("1 delegate, drawn by lot", "{number} delegates, drawn by lot", one.seats)
        if one.seats
        else t("Not drawn yet; a rehearsal has put made-up people on its seats")
        if one.rehearsed
        else t("Not drawn yet"),
        matters=one.matters,
        call=call_words(t, one),
        objecting=objecting_words(t, one),
        proposed=one.proposed,
    )


def _near_card(t: Texts, one: Nearby) -> _NearCard:
    return _NearCard(
        polity_id=one.polity_id,
        title=one.title,
        question=one.question,
        who=[part_words(t, part) for part in one.parts if part.affected],
        because=" ".join([outside_because(t, one.coverage), *sentences(one.worth, t)]),
        until=outside_until(t),
        objecting=objecting_words(t, one),
        proposed=one.proposed,
    )


def _proposal(t: Texts, one: Proposed) -> _Line:
    words = t(
        "{title}, version {version}: open to objections until {date}",
        title=one.title,
        version=one.version,
        date=t.day(one.open_until),
    )
    return _Line(polity_id=one.polity_id, matter_id="", title=one.title, words=words)


def _law(t: Texts, one: BindingLaw) -> _Line:
    words = t("Since {date}, decided by the assembly of {polity}", date=t.day(one.since), polity=one.polity)
    return _Line(polity_id="", matter_id=one.matter_id, title=one.title, words=words)


def _share(answer: Belonging) -> str:
    if len(answer.units) != 1:
        return ""
    unit = answer.units[0]
    return f"/lookup?unit={unit.unit_id}&layer={unit.layer}"
