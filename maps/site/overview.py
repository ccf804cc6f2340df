"""The national overview as one page to print: how many polities, where they overlap, whom they hold."""

from __future__ import annotations

from maps.locale.texts import Texts, texts
from maps.pages.national import CellLine, CountLine, NationalView, national_values
from maps.site.layout import Site, render

TITLES = 3
"""A cell of more polities is named by so many and the number of the others."""


def overview_report(site: Site, view: NationalView, *, rows: int = 14) -> str:
    """Write the report with tables of at most so many rows; it needs nothing else."""
    t = texts(site.language)
    total = sum(line.people for line in view.counts)
    several = sum(line.people for line in view.counts if line.number > 1)
    figures = [
        (t("Polities in force"), t.whole(len(view.polities)), t("each the area of the people affected by one issue")),
        (t("People counted"), t.people(total), t("residents; {source}", source=view.source)),
        (
            t("In several polities"),
            t.percent(several / total if total else 0.0),
            t("of all residents belong to more than one"),
        ),
        (t("Membership cells"), t.whole(view.cell_count), t("groups of places with the same set of polities")),
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
        "number": t("{number} or more", number=line.number) if is_open else t.whole(line.number),
        "units": t.whole(line.units),
        "people": t.people(line.people),
        "share": t.percent(line.people / total) if total else "–",
    }


def _cell(t: Texts, cell: CellLine) -> dict[str, str]:
    more = len(cell.titles) - TITLES
    if more > 1:
        names = t("{names} and {number} more", names=", ".join(cell.titles[:TITLES]), number=t.whole(more))
    else:
        names = t.listed(cell.titles) if cell.titles else t("none")
    return {"names": names, "units": t.whole(cell.units), "people": t.people(cell.people)}
