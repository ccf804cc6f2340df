"""The national overview as one page to print: how many polities, where they overlap, whom they hold."""

from __future__ import annotations

from maps.pages.national import CellLine, CountLine, NationalView, national_values
from maps.site.layout import Site, render
from maps.texts import Texts, texts

TITLES = 3
"""A cell of more polities is named by so many and the number of the others."""


def overview_report(site: Site, view: NationalView, *, rows: int = 14) -> str:
    """Write the report with tables of at most so many rows; it needs nothing else."""
    t = texts(site.language)
    total = sum(line.people for line in view.counts)
    several = sum(line.people for line in view.counts if line.number > 1)
    figures = [
        (t("publish.fig_polities"), t.whole(len(view.polities)), t("publish.fig_polities_note")),
        (t("publish.fig_people"), t.people(total), t("publish.fig_people_note", source=view.source)),
        (t("publish.fig_several"), t.percent(several / total if total else 0.0), t("publish.fig_several_note")),
        (t("publish.fig_cells"), t.whole(view.cell_count), t("publish.fig_cells_note")),
    ]
    folded = _folded(view.counts, rows)
    is_open = len(folded) < len(view.counts)
    values = national_values(t, view) | {
        "counts": [_count(t, line, total, is_open=is_open and line is folded[-1]) for line in folded],
        "cells": [_cell(t, cell) for cell in view.cells[:rows]],
        "left": max(len(view.polities) - rows, 0),
        "most": rows,
    }
    return render("overview.jinja", site, "reports/overview.html", view=view, key=figures, **values)


def _folded(counts: tuple[CountLine, ...], most: int) -> tuple[CountLine, ...]:
    """Join the last lines, so that there are no more than so many."""
    if len(counts) <= most:
        return counts
    rest = counts[most - 1 :]
    last = CountLine(
        number=rest[0].number, units=sum(line.units for line in rest), people=sum(line.people for line in rest)
    )
    return (*counts[: most - 1], last)


def _count(t: Texts, line: CountLine, total: float, *, is_open: bool) -> dict[str, str]:
    return {
        "number": t("publish.at_least", number=line.number) if is_open else t.whole(line.number),
        "units": t.whole(line.units),
        "people": t.people(line.people),
        "share": t.percent(line.people / total) if total else "–",
    }


def _cell(t: Texts, cell: CellLine) -> dict[str, str]:
    more = len(cell.titles) - TITLES
    if more > 1:
        names = t("publish.and_more", names=", ".join(cell.titles[:TITLES]), number=t.whole(more))
    else:
        names = t.listed(cell.titles) if cell.titles else t("national.nowhere")
    return {"names": names, "units": t.whole(cell.units), "people": t.people(cell.people)}
