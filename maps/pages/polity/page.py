"""The public page of a polity: the answer first, key figures with ranges, map, table, method, history, objections."""

from __future__ import annotations

from typing import Any

from maps.linked_data import Measured, dataset
from maps.locale.texts import Said, Texts, noop, texts
from maps.pages.layout import PageFrame, render
from maps.pages.polity.figures import key_figures, unit_row
from maps.pages.polity.view import PolityView
from maps.pages.polity.why import worth_values
from maps.pages.polity.words import (
    fringe_words,
    headline,
    history_line,
    how_small,
    method_words,
    retired_words,
    status_words,
    unit_words,
)
from maps.reports.deciding import who_decides

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
        "figures": key_figures(t, view),
        "words": unit_words(t, view),
        "table": [unit_row(t, line, view.figures.affected) for line in view.main_units],
        "method": method_words(t, view),
        "fringe": fringe_words(t, view),
        "worth": worth_values(t, view),
        "decides": who_decides(view.deciding, t),
        "retired": retired_words(t, view),
        "limits": [t(limit, unit=t.units(view.source.layer, 1)) for limit in LIMITS],
        "history": [history_line(t, view, line) for line in view.history],
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
        change=history_line(t, view, view.line),
        error=error,
        done=done,
        said=said,
    )


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
