"""Which places lie in what is said behind a comma: a region, a country, a US county, or a larger place near them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from boundaries.gazetteer.areas import Area, areas_named
from boundaries.gazetteer.counties import counties_called, counties_named
from boundaries.gazetteer.place import Place
from boundaries.gazetteer.spelling import letters
from boundaries.gazetteer.tables import world_places

NEAR_KM = 60.0
"""How far from a larger place's middle a part of it may lie: *Hollywood, Los Angeles*."""


def within(places: Sequence[Place], said: Sequence[str]) -> list[Place]:
    """Places that lie in all that is said."""
    kept = list(places)
    for one in said:
        kept = _inside(kept, one)
    return kept


def _lies_in(place: Place, area: Area) -> bool:
    if not area.admin1:
        return place.country_code == area.country and place.kind != "country"
    if place.kind == "region":
        return False
    return place.country_code == area.country and area.name == place.region


def _inside(places: Sequence[Place], said: str) -> list[Place]:
    """Places that lie in what is said: an area, a US county, or a larger place near them."""
    named = areas_named(said)
    kept = [one for one in places if any(_lies_in(one, area) for area in named)]
    if kept or not places:
        return kept
    counties = {unit for county in [*counties_named(said), *counties_called(said)] for unit in county.units}
    kept = [one for one in places if counties.intersection(one.units)]
    return kept or [one for one in places if _is_part(one, said)]


def _is_part(place: Place, said: str) -> bool:
    """Whether a place lies near a larger one that is called so."""
    world = world_places()
    rows = [row for row, _ in world.called(letters(said))[:5] if world.people[row] > place.people]
    east = np.cos(np.radians(place.lat)) * (place.lon - world.lon[rows])
    return bool((111.2 * np.hypot(east, place.lat - world.lat[rows]) <= NEAR_KM).any())
