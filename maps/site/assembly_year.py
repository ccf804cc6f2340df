"""A year of an assembly as one page to print: who sat, what came before it, how it voted, what is due."""

from __future__ import annotations

from geopolity.publiclog.disclosure import LEAST, may_publish
from maps.locale.texts import texts
from maps.pages.assembly import AssemblyView
from maps.site.layout import Site, render


def assembly_report(site: Site, view: AssemblyView, year: str, *, rows: int = 14) -> str:
    """Write the report with tables of at most so many rows; it needs nothing else."""
    t = texts(site.language)
    matters = [matter for matter in view.matters if matter.filed_at[:4] <= year]
    tallies = [tally for tally in view.tallies if tally.closed_at[:4] == year]
    filed = sum(matter.filed_at[:4] == year for matter in matters)
    eligible = t.whole(view.eligible) if may_publish(view.eligible) else t("fewer than {number}", number=LEAST)
    due = [matter for matter in matters if matter.review_at]
    figures = [
        (t("Delegates"), t.whole(len(view.seats)), t("drawn by lot from {eligible} people", eligible=eligible)),
        (t("Matters filed"), t.whole(filed), t("{number} on the docket in all", number=t.whole(len(matters)))),
        (t("Votes closed"), t.whole(len(tallies)), t("each on the one question: does the law allow for harm?")),
        (t("Reviews to come"), t.whole(len(due)), t("every decision is looked at again")),
    ]
    return render(
        "assembly_year.jinja",
        site,
        f"reports/assembly-{view.polity_id}-{year}.html",
        view=view,
        year=year,
        key=figures,
        matters=matters,
        tallies=tallies,
        due=due,
        most=rows,
    )
