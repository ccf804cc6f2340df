"""Reports of a site as HTML and PDF, from the same values as its pages."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from maps.pages.assembly import AssemblyView
from maps.pages.national import NationalView
from maps.reports.polity import ReportTooLongError, report_pdf
from maps.site.assembly_year import assembly_report
from maps.site.layout import Site
from maps.site.overview import overview_report

ROWS = (14, 8, 4)
"""Rows of its tables, until a report fits on one page."""


def overview_files(site: Site, view: NationalView) -> dict[str, bytes]:
    """Make the national overview on one page."""
    return _on_one_page("reports/overview", partial(overview_report, site, view))


def assembly_files(site: Site, view: AssemblyView, year: str) -> dict[str, bytes]:
    """Make the report of a year of an assembly."""
    return _on_one_page(f"reports/assembly-{view.polity_id}-{year}", partial(assembly_report, site, view, year))


def _on_one_page(at: str, write: Callable[..., str]) -> dict[str, bytes]:
    """Write a report with as many rows as one page takes, and print it."""
    for rows in ROWS:
        html = write(rows=rows)
        try:
            return {f"{at}.html": html.encode(), f"{at}.pdf": report_pdf(html)}
        except ReportTooLongError:
            if rows == ROWS[-1]:
                raise
        except OSError as error:  # WeasyPrint cannot load Pango: the one part that Python packages do not bring
            logging.getLogger(__name__).info("%s.pdf left out: %s", at, error)
            return {f"{at}.html": html.encode()}
    raise AssertionError("ROWS is empty")
