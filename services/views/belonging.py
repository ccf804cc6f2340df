"""Everything a citizen is told about a place: its polities, their assemblies, what is open, and a picture."""

from __future__ import annotations

import gzip
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from maps.pages.citizen.answer import (
    Belonging,
    BindingLaw,
    Certainty,
    Membership,
    Nearby,
    OpenMatter,
    Part,
    PlaceChoice,
    Proposed,
    Unit,
    with_colours,
)
from maps.pages.docket import DECIDED
from maps.reports.exchange import Exchange
from maps.scenes.overview import Region, hues
from maps.scenes.place import place_map
from services.lookup.answer import NEAR_M, lookup_unit
from services.lookup.found import Choice, FoundPolity, LookupAnswer, NearPolity, UnitShare
from services.lookup.named import lookup_text
from services.polities.explained import exchanges
from services.storage.layers.census import find_layer
from services.storage.polities import versions
from services.storage.store import Store
from services.storage.tables import EpochRow, EpochTableRow, LayerRow, MatterRow, PolityRow, SeatRow
from services.views.base_map import ground, mask, positions
from services.views.deciding import who_decides

_WIDTH = 420.0


def belonging(text: str, date: str, store: Store) -> Belonging:
    """Answer what somebody typed; where several places fit, they are choices.

    Raises
    ------
    PointError, PlaceError
        If it is no place that is known here.
    """
    return _answered(lookup_text(text, date, store), store)


def belonging_of_unit(unit_id: str, date: str, store: Store, layer: str | None = None) -> Belonging:
    """Answer for a whole unit, as a shared link names it."""
    return _answered(lookup_unit(unit_id, date, store, layer), store, is_unit=True)


def _answered(found: LookupAnswer, store: Store, *, is_unit: bool = False) -> Belonging:
    if found.choices:
        return Belonging(
            units=(), memberships=(), choices=_choices(found.choices), more=found.more, is_near=found.is_near
        )
    with store.reading() as session:
        units = tuple(Unit(unit_id=it.unit_id, name=it.name, layer=it.layer) for it in found.units)
        units = _of_base(units)
        titles = {polity.id: polity.title for polity in found.polities}
        members = tuple(_membership(session, one, units, found.title, store.home) for one in found.polities)
        picture, colours, source = _picture(session, units, members, store.home)
        return Belonging(
            units=units,
            memberships=with_colours(members, colours),
            place=found.title,
            read_as=str(found.place.get("read_as", "")),
            note=str(found.place.get("note", "")),
            how=str(found.place.get("how", "")),
            others=_choices(found.others),
            more=found.more,
            near=tuple(_nearby(session, one) for one in found.near),
            nearest=(found.nearest[0].unit.name, found.nearest[0].distance_m) if found.nearest else None,
            is_unit=is_unit,
            proposals=tuple(
                Proposed(polity_id=it.id, title=it.title, version=it.version, open_until=str(it.open_until))
                for it in found.proposals
            ),
            laws=tuple(
                BindingLaw(title=it.title, since=it.since, polity=titles[it.polity], matter_id=it.matter or "")
                for it in found.laws
            ),
            picture=picture,
            source=source,
        )


def _choices(found: Sequence[Choice]) -> tuple[PlaceChoice, ...]:
    return tuple(
        PlaceChoice(
            place_id=one.id,
            name=one.name,
            kind=one.kind,
            region=one.region,
            country=one.country,
            country_code=one.country_code,
            people=one.people,
            sure=one.sure,
        )
        for one in found
    )


def _of_base(units: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """Keep the units of the first layer named: a person lives in one unit, however many layers know the spot."""
    return tuple(unit for unit in units if unit.layer == units[0].layer)


def _membership(session: Session, polity: FoundPolity, units: tuple[Unit, ...], place: str, home: Path) -> Membership:
    seats, eligible = drawn_from(session, polity.id)
    sitting = seated(session, polity.id)
    proposal = _proposal(session, polity.id)
    names = {unit.unit_id: unit.name for unit in units}
    row = versions.find(session, polity.id, polity.version)
    return Membership(
        polity_id=polity.id,
        title=polity.title,
        version=polity.version,
        since=polity.valid_from,
        unit=place if len(units) > 1 else names.get(polity.unit_id, units[0].name if units else polity.unit_id),
        question=polity.question,
        deciding=who_decides(session, row, home),
        worth=_worth(session, row, {one.unit_id for one in polity.parts if one.is_inside}),
        parts=tuple(_part(one, polity.bridge if one.unit_id == polity.unit_id else ()) for one in polity.parts),
        certainty=_certainty(polity),
        border_m=polity.border_distance_m,
        inside_units=tuple(unit.name for unit in polity.carried.inside) if polity.carried else (),
        inside_share=_inside_share(polity),
        seats=sitting.delegates,
        rehearsed=sitting.rehearsed,
        draw_seats=seats,
        eligible=eligible,
        matters=open_matters(session, polity.id),
        proposed=None if proposal is None else proposal.version,
        open_until="" if proposal is None else str(proposal.open_until),
    )


def _worth(session: Session, row: PolityRow, units: set[str]) -> tuple[Exchange, ...]:
    """What a polity would be with these units on its other side, where that was worked out."""
    known = exchanges(session, row)
    return () if known is None else tuple(one for one in known.units if one.unit_id in units)


def _part(one: UnitShare, between: tuple[str, ...] = ()) -> Part:
    return Part(
        name=one.name,
        is_inside=one.is_inside,
        affected=float(round(one.affected)),
        people=one.population,
        share=one.affected_share,
        between=between,
    )


def _nearby(session: Session, polity: NearPolity) -> Nearby:
    proposal = _proposal(session, polity.id)
    return Nearby(
        polity_id=polity.id,
        title=polity.title,
        question=polity.question,
        affected=polity.affected,
        coverage=polity.coverage,
        parts=tuple(_part(one) for one in polity.parts),
        worth=_worth(session, versions.find(session, polity.id), {one.unit_id for one in polity.parts if one.affected}),
        proposed=None if proposal is None else proposal.version,
        open_until="" if proposal is None else str(proposal.open_until),
    )


def _certainty(polity: FoundPolity) -> Certainty:
    if polity.carried is not None and polity.carried.inside:
        return "depends"
    if polity.border_distance_m is not None:
        return "near" if polity.border_distance_m <= NEAR_M else "certain"
    return "certain" if _inside_share(polity) > 0.999 else "likely"


def _inside_share(polity: FoundPolity) -> float:
    return 1.0 if polity.carried is None else polity.carried.share


@dataclass(frozen=True, slots=True, kw_only=True)
class Seated:
    """Who sits for a polity: delegates, or those that a rehearsal put on their seats."""

    delegates: int
    rehearsed: int


def seated(session: Session, polity_id: str) -> Seated:
    """How many delegates sit for a polity; those of a rehearsal are none."""
    query = (
        select(EpochRow.kind, func.count())
        .join(SeatRow, SeatRow.epoch == EpochRow.key)
        .where(SeatRow.polity == polity_id, SeatRow.ended_at.is_(None))
        .group_by(EpochRow.kind)
    )
    found = {str(kind): int(number) for kind, number in session.execute(query)}
    return Seated(delegates=found.get("binding", 0), rehearsed=found.get("rehearsal", 0))


def open_matters(session: Session, polity_id: str) -> tuple[OpenMatter, ...]:
    """Matters that an assembly has not decided."""
    query = select(MatterRow).where(MatterRow.polity == polity_id, MatterRow.state.not_in(DECIDED))
    rows = session.scalars(query.order_by(MatterRow.filed_at))
    return tuple(OpenMatter(matter_id=row.matter_id, title=row.title, state=row.state) for row in rows)


def drawn_from(session: Session, polity_id: str, kind: str = "binding") -> tuple[int, int]:
    """Seats and eligible people of a polity in the latest epoch of a kind that names it; zeros if none does."""
    query = (
        select(EpochTableRow.content)
        .join(EpochRow, EpochRow.key == EpochTableRow.epoch)
        .where(EpochTableRow.name == "polities.csv", EpochRow.status != "lapsed", EpochRow.kind == kind)
        .order_by(EpochRow.key.desc())
    )
    for content in session.scalars(query):
        table = pd.read_csv(io.BytesIO(gzip.decompress(content)), dtype={"polity_id": str}).set_index("polity_id")
        if polity_id in table.index:
            line = table.loc[[polity_id], ["seats", "eligible"]].to_numpy(dtype=np.int64)[0]
            return int(line[0]), int(line[1])
    return 0, 0


def _proposal(session: Session, polity_id: str) -> PolityRow | None:
    query = select(PolityRow).where(PolityRow.issue == polity_id, PolityRow.status == "proposed")
    return session.scalar(query.order_by(PolityRow.version.desc()).limit(1))


def _picture(
    session: Session, units: tuple[Unit, ...], members: tuple[Membership, ...], home: Path
) -> tuple[str, list[str], str]:
    if not units:
        return "", [""] * len(members), ""
    row = find_layer(session, units[0].layer)
    layer = ground(session, row, home)
    around = [_around(session, one, row, layer) for one in members]
    colours = hues(around)
    here = positions(layer, [unit.unit_id for unit in units])
    title = ", ".join(unit.name for unit in units)
    picture = place_map(layer, here, around, title=title, width=_WIDTH) if len(here) else ""
    return picture, colours, f"{layer.title}, {layer.vintage}."


def _around(session: Session, member: Membership, row: LayerRow, layer: Any) -> Region:
    version = versions.find(session, member.polity_id, member.version)
    if version.layer != row.digest:
        return Region(words=member.title, inside=np.ones(len(layer), dtype=np.bool_))
    return Region(words=member.title, inside=mask(layer, versions.members(session, version).index))
