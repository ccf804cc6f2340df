"""All polities in force: on one map of their layer, with overlaps, membership cells and the load of each place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geopolity.caching import SingleFlightCache
from geopolity.errors import GeopolityError
from geopolity.layers.layer import Layer
from geopolity.polity.membership import Memberships
from maps.locale.catalogue import LANGUAGES
from maps.locale.texts import Texts, texts
from maps.pages.home import PolityLine
from maps.pages.national import CellLine, CountLine, NationalView
from maps.scenes.legend import Entry
from maps.scenes.load import load_legend, load_map
from maps.scenes.overview import Region, hues, regions_scene
from maps.scenes.svg import svg
from services.assemblies.pictures.loads import load_by_unit
from services.assemblies.planning import LotRequest, plan_in
from services.clock import now
from services.lookup.index import LookupIndex, open_lookup_index
from services.storage.layers.census import find_layer
from services.storage.store import Store
from services.storage.tables import ConsentRow, LayerRow, PolityRow, UnitRow
from services.views.base_map import ground, mask
from services.views.belonging import seated
from services.views.proposals import proposals_in

CELLS_SHOWN = 12
WIDTH = 640.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """The base layer and the polities that stand on it."""

    session: Session
    index: LookupIndex
    row: LayerRow
    layer: Layer


_maps: SingleFlightCache[tuple[str, ...], str] = SingleFlightCache(len(LANGUAGES))
_loads: SingleFlightCache[tuple[str, ...], tuple[str, tuple[Entry, ...]]] = SingleFlightCache(len(LANGUAGES))


def active_lines(store: Store) -> list[PolityLine]:
    """Polities in force by title, one line each."""
    with store.reading() as session:
        return _lines(session)


def national(store: Store, *, language: str = "en", moment: str | None = None) -> NationalView:
    """Return what the overview says of the base layer and the polities that stand on it, now or at a moment."""
    moment = moment or now()
    with store.reading() as session:
        lines = _lines(session)
        if not lines:
            return NationalView(
                polities=(),
                colours=(),
                layer="",
                source="",
                picture="",
                cells=(),
                cell_count=0,
                counts=(),
                proposals=proposals_in(session, moment),
            )
        row = find_layer(session)
        index = open_lookup_index(session, store.home, moment)
        layer = ground(session, row, store.home)
        regions = [
            Region(words=one.row.title, inside=mask(layer, list(one.affected)))
            for one in index.polities.get(row.digest, {}).values()
        ]
        colours = dict(zip((region.words for region in regions), hues(regions), strict=True))
        people = layer.units["population"].fillna(0.0).to_numpy(dtype=np.float64)
        on = _Ground(session=session, index=index, row=row, layer=layer)
        picture, load_picture, legend = _pictures(on, regions, language, moment)
        found = index.memberships[row.digest]
        return NationalView(
            polities=tuple(lines),
            colours=tuple(colours.get(line.title, "") for line in lines),
            layer=row.name,
            source=f"{row.title}, {row.vintage}.",
            picture=picture,
            cells=_cells(found, people, {line.polity_id: line.title for line in lines}),
            cell_count=len(np.unique(found.unit_cell)),
            counts=_counts(regions, people),
            load_picture=load_picture,
            load_legend=legend,
            live="/polities.json",
            proposals=proposals_in(session, moment),
        )


def _lines(session: Session) -> list[PolityLine]:
    rows = session.scalars(select(PolityRow).where(PolityRow.status == "active").order_by(PolityRow.title)).all()
    names = {row.digest: row.name for row in session.scalars(select(LayerRow))}
    sizes = {
        digest: session.scalar(select(func.count()).select_from(UnitRow).where(UnitRow.layer == digest))
        for digest in {row.layer for row in rows}
    }
    return [
        PolityLine(
            polity_id=row.issue,
            title=row.title,
            layer=names[row.layer],
            version=row.version,
            since=str(row.valid_from),
            units=row.units,
            population=float(row.population),
            affected=row.affected,
            coverage=row.coverage,
            gap=row.gap,
            is_whole=row.units == sizes[row.layer],
            seats=seated(session, row.issue).delegates,
            question=row.question,
        )
        for row in rows
    ]


def _cells(found: Memberships, people: np.ndarray, titles: dict[str, str]) -> tuple[CellLine, ...]:
    units = np.bincount(found.unit_cell, minlength=len(found.signatures))
    total = np.bincount(found.unit_cell, weights=people, minlength=len(found.signatures))
    order = np.argsort(-total, kind="stable")[:CELLS_SHOWN]
    return tuple(
        CellLine(
            titles=tuple(titles.get(name, name) for name in found.signatures[cell] or ()),
            units=int(units[cell]),
            people=float(total[cell]),
        )
        for cell in order
        if units[cell]
    )


def _counts(regions: list[Region], people: np.ndarray) -> tuple[CountLine, ...]:
    number = np.array([region.inside for region in regions]).sum(axis=0)
    units, total = np.bincount(number), np.bincount(number, weights=people)
    return tuple(
        CountLine(number=count, units=int(units[count]), people=float(total[count]))
        for count in range(len(units))
        if units[count]
    )


def _pictures(
    ground_: _Ground, regions: list[Region], language: str, moment: str
) -> tuple[str, str, tuple[Entry, ...]]:
    """Both maps: of polities, kept until they change; of load, kept until they or who may be drawn change."""
    t = texts(language)
    state = (str(ground_.session.get_bind().engine.url), ground_.index.generation, language)

    def drawn() -> str:
        words = "; ".join(region.words for region in regions)
        return svg(
            regions_scene(
                ground_.layer, regions, title=t("How many polities hold each place"), description=words, width=WIDTH
            ),
            name="overview",
        )

    consents = ground_.session.execute(select(func.count(ConsentRow.key), func.count(ConsentRow.withdrawn_at))).one()
    load, legend = _loads.get((*state, moment[:10], *map(str, consents)), lambda: _load(ground_, t, moment))
    return _maps.get(state, drawn), load, legend


def _load(ground_: _Ground, t: Texts, moment: str) -> tuple[str, tuple[Entry, ...]]:
    session = ground_.session
    try:
        planned = plan_in(session, LotRequest(), moment, rehearsal=True)
    except GeopolityError:
        return "", ()
    load = load_by_unit(session, planned.plan.electorate, ground_.row, ground_.layer)
    return load_map(ground_.layer, load, t), load_legend(t)
