"""Why a place is inside or outside, how sure that is, and what can be done about it: each a sentence."""

from __future__ import annotations

from geopolity.polity.bridges import BRIDGE_SHARE
from maps.locale.texts import Texts
from maps.pages.citizen.answer import Membership, Nearby, Part


def part_words(t: Texts, part: Part) -> str:
    """How an issue bites in one unit of a place, in a sentence."""
    counts = {"number": t.people(part.affected), "of": t.people(part.people or 0)}
    if not part.is_inside:
        return (
            t("{unit} is outside; people affected there: {number} of {of}.", unit=part.name, **counts)
            if part.affected
            else t("{unit} is outside; nobody there is affected.", unit=part.name)
        )
    if part.share is None:
        return t("{unit} is inside its boundary.", unit=part.name)
    if part.share < BRIDGE_SHARE:
        return (
            t(
                "{unit} is a bridge between {between}; people affected in it: {number} of {of}.",
                unit=part.name,
                between=t.listed(part.between),
                **counts,
            )
            if part.between
            else t(
                "{unit} connects those who are affected; people affected in it: {number} of {of}.",
                unit=part.name,
                **counts,
            )
        )
    if part.share > 0.9995:
        return t("Everybody in {unit} is affected: {number} in all.", unit=part.name, **counts)
    share = t.percent(part.share, 0 if part.share >= 0.01 else 1)
    return t("{share} of the people in {unit} are affected: {number} of {of}.", unit=part.name, share=share, **counts)


def outside_because(t: Texts, coverage: float) -> str:
    """Why places outside are left out though people there are affected."""
    return t(
        "It lies outside because the polity holds {share} of all people affected without it, and is smaller so.",
        share=t.percent(coverage),
    )


def outside_until(t: Texts) -> str:
    """What would take such a place in."""
    return t(
        "It would be taken in if more people here proved to be affected, or if a larger share had to be covered. "
        "Object to the next version, or raise a harm before the assembly."
    )


def sure_words(t: Texts, one: Membership) -> str:
    """How sure the membership is."""
    if one.certainty == "depends":
        return t("It depends on where you live: yes in {units}.", units=t.listed(one.inside_units))
    if one.certainty == "likely":
        return t("Likely: {share} of the unit lies inside.", share=t.percent(one.inside_share, 0))
    if one.border_m is None:
        return t(
            "Certain: all of {unit} is inside.",
            unit=t.listed(part.name for part in one.parts if part.is_inside) or one.unit,
        )
    return t(
        "Near the border: it is {distance} away. A small error in your position could change this."
        if one.certainty == "near"
        else "Certain. The border is {distance} away.",
        distance=t.distance(one.border_m),
    )


def call_words(t: Texts, one: Membership) -> str:
    """What the assembly may ask of a citizen."""
    if one.eligible and one.draw_seats:
        return t(
            "If you are a citizen of age: to sit in this assembly for up to six years. The last draw called 1 in "
            "{odds}.",
            odds=t.whole(max(one.eligible / one.draw_seats, 1)),
        )
    return t("If you are a citizen of age: to sit in this assembly, by lot, for up to six years.")


def objecting_words(t: Texts, one: Membership | Nearby) -> str:
    """What can be done against the boundary, and until when."""
    if one.proposed is None:
        return t(
            "No change is proposed now. You can see how the boundary was made, and raise a harm before its assembly."
        )
    return t(
        "Version {version} is proposed. Anyone may object until {date}.",
        version=one.proposed,
        date=t.day(one.open_until),
    )
