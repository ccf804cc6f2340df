"""The panel that answers what an analyst asks next of a result, in a language."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from maps.locale.texts import Said, Texts, said, texts
from maps.pages.followup import FollowUpView, Panel, PanelTable
from maps.reports.exchange import KINDS, Exchange, kind_words, meant, more_words, summary_words
from maps.reports.profile import band_rows, by_distance, headline, notes, place_words, profile_rows
from maps.reports.shapes import NAMES, shape_rows, shape_words
from maps.scenes.svg import svg
from services.derivation.followed import Compared, Followed, Others
from services.derivation.profiled import Who
from services.derivation.requests.followup import FollowUp
from services.jobs import followups
from services.jobs.queue import Job
from services.records import as_json
from services.storage.store import Store

MOST_LISTED = 20
"""Units, and other regions, that a table has."""


def followup_view(job: Job, question: FollowUp, store: Store, language: str) -> FollowUpView:
    """Where a question stands, with its answer; ``job`` is in the reader's language."""
    problem = None if job.problem is None else Said(text=job.problem["detail"], language=job.problem["language"])
    found = followups.answered(job.id, store) if job.status == "done" else None
    panel = None if found is None else _panel(found, texts(language))
    return FollowUpView(kind=question.kind, order=as_json(job), problem=problem, panel=panel)


def _panel(found: Followed, t: Texts) -> Panel:
    basis = t(
        "About the polity of {least:least}, derived with full effort: {units}, {area} km², {coverage} of the affected.",
        least=found.question.asked.smallest,
        units=t.unit_count(found.layer, found.figures.units),
        area=t.rounded(found.figures.area_km2),
        coverage=t.percent(found.figures.coverage),
    )
    if isinstance(found.answer, Who):
        return _who(found.answer, basis, t)
    if isinstance(found.answer, Others):
        return _others(found, found.answer, basis, t)
    return _shapes(found.answer, found.question.title, basis, t)


def _who(found: Who, basis: str, t: Texts) -> Panel:
    groups = tuple(
        (
            name,
            tuple(
                (
                    row["place"],
                    row["people"],
                    _ranged(row["share"], row["range"]),
                    _ranged(row["ratio"], row["ratio_range"]),
                    row["sampling"],
                    row["placing"],
                    row["quality"],
                )
                for row in rows
            ),
        )
        for name, rows in profile_rows(found.lines, t)
    )
    bands = tuple((row["place"], row["people"], row["affected"]) for row in band_rows(found.bands, t))
    times = t("Times the reference ({reference})", reference=place_words("", found.reference, t))
    tables = []
    if groups:
        header = (t("Where"), t("People"), t("Share"), times, t("Sampling"), t("Where people live"), t("Use"))
        tables.append(PanelTable(caption=t("Groups among the affected"), header=header, sections=groups))
    if bands:
        tables.append(
            PanelTable(
                caption=t("By distance from where the issue starts"),
                header=(t("Where"), t("People"), t("Affected")),
                sections=(("", bands),),
            )
        )
    return Panel(
        basis=basis,
        lead=(headline(found.lines, t),) if groups else tuple(by_distance(found.lines, found.bands, t)[:1]),
        tables=tuple(tables),
        notes=tuple(said(note, t.language) for note in (notes(found.lines, t) if groups else ())),
    )


def _ranged(value: str, between: str) -> str:
    return f"{value} ({between})" if between else value


def _others(found: Followed, answer: Others, basis: str, t: Texts) -> Panel:
    known = answer.known
    kinds = tuple(
        (kind_words(kind, t), t.whole(sum(one.kind == kind for one in known.units)), meant(kind, t)) for kind in KINDS
    )
    dear = [one for kind in KINDS for one in known.of_kind(kind) if one.is_inside]
    listed = [(kind, known.of_kind(kind)) for kind in KINDS if kind != "never in"]
    tables = [
        PanelTable(
            caption=t("What each unit is worth"),
            header=(t("Kind"), t("Units"), t("What it means")),
            sections=(("", kinds),),
            are_words=True,
        ),
        PanelTable(
            caption=t("The {units} inside that cost most to do without", units=t.units(found.layer, 2)),
            header=(t("Name"), t("Without it, at least"), t("Smallest found")),
            sections=(("", tuple(_dear(one, known.measure, t) for one in dear[:MOST_LISTED])),),
        ),
    ]
    others = sorted(zip(answer.dearer, answer.differing, strict=True))[:MOST_LISTED]
    if others:
        rows = tuple(
            (t.whole(number), more_words(share, known.measure, t), t.people(people))
            for number, (share, people) in enumerate(others, 1)
        )
        tables.append(
            PanelTable(
                caption=t("Other regions as good"),
                header=(t("Region"), t("Size"), t("People on another side")),
                sections=(("", rows),),
            )
        )
    drawn = {"outline": json.loads(answer.outline), "kinds": answer.places}
    return Panel(
        basis=basis,
        lead=(summary_words(known, t),),
        tables=tuple(tables),
        lists=tuple(
            (_counted(kind, units, t), "; ".join(one.name for one in units)) for kind, units in listed if units
        ),
        map=drawn,
    )


def _dear(one: Exchange, measure: str, t: Texts) -> tuple[str, str, str]:
    least = t("no region without it") if one.least is None else more_words(one.least, measure, t)
    return one.name, least, "–" if one.found is None else more_words(one.found, measure, t)


def _counted(kind: str, units: Sequence[Exchange], t: Texts) -> str:
    return t("{kind}: {number:count} units", kind=kind_words(kind, t), number=len(units))


def _shapes(found: Compared, title: str, basis: str, t: Texts) -> Panel:
    records = [as_json(one) for one in found.shapes]
    header = (
        t("Shape"),
        t("Polities"),
        t("Pieces"),
        t("Units"),
        "km²",
        t("Border (km)"),
        t("Residents"),
        t("Affected inside"),
        t("People in bridges"),
        t("Gap"),
    )
    rows = tuple((name, *cells) for name, cells in shape_rows(records, t))
    names = [t(NAMES[one.shape]) for one in found.shapes]
    scenes = [replace(scene, title=f"{title}: {name}") for name, scene in zip(names, found.scenes, strict=True)]
    drawn = [{"name": name, "shape": json.loads(one)} for name, one in zip(names, found.outlines, strict=True)]
    return Panel(
        basis=basis,
        lead=tuple(shape_words(records[0], one, t) for one in records[1:]),
        tables=(PanelTable(caption=t("What each costs"), header=header, sections=(("", rows),)),),
        pictures=tuple(
            (name, svg(replace(scene, description=scene.title), name=f"shape-{one.shape}"))
            for name, scene, one in zip(names, scenes, found.shapes, strict=True)
        ),
        notes=() if found.unsplit is None else (said(found.unsplit, t.language),),
        map={"outlines": drawn},
    )
