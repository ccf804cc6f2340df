"""Which units and polities a place belongs to, and why: by point, unit, postcode or place. Nothing is logged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from geopolity.arrays import NOWHERE
from geopolity.compiling import asked_once
from geopolity.geometry.snapping import SNAP
from geopolity.layers.crosswalk import main_target
from geopolity.lookup import snapped
from geopolity.polity.bridges import BRIDGE_SHARE
from services.clock import end_of
from services.lookup.directory import Directory, Place, StoreDirectory
from services.lookup.found import (
    Carried,
    FoundPolity,
    FoundUnit,
    LookupAnswer,
    NearestUnit,
    NearPolity,
    UnitShare,
)
from services.lookup.index import LookupIndex, PolityLookup, open_lookup_index
from services.storage.layers.census import find_layer
from services.storage.layers.crosswalks import shares
from services.storage.store import Store
from services.storage.tables import LayerRow, PolityRow

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
        with asked_once():
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
    units: list[FoundUnit] = []
    polities: list[FoundPolity] = []
    near: list[NearPolity] = []
    for layer, position in zip(index.layers, positions, strict=True):
        if position == NOWHERE:
            continue
        unit = directory.unit(layer, str(index.lookups[layer.digest].ids[position]))
        units.append(_named(layer, unit))
        for polity in index.polities[layer.digest].values():
            if unit.unit_id in polity.affected:
                polities.append(_found(polity, [unit], distance(polity)))
            elif unit.unit_id in polity.evidence.outside:
                near.append(_near(polity, [unit]))
    return replace(_answer(date, units, polities, directory), near=near)


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
    found = [one for other in index.layers for one in _on_layer(session, units, other, index)]
    polities = [one for one in found if isinstance(one, FoundPolity)]
    near = [one for one in found if isinstance(one, NearPolity)]
    return replace(_answer(date, [_named(layer, unit) for unit in units], polities, directory), near=near)


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


def _on_layer(
    session: Session, units: Sequence[Place], layer: LayerRow, index: LookupIndex
) -> list[FoundPolity | NearPolity]:
    """Polities of one layer that hold any of the units, or whose issue affects people of one."""
    carried = [_carried(session, unit, layer) for unit in units]
    known = [(target, share) for target, share in carried if target is not None]
    found: list[FoundPolity | NearPolity] = []
    for polity in index.polities[layer.digest].values():
        inside = [(target, share) for target, share in known if target.unit_id in polity.affected]
        if inside:
            found.append(_of_places(polity, inside, _once(known), len(units)))
        elif any(target.unit_id in polity.evidence.outside for target, _ in known):
            found.append(_near(polity, _once(known)))
    return found


def _once(places: Sequence[tuple[Place, float]]) -> list[Place]:
    """The places, each once: several units of one layer may lie in one of another."""
    return list({place.unit_id: place for place, _ in places}.values())


def _of_places(
    polity: PolityLookup, inside: Sequence[tuple[Place, float]], places: Sequence[Place], units: int
) -> FoundPolity:
    first, share = max(inside, key=lambda place: place[1])
    some = tuple(FoundUnit(layer=it.layer, unit_id=it.unit_id, name=it.name) for it, _ in inside)
    ordered = [first, *(place for place in places if place.unit_id != first.unit_id)]
    return replace(
        _found(polity, ordered, None),
        certainty=_certainty(len(inside), units, share, inside),
        carried=Carried(share=share, inside=some if len(inside) < units else ()),
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


def _certainty(inside: int, units: int, share: float, places: Sequence[tuple[Place, float]]) -> str:
    if inside < units:
        names = "; ".join(unit.name for unit, _ in places)
        return f"depends on where: yes in {names}"
    return "certain" if share > 0.999 else f"likely: {share:.0%} of the unit lies there"


def _named(layer: LayerRow, unit: Place) -> FoundUnit:
    return FoundUnit(layer=layer.name, unit_id=unit.unit_id, name=unit.name)


def _found(polity: PolityLookup, places: Sequence[Place], metres: float | None) -> FoundPolity:
    """The polity as the places belong to it: the first is inside, others may be."""
    row, first = polity.row, places[0]
    parts = tuple(unit_share(polity, place) for place in places)
    return FoundPolity(
        id=row.issue,
        title=row.title,
        question=row.question,
        version=row.version,
        valid_from=str(row.valid_from),
        reason=reason_of(polity, places),
        unit_id=first.unit_id,
        affected_share=parts[0].affected_share,
        border_distance_m=metres,
        certainty=certainty_of(metres),
        parts=parts,
        bridge=polity.evidence.bridges.get(first.unit_id, ()) if is_bridge(parts[0]) else (),
    )


def _near(polity: PolityLookup, places: Sequence[Place]) -> NearPolity:
    """The polity as the places lie outside it, though people there are affected."""
    row, parts = polity.row, tuple(unit_share(polity, place) for place in places)
    return NearPolity(
        id=row.issue,
        title=row.title,
        question=row.question,
        version=row.version,
        affected=sum(round(part.affected) for part in parts),
        why=why_outside(row),
        coverage=row.coverage,
        parts=parts,
    )


def unit_share(polity: PolityLookup, place: Place) -> UnitShare:
    """How the polity's issue bites in a unit."""
    is_inside = place.unit_id in polity.affected
    people = polity.affected[place.unit_id] if is_inside else polity.evidence.outside.get(place.unit_id, 0.0)
    return UnitShare(
        unit_id=place.unit_id, name=place.name, is_inside=is_inside, affected=people, population=place.population
    )


def is_bridge(part: UnitShare) -> bool:
    """Whether a unit is inside though hardly anybody there is affected."""
    return part.is_inside and part.affected_share is not None and part.affected_share < BRIDGE_SHARE


def why_outside(row: PolityRow) -> str:
    """Why a place that is affected lies outside a version."""
    return f"outside: the polity holds {100 * row.coverage:.1f} % of all people affected without it, and is smaller so"


def certainty_of(metres: float | None) -> str:
    """How sure membership is, so many metres from the border."""
    return "certain" if metres is None or metres > NEAR_M else "near the border"


def reason_of(polity: PolityLookup, places: Sequence[Place]) -> str:
    """Why places are inside, each by its name, and since when."""
    said = "; ".join(_reason(polity, unit_share(polity, place)) for place in places)
    since = f"inside since {str(polity.row.valid_from)[:10]}"
    return f"{said}{'; ' if said[-1:] != ':' else ' '}{since}"


def _reason(polity: PolityLookup, part: UnitShare) -> str:
    share = part.affected_share
    if not part.is_inside:
        return f"{part.name}: outside, {_people(part)} affected"
    if share is None:
        return f"{part.name}:"
    if is_bridge(part):
        between = polity.evidence.bridges.get(part.unit_id, ())
        links = f"a bridge between {' and '.join(between)}" if between else "it connects those who are affected"
        return f"{part.name}: {links}; {_people(part)} affected"
    return f"{part.name}: {_percent(share)} of its people are affected"


def _people(part: UnitShare) -> str:
    number = round(part.affected)
    return "nobody here is" if not number else f"{number:,} of its people {'is' if number == 1 else 'are'}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.01 else f"{100 * share:.1f} %"


def _distance(polity: PolityLookup, lon: float, lat: float) -> float | None:
    metres = polity.border.distance_m(lon, lat)
    return round(metres, 1) if np.isfinite(metres) else None
