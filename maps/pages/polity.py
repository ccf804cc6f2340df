"""The public page of a polity: the answer first, key figures with ranges, map, table, method, history, objections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from maps.linked_data import Measured, dataset
from maps.pages.layout import Chrome, render
from maps.scenes.legend import Entry
from maps.texts import Texts, texts
from maps.texts.refusals import Said


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
class PolityView:
    """Everything a version's page says; ``proposer`` is for the clerk, and empty for everybody else."""

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
    live: str = ""
    proposer: str = ""


def polity_page(chrome: Chrome, view: PolityView) -> str:
    """Write the page of a version."""
    return render("polity.jinja", chrome, view=view, **polity_values(texts(chrome.language), view))


def polity_values(t: Texts, view: PolityView) -> dict[str, Any]:
    """Say a version in words and rows, for any page about it."""
    return {
        "headline": headline(t, view),
        "how_small": how_small(t, view.figures),
        "status": status_words(t, view.line),
        "figures": _figures(t, view),
        "words": unit_words(t, view),
        "table": [_unit_row(t, line, view.figures.affected) for line in view.main_units],
        "method": _method(t, view),
        "limits": [t(f"polity.limit_{number}", unit=t.units(view.source.layer, 1)) for number in (1, 2, 3)],
        "history": [_history(t, view, line) for line in view.history],
        "linked": _linked_data(view, headline(t, view)),
        "sentence_of": lambda number: t("polity.overlap_people", people=t.people(number)),
    }


def proposal_page(
    chrome: Chrome, view: PolityView, *, error: Said | None = None, done: int | None = None, said: str = ""
) -> str:
    """Say what a proposed version would change, and take objections."""
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
        return t("polity.headline_all", units=units, people=t.people(figures.population))
    return t(
        "polity.headline",
        units=units,
        people=t.people(figures.population),
        coverage=t.percent(figures.coverage),
        affected=t.people(figures.affected),
    )


def how_small(t: Texts, figures: Figures) -> str:
    """Say what is proven about size; nothing for a whole layer."""
    if figures.is_whole:
        return ""
    if figures.gap <= 0:
        return t("polity.proven")
    return t("polity.bounded", gap=t.gap(figures.gap / (1 + figures.gap)))


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
            return t("polity.active_since", date=t.day(line.since))
        case "superseded" | "retired":
            return t(f"polity.{line.status}", start=t.day(line.since), end=t.day(line.until))
        case "proposed":
            return t("polity.proposed", date=t.day(line.open_until))
    return t(f"polity.{line.status}")


def _figures(t: Texts, view: PolityView) -> list[dict[str, str]]:
    one = view.figures
    precision = one.inside / one.population if one.population else 0.0
    asked = (
        t("polity.fig_covered_note", people=t.people(one.inside))
        if one.asked is None or one.is_whole
        else t("polity.fig_covered_asked", people=t.people(one.inside), asked=t.percent(one.asked))
    )
    size = t(
        "polity.fig_size_note",
        units=unit_count(t, view, one.units),
        people=t.people(one.population),
        precision=t.percent(precision, 0),
    )
    return [
        _figure(
            t("polity.fig_affected"),
            t.people(one.affected),
            _range(t, one.low, one.high),
            t("polity.fig_affected_note"),
        ),
        _figure(t("polity.fig_covered"), t.percent(one.coverage), _range(t, one.inside_low, one.inside_high), asked),
        _figure(t("polity.fig_size"), f"{t.rounded(one.area_km2)} {t('number.km2')}", "", size),
        _proof(t, one),
    ]


def _proof(t: Texts, one: Figures) -> dict[str, str]:
    if one.is_whole:
        return _figure(t("polity.fig_proof"), t.percent(0, 0), "", t("polity.fig_proof_whole"))
    note = t("polity.fig_proof_none") if one.gap <= 0 else t("polity.fig_proof_gap")
    return _figure(t("polity.fig_proof"), t.gap(one.gap), "", note)


def _figure(label: str, value: str, range_: str, note: str) -> dict[str, str]:
    return {"label": label, "value": value, "range": range_, "note": note}


def _range(t: Texts, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return t("polity.no_range")
    words = t.between(low, high)
    return t("polity.range", range=words) if words else ""


def _unit_row(t: Texts, line: UnitLine, affected: float) -> dict[str, Any]:
    has_range = line.low is not None and line.high is not None
    return {
        "name": line.name,
        "affected": t.whole(line.affected),
        "range": f"{t.whole(line.low or 0)}–{t.whole(line.high or 0)}" if has_range else "–",
        "share": t.percent(line.affected / affected) if affected else "–",
        "inside": t("site.yes") if line.is_inside else t("site.no"),
    }


def _method(t: Texts, view: PolityView) -> list[str]:
    one, many = unit_words(t, view)
    if view.figures.is_whole:
        return [t("polity.method_all", unit=one)]
    return [t("polity.method_1", unit=one), t("polity.method_2", units=many)]


def _history(t: Texts, view: PolityView, line: VersionLine) -> dict[str, Any]:
    joined, left = len(line.joined), len(line.left)
    if line.version == 1:
        change = t("polity.history_first", units=unit_count(t, view, line.units))
    elif not joined and not left:
        change = t("polity.history_same")
    else:
        change = t("polity.history_change", joined=unit_count(t, view, joined), left=t.whole(left))
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
        isBasedOn=f"{source.title}, {source.vintage}",
        spatialCoverage={"@type": "AdministrativeArea", "name": view.title},
        distribution=[
            {"@type": "DataDownload", "name": download.kind, "contentUrl": download.address}
            for download in view.downloads
        ],
    )


def as_legend(entries: Sequence[Entry]) -> list[dict[str, str]]:
    """Legend entries as plain values for a script or a template."""
    return [{"mark": entry.mark, "colour": entry.colour, "words": entry.words} for entry in entries]
