"""Everything the public is told about a version of a polity."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from geopolity.arrays import BoolArray
from geopolity.caching import SingleFlightCache
from geopolity.layers.layer import Layer
from geopolity.polity.bridges import bridges_of, is_bridge
from maps.locale.texts import Texts, texts
from maps.pages.polity.view import (
    Download,
    Figures,
    Fringe,
    ObjectionLine,
    Overlap,
    PolityView,
    Source,
    UnitLine,
    VersionLine,
)
from maps.reports.profile import panel_words
from maps.scenes.legend import Entry
from maps.scenes.palette import LAND, POLITY
from maps.scenes.version import Version, polity_picture
from services.clock import now
from services.derivation.profiled import who_from
from services.lookup.evidence import SOMEBODY
from services.lookup.index import open_lookup_index
from services.polities.explained import exchanges
from services.polities.published import OPEN_FILES, Identity, Published, identity, published
from services.storage.layers.census import unit_table
from services.storage.polities import steps, versions
from services.storage.store import Store
from services.storage.tables import LayerRow, PolityRow, UnitRow
from services.views.base_map import ground, mask
from services.views.belonging import seated
from services.views.deciding import who_decides

MAIN_UNITS, NAMED = 10, 5
_KEPT = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A version with all that its picture is made of."""

    session: Session
    store: Store
    row: PolityRow
    layer: Layer
    derivation: Published | None


_drawn: SingleFlightCache[tuple[Identity, str], tuple[str, tuple[Entry, ...]]] = SingleFlightCache(_KEPT)


def public_polity(polity_id: str, store: Store, *, version: int | None = None, language: str = "en") -> PolityView:
    """Return what the page of a version says; the one in force by default, else the latest that was published.

    Raises
    ------
    UnknownPolityError
        If there is no such polity or version.
    """
    with store.reading() as session:
        row = versions.find(session, polity_id, version)
        return view_of(session, row, store, texts(language))


def proposed_polity(polity_id: str, store: Store, *, language: str = "en") -> PolityView:
    """Return the version that is open to objections, or else what ``public_polity`` returns."""
    with store.reading() as session:
        query = select(PolityRow).where(PolityRow.issue == polity_id, PolityRow.status == "proposed")
        row = session.scalar(query.order_by(PolityRow.version.desc()).limit(1)) or versions.find(session, polity_id)
        return view_of(session, row, store, texts(language))


def members_table(polity_id: str, store: Store, version: int | None = None) -> pd.DataFrame:
    """Units inside a version with their people and affected people, by ``unit_id``."""
    with store.reading() as session:
        row = versions.find(session, polity_id, version)
        affected = versions.members(session, row).rename("affected").round(3)
        return unit_table(session, row.layer)[["name", "population"]].join(affected, how="inner")


def view_of(
    session: Session, row: PolityRow, store: Store, t: Texts, *, overlaps: tuple[Overlap, ...] | None = None
) -> PolityView:
    """Return what the page of a version says; ``overlaps`` for a caller that knows them of all polities at once."""
    layer_row = session.get_one(LayerRow, row.layer)
    layer = ground(session, layer_row, store.home)
    derivation = published(session, row)
    drawn = Drawn(session=session, store=store, row=row, layer=layer, derivation=derivation)
    picture, legend = _picture(drawn, t)
    active = versions.active(session, row.issue)
    sitting = seated(session, row.issue)
    history = _history(session, row.issue)
    return PolityView(
        polity_id=row.issue,
        title=row.title,
        line=next(line for line in history if line.version == row.version),
        figures=_figures(row, len(layer), derivation),
        source=Source(
            layer=layer_row.name,
            title=layer_row.title,
            vintage=layer_row.vintage,
            source=layer_row.source,
            licence=layer_row.licence,
        ),
        digest=row.digest,
        picture=picture,
        legend=legend,
        main_units=_main_units(session, row, derivation),
        history=tuple(
            line for line in history if line.status not in {"draft", "withdrawn"} or line.version == row.version
        ),
        objections=tuple(
            ObjectionLine(number=it.key, made_at=it.made_at, text=it.text, answer=it.answer)
            for it in steps.objections(session, row)
        ),
        downloads=_downloads(row, derivation),
        overlaps=_overlaps(session, row, store.home) if overlaps is None else overlaps,
        seats=sitting.delegates,
        rehearsed=sitting.rehearsed,
        question=row.question,
        fringe=_fringe(derivation),
        deciding=who_decides(session, row, store.home),
        constraints={} if derivation is None else derivation.constraints,
        panel=_panel(derivation, t),
        exchanges=exchanges(session, row),
        current=None if active is None else active.version,
        live=f"/polities/{row.issue}/map.json?version={row.version}",
    )


def _panel(derivation: Published | None, t: Texts) -> tuple[str, ...]:
    """Who is affected, where groups of people were named."""
    if derivation is None or derivation.profile is None:
        return ()
    found = who_from(derivation.profile)
    return tuple(panel_words(found.lines, found.reference, t, bands=found.bands))


def _figures(row: PolityRow, units: int, derivation: Published | None) -> Figures:
    low, high = (None, None) if derivation is None else derivation.total_range
    inside_low, inside_high = (None, None) if derivation is None else derivation.inside_range
    return Figures(
        units=row.units,
        population=float(row.population),
        area_km2=row.area_km2,
        affected=row.affected,
        coverage=row.coverage,
        gap=row.gap,
        low=low,
        high=high,
        inside_low=inside_low,
        inside_high=inside_high,
        asked=None if derivation is None else derivation.asked,
        is_whole=row.units == units,
        pieces=1 if derivation is None else derivation.pieces,
        minimised="area" if derivation is None else derivation.minimised,
    )


def version_of(drawn: Drawn) -> Version:
    """Collect what is drawn of a version: of its derivation every unit, else only those inside."""
    layer, derivation = drawn.layer, drawn.derivation
    members = versions.members(drawn.session, drawn.row)
    if derivation is not None:
        affected = (
            derivation.units["affected"].reindex(layer.units.index).fillna(0.0).to_numpy(dtype=np.float64, copy=True)
        )
        affected[layer.units["population"].isna().to_numpy()] = np.nan
    else:
        affected = members.reindex(layer.units.index).fillna(0.0).to_numpy(dtype=np.float64)
    footprint = None if derivation is None else derivation.footprint
    inside = mask(layer, members.index)
    bridging = None if derivation is None or inside.all() else _bridging(derivation, layer)
    return Version(affected=affected, inside=inside, footprint=footprint, bridges=bridging)


def _bridging(derivation: Published, layer: Layer) -> BoolArray:
    """Units inside only to connect, in the layer's order."""
    units = derivation.units
    there = units["inside"] & is_bridge(units["affected"], units["population"])
    return there.reindex(layer.units.index, fill_value=False).to_numpy(dtype=np.bool_)


def _picture(drawn: Drawn, t: Texts) -> tuple[str, tuple[Entry, ...]]:
    """Map and legend of a version; the latest few are kept."""
    row, layer = drawn.row, drawn.layer

    def made() -> tuple[str, tuple[Entry, ...]]:
        version = version_of(drawn)
        title = t("{title}: people affected in each {unit}", title=row.title, unit=t.units(layer.name, 1))
        return polity_picture(layer, version, title=title, description=title), legend_of(version, t)

    return _drawn.get((identity(drawn.session, row), t.language), made)


def legend_of(version: Version, t: Texts) -> tuple[Entry, ...]:
    """Legend of a version's map, in the reader's language: the outline, the footprint, classes from many to few."""
    classes = version.classes
    starts = (classes.lowest, *classes.breaks[:-1])
    labels = [f"{t.people(start)} – {t.people(end)}" for start, end in zip(starts, classes.breaks, strict=True)]
    fills = [
        Entry(mark="fill", colour=colour, words=words) for colour, words in zip(classes.colours, labels, strict=True)
    ]
    bite = (
        (Entry(mark="footprint", colour="", words=t("footprint: where the issue bites")),)
        if version.footprint is not None
        else ()
    )
    between = (
        (Entry(mark="bridge", colour=POLITY, words=t("bridges: inside only to connect")),)
        if version.bridges is not None and version.bridges.any()
        else ()
    )
    nobody = Entry(mark="fill", colour=LAND, words=t("nobody"))
    return (Entry(mark="polity", colour=POLITY, words=t("the polity")), *between, *bite, *reversed(fills), nobody)


def _main_units(session: Session, row: PolityRow, derivation: Published | None) -> tuple[UnitLine, ...]:
    if derivation is not None:
        top = derivation.units.sort_values("affected", ascending=False, kind="stable").head(MAIN_UNITS)
        return tuple(
            UnitLine(
                name=str(unit["name"]),
                affected=float(unit["affected"]),
                low=float(unit["affected_low"]),
                high=float(unit["affected_high"]),
                is_inside=bool(unit["inside"]),
            )
            for unit in top[top["affected"] > 0].to_dict("records")
        )
    members = versions.members(session, row).sort_values(ascending=False).head(MAIN_UNITS)
    query = select(UnitRow.unit_id, UnitRow.name).where(
        UnitRow.layer == row.layer, UnitRow.unit_id.in_(list(members.index))
    )
    names = {unit_id: name for unit_id, name in session.execute(query)}  # noqa: C416 - rows are no pairs to mypy
    return tuple(
        UnitLine(name=names[str(unit_id)], affected=float(people), low=None, high=None, is_inside=True)
        for unit_id, people in members.items()
    )


def _fringe(derivation: Published | None) -> Fringe:
    """Who is affected outside, and which units are inside only to connect; nothing without files."""
    if derivation is None:
        return Fringe()
    units = derivation.units.sort_values("affected", ascending=False, kind="stable")
    outside = units[~units["inside"] & (units["affected"] >= SOMEBODY)]
    inside = units[units["inside"]]
    bridging = inside[is_bridge(inside["affected"], inside["population"])]
    return Fringe(
        outside=len(outside),
        outside_people=float(outside["affected"].sum()),
        outside_names=tuple(outside["name"].astype(str).head(NAMED)),
        bridges=bridges_of(units),
        bridge_names=tuple(bridging["name"].astype(str).head(NAMED)),
    )


def _history(session: Session, issue: str) -> tuple[VersionLine, ...]:
    """All versions, the newest first, each with the units that joined and left since the one before."""
    rows = session.scalars(select(PolityRow).where(PolityRow.issue == issue).order_by(PolityRow.version)).all()
    lines: list[VersionLine] = []
    before: set[str] = set()
    for row in rows:
        units = set(versions.members(session, row).index)
        lines.append(
            VersionLine(
                version=row.version,
                status=row.status,
                since=row.valid_from,
                until=row.valid_to,
                open_until=row.open_until,
                units=row.units,
                joined=_names(session, row.layer, units - before) if lines else (),
                left=_names(session, row.layer, before - units) if lines else (),
            )
        )
        if row.valid_from is not None:
            before = units
    return tuple(reversed(lines))


def _names(session: Session, layer: str, unit_ids: set[str]) -> tuple[str, ...]:
    if not unit_ids:
        return ()
    query = select(UnitRow.name).where(UnitRow.layer == layer, UnitRow.unit_id.in_(unit_ids)).order_by(UnitRow.name)
    return tuple(session.scalars(query))


def _downloads(row: PolityRow, derivation: Published | None) -> tuple[Download, ...]:
    at, asked = f"/polities/{row.issue}", f"?version={row.version}"
    own = [
        Download(kind="boundary", address=f"{at}/boundary.geojson{asked}"),
        Download(kind="units", address=f"{at}/units.csv{asked}"),
    ]
    if derivation is None:
        return tuple(own)
    return (
        *own,
        *(
            Download(kind=kind, address=f"{at}/files/{name}{asked}", size=derivation.sizes[name])
            for kind, name in OPEN_FILES.items()
            if name in derivation.sizes
        ),
    )


def _overlaps(session: Session, row: PolityRow, home: Path) -> tuple[Overlap, ...]:
    """Other polities of the same layer by the people they share, most first."""
    index = open_lookup_index(session, home, now())
    if row.layer not in index.memberships or row.issue not in index.memberships[row.layer].polities:
        return ()
    people = unit_table(session, row.layer)["population"].to_numpy(dtype=float)
    shared: Any = index.memberships[row.layer].overlap(people)[row.issue].drop(row.issue)
    titles = {one.row.issue: one.row.title for one in index.polities[row.layer].values()}
    found = [
        Overlap(polity_id=str(other), title=titles[str(other)], people=float(count))
        for other, count in shared.sort_values(ascending=False).items()
        if count > 0
    ]
    return tuple(found)


def published_file(polity_id: str, name: str, store: Store, version: int | None = None) -> bytes | None:
    """Return a file of the derivation that a version was published from."""
    with store.reading() as session:
        return versions.file_content(session, versions.find(session, polity_id, version), name)
