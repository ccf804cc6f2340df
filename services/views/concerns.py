"""Issues that citizens raise, as pages show them: tried at once, listed, and one with everything that became of it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from maps.pages.citizen.concern import ConcernLine, ConcernStep, ConcernTried, ConcernView
from maps.reports.figures import described_scene
from maps.scenes.svg import svg
from services.concerns.raising import Sketched, find_concern
from services.derivation.draft import tried
from services.derivation.requests.typed_form import from_form
from services.storage.layers.census import find_layer
from services.storage.people.citizens import find_citizen
from services.storage.store import Store
from services.storage.tables import ConcernRow, ConcernStepRow, ConcernSupportRow, LayerRow, PolityRow

SKETCH = ("kind", "shapes", "distance_km")
USUAL = {
    "decay": "step",
    "intensity": "1",
    "units_how": "list",
    "units": "",
    "column": "",
    "coverage": "90",
    "smallest": "area",
    "connector_km": "",
}
"""What a citizen is not asked: the rule of all polities."""
SHOWN_UNITS = 10


def try_sketch(said: Mapping[str, str], store: Store) -> tuple[ConcernTried, Sketched]:
    """Derive a sketch on the base layer: polity and affected as a page shows them, and as they are kept."""
    with store.reading() as session:
        layer = find_layer(session)
        name, digest = layer.name, layer.digest
    form = USUAL | dict(said) | {"layer": name}
    made = tried(from_form(form, store.home), store, drawing=True).derivation
    units = made.units
    affected = units["affected"].fillna(0.0)
    reach = units.index[(affected > 0) | units["inside"]]
    figures = {"affected": round(float(made.affected_total), 1), "population": round(float(made.population), 1)}
    inside, coverage = int(units["inside"].sum()), float(made.certificate.coverage)
    top = units.assign(affected=affected).sort_values("affected", ascending=False, kind="stable").head(SHOWN_UNITS)
    shown = ConcernTried(
        layer=name,
        picture=svg(described_scene(made, width=640.0, heights=(0.5, 1.0)), name="concern"),
        top=tuple((str(row["name"]), float(row["affected"])) for row in top.to_dict("records") if row["affected"] > 0),
        affected=figures["affected"],
        population=figures["population"],
        units=inside,
        coverage=coverage,
    )
    kept = Sketched(
        title=said["title"],
        question=said["question"],
        sketch={part: said[part] for part in SKETCH},
        layer=digest,
        reach=tuple(str(unit) for unit in reach),
        figures=figures | {"units": inside, "coverage": coverage},
    )
    return shown, kept


def concern_lines(store: Store) -> list[ConcernLine]:
    """All issues that were raised, those that gather support first, then the newest."""
    with store.reading() as session:
        rows = session.scalars(select(ConcernRow).order_by(ConcernRow.state != "gathering", ConcernRow.key.desc()))
        return [_line(session, row) for row in rows.all()]


def concern_view(number: int, store: Store, reader: str = "") -> ConcernView:
    """One issue with its history; for a citizen who reads it, whether they support it."""
    with store.reading() as session:
        row = find_concern(session, number)
        steps = session.scalars(
            select(ConcernStepRow).where(ConcernStepRow.concern == row.key).order_by(ConcernStepRow.key)
        )
        title = session.scalar(
            select(PolityRow.title).where(PolityRow.issue == row.polity).order_by(PolityRow.version.desc()).limit(1)
        )
        return ConcernView(
            line=_line(session, row),
            sketch=json.loads(row.sketch),
            layer=session.get_one(LayerRow, row.layer).name,
            polity=row.polity or "",
            polity_title=title or "",
            steps=tuple(_step(one) for one in steps),
            supports=bool(reader) and _supports(session, row, reader),
        )


def _supports(session: Session, row: ConcernRow, reader: str) -> bool:
    citizen = find_citizen(session, reader)
    return session.get(ConcernSupportRow, (row.key, citizen.key)) is not None


def _line(session: Session, row: ConcernRow) -> ConcernLine:
    counts = select(ConcernSupportRow.is_near, func.count()).where(ConcernSupportRow.concern == row.key)
    found = {bool(near): int(number) for near, number in session.execute(counts.group_by(ConcernSupportRow.is_near))}
    figures = json.loads(row.figures)
    return ConcernLine(
        number=row.key,
        title=row.title,
        question=row.question,
        state=row.state,
        raised_at=row.raised_at,
        near=found.get(True, 0),
        elsewhere=found.get(False, 0),
        affected=figures["affected"],
        population=figures["population"],
        units=int(figures["units"]),
    )


def _step(row: ConcernStepRow) -> ConcernStep:
    figures = json.loads(row.figures)
    return ConcernStep(
        kind=row.kind,
        at=row.at,
        reason=row.reason,
        title=row.title,
        affected=figures["affected"],
        population=figures["population"],
    )
