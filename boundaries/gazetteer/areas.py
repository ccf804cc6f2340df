"""Countries and their first divisions by the names that people write behind a comma."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from boundaries.embedded import data_folder
from boundaries.gazetteer.spelling import letters

OTHERWISE = {
    "UK": "GB",
    "Great Britain": "GB",
    "Britain": "GB",
    "U.S.": "US",
    "USA": "US",
    "America": "US",
    "Holland": "NL",
    "Burma": "MM",
    "Czech Republic": "CZ",
    "Ivory Coast": "CI",
    "Cape Verde": "CV",
    "Swaziland": "SZ",
    "Macedonia": "MK",
    "Turkey": "TR",
    "UAE": "AE",
    "DRC": "CD",
    "Congo-Kinshasa": "CD",
    "Congo-Brazzaville": "CG",
    "East Timor": "TL",
    "Ceylon": "LK",
    "Persia": "IR",
    "Siam": "TH",
}
"""What CLDR does not list: short and former names of countries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A country, or a first division of one.

    Attributes
    ----------
    country
        ISO 3166 alpha-2.
    admin1
        GeoNames' code of the division; empty for the whole country.
    short
        Letters that people write for it: ``MO``; empty where there are none.
    """

    country: str
    admin1: str = ""
    name: str
    short: str = ""

    def holds(self, country: str, admin1: str) -> bool:
        """Whether a place with these codes lies in it."""
        return country == self.country and self.admin1 in {"", admin1}


def areas_named(text: str) -> tuple[Area, ...]:
    """Every country and division that is written so: *CA* is California and Canada."""
    return _by_letters().get(letters(text), ())


def areas_beginning(text: str) -> list[Area]:
    """Every country and division whose name or short letters begin so."""
    key = letters(text)
    return [area for name, short, area in _spelt() if name.startswith(key) or short == key]


def country(code: str) -> Area:
    """A country by its letters."""
    return _areas()[code, ""]


def region(country_code: str, admin1: str) -> Area | None:
    """A division by its codes; ``None`` where GeoNames names none."""
    return _areas().get((country_code, admin1)) if admin1 else None


def by_codes(country_code: str, admin1: str = "") -> Area | None:
    """A country or division by its codes; ``None`` if there is none."""
    return _areas().get((country_code, admin1))


@lru_cache(maxsize=1)
def country_codes() -> Mapping[str, str]:
    """ISO 3166 alpha-3 of each country by its alpha-2."""
    table = _countries()
    return dict(zip(table["country"], table["iso3"], strict=True))


@lru_cache(maxsize=1)
def people_of_countries() -> Mapping[str, int]:
    """People of each country by its alpha-2."""
    table = _countries()
    return {str(code): int(people) for code, people in zip(table["country"], table["people"], strict=True)}


@lru_cache(maxsize=1)
def _countries() -> pd.DataFrame:
    return pd.read_parquet(data_folder() / "world-places" / "countries.parquet")


@lru_cache(maxsize=1)
def _regions() -> pd.DataFrame:
    return pd.read_parquet(data_folder() / "world-places" / "regions.parquet")


@lru_cache(maxsize=1)
def _areas() -> Mapping[tuple[str, str], Area]:
    nations = _rows(_countries())
    found = {(row["country"], ""): Area(country=row["country"], name=row["name"].strip()) for row in nations}
    for row in _rows(_regions()):
        codes = row["country"], row["admin1"]
        short = row["letters"] if row["letters"].isalpha() else ""
        found[codes] = Area(country=codes[0], admin1=codes[1], name=row["name"], short=short)
    return found


@lru_cache(maxsize=1)
def _spelt() -> list[tuple[str, str, Area]]:
    return [(letters(area.name), letters(area.short), area) for area in _areas().values()]


@lru_cache(maxsize=1)
def _by_letters() -> Mapping[str, tuple[Area, ...]]:
    found: dict[str, dict[Area, None]] = defaultdict(dict)
    areas = _areas()
    for row in _rows(_countries()):
        for name in (row["country"], row["iso3"], row["name"]):
            found[letters(name)][areas[row["country"], ""]] = None
    names = pd.read_parquet(data_folder() / "world-places" / "country-names.parquet")
    for name, code in [*zip(names["name"], names["country"], strict=True), *OTHERWISE.items()]:
        if (code, "") in areas:
            found[letters(name)][areas[code, ""]] = None
    for row in _rows(_regions()):
        for name in (row["name"], row["letters"], *row["alternates"]):
            found[letters(name)][areas[row["country"], row["admin1"]]] = None
    for code, regions in _written_by_hand().items():
        for name, others in regions.items():
            (area,) = (one for one in found[letters(name)] if one.country == code and one.admin1)
            for other in others:
                found[letters(other)][area] = None
    found.pop("", None)
    return {key: tuple(named) for key, named in found.items()}


def _written_by_hand() -> dict[str, dict[str, list[str]]]:
    """Other names of regions, by the country's letters and the region's name."""
    return tomllib.loads((data_folder() / "gazetteer" / "region-names.toml").read_text(encoding="utf-8"))


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in record.items()} for record in table.to_dict("records")]
