"""The national overview as one page to print: how many polities, where they overlap, whom they hold."""

from __future__ import annotations

from maps.site.layout import Site, render
from maps.texts import texts
from maps.web.national import NationalView, national_values


def overview_report(site: Site, view: NationalView) -> str:
    """Write the report; it needs nothing else."""
    t = texts(site.language)
    total = sum(line.people for line in view.counts)
    several = sum(line.people for line in view.counts if line.number > 1)
    figures = [
        (t("publish.fig_polities"), t.whole(len(view.polities)), t("publish.fig_polities_note")),
        (t("publish.fig_people"), t.people(total), t("publish.fig_people_note", source=view.source)),
        (t("publish.fig_several"), t.percent(several / total if total else 0.0), t("publish.fig_several_note")),
        (t("publish.fig_cells"), t.whole(view.cell_count), t("publish.fig_cells_note")),
    ]
    return render("overview.jinja", site, "reports/overview.html", view=view, key=figures, **national_values(t, view))
