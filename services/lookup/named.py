"""A place as people write it, looked up: one is taken and said, or those that may have been meant are offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from boundaries.addresses.written import read_address
from boundaries.gazetteer import plus_codes
from boundaries.gazetteer.areas import country_codes
from boundaries.gazetteer.coordinates import WrittenPoint, written_point
from boundaries.gazetteer.counties import LAYER
from boundaries.gazetteer.place import Found, Place, PlaceError
from boundaries.gazetteer.search import MOST, find, the_place
from boundaries.gazetteer.us_postcodes import is_known, is_postcode, postcode
from geopolity.arrays import NOWHERE
from geopolity.errors import NegativeAnswer
from services.clock import end_of
from services.lookup.added import found_added
from services.lookup.addresses import CLEAR, found_address, unknown_address
from services.lookup.answer import answer_of_point, answer_of_several, answer_of_units, nearest_unit
from services.lookup.directory import Directory, StoreDirectory
from services.lookup.found import Choice, FoundUnit, LookupAnswer, NearestUnit
from services.lookup.geocoder import GeocoderError, geocoded
from services.lookup.index import LookupIndex, open_lookup_index
from services.storage.layers.crosswalks import shares
from services.storage.store import Store
from services.storage.tables import LayerRow

WORLD_PLACES, WORLD_COUNTRIES = "world-places", "world-countries"
"""Layers whose units are places and countries themselves."""


class WholeAreaError(NegativeAnswer):
    """A region or country was asked for, and no layer that is kept has it as units."""

    code = "whole-area"


def lookup_text(text: str, date: str, store: Store, index: LookupIndex | None = None) -> LookupAnswer:
    """Look up what somebody wrote: a place, a postcode, an address, a point or a plus code.

    An address that no added file has is asked of the geocoder, if there is one, while no transaction is open.

    Raises
    ------
    PointError
        If it is a point that is not on Earth.
    PlaceError
        If nothing is known that is spelt so.
    WholeAreaError
        If it is a region or country that no layer has.
    GeocoderError
        If the geocoder gives no answer, and nothing here knows the place.
    """
    away: GeocoderError | None = None
    found: Found | None = None
    if store.geocoder is not None and _is_for_geocoder(text, store):
        try:
            found = geocoded(store.geocoder, text)
        except GeocoderError as error:
            away = error
    with store.reading() as session:
        opened = index or open_lookup_index(session, store.home, end_of(date))
        if found is not None:
            return answer_of_found(session, found, date, opened)
        try:
            answer = answer_of_text(session, text, date, opened)
        except PlaceError:
            if away is None:
                raise
            raise away from None
        return answer if away is None else replace(answer, place=dict(answer.place) | {"note": "geocoder-away"})


def _is_for_geocoder(text: str, store: Store) -> bool:
    """Whether a text is an address that nobody here is sure of."""
    if written_point(text) is not None or text.strip().startswith("address:") or not read_address(text).is_address:
        return False
    with store.reading() as session:
        known = found_address(session, text)
    return known is None or (known.places[0].sure or 0.0) < CLEAR


def lookup_address(text: str, date: str, store: Store, index: LookupIndex | None = None) -> LookupAnswer:
    """Look a street address up, in an open index or one more.

    Raises
    ------
    PlaceError
        If no file of addresses that was added has it, nor the geocoder.
    GeocoderError
        If the geocoder gives no answer.
    """
    found = None
    if store.geocoder is not None and _is_for_geocoder(text, store):
        found = geocoded(store.geocoder, text)
    with store.reading() as session:
        found = found or found_address(session, text)
        if found is None:
            raise unknown_address(session, text)
        return answer_of_found(session, found, date, index or open_lookup_index(session, store.home, end_of(date)))


def answer_of_text(session: Session, text: str, date: str, index: LookupIndex) -> LookupAnswer:
    """Look up what somebody wrote in an open index."""
    point = written_point(text) or _short_code(text)
    if point is None:
        return answer_of_found(session, _found(session, text), date, index)
    found = answer_of_point(point.lon, point.lat, date, index, StoreDirectory(session))
    return replace(found, place=dict(found.place) | ({"note": point.note} if point.note else {}))


def _found(session: Session, text: str) -> Found:
    """An address that surely fits, or what the gazetteer knows; an address that may fit where that knows nothing."""
    address = found_address(session, text)
    if address is not None and (address.places[0].sure or 0.0) >= CLEAR:
        return address
    try:
        return _known(session, text)
    except PlaceError:
        if address is None:
            raise
        return address


def _known(session: Session, text: str) -> Found:
    """What the gazetteer knows, and what was added to it: who writes a postcode of two countries is asked which."""
    added = found_added(session, text)
    if added is None or not is_postcode(text) or not is_known(text.strip()[:5]):
        return find(text) if added is None else added
    return Found(places=(postcode(text), *added.places), is_clear=False)


def lookup_postcode(code: str, date: str, store: Store) -> LookupAnswer:
    """Look a postcode up: all units that it lies in, and all polities of any of them."""
    with store.reading() as session:
        return answer_of_postcode(session, code, date, open_lookup_index(session, store.home, end_of(date)))


def answer_of_postcode(session: Session, code: str, date: str, index: LookupIndex) -> LookupAnswer:
    """Look a postcode up in an open index."""
    added = found_added(session, code)
    found = Found(places=(postcode(code),), is_clear=True) if added is None else _found(session, code)
    return answer_of_found(session, found, date, index)


def _short_code(text: str) -> WrittenPoint | None:
    """The point of a short plus code beside a place."""
    found = plus_codes.short_code(text)
    if found is None:
        return None
    around = the_place(found[1])
    lon, lat = plus_codes.near(found[0], around.lon, around.lat)
    return WrittenPoint(lon=round(lon, 7), lat=round(lat, 7))


def answer_of_found(session: Session, found: Found, date: str, index: LookupIndex) -> LookupAnswer:
    """Look up what the gazetteer found, in an open index."""
    directory = StoreDirectory(session)
    if not found.is_clear:
        choices = [_choice(one, index, directory) for one in found.places[:MOST]]
        more = len(found.places) - len(choices)
        return LookupAnswer(
            date=date, units=(), polities=(), proposals=(), laws=(), choices=choices, more=more, is_near=found.is_near
        )
    first, *rest = found.places
    others = [_choice(one, index, directory) for one in rest[:MOST]]
    answer = replace(_answer(session, first, date, index, directory), others=others, more=len(rest) - len(others))
    return replace(answer, place=dict(answer.place) | ({"read_as": found.read_as} if found.read_as else {}))


def _answer(session: Session, place: Place, date: str, index: LookupIndex, directory: Directory) -> LookupAnswer:
    if place.kind == "address":
        found = answer_of_point(place.lon, place.lat, date, index, directory)
        point = dict(found.place)
        said: dict[str, Any] = {"place": place.full_title, "id": place.id, "sure": place.sure, "how": place.how}
        return replace(found, place=point | said)
    positions = [_position(place, layer, index) for layer in index.layers]
    counties = next((layer for layer in index.layers if layer.name == LAYER), None)
    parts = []
    straddled = [] if counties is None else [unit for unit in place.units if _knows(index, counties, unit)]
    if counties is not None and straddled:
        parts.append(answer_of_several(session, counties, straddled, date, index))
        carried = [
            layer == counties or bool(len(shares(session, counties.digest, layer.digest))) for layer in index.layers
        ]
        positions = [NOWHERE if known else at for known, at in zip(carried, positions, strict=True)]
    if not parts or any(at != NOWHERE for at in positions):
        parts.append(answer_of_units(positions, date, index, directory, lambda _: None))
    found = _joined(parts)
    if not found.units and place.kind in {"region", "country"}:
        raise _whole(place)
    nearest = [] if found.units else _nearest(place, index, directory)
    said = {"place": place.title, "middle": {"lon": place.lon, "lat": place.lat}, "id": place.id}
    return replace(found, place=said, nearest=nearest)


def _knows(index: LookupIndex, layer: LayerRow, unit_id: str) -> bool:
    return index.lookups[layer.digest].position(unit_id) != NOWHERE


def _is_carried(session: Session, counties: LayerRow, layer: LayerRow) -> bool:
    """Whether units of a layer are known for counties already."""
    return layer.digest == counties.digest or len(shares(session, counties.digest, layer.digest)) > 0


def _joined(parts: Sequence[LookupAnswer]) -> LookupAnswer:
    first, *rest = parts
    for part in rest:
        first = replace(
            first,
            units=[*first.units, *part.units],
            polities=[*first.polities, *part.polities],
            proposals=[*first.proposals, *part.proposals],
            laws=[*first.laws, *part.laws],
            near=[*first.near, *part.near],
        )
    return first


def _position(place: Place, layer: LayerRow, index: LookupIndex) -> int:
    """Position of the unit of a layer that a place lies in: its own cell, its country, or what is at its middle."""
    lookup = index.lookups[layer.digest]
    if layer.name == WORLD_PLACES and place.id.startswith("geonames:"):
        return lookup.position(place.id.removeprefix("geonames:"))
    if layer.name == WORLD_COUNTRIES:
        at = lookup.position(country_codes().get(place.country_code, ""))
        if at != NOWHERE or place.kind == "country":
            return at
    return NOWHERE if place.kind in {"region", "country"} else lookup.index.at(place.lon, place.lat)


def _nearest(place: Place, index: LookupIndex, directory: Directory) -> list[NearestUnit]:
    found = []
    for layer in index.layers:
        at, metres = index.lookups[layer.digest].outer.nearest(place.lon, place.lat)
        found.append(nearest_unit(layer, at, round(metres, 1), index, directory))
    return found


def _choice(place: Place, index: LookupIndex, directory: Directory) -> Choice:
    units = []
    for layer in index.layers:
        ids = index.lookups[layer.digest].ids
        at = [_position(place, layer, index)]
        straddled = [unit for unit in place.units if _knows(index, layer, unit)] if layer.name == LAYER else []
        if straddled:
            at = [index.lookups[layer.digest].position(unit) for unit in straddled]
        named = [directory.unit(layer, str(ids[one])) for one in at if one != NOWHERE]
        units += [FoundUnit(layer=layer.name, unit_id=unit.unit_id, name=unit.name) for unit in named]
    return Choice(
        id=place.id,
        title=place.full_title,
        name=place.name,
        kind=place.kind,
        region=place.region,
        country=place.country,
        country_code=place.country_code,
        people=place.people or None,
        units=tuple(units),
        sure=place.sure,
    )


def _whole(place: Place) -> WholeAreaError:
    return WholeAreaError(
        "{place} is a whole region, and no layer that is kept here has its border; name a town in it."
        if place.kind == "region"
        else "{place} is a whole country, and no layer of countries is kept here; name a town in it.",
        place=place.title,
    )
