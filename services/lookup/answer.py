"""Which units and polities a place belongs to, and why: by point, unit, postcode or place. Nothing is logged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from geopolity.arrays import NOWHERE
from geopolity.geometry.snapping import SNAP
from geopolity.layers.crosswalk import main_target
from geopolity.lookup import snapped
from services.clock import end_of
from services.lookup.directory import Directory, Place, StoreDirectory
from services.lookup.found import Carried, FoundPolity, FoundUnit, LookupAnswer, NearestUnit
from services.lookup.index import LookupIndex, PolityLookup, open_lookup_index
from services.storage.layers.census import find_layer
from services.storage.layers.crosswalks import shares
from services.storage.store import Store
from services.storage.tables import LayerRow

NEAR_M = 100.0
"""Closer to a polity's border than this, a place is said to be near it."""


def lookup(lon: float, lat: float, date: str, store: Store) -> LookupAnswer:
    """Look a point up as of a date (ISO 8601): its unit on every layer, and the polities of these units.

    Raises
    ------
    PointError
        If the coordinates are no place on Earth.
    """
    snapped(lon, lat)
    with store.reading() as session:
        index = open_lookup_index(session, store.home, end_of(date))
        return answer_of_point(lon, lat, date, index, StoreDirectory(session))


def answer_of_point(lon: float, lat: float, date: str, index: LookupIndex, directory: Directory) -> LookupAnswer:
    """Look a point up in an open index."""
    x, y = snapped(lon, lat)
    positions = [index.lookups[layer.digest].index.at(lon, lat) for layer in index.layers]
    nearest = []
    for layer, position in zip(index.layers, positions, strict=True):
        if position == NOWHERE:
            found, metres = index.lookups[layer.digest].outer.nearest(lon, lat)
            nearest.append(nearest_unit(layer, found, round(metres, 1), index, directory))
    found_here = answer_of_units(positions, date, index, directory, lambda polity: _distance(polity, lon, lat))
    return replace(found_here, place={"point": {"lon": x / SNAP, "lat": y / SNAP}}, nearest=nearest)


def answer_of_units(
    positions: Sequence[int],
    date: str,
    index: LookupIndex,
    directory: Directory,
    distance: Callable[[PolityLookup], Any],
) -> LookupAnswer:
    """What the units at these positions, one a layer, belong to; ``NOWHERE`` is no unit."""
    units, polities = [], []
    for layer, position in zip(index.layers, positions, strict=True):
        if position == NOWHERE:
            continue
        unit = directory.unit(layer, str(index.lookups[layer.digest].ids[position]))
        units.append(_named(layer, unit))
        polities += [_found(polity, unit, distance(polity)) for polity in _of_unit(index, layer, unit.unit_id)]
    return _answer(date, units, polities, directory)


def nearest_unit(layer: LayerRow, position: int, metres: Any, index: LookupIndex, directory: Directory) -> NearestUnit:
    """The nearest unit of a layer that does not cover the point."""
    unit = directory.unit(layer, str(index.lookups[layer.digest].ids[position]))
    return NearestUnit(unit=_named(layer, unit), distance_m=metres)


def lookup_unit(unit_id: str, date: str, store: Store, layer_name: str | None = None) -> LookupAnswer:
    """Look a unit up as of a date; polities derived on other layers are found through the crosswalk."""
    with store.reading() as session:
        index = open_lookup_index(session, store.home, end_of(date))
        return answer_of_unit(session, unit_id, date, index, layer_name)


def answer_of_unit(
    session: Session, unit_id: str, date: str, index: LookupIndex, layer_name: str | None = None
) -> LookupAnswer:
    """Look a unit up in an open index."""
    return answer_of_several(session, find_layer(session, layer_name), [unit_id], date, index)


def answer_of_several(
    session: Session, layer: LayerRow, unit_ids: Iterable[str], date: str, index: LookupIndex
) -> LookupAnswer:
    """Look several units of a layer up as one place, in an open index."""
    directory = StoreDirectory(session)
    units = [directory.unit(layer, unit_id) for unit_id in unit_ids]
    polities = [polity for other in index.layers for polity in _on_layer(session, units, other, index)]
    return _answer(date, [_named(layer, unit) for unit in units], polities, directory)


def _answer(
    date: str, units: Sequence[FoundUnit], polities: Sequence[FoundPolity], directory: Directory
) -> LookupAnswer:
    """Answer with the open proposals that would take in one of the units, and the laws that bind there on the day."""
    return LookupAnswer(
        date=date,
        units=units,
        polities=polities,
        proposals=directory.proposals({(unit.layer, unit.unit_id) for unit in units}),
        laws=directory.laws([polity.id for polity in polities], date[:10]),
    )


def _on_layer(session: Session, units: Sequence[Place], layer: LayerRow, index: LookupIndex) -> list[FoundPolity]:
    """Polities of one layer that hold any of the units."""
    found: dict[str, list[tuple[Place, float]]] = {}
    for unit in units:
        target, share = _carried(session, unit, layer)
        for polity in _of_unit(index, layer, target.unit_id) if target is not None else ():
            found.setdefault(polity.row.issue, []).append((target or unit, share))
    return [_of_places(index.polities[layer.digest][issue], places, len(units)) for issue, places in found.items()]


def _of_places(polity: PolityLookup, places: list[tuple[Place, float]], units: int) -> FoundPolity:
    unit, share = max(places, key=lambda place: place[1])
    some = tuple(FoundUnit(layer=it.layer, unit_id=it.unit_id, name=it.name) for it, _ in places)
    return replace(
        _found(polity, unit, None),
        certainty=_certainty(len(places), units, share, places),
        carried=Carried(share=share, inside=some if len(places) < units else ()),
    )


def _carried(session: Session, unit: Place, layer: LayerRow) -> tuple[Place | None, float]:
    """Return the unit of another layer that stands for a unit, and the share of it that does."""
    if unit.layer == layer.digest:
        return unit, 1.0
    targets = main_target(shares(session, unit.layer, layer.digest))
    if unit.unit_id not in targets:
        return None, 0.0
    target, share = targets[unit.unit_id]
    return StoreDirectory(session).unit(layer, target), share


def _certainty(inside: int, units: int, share: float, places: list[tuple[Place, float]]) -> str:
    if inside < units:
        names = "; ".join(unit.name for unit, _ in places)
        return f"depends on where: yes in {names}"
    return "certain" if share > 0.999 else f"likely: {share:.0%} of the unit lies there"


def _of_unit(index: LookupIndex, layer: LayerRow, unit_id: str) -> list[PolityLookup]:
    return [polity for polity in index.polities[layer.digest].values() if unit_id in polity.affected]


def _named(layer: LayerRow, unit: Place) -> FoundUnit:
    return FoundUnit(layer=layer.name, unit_id=unit.unit_id, name=unit.name)


def _found(polity: PolityLookup, unit: Place, metres: float | None) -> FoundPolity:
    row = polity.row
    return FoundPolity(
        id=row.issue,
        title=row.title,
        version=row.version,
        valid_from=str(row.valid_from),
        reason=reason_of(polity, unit),
        unit_id=unit.unit_id,
        affected_share=_share(polity, unit),
        border_distance_m=metres,
        certainty=certainty_of(metres),
    )


def _share(polity: PolityLookup, unit: Place) -> float | None:
    """Share of a unit's people who are affected; None where nobody lives."""
    return polity.affected[unit.unit_id] / unit.population if unit.population else None


def certainty_of(metres: float | None) -> str:
    """How sure membership is, so many metres from the border."""
    return "certain" if metres is None or metres > NEAR_M else "near the border"


def reason_of(polity: PolityLookup, unit: Place) -> str:
    """Why a unit is inside, beginning with its name."""
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
