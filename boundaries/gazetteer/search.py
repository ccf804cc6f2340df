"""Which places a text may stand for: any script and spelling, with or without region and country.

Where several fit, all of them are found; it is no error.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from boundaries.gazetteer import areas, relaxed
from boundaries.gazetteer.areas import areas_named
from boundaries.gazetteer.candidates import candidates, nearly, of_id, populated
from boundaries.gazetteer.inside import within
from boundaries.gazetteer.place import Found, Place, PlaceError
from boundaries.gazetteer.readings import Reading, looser, parts_of, readings
from boundaries.gazetteer.spelling import letters
from boundaries.gazetteer.tables import world_places
from boundaries.gazetteer.us_postcodes import is_known, is_postcode, postcode

CLEARLY = 10
"""A place so many times as large as the next of its name is meant."""
TOWN = 50_000
"""People from which on a place is not passed over for a region or country of its name."""
LONGEST = 200
MOST = 10
"""Choices that are offered; whoever sees more is asked to say more."""
AT_END = re.compile(r"(?<=[\s,])([0-9]{5})(?:-[0-9]{4})?$")


def find(text: str) -> Found:
    """Places that a text may stand for.

    Raises
    ------
    PlaceError
        If nothing is spelt like it.
    """
    asked = " ".join(text.split())[:LONGEST]
    known = of_id(asked)
    if known is not None:
        return Found(places=(known,), is_clear=True)
    if (coded := _of_postcode(asked)) is not None:
        return coded
    ways = list(readings(asked))
    for reading in [*ways, *(other for one in ways for other in looser(one))]:
        places = _matching(reading)
        if places:
            return Found(places=tuple(places), is_clear=_is_clear(places), read_as=reading.read_as)
    for reading in ways[:1]:
        places = within(nearly(reading.name), reading.within)
        if places:
            return Found(places=tuple(places[:MOST]), is_clear=False, is_near=True)
    raise _unknown(asked)


def the_place(text: str) -> Place:
    """The one place that a text stands for.

    Raises
    ------
    PlaceError
        If there is none, or several; the sentence says how to write each.
    """
    found = find(text)
    if found.is_clear:
        return found.places[0]
    raise PlaceError(
        "{place:quoted} may be {number:count} places; write one of them in full: {places:clauses}.",
        place=text.strip(),
        number=len(found.places),
        places=[one.full_title for one in found.places[:MOST]],
    )


def completions(text: str, most: int = 8) -> list[Place]:
    """Places whose name begins with what is typed so far; behind a comma, whose region or country does."""
    name, comma, rest = text.strip().partition(",")
    if len(text) > LONGEST or not letters(name):
        return []
    if not comma or not letters(rest):
        return _beginning(name, most)
    inside = [*areas.areas_beginning(rest), *areas_named(rest)]
    nations = {area.country for area in inside if not area.admin1}
    regions = {(area.country, area.name) for area in inside if area.admin1}
    places = _matching(Reading(name=name))
    return [
        one
        for one in places
        if one.kind in {"place", "county"}
        and (one.country_code in nations or (one.country_code, one.region) in regions)
    ][:most]


def _beginning(typed: str, most: int) -> list[Place]:
    """Places that begin so; *St* may begin Stockholm too."""
    keys = {letters(typed), relaxed.as_written(typed)} - {""}
    found = sorted((one for key in keys for one in world_places().beginning(key, most)), key=lambda one: -one[1])
    once: dict[int, Place] = {}
    for row, weight, name in found:
        place = populated(row, weight)
        once.setdefault(row, place if name == place.name else replace(place, name=f"{name} ({place.name})"))
    return list(once.values())[:most]


def _matching(reading: Reading) -> list[Place]:
    """Places of a name that lie in all that is said behind it, the heaviest first."""
    if not letters(reading.name):
        return []
    places = within(candidates(reading.name, is_within=bool(reading.within)), reading.within)
    return _folded(sorted(places, key=lambda one: (-one.weight, one.id)))


def _folded(places: list[Place]) -> list[Place]:
    """A region after the city in it that has its name; so a country that is hardly more than its city."""
    towns = [one for one in places if one.kind == "place" and one.weight > 0]

    def has_town(area: Place) -> bool:
        if area.kind == "region":
            return any(one.country_code == area.country_code and one.region == area.region for one in towns)
        return area.kind == "country" and any(
            one.country_code == area.country_code and 2 * one.people >= area.people for one in towns
        )

    last = [one for one in places if has_town(one)]
    return [one for one in places if one not in last] + [replace(one, weight=0.0) for one in last]


def _is_clear(places: Sequence[Place]) -> bool:
    first, *rest = places
    if not rest:
        return True
    if first.kind in {"region", "country"} and any(one.kind == "place" and one.people >= TOWN for one in rest):
        return False
    return first.weight > 0 and first.weight >= CLEARLY * rest[0].weight


def _of_postcode(text: str) -> Found | None:
    """A US postcode alone, or behind the place or address that it belongs to."""
    if is_postcode(text):
        return Found(places=(postcode(text),), is_clear=True)
    behind = AT_END.search(text)
    before = text[: behind.start()].strip(" ,") if behind else ""
    if behind is None or not letters(before) or not is_known(behind[1]):
        return None
    meant = postcode(behind[1])
    fitting = [one for reading in readings(before) for one in _matching(reading)]
    american = [one for one in fitting if one.country_code == "US"]
    is_whole = len(parts_of(before)) < 3
    if any((one.name_letters, one.region_short) == (meant.name_letters, meant.region_short) for one in american):
        return Found(places=(meant,), is_clear=True, read_as="" if is_whole else meant.code)
    if fitting and (not american or (_is_clear(fitting) and fitting[0].country_code != "US")):
        return None
    if american and not any(set(one.units) & set(meant.units) for one in american):
        raise PlaceError("The postcode {code} is not {place}; leave one of the two out.", code=meant.code, place=before)
    return Found(places=(meant,), is_clear=True, read_as=meant.code)


def _unknown(asked: str) -> PlaceError:
    parts = parts_of(asked)
    if not letters(asked):
        return PlaceError(
            "{place:quoted} has no letters; type the name of a place, a postcode, or latitude and longitude.",
            place=asked,
        )
    if len(parts) > 1 and areas_named(parts[-1]):
        return PlaceError(
            "No place called {place:quoted} is known in {state}; give a postcode, or longitude and latitude.",
            place=parts[0],
            state=parts[-1].upper() if len(parts[-1]) < 4 else parts[-1],
        )
    return PlaceError(
        "No place called {place:quoted} is known here; give a postcode, or longitude and latitude.", place=asked
    )
