"""A version in sentences: the answer, how small it is proven to be, who is at its fringe, its life."""

from __future__ import annotations

from typing import Any

from maps.locale.texts import Texts
from maps.pages.polity.view import Figures, PolityView, VersionLine
from maps.reports.bridges import bridges_words
from maps.reports.conditions import conditions_words
from maps.reports.pieces import in_pieces


def headline(t: Texts, view: PolityView) -> str:
    """Answer in a sentence."""
    figures = view.figures
    units = unit_count(t, view, figures.units)
    if figures.is_whole:
        return t(
            "All {units} and their {people} people, because the issue affects everyone.",
            units=units,
            people=t.people(figures.population),
        )
    return t(
        "{units} and {people} people; it covers {coverage} of the {affected} affected.",
        units=units,
        people=t.people(figures.population),
        coverage=t.percent(figures.coverage),
        affected=t.people(figures.affected),
    )


def how_small(t: Texts, figures: Figures) -> str:
    """What is proven about size; nothing for a whole layer."""
    if figures.is_whole:
        return ""
    slack = t.gap(figures.gap / (1 + figures.gap))
    word = t.term("smaller", figures.minimised)
    if figures.pieces > 1:
        return in_pieces(figures.pieces, word, slack if figures.gap > 0 else "", t)
    if figures.minimised != "area":
        return (
            t("No connected region that does so is {smaller}: this is proven.", smaller=word)
            if figures.gap <= 0
            else t("No connected region that does so can be more than {slack} {smaller}.", slack=slack, smaller=word)
        )
    if figures.gap <= 0:
        return t("No connected area that does so is smaller: this is proven.")
    return t("No connected area that does so can be more than {gap} smaller.", gap=slack)


def fringe_words(t: Texts, view: PolityView) -> list[tuple[str, list[str]]]:
    """Headings with sentences: who is affected though outside, and who is inside though not affected."""
    fringe, found = view.fringe, []
    if fringe.outside:
        outside = t(
            "Outside, {people} people in {units} are affected; most of them in {names}.",
            people=t.people(fringe.outside_people),
            units=unit_count(t, view, fringe.outside),
            names="; ".join(fringe.outside_names),
        )
        because = t(
            "They are outside because the polity holds {share} of all people affected without them, and is smaller so.",
            share=t.percent(view.figures.coverage),
        )
        until = t(
            "They would be taken in if more people there proved to be affected, or if a larger share had to be "
            "covered. Anyone there may object to the next version, or raise a harm before the assembly."
        )
        found.append((t("Affected, but not inside"), [outside, because, until]))
    if fringe.bridges is not None and fringe.bridges.units:
        sentence = t(
            "Inside only as bridges, because they connect those who are affected: {units}, with {people} affected; "
            "among them {names}.",
            people=t.people(fringe.bridges.affected),
            units=unit_count(t, view, fringe.bridges.units),
            names="; ".join(fringe.bridge_names),
        )
        found.append((t("Inside, but not affected"), [sentence, *bridges_words(fringe.bridges, t)]))
    return found


def retired_words(t: Texts, view: PolityView) -> str:
    """What is to be said first of a polity that is no more."""
    if view.line.status != "retired" or view.current is not None:
        return ""
    return t(
        "This polity was retired on {date}. It has no assembly any more, and nobody is drawn for it; the page stays as "
        "a record.",
        date=t.day(view.line.until),
    )


def unit_count(t: Texts, view: PolityView, number: int) -> str:
    """Write a number of units with their name."""
    return f"{t.whole(number)} {t.units(view.source.layer, number)}"


def unit_words(t: Texts, view: PolityView) -> tuple[str, str]:
    """One unit and many, by name."""
    return t.units(view.source.layer, 1), t.units(view.source.layer, 2)


def status_words(t: Texts, line: VersionLine) -> str:
    """Where a version stands in its life, with its days."""
    match line.status:
        case "active":
            return t("In force since {date}", date=t.day(line.since))
        case "superseded" | "retired":
            return t.term("status", line.status, start=t.day(line.since), end=t.day(line.until))
        case "proposed":
            return t("Proposed; open to objections until {date}", date=t.day(line.open_until))
    return t.term("status", line.status)


def method_words(t: Texts, view: PolityView) -> list[str]:
    """How the version was found, and what it had to keep to."""
    one, many = unit_words(t, view)
    if view.figures.is_whole:
        return [t("The issue affects everyone, so every {unit} belongs; they need not touch.", unit=one)]
    return [
        t(
            "Affected people in a {unit}: its residents, times the share of it under the footprint, times the "
            "intensity there.",
            unit=one,
        ),
        t(
            "Among all groups of {units} in at most {pieces} pieces that hold enough of the affected, the smallest was "
            "searched, and a lower bound says how much smaller any other could be."
            if view.figures.pieces > 1
            else "Among all connected groups of {units} that hold enough of the affected, the smallest was searched, "
            "and a lower bound says how much smaller any other could be.",
            units=many,
            pieces=t.whole(view.figures.pieces),
        ),
        *conditions_words(view.constraints, view.source.layer, t),
    ]


def history_line(t: Texts, view: PolityView, line: VersionLine) -> dict[str, Any]:
    """A version as a line of the history: what joined and what left."""
    joined, left = len(line.joined), len(line.left)
    if line.version == 1:
        change = t("First version: {units}", units=unit_count(t, view, line.units))
    elif not joined and not left:
        change = t("Same units as before")
    else:
        change = t("{joined} joined, {left} left", joined=unit_count(t, view, joined), left=t.whole(left))
    return {
        "version": line.version,
        "status": status_words(t, line),
        "change": change,
        "joined": line.joined if line.version > 1 else (),
        "left": line.left,
    }
