"""A notice in words: its subject, what it says, and where it leads; the same by mail and by letter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from maps.locale.texts import Texts, texts

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a notice says.

    Attributes
    ----------
    lines
        Paragraphs.
    path
        Page that it leads to; empty where there is none.
    can_stop
        Whether its mails can be stopped; a summons then comes as a letter.
    """

    subject: str
    lines: tuple[str, ...]
    path: str = ""
    can_stop: bool = True


def told(kind: str, facts: Facts, language: str) -> Told:
    """A notice of a kind in a language."""
    return KINDS[kind](texts(language), facts)


def plain(notice: Told, language: str, *, root: str, stop: str, address: str = "") -> str:
    """The text of a mail: its paragraphs, one link, and how to stop it."""
    t = texts(language)
    parts = [*notice.lines]
    if notice.path:
        parts.append(f"{root}{notice.path}")
    parts.append("--")
    if notice.can_stop:
        parts.append(
            t("You get this because {address} is confirmed for it. Stop it, or choose what you get:", address=address)
        )
    else:
        parts.append(t("A summons is a duty. If you stop mails, it comes as a letter:"))
    parts.append(stop)
    return "\n\n".join(parts) + "\n"


def _confirm(t: Texts, facts: Facts) -> Told:
    return Told(
        subject=t("Please confirm your address"),
        lines=(
            t("Somebody, you we hope, asked that this address is told what is decided. Confirm it here:"),
            t("If it was not you, do nothing: nothing more comes, and the address is forgotten in a week."),
        ),
        path=str(facts["path"]),
    )


def _summons(t: Texts, facts: Facts) -> Told:
    return Told(
        subject=t("You are called to the assembly of {polity}", polity=facts["polity"]),
        lines=(
            t(
                "The lot has drawn you as a delegate of {polity}, until {date}.",
                polity=facts["polity"],
                date=t.day(facts["ends"]),
            ),
            t("Please answer by {date}. Who does not answer loses the seat to an alternate.", date=t.day(facts["by"])),
            t("You may accept, put it off once for hardship, or ask to be excused for a reason of the closed list."),
            t("Your number there is {number}.", number=facts["pseudonym"]),
        ),
        path="/service",
        can_stop=False,
    )


def _summons_reminder(t: Texts, facts: Facts) -> Told:
    return Told(
        subject=t("Your summons still waits for an answer: {polity}", polity=facts["polity"]),
        lines=(
            t(
                "The lot has drawn you as a delegate of {polity}, and you have not answered yet.",
                polity=facts["polity"],
            ),
            t("Please answer by {date}. Who does not answer loses the seat to an alternate.", date=t.day(facts["by"])),
            t("Your number there is {number}.", number=facts["pseudonym"]),
        ),
        path="/service",
        can_stop=False,
    )


def _session(t: Texts, facts: Facts) -> Told:
    return Told(
        subject=t("Session of the assembly of {polity} on {date}", polity=facts["polity"], date=t.day(facts["day"])),
        lines=(
            t(
                "The assembly of {polity}, in which you sit, meets on {date}.",
                polity=facts["polity"],
                date=t.day(facts["day"]),
            ),
        ),
        path="/service",
        can_stop=False,
    )


def _consent(t: Texts, facts: Facts) -> Told:
    return Told(
        subject=t("Your consent ends on {date}", date=t.day(facts["until"])),
        lines=(
            t(
                "Consent is one explicit act a year, and nothing renews it but you. Yours ends on {date}.",
                date=t.day(facts["until"]),
            ),
            t("Without it you are a resident: you keep what your place gives you, and the lot does not call you."),
        ),
        path="/citizenship",
    )


def _outcome(t: Texts, facts: Facts) -> Told:
    return Told(
        subject=t("Decided: {matter}", matter=facts["matter"]),
        lines=(
            t("The assembly of {polity} has voted on {matter}.", polity=facts["polity"], matter=facts["matter"]),
            t("Yes: {yes}; no: {no}; abstained: {blank}.", yes=facts["yes"], no=facts["no"], blank=facts["blank"])
            if facts.get("yes") is not None
            else t("The count is on the matter's page."),
        ),
        path=str(facts["path"]),
    )


def _digest(t: Texts, facts: Facts) -> Told:
    lines = [
        t("{date}: {what}. {subject}", date=t.day(one["at"]), what=t.term("event", one["kind"]), subject=one["subject"])
        for one in facts["acts"]
    ]
    name = facts["name"] or t("all polities")
    return Told(
        subject=t("What was decided: {subject}", subject=name),
        lines=(t("New since the last time about {subject}:", subject=name), *lines),
        path=str(facts["path"]),
    )


KINDS: Mapping[str, Callable[[Texts, Facts], Told]] = {
    "confirm": _confirm,
    "summons": _summons,
    "summons-reminder": _summons_reminder,
    "session": _session,
    "consent": _consent,
    "outcome": _outcome,
    "digest": _digest,
}
"""How each kind is said."""
