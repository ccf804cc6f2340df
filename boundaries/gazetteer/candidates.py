"""Everything that has a name or an id: towns, regions, countries, US counties, and what the post calls places."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import lru_cache

from boundaries.embedded import data_folder
from boundaries.gazetteer import areas, near
from boundaries.gazetteer.areas import Area, areas_named
from boundaries.gazetteer.counties import counties_called, counties_named, counties_of, county
from boundaries.gazetteer.place import Place
from boundaries.gazetteer.spelling import letters
from boundaries.gazetteer.tables import world_places
from boundaries.gazetteer.us_postcodes import delivered, is_known, postcode, units_of


def candidates(name: str, *, is_within: bool) -> list[Place]:
    """Whatever is called so; counties without their kind only where a state is said and no town has the name."""
    key = letters(name)
    found = [populated(row, weight) for row, weight in world_places().called(key)]
    short = _short_names().get(key)
    if short is not None and (row := world_places().row_of(short)) >= 0:
        own = populated(row, float(world_places().people[row]))
        found = [own, *(one for one in found if one.id != own.id)]
    found += _areas_as_places(name) + counties_named(name)
    states = {one.region_short for one in found if one.country_code == "US" and one.kind == "place"}
    found += delivered(name, besides=states)
    if is_within and not any(one.name_letters == key for one in found):
        found += counties_called(name)
    return found


def of_id(text: str) -> Place | None:
    """A place by the id that a choice named."""
    kind, colon, value = text.partition(":")
    return IDS[kind](value) if colon and kind in IDS else None


def nearly(name: str) -> list[Place]:
    """Places whose name holds these words, or is one letter away."""
    found = {row: weight for key in near.keys(letters(name)) for row, weight in world_places().called(key)}
    rows = sorted(found, key=lambda row: -found[row])[:50]
    return [populated(row, found[row]) for row in rows if found[row] >= near.PEOPLE]


@lru_cache(maxsize=10_000)
def populated(row: int, weight: float) -> Place:
    """A populated place by its row, which weighs so much for the name that it was found by."""
    world = world_places()
    code = str(world.countries[row])
    area = areas.region(code, str(world.regions[row]))
    short = area.short if area is not None else ""
    name = world.name(row)
    return Place(
        id=f"geonames:{world.ids[row]}",
        name=name,
        region=area.name if area is not None else "",
        region_short=short,
        country=areas.country(code).name,
        country_code=code,
        lon=float(world.lon[row]),
        lat=float(world.lat[row]),
        people=int(world.people[row]),
        units=straddled(name, short) if code == "US" else (),
        weight=weight,
    )


@lru_cache(maxsize=256)
def area_place(area: Area) -> Place:
    """A region or country as a place: its middle is that of its largest town."""
    world = world_places()
    row = world.largest_in(area.country, area.admin1)
    counties = counties_of(area.admin1) if area.country == "US" and area.admin1 else []
    people = sum(one.people for one in counties) if area.admin1 else areas.people_of_countries()[area.country]
    return Place(
        id=f"region:{area.country}.{area.admin1}" if area.admin1 else f"country:{area.country}",
        kind="region" if area.admin1 else "country",
        name=area.name,
        region=area.name if area.admin1 else "",
        region_short=area.short,
        country=areas.country(area.country).name,
        country_code=area.country,
        lon=float(world.lon[row]),
        lat=float(world.lat[row]),
        people=people,
        units=tuple(unit for one in counties for unit in one.units),
        weight=float(people or world.people[row]),
    )


def _areas_as_places(name: str) -> list[Place]:
    """Regions and countries of a name; short letters alone count for US states only."""
    key = letters(name)
    found = []
    for area in areas_named(name):
        is_code = len(key) <= 3 and letters(area.name) != key
        if is_code and not (area.country == "US" and area.admin1):
            continue
        found.append(area_place(area))
    return found


def straddled(name: str, state: str) -> tuple[str, ...]:
    """Ids of the counties that a town of a US state lies in, by its postcodes; none where the post knows no such."""
    return units_of(name, state) or units_of(name.removesuffix(" City"), state)


def _of_geonames(value: str) -> Place | None:
    row = world_places().row_of(int(value)) if value.isascii() and value.isdigit() and len(value) < 10 else -1
    return populated(row, float(world_places().people[row])) if row >= 0 else None


def _of_area(value: str) -> Place | None:
    country, _, admin1 = value.partition(".")
    area = areas.by_codes(country, admin1)
    return None if area is None else area_place(area)


def _of_post(value: str) -> Place | None:
    name, _, state = value.rpartition(", ")
    return next((one for one in delivered(name) if one.region_short == state), None)


IDS: Mapping[str, Callable[[str], Place | None]] = {
    "geonames": _of_geonames,
    "region": _of_area,
    "country": _of_area,
    "county": county,
    "post": _of_post,
    "postcode": lambda value: postcode(value) if is_known(value) else None,
}


@lru_cache(maxsize=1)
def _short_names() -> Mapping[str, int]:
    listed = tomllib.loads((data_folder() / "gazetteer" / "short-names.toml").read_text(encoding="utf-8"))
    return {letters(name): int(place) for name, place in listed.items()}
