"""Why is this unit in? What a region without it, or with it, costs: irreplaceable, exchangeable, never in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maps.locale.texts import Texts, noop

KINDS = ("irreplaceable", "exchangeable", "open", "never in")
KIND_WORDS = (
    noop("irreplaceable: every region as good has it"),
    noop("exchangeable: some have it, others do not"),
    noop("not known"),
    noop("never in: no region as good has it"),
)
_SHORT = (noop("Irreplaceable"), noop("Exchangeable"), noop("Not known"), noop("Never in"))
_MEANT = (
    noop("Every region as good has it."),
    noop("Some regions as good have it, others do not."),
    noop("What is proven and what was found lie on either side of the line: it may be either."),
    noop("No region as good has it."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What a unit is worth to a polity.

    Attributes
    ----------
    kind
        One of ``KINDS``.
    least, found
        How much larger the best region without the unit is (with it, where it is outside), as a share: proven, and
        found; ``None`` where there is none.
    """

    unit_id: str
    name: str
    kind: str
    is_inside: bool
    least: float | None
    found: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanges:
    """Every unit of a polity's layer, and up to how much larger a region counts as as good."""

    within: float
    units: tuple[Exchange, ...]

    def of_kind(self, kind: str) -> list[Exchange]:
        """Units of a kind, the dearest to change first."""
        found = [one for one in self.units if one.kind == kind]
        return sorted(found, key=lambda one: (-_dear(one), one.name, one.unit_id))

    def named(self, words: str) -> list[Exchange]:
        """Units of an id, or whose name has these words in it."""
        wanted = " ".join(words.casefold().split())
        exact = [one for one in self.units if one.unit_id == words.strip() or one.name.casefold() == wanted]
        return exact or [one for one in self.units if wanted and wanted in one.name.casefold()]


def _dear(one: Exchange) -> float:
    return float("inf") if one.least is None else one.least


def exchange_words(one: Exchange, t: Texts) -> str:
    """Why a unit is inside, or is not, in a sentence."""
    values = {"name": one.name}
    if one.least is None:
        return (
            t("{name} is inside, and no region can do without it.", **values)
            if one.is_inside
            else t("{name} is outside, and no region can have it.", **values)
        )
    values["least"] = t.percent(max(one.least, 0.0))
    if one.found is None:
        return (
            t("{name} is inside: without it the polity would be at least {least} larger.", **values)
            if one.is_inside
            else t("{name} is outside: with it the polity would be at least {least} larger.", **values)
        )
    values["found"] = t.percent(max(one.found, 0.0))
    if one.is_inside:
        return t(
            "{name} is inside: without it the polity would be at least {least} larger, and one {found} larger is "
            "known.",
            **values,
        )
    return t(
        "{name} is outside: with it the polity would be at least {least} larger, and one {found} larger is known.",
        **values,
    )


def summary_words(known: Exchanges, t: Texts) -> str:
    """How many units are of each kind."""
    counts = [sum(one.kind == kind for one in known.units) for kind in KINDS]
    return t(
        "Among regions at most {within} larger: {irreplaceable:count} units are in every one, {exchangeable:count} in "
        "some, {open:count} are not known, {never:count} in none.",
        within=t.percent(known.within, 2),
        irreplaceable=counts[0],
        exchangeable=counts[1],
        open=counts[2],
        never=counts[3],
    )


def kind_words(kind: str, t: Texts) -> str:
    """A kind as a heading."""
    return t(_SHORT[KINDS.index(kind)])


def meant(kind: str, t: Texts) -> str:
    """What a kind means."""
    return t(_MEANT[KINDS.index(kind)])


def sentences(units: Sequence[Exchange], t: Texts) -> list[str]:
    """A sentence a unit."""
    return [exchange_words(one, t) for one in units]
