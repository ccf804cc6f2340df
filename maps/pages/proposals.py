"""Open proposals in words: what each would change for people, how long objections are open, and where to object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maps.locale.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalLine:
    """A version that is proposed, beside the one in force.

    Attributes
    ----------
    days_left
        Days that objections stay open, a begun one counted whole; 0 once they are closed.
    joined, left
        Units that come and go; ``joined_people`` and ``left_people`` live there.
    is_first
        Whether no version is in force.
    """

    polity_id: str
    title: str
    question: str
    version: int
    open_until: str
    days_left: int
    layer: str
    units: int
    people: float
    joined: int = 0
    joined_people: float = 0.0
    left: int = 0
    left_people: float = 0.0
    is_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalCard:
    """A proposal in words."""

    polity_id: str
    title: str
    question: str
    version: int
    change: str
    until: str
    is_open: bool


def proposal_cards(t: Texts, lines: Sequence[ProposalLine], *, counts_days: bool = True) -> list[ProposalCard]:
    """Proposals in words; a page that does not know when it is read counts no days."""
    return [
        ProposalCard(
            polity_id=one.polity_id,
            title=one.title,
            question=one.question,
            version=one.version,
            change=_change(t, one),
            until=_until(t, one) if counts_days else t("Anyone may object until {date}.", date=t.day(one.open_until)),
            is_open=one.days_left > 0,
        )
        for one in lines
    ]


def _until(t: Texts, one: ProposalLine) -> str:
    if not one.days_left:
        return t("Objections were open until {date}; they are being answered.", date=t.day(one.open_until))
    return t.count(
        "1 day is left to object, until {date}.",
        "{number} days are left to object, until {date}.",
        one.days_left,
        date=t.day(one.open_until),
    )


def _change(t: Texts, one: ProposalLine) -> str:
    if one.is_first:
        return t(
            "It would be the first: {units} with {people} people.",
            units=t.unit_count(one.layer, one.units),
            people=t.people(one.people),
        )
    if not one.joined and not one.left:
        return t("Nobody would join and nobody would leave; the figures are new.")
    said = []
    if one.joined:
        said.append(
            t(
                "{units} with {people} people would join.",
                units=t.unit_count(one.layer, one.joined),
                people=t.people(one.joined_people),
            )
        )
    if one.left:
        said.append(
            t(
                "{units} with {people} people would leave.",
                units=t.unit_count(one.layer, one.left),
                people=t.people(one.left_people),
            )
        )
    return " ".join(said)
