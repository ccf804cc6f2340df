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
        How much more the best region without the unit costs (with it, where it is outside), as a share: proven, and
        found; ``None`` where there is none.
    measure
        What is more then, as in :class:`Exchanges`.
    """

    unit_id: str
    name: str
    kind: str
    is_inside: bool
    least: float | None
    found: float | None
    measure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanges:
    """Every unit of a polity's layer, and how much more a region may cost that counts as as good.

    Attributes
    ----------
    within
        That share of the polity's cost.
    measure
        What the cost is and was kept smallest: ``area``, ``population``, ``units``, or ``bridge``, area with priced
        bridges.
    """

    within: float
    measure: str
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
    values = {"name": one.name, "measure": one.measure}
    if one.least is None:
        return (
            t("{name} is inside, and no region can do without it.", **values)
            if one.is_inside
            else t("{name} is outside, and no region can have it.", **values)
        )
    values["least"] = t.percent(max(one.least, 0.0))
    if one.found is None:
        return (
            t("{name} is inside: without it the polity would have at least {least} more {measure:more}.", **values)
            if one.is_inside
            else t("{name} is outside: with it the polity would have at least {least} more {measure:more}.", **values)
        )
    values["found"] = t.percent(max(one.found, 0.0))
    if one.is_inside:
        return t(
            "{name} is inside: without it the polity would have at least {least} more {measure:more}, and one with "
            "{found} more is known.",
            **values,
        )
    return t(
        "{name} is outside: with it the polity would have at least {least} more {measure:more}, and one with {found} "
        "more is known.",
        **values,
    )


def summary_words(known: Exchanges, t: Texts) -> str:
    """How many units are of each kind."""
    counts = [sum(one.kind == kind for one in known.units) for kind in KINDS]
    return t(
        "Among regions with at most {within} more {measure:more}: {irreplaceable:count} units are in every one, "
        "{exchangeable:count} in some, {open:count} are not known, {never:count} in none.",
        measure=known.measure,
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


def more_words(share: float, measure: str, t: Texts) -> str:
    """By how much a region costs more, in a few words."""
    return t("{share} more {measure:more}", share=t.percent(max(share, 0.0), 2), measure=measure)


def sentences(units: Sequence[Exchange], t: Texts) -> list[str]:
    """A sentence a unit."""
    return [exchange_words(one, t) for one in units]
