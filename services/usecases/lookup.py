"""Say which units and which polities a place belongs to, and why. Nothing here is logged or stored."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries import gazetteer
from geopolity.crosswalk import main_target
from geopolity.lookup import snapped
from geopolity.lookup.points import SNAP
from services.lookup_index import LookupIndex, PolityLookup, open_lookup_index
from services.settings import Settings
from services.storage.crosswalks import shares
from services.storage.docket import laws_in_force
from services.storage.layers import UnknownLayerError, find_layer
from services.storage.store import open_store, reading
from services.storage.tables import LayerRow, MemberRow, PolityRow, UnitRow
from services.usecases.moments import end_of

NEAR_M = 100.0
"""Closer to a polity's border than this, a place is said to be near it."""


def lookup(lon: float, lat: float, date: str, settings: Settings) -> dict[str, Any]:
    """Look a point up as of a date (ISO 8601): its unit on every layer, and the polities of these units.

    Raises
    ------
    PointError
        If the coordinates are no place on Earth.
    """
    x, y = snapped(lon, lat)
    record = _record(date) | {"point": {"lon": x / SNAP, "lat": y / SNAP}}
    with reading(open_store(settings)) as session:
        index = open_lookup_index(session, settings, end_of(date))
        for layer in index.layers:
            units = index.lookups[layer.digest]
            position = units.index.at(lon, lat)
            if position < 0:
                _add_nearest(session, record, layer, *_nearest(units, lon, lat))
                continue
            unit = _unit(session, layer, str(units.ids[position]))
            record["units"].append(_named(layer, unit))
            for polity in _of_unit(index, layer, unit.unit_id):
                record["polities"].append(_said(polity, unit, _distance(polity, lon, lat)))
        _add_drafts(session, record)
        _add_laws(session, record)
    return record


def lookup_unit(unit_id: str, date: str, settings: Settings, layer_name: str | None = None) -> dict[str, Any]:
    """Look a unit up as of a date; polities derived on other layers are found through the crosswalk."""
    with reading(open_store(settings)) as session:
        layer = find_layer(session, layer_name)
        record = _record(date)
        _add_units(session, record, open_lookup_index(session, settings, end_of(date)), layer, [unit_id])
        _add_drafts(session, record)
        _add_laws(session, record)
    return record


def lookup_postcode(code: str, date: str, settings: Settings) -> dict[str, Any]:
    """Look a postcode up: all units that it lies in, and all polities of any of them."""
    return _lookup_spot(gazetteer.postcode(code), date, settings)


def lookup_place(name: str, date: str, settings: Settings) -> dict[str, Any]:
    """Look a named place up: all units that it lies in, and all polities of any of them."""
    return _lookup_spot(gazetteer.place(name), date, settings)


def _lookup_spot(spot: gazetteer.Spot, date: str, settings: Settings) -> dict[str, Any]:
    record = _record(date) | {"place": spot.title, "middle": {"lon": spot.lon, "lat": spot.lat}}
    with reading(open_store(settings)) as session:
        layer = find_layer(session, gazetteer.LAYER)
        _add_units(session, record, open_lookup_index(session, settings, end_of(date)), layer, spot.units)
        _add_drafts(session, record)
        _add_laws(session, record)
    return record


def _record(date: str) -> dict[str, Any]:
    return {"date": date, "units": [], "polities": []}


def _add_units(
    session: Session, record: dict[str, Any], index: LookupIndex, layer: LayerRow, unit_ids: Iterable[str]
) -> None:
    units = [_unit(session, layer, unit_id) for unit_id in unit_ids]
    record["units"] += [_named(layer, unit) for unit in units]
    for other in index.layers:
        found: dict[str, list[tuple[UnitRow, float]]] = {}
        for unit in units:
            target, share = _carried(session, unit, other)
            for polity in _of_unit(index, other, target.unit_id) if target is not None else ():
                found.setdefault(polity.row.issue, []).append((target or unit, share))
        for issue, places in found.items():
            unit, share = max(places, key=lambda place: place[1])
            said = _said(index.polities[other.digest][issue], unit, None)
            certainty = {"certainty": _certainty(len(places), len(units), share, places), "inside_share": share}
            named = [{"unit_id": it.unit_id, "name": it.name} for it, _ in places]
            inside = {"inside_units": named} if len(places) < len(units) else {}
            record["polities"].append(said | certainty | inside)


def _carried(session: Session, unit: UnitRow, layer: LayerRow) -> tuple[UnitRow | None, float]:
    """Return the unit of another layer that stands for a unit, and the share of it that does."""
    if unit.layer == layer.digest:
        return unit, 1.0
    targets = main_target(shares(session, unit.layer, layer.digest))
    if unit.unit_id not in targets:
        return None, 0.0
    target, share = targets[unit.unit_id]
    return _unit(session, layer, target), share


def _certainty(inside: int, units: int, share: float, places: list[tuple[UnitRow, float]]) -> str:
    if inside < units:
        names = "; ".join(unit.name for unit, _ in places)
        return f"depends on where: yes in {names}"
    return "certain" if share > 0.999 else f"likely: {share:.0%} of the unit lies there"


def _of_unit(index: LookupIndex, layer: LayerRow, unit_id: str) -> list[PolityLookup]:
    return [polity for polity in index.polities[layer.digest].values() if unit_id in polity.affected]


def _unit(session: Session, layer: LayerRow, unit_id: str) -> UnitRow:
    row = session.get(UnitRow, (layer.digest, unit_id))
    if row is None:
        raise UnknownLayerError(
            f"Layer {layer.name} has no unit {unit_id!r}; ids are text with their leading zeros, such as "
            f"{session.scalar(select(UnitRow.unit_id).where(UnitRow.layer == layer.digest).limit(1))!r}."
        )
    return row


def _named(layer: LayerRow, unit: UnitRow) -> dict[str, str]:
    return {"layer": layer.name, "unit_id": unit.unit_id, "name": unit.name}


def _said(polity: PolityLookup, unit: UnitRow, metres: float | None) -> dict[str, Any]:
    row = polity.row
    return {
        "id": row.issue,
        "issue": row.issue,
        "title": row.title,
        "version": row.version,
        "valid_from": row.valid_from,
        "reason": _reason(polity, unit),
        "unit_id": unit.unit_id,
        "affected_share": _share(polity, unit),
        "border_distance_m": metres,
        "certainty": "certain" if metres is None or metres > NEAR_M else "near the border",
    }


def _share(polity: PolityLookup, unit: UnitRow) -> float | None:
    """Share of a unit's people who are affected; None where nobody lives."""
    return polity.affected[unit.unit_id] / unit.population if unit.population else None


def _reason(polity: PolityLookup, unit: UnitRow) -> str:
    since = f"inside since {str(polity.row.valid_from)[:10]}"
    share = _share(polity, unit)
    if share is None:
        return f"{unit.name}: {since}"
    if share < 0.0005:
        return f"{unit.name}: hardly anybody here is affected, but it connects those who are; {since}"
    return f"{unit.name}: {_percent(share)} of its people are affected; {since}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.01 else f"{100 * share:.1f} %"


def _distance(polity: PolityLookup, lon: float, lat: float) -> float | None:
    metres = polity.border.distance_m(lon, lat)
    return round(metres, 1) if np.isfinite(metres) else None


def _nearest(units: Any, lon: float, lat: float) -> tuple[str, float]:
    position, metres = units.outer.nearest(lon, lat)
    return str(units.ids[position]), metres


def _add_nearest(session: Session, record: dict[str, Any], layer: LayerRow, unit_id: str, metres: float) -> None:
    outside = _named(layer, _unit(session, layer, unit_id)) | {"distance_m": round(metres, 1)}
    record.setdefault("nearest", []).append(outside)


def _add_drafts(session: Session, record: dict[str, Any]) -> None:
    """Name the proposals that would take in one of the units, so that people can object in time."""
    inside = {(unit["layer"], unit["unit_id"]) for unit in record["units"]}
    query = (
        select(PolityRow, LayerRow.name, MemberRow.unit_id)
        .join(LayerRow, LayerRow.digest == PolityRow.layer)
        .join(MemberRow, MemberRow.polity == PolityRow.key)
        .where(PolityRow.status == "proposed", MemberRow.unit_id.in_([unit for _, unit in inside]))
        .order_by(PolityRow.issue, PolityRow.version)
    )
    found = {row.key: row for row, layer, unit in session.execute(query) if (layer, unit) in inside}
    record["proposals"] = [
        {"id": row.issue, "title": row.title, "version": row.version, "open_until": row.open_until}
        for row in found.values()
    ]


def _add_laws(session: Session, record: dict[str, Any]) -> None:
    """Name the laws that bind at the place on the day, and the assembly that decided each."""
    found = laws_in_force(session, [polity["id"] for polity in record["polities"]], record["date"][:10])
    record["laws"] = [
        {"law": row.law, "title": row.title, "version": row.version, "since": row.binds_from}
        | {"polity": row.polity, "matter": row.matter}
        for row in found
    ]
