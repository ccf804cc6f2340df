"""The public page of a polity: the answer first, key figures with ranges, map, table, method, history, objections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from geopolity.polity.bridges import Bridges
from geopolity.society.say import Deciding
from maps.linked_data import Measured, dataset
from maps.locale.texts import Said, Texts, noop, texts
from maps.pages.layout import PageFrame, render
from maps.reports.bridges import bridges_words
from maps.reports.conditions import conditions_words
from maps.reports.deciding import who_decides
from maps.scenes.legend import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a version counts; ranges, the share asked for and residents of units are there where its files are.

    Attributes
    ----------
    low, high
        Range of all affected people.
    """

    units: int
    population: float
    area_km2: float
    affected: float
    coverage: float
    gap: float
    low: float | None = None
    high: float | None = None
    inside_low: float | None = None
    inside_high: float | None = None
    asked: float | None = None
    is_whole: bool = False

    @property
    def inside(self) -> float:
        """Affected people inside."""
        return self.affected * self.coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """A unit that matters most."""

    name: str
    affected: float
    low: float | None
    high: float | None
    is_inside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionLine:
    """An objection and its answer."""

    number: int
    made_at: str
    text: str
    answer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """A version in the history, and how it differs from the one before."""

    version: int
    status: str
    since: str | None
    until: str | None
    open_until: str | None
    units: int
    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file to take away; ``kind`` is a key of the catalogue after ``polity.file_``."""

    kind: str
    address: str
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Another polity, and how many people live in both."""

    polity_id: str
    title: str
    people: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The census layer that a version stands on."""

    layer: str
    title: str
    vintage: str
    source: str
    licence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fringe:
    """Units outside where people are affected, and units inside only to connect; counts, people, the first names."""

    outside: int = 0
    outside_people: float = 0.0
    outside_names: tuple[str, ...] = ()
    bridges: Bridges | None = None
    bridge_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PolityView:
    """Everything a version's page says; ``proposer`` is for the clerk, and empty for everybody else.

    Attributes
    ----------
    seats, rehearsed
        Delegates who sit; seats that a rehearsal filled with made-up people.
    constraints
        What the version had to keep to, as ``problem.json`` states it.
    """

    polity_id: str
    title: str
    line: VersionLine
    figures: Figures
    source: Source
    digest: str
    picture: str
    legend: tuple[Entry, ...]
    main_units: tuple[UnitLine, ...]
    history: tuple[VersionLine, ...]
    objections: tuple[ObjectionLine, ...]
    downloads: tuple[Download, ...]
    overlaps: tuple[Overlap, ...]
    seats: int
    current: int | None
    rehearsed: int = 0
    question: str = ""
    fringe: Fringe = field(default_factory=Fringe)
    deciding: Deciding | None = None
    constraints: Mapping[str, Any] = field(default_factory=dict)
    live: str = ""
    proposer: str = ""


LIMITS = (
    noop(
        "People are taken as spread evenly over their {unit} unless the method says otherwise; the range accounts "
        "for it."
    ),
    noop("No {unit} is ever split. Being inside says that the area is affected, not that each person is."),
    noop("A polity decides about one issue. It is no state and no constituency, and it moves when the evidence moves."),
)
"""What a polity does not say."""


def polity_page(chrome: PageFrame, view: PolityView) -> str:
    """Write the page of a version."""
    return render("polity.jinja", chrome, view=view, **polity_values(texts(chrome.language), view))


def polity_values(t: Texts, view: PolityView) -> dict[str, Any]:
    """A version in words and rows, for any page about it."""
    return {
        "headline": headline(t, view),
        "how_small": how_small(t, view.figures),
        "status": status_words(t, view.line),
        "figures": _figures(t, view),
        "words": unit_words(t, view),
        "table": [_unit_row(t, line, view.figures.affected) for line in view.main_units],
        "method": _method(t, view),
        "fringe": fringe_words(t, view),
        "decides": who_decides(view.deciding, t),
        "retired": _retired(t, view),
        "limits": [t(limit, unit=t.units(view.source.layer, 1)) for limit in LIMITS],
        "history": [_history(t, view, line) for line in view.history],
        "linked": _linked_data(view, headline(t, view)),
        "sentence_of": lambda number: t("{people} people in both", people=t.people(number)),
    }


def proposal_page(
    chrome: PageFrame, view: PolityView, *, error: Said | None = None, done: int | None = None, said: str = ""
) -> str:
    """The page that shows what a proposed version would change, and takes objections."""
    t = texts(chrome.language)
    return render(
        "proposal.jinja",
        chrome,
        view=view,
        headline=headline(t, view),
        change=_history(t, view, view.line),
        error=error,
        done=done,
        said=said,
    )


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
    if figures.gap <= 0:
        return t("No connected area that does so is smaller: this is proven.")
    return t(
        "No connected area that does so can be more than {gap} smaller.", gap=t.gap(figures.gap / (1 + figures.gap))
    )


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


def _retired(t: Texts, view: PolityView) -> str:
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


def _figures(t: Texts, view: PolityView) -> list[dict[str, str]]:
    one = view.figures
    precision = one.inside / one.population if one.population else 0.0
    asked = (
        t("{people} people inside", people=t.people(one.inside))
        if one.asked is None or one.is_whole
        else t("{people} people inside; asked for {asked}", people=t.people(one.inside), asked=t.percent(one.asked))
    )
    size = t(
        "{units}; {people} residents, {precision} of them affected",
        units=unit_count(t, view, one.units),
        people=t.people(one.population),
        precision=t.percent(precision, 0),
    )
    return [
        _figure(
            t("People affected"),
            t.people(one.affected),
            _range(t, one.low, one.high),
            t("inside and outside the polity"),
        ),
        _figure(t("Covered by the polity"), t.percent(one.coverage), _range(t, one.inside_low, one.inside_high), asked),
        _figure(t("Size"), t.area(one.area_km2), "", size),
        _proof(t, one),
    ]


def _proof(t: Texts, one: Figures) -> dict[str, str]:
    if one.is_whole:
        return _figure(
            t("Distance from the smallest possible"), t.percent(0, 0), "", t("whole layer, nothing was optimised")
        )
    note = t("proven: nothing smaller does") if one.gap <= 0 else t("at most")
    return _figure(t("Distance from the smallest possible"), t.gap(one.gap), "", note)


def _figure(label: str, value: str, range_: str, note: str) -> dict[str, str]:
    return {"label": label, "value": value, "range": range_, "note": note}


def _range(t: Texts, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return t("no range was kept with this version")
    words = t.between(low, high)
    return t("range {range}", range=words) if words else ""


def _unit_row(t: Texts, line: UnitLine, affected: float) -> dict[str, Any]:
    has_range = line.low is not None and line.high is not None
    return {
        "name": line.name,
        "affected": t.whole(line.affected),
        "range": f"{t.whole(line.low or 0)}–{t.whole(line.high or 0)}" if has_range else "–",
        "share": t.percent(line.affected / affected) if affected else "–",
        "inside": t("yes") if line.is_inside else t("no"),
    }


def _method(t: Texts, view: PolityView) -> list[str]:
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
            "Among all connected groups of {units} that hold enough of the affected, the smallest was searched, and "
            "a lower bound says how much smaller any other could be.",
            units=many,
        ),
        *conditions_words(view.constraints, view.source.layer, t),
    ]


def _history(t: Texts, view: PolityView, line: VersionLine) -> dict[str, Any]:
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


def _linked_data(view: PolityView, sentence: str) -> dict[str, Any]:
    """Describe the version as linked data (schema.org ``Dataset``)."""
    figures, source = view.figures, view.source
    return dataset(
        view.title,
        sentence,
        view.digest,
        [
            Measured(name="people affected", value=round(figures.affected), low=figures.low, high=figures.high),
            Measured(name="coverage", value=round(figures.coverage, 6)),
            Measured(name="area", value=round(figures.area_km2), unit="KMK"),
        ],
        version=str(view.line.version),
        datePublished=view.line.since,
        license=source.licence,
        isBasedOn=", ".join(filter(None, [source.title, source.vintage])),
        spatialCoverage={"@type": "AdministrativeArea", "name": view.title},
        distribution=[
            {"@type": "DataDownload", "name": download.kind, "contentUrl": download.address}
            for download in view.downloads
        ],
    )
