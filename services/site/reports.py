"""Reports of a site as HTML and PDF, from the same values as its pages."""

from __future__ import annotations

import logging

from maps.report import report_pdf
from maps.site.assembly_year import assembly_report
from maps.site.layout import Site
from maps.site.overview import overview_report
from maps.web.assembly import AssemblyView
from maps.web.national import NationalView


def overview_files(site: Site, view: NationalView) -> dict[str, bytes]:
    """Make the national overview on one page."""
    html = overview_report(site, view)
    return {"reports/overview.html": html.encode()} | _printed("reports/overview.pdf", html)


def assembly_files(site: Site, view: AssemblyView, year: str) -> dict[str, bytes]:
    """Make the report of a year of an assembly."""
    html, at = assembly_report(site, view, year), f"reports/assembly-{view.polity_id}-{year}"
    return {f"{at}.html": html.encode()} | _printed(f"{at}.pdf", html)


def _printed(path: str, html: str) -> dict[str, bytes]:
    try:
        return {path: report_pdf(html)}
    except OSError as error:  # WeasyPrint cannot load Pango: the one part that Python packages do not bring
        logging.getLogger(__name__).info("%s left out: %s", path, error)
        return {}
