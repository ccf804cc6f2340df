"""US counties and states by name, from the embedded layer."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

import geopandas as gpd

from boundaries.embedded import data_folder
from boundaries.gazetteer import areas
from boundaries.gazetteer.place import Place
from boundaries.gazetteer.spelling import letters

LAYER = "us-counties"
"""The layer whose units postcodes, counties and states are made of."""
KINDS = r"(?i)\s+(county|parish|borough|census area|municipality|city and borough|city)$"

ENDS = ("county", "parish", "borough", "area", "municipality", "city")


def county(unit: str) -> Place | None:
    """A county by its id."""
    return _counties().get(unit)


def counties_named(name: str) -> list[Place]:
    """Counties whose full name is written so, *Cook County*."""
    if not letters(name).endswith(ENDS):  # most names are no county's, and the layer need not be opened for them
        return []
    return [_counties()[unit] for unit in _by_letters()[0].get(letters(name), ())]


def counties_called(name: str) -> list[Place]:
    """Counties whose name without its kind is written so, *Cook*."""
    return [_counties()[unit] for unit in _by_letters()[1].get(letters(name), ())]


def counties_of(state: str) -> list[Place]:
    """The counties of a state, by its letters."""
    return [one for one in _counties().values() if one.region_short == state]


@lru_cache(maxsize=1)
def _by_letters() -> tuple[Mapping[str, list[str]], Mapping[str, list[str]]]:
    full: dict[str, list[str]] = defaultdict(list)
    bare: dict[str, list[str]] = defaultdict(list)
    for unit, county in _counties().items():
        full[letters(county.name)].append(unit)
        bare[letters(re.sub(KINDS, "", county.name))].append(unit)
    return full, bare


@lru_cache(maxsize=1)
def _counties() -> Mapping[str, Place]:
    columns = ["name", "population", "state_name", "geometry"]
    units = gpd.read_parquet(data_folder() / f"{LAYER}.parquet", columns=columns)
    middle = units.geometry.representative_point()
    short = {name: _state(name) for name in units["state_name"].unique()}
    found = {}
    for unit, name, people, state, x, y in zip(
        units.index, units["name"], units["population"], units["state_name"], middle.x, middle.y, strict=True
    ):
        found[str(unit)] = Place(
            id=f"county:{unit}",
            kind="county",
            name=str(name).rpartition(", ")[0],
            region=str(state),
            region_short=short[state],
            country="United States",
            country_code="US",
            lon=round(x, 5),
            lat=round(y, 5),
            people=int(people),
            units=(str(unit),),
            weight=float(people),
        )
    return found


def _state(name: str) -> str:
    return next((area.admin1 for area in areas.areas_named(name) if area.country == "US"), "")
