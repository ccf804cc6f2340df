"""The embedded gazetteer: which units a US postcode or a named place lies in, and roughly where it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from boundaries.embedded import data_folder
from geopolity.errors import RequestError

LAYER = "us-counties"
"""The layer whose units the gazetteer names."""
STATES_SAID = 12


class PlaceError(RequestError):
    """The gazetteer knows no such postcode or place, or several of that name."""

    code = "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """What a name stands for: a part of the ground, which may straddle units.

    Attributes
    ----------
    title
        As a person would write it: ``Beverly Hills, CA 90210``.
    lon, lat
        Its middle in degrees, good to a few kilometres; only to centre a map on.
    units
        Ids of all units of ``LAYER`` that it lies in, sorted.
    """

    title: str
    lon: float
    lat: float
    units: tuple[str, ...]


def postcode(code: str) -> Spot:
    """Look a five-digit US postcode up; what follows a hyphen is not needed.

    Raises
    ------
    PlaceError
        If it is no postcode, or not known.
    """
    short = code.strip().partition("-")[0]
    if not re.fullmatch(r"[0-9]{5}", short):
        raise PlaceError(
            "{code:quoted} is no US postcode; give five digits with their leading zeros, such as 02134.",
            code=code,
        )
    table = _postcodes()
    if short not in table.index:
        raise PlaceError(
            "The gazetteer does not know the postcode {code}; give a place, or longitude and latitude.",
            code=short,
        )
    row = table.loc[[short]].to_dict("records")[0]
    title = f"{row['place']}, {row['state']} {short}"
    return Spot(title=title, lon=row["lon"], lat=row["lat"], units=tuple(row["units"]))


def place(name: str) -> Spot:
    """Look a place up by name and state, ``Portland, ME``; the state may be left out where one place has the name.

    Raises
    ------
    PlaceError
        If no place has the name, or places in several states do.
    """
    wanted, _, state = (part.strip() for part in name.partition(","))
    table = _postcodes()
    rows = table[table["place"].str.casefold() == wanted.casefold()]
    if state:
        rows = rows[rows["state"] == state.upper()]
    if rows.empty:
        raise PlaceError(
            "The gazetteer knows no place {place:quoted} in {state}; give a postcode, or longitude and latitude."
            if state
            else "The gazetteer knows no place {place:quoted}; give a postcode, or longitude and latitude.",
            place=wanted,
            state=state.upper(),
        )
    states = sorted(rows["state"].unique())
    if len(states) > 1:
        said = ", ".join(states[:STATES_SAID]) + (" …" if len(states) > STATES_SAID else "")
        raise PlaceError(
            "{place} is in {number:count} states ({states}); add one: '{again}, {state}'.",
            place=wanted,
            number=len(states),
            states=said,
            again=wanted,
            state=states[0],
        )
    units = sorted({unit for units in rows["units"] for unit in units})
    lon, lat = (float(rows[axis].median()) for axis in ("lon", "lat"))
    return Spot(title=f"{rows['place'].iloc[0]}, {states[0]}", lon=lon, lat=lat, units=tuple(units))


def postcodes() -> dict[str, tuple[str, ...]]:
    """All postcodes, each with the ids of the units that it lies in."""
    table = _postcodes()
    return {str(code): tuple(units) for code, units in zip(table.index, table["units"], strict=True)}


@lru_cache(maxsize=1)
def _postcodes() -> pd.DataFrame:
    table = pd.read_parquet(data_folder() / "gazetteer" / "us-postcodes.parquet")
    degrees = table[["lon", "lat"]].astype(np.float64).round(5)
    return table.assign(lon=degrees["lon"], lat=degrees["lat"])
