"""The report of a polity: one page that can be published, as HTML and as tagged PDF."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from geopolity.polity.bridges import bridges_of
from maps.assets import inline_style
from maps.documents import environment
from maps.linked_data import Measured, data_block, dataset
from maps.locale.texts import Texts, noop, texts
from maps.reports import figures
from maps.reports.findings import findings
from maps.scenes.curve import Paper
from maps.scenes.legend import choropleth_entries, class_note
from maps.scenes.polity import polity_classes
from maps.scenes.view import in_view

if TYPE_CHECKING:
    from geopolity.polity.derivation import Derivation

EN = texts("en")
_MAP_WIDTH = 300.0
_MAP_HEIGHTS = (0.84, 1.13)
_STEPS = ("", "dense", "denser")
"""Ever tighter settings of the printed page, tried until it is one page."""

_environment = environment(inline_style=inline_style, data_block=data_block)
_BASELINES = {
    "greedy": noop("Greedy growth"),
    "all intersecting": noop("All that touch the footprint"),
    "whole states": noop("Smallest group of whole states"),
}


class ReportTooLongError(RuntimeError):
    """The printed report does not fit on one page: a fault of the template, not of the reader."""


def report_html(
    derivation: Derivation,
    t: Texts = EN,
    *,
    curve: pd.DataFrame | None = None,
    baselines: pd.DataFrame | None = None,
    panel: Sequence[str] = (),
) -> str:
    """Write the report of a derivation as one HTML page that needs nothing else.

    Parameters
    ----------
    curve
        Coverage–size table with ``coverage_target`` and the minimised size; left out, the strip is left out.
    baselines
        ``geopolity.polity.baselines.baselines``: what people do without an engine; left out or empty, not shown.
    panel
        Who is affected, in sentences.
    """
    issue = derivation.issue
    one, many = (t.units(derivation.layer.name, 1), t.units(derivation.layer.name, 2))
    classes = polity_classes(in_view(derivation))
    return _environment.get_template("reports/report.jinja").render(
        t=t,
        said=findings(derivation, t),
        panel=panel,
        issue=issue,
        one=one,
        many=many,
        root=derivation.issue.affects_everyone,
        map=figures.polity(derivation, t, width=_MAP_WIDTH, heights=_MAP_HEIGHTS),
        legend=choropleth_entries(classes, t),
        legend_note=class_note(classes, t),
        footprint=issue.footprint.extent() is not None,
        bridges=not issue.affects_everyone and bridges_of(derivation.units).units > 0,
        fringe="certainty" in derivation.units and (derivation.units["certainty"] == "fringe").any(),
        curve=_curve(derivation, curve, t),
        baselines=_compared(derivation, baselines, t),
        linked=_linked(derivation, t),
    )


def _linked(derivation: Derivation, t: Texts) -> dict[str, Any]:
    said, layer, affected = findings(derivation, t), derivation.layer, derivation.affected
    return dataset(
        derivation.issue.title,
        said.headline,
        derivation.certificate.digest,
        [
            Measured(
                name="people affected",
                value=round(derivation.affected_total),
                low=round(affected.low),
                high=round(affected.high),
            ),
            Measured(name="coverage", value=round(derivation.coverage, 6)),
            Measured(name="area", value=round(derivation.area_km2), unit="KMK"),
        ],
        license=layer.licence,
        isBasedOn=", ".join(filter(None, [layer.title, layer.vintage])),
        spatialCoverage={"@type": "AdministrativeArea", "name": derivation.issue.title},
    )


def report_pdf(html: str) -> bytes:
    """Print a report as tagged PDF of exactly one A4 page.

    Raises
    ------
    ReportTooLongError
        If even the tightest setting needs a second page.
    OSError
        If the Pango library is missing on this machine.
    """
    import weasyprint  # noqa: PLC0415 - half a second to import, and needs a system library

    page = weasyprint.HTML(string=html, url_fetcher=fetch_nothing)
    body = page.etree_element.find("body")
    for step in _STEPS:
        body.set("class", step)
        document = page.render(pdf_tags=True)
        if len(document.pages) == 1:
            printed: bytes = document.write_pdf(pdf_tags=True)
            return printed
    raise ReportTooLongError(
        f"The report needs {len(document.pages)} pages; shorten the template maps/templates/reports/report.jinja."
    )


def fetch_nothing(url: str, *_: Any, **__: Any) -> dict[str, Any]:
    """What fetches for a printed page: nothing, for nothing that is printed asks anybody."""
    raise ValueError(f"A report asks nobody for anything, but it names {url}.")


def _curve(derivation: Derivation, table: pd.DataFrame | None, t: Texts) -> str:
    if table is None or table.empty:
        return ""
    chosen = float(derivation.certificate.coverage_target)
    smallest = derivation.issue.smallest
    return figures.curve(table, chosen=chosen, smallest=smallest, paper=Paper(width=_MAP_WIDTH, height=84.0, t=t))


def _compared(derivation: Derivation, baselines: pd.DataFrame | None, t: Texts) -> list[dict[str, Any]]:
    """List this polity first, then each baseline, with its cost as a multiple of ours."""
    if baselines is None or baselines.empty:
        return []
    ours = {
        "name": t("This polity"),
        "units": int(derivation.units["inside"].sum()),
        "area": derivation.area_km2,
        "population": derivation.population,
        "times": 1.0,
    }
    others = baselines.astype(float).sort_values("cost").rename(columns={"area_km2": "area"})
    others = others.assign(
        name=[t(_BASELINES.get(str(name), str(name))) for name in others.index],
        times=others["cost"] / derivation.certificate.cost,
    )
    rows = others[["name", "units", "area", "population", "times"]].to_dict("records")
    return [ours, *({str(name): value for name, value in row.items()} for row in rows)]
