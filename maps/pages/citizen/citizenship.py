"""A citizen's own page: standing, home, consent, chances, what was drawn, service, and all that is known about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maps.locale.texts import Said, Texts, noop, texts
from maps.pages.layout import PageFrame, render

TERM_YEARS = 6
LIFE_YEARS = 60
"""Years in which somebody can be drawn, about: from eighteen on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPolity:
    """A polity that a citizen is at home in; ``seats`` and ``eligible`` are of its last draw, 0 without one."""

    polity_id: str
    title: str
    question: str
    seats: int
    eligible: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEpoch:
    """A roll that a citizen is on.

    Attributes
    ----------
    outcome
        ``delegate``, ``alternate`` or ``not called``; ``waits`` until it is drawn.
    """

    epoch: str
    is_rehearsal: bool
    frozen_at: str
    pseudonym: str
    outcome: str
    polity_title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSeat:
    """A seat that a citizen holds or held, and its sessions to come."""

    polity_id: str
    title: str
    pseudonym: str
    starts: str
    ends: str
    ended_at: str
    answer: str
    sessions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWord:
    """An objection, or an issue raised or supported: what it is, where it is, and what became of it."""

    kind: str
    title: str
    path: str
    at: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAct:
    """What an office did or asked for about a citizen."""

    kind: str
    asked_at: str
    asked_by: str
    confirmed_by: str
    done_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenshipView:
    """Everything that a citizen's own page says."""

    citizen_id: str
    standing: str
    until: str
    key: str
    key_made_by: str
    why_not: str
    home: str
    home_name: str
    layer: str
    is_enclosing: bool
    entitlements: tuple[str, ...]
    obligations: tuple[str, ...]
    polities: tuple[OwnPolity, ...]
    epochs: tuple[OwnEpoch, ...]
    seats: tuple[OwnSeat, ...]
    words: tuple[OwnWord, ...]
    acts: tuple[OwnAct, ...]
    address: str
    address_waits: bool
    notices: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of checking a receipt: against the published draw, and against the public log."""

    epoch: str
    sentence: Said
    is_good: bool
    in_log: int | None


def citizenship_page(
    chrome: PageFrame,
    view: CitizenshipView,
    *,
    error: Said | None = None,
    checked: Checked | None = None,
    places: Sequence[tuple[str, str]] = (),
) -> str:
    """Write the page; ``places`` are units to choose a new home from, where what was typed fits several."""
    t = texts(chrome.language)
    return render(
        "citizenship.jinja",
        chrome,
        view=view,
        error=error,
        checked=checked,
        places=places,
        headline=_headline(t, view),
        chances=[(one, *chance_words(t, one.seats, one.eligible)) for one in view.polities],
        vocabulary=t.words(VOCABULARY),
    )


VOCABULARY = {
    "unable": noop("This browser cannot make such a key. Use a newer one, or the terminal at the clerk's office."),
    "made": noop("Your key is made. Write these words down before you go on; they are shown this once."),
    "wrong": noop("These words are no key. Look at each of them again."),
    "failed": noop("That did not work:"),
    "signed": noop("Signed and handed in."),
}
"""What the page's script says."""


def _headline(t: Texts, view: CitizenshipView) -> str:
    if view.standing == "citizen":
        return t("You are a citizen until {date}.", date=t.day(view.until))
    return t("You are a resident: you have not consented this year.")


def chance_words(t: Texts, seats: int, eligible: int) -> tuple[str, str]:
    """The chance of being drawn for an assembly, this year and over a life, in words; empty where none was drawn."""
    if not seats or not eligible:
        return t("No assembly was drawn yet."), ""
    year = min(seats / TERM_YEARS / eligible, 1.0)
    life = 1.0 - (1.0 - year) ** LIFE_YEARS
    return (
        t("This year: 1 in {number}.", number=t.rounded(1 / year)),
        t("Over a life: {share}.", share=t.percent(life, 1 if life >= 0.001 else 3)),
    )
