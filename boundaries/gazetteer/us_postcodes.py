"""US postcodes: which counties each lies in, roughly where it is, and what the post calls the place."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd

from boundaries.embedded import data_folder
from boundaries.gazetteer.areas import region
from boundaries.gazetteer.place import Place, PlaceError
from boundaries.gazetteer.spelling import letters

WRITTEN = re.compile(r"([0-9]{5})(?:[-\s]+[0-9]{4})?")


def postcode(text: str) -> Place:
    """Look a five-digit US postcode up; what follows a hyphen or a blank is not needed.

    Raises
    ------
    PlaceError
        If it is no postcode, or not known.
    """
    found = WRITTEN.fullmatch(text.strip())
    if found is None:
        raise PlaceError(
            "{code:quoted} is no US postcode; give five digits with their leading zeros, such as 02134.",
            code=text,
        )
    code = found[1]
    if code not in _postcodes().index:
        raise PlaceError(
            "The postcode {code} is not known here; give a place, or longitude and latitude.",
            code=code,
        )
    return replace(_delivered(_postcodes().loc[[code]]), id=f"postcode:{code}", code=code)


def is_postcode(text: str) -> bool:
    """Whether a text has the form of a US postcode."""
    return WRITTEN.fullmatch(text.strip()) is not None


def is_known(code: str) -> bool:
    """Whether a postcode of five digits is known."""
    return code in _postcodes().index


def units_of(name: str, state: str) -> tuple[str, ...]:
    """Ids of all units that the postcodes of a place lie in, sorted; none where no postcode has its name."""
    rows = _by_letters().get(letters(name), {}).get(state, [])
    units = _units()
    return tuple(sorted({unit for row in rows for unit in units[row]}))


def delivered(name: str, besides: Collection[str] = ()) -> list[Place]:
    """Places as the post writes them, one a state, besides those in some states."""
    found = _by_letters().get(letters(name), {})
    return [_delivered(_postcodes().iloc[rows]) for state, rows in found.items() if state not in besides]


@lru_cache(maxsize=1)
def _units() -> list[Collection[str]]:
    """Units of each postcode, by its row."""
    return list(_postcodes()["units"])


@lru_cache(maxsize=1)
def _by_letters() -> dict[str, dict[str, list[int]]]:
    """Rows of postcodes by the letters and the state of their place."""
    table = _postcodes()
    found: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    keys = {name: letters(name) for name in table["place"].unique()}
    for row, (name, state) in enumerate(zip(table["place"], table["state"], strict=True)):
        found[keys[name]][state].append(row)
    return found


def _delivered(rows: pd.DataFrame) -> Place:
    first = rows.iloc[0]
    area = region("US", first["state"])
    return Place(
        id=f"post:{first['place']}, {first['state']}",
        name=first["place"],
        region=area.name if area else first["state"],
        region_short=first["state"],
        country="United States",
        country_code="US",
        lon=float(rows["lon"].median()),
        lat=float(rows["lat"].median()),
        people=0,
        units=tuple(sorted({unit for units in rows["units"] for unit in units})),
    )


def postcodes() -> dict[str, tuple[str, ...]]:
    """All postcodes, each with the ids of the units that it lies in."""
    table = _postcodes()
    return {str(code): tuple(units) for code, units in zip(table.index, table["units"], strict=True)}


@lru_cache(maxsize=1)
def _postcodes() -> pd.DataFrame:
    table = pd.read_parquet(data_folder() / "gazetteer" / "us-postcodes.parquet")
    degrees = table[["lon", "lat"]].astype(np.float64).round(5)
    return table.assign(lon=degrees["lon"], lat=degrees["lat"])
