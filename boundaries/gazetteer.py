"""The embedded gazetteer: which units a US postcode or a named place lies in, and roughly where it is."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import geopandas as gpd
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
    """Look a five-digit US postcode up; what follows a hyphen or a blank is not needed.

    Raises
    ------
    PlaceError
        If it is no postcode, or not known.
    """
    found = re.fullmatch(r"([0-9]{5})(?:[-\s]+[0-9]{4})?", code.strip())
    if found is None:
        raise PlaceError(
            "{code:quoted} is no US postcode; give five digits with their leading zeros, such as 02134.",
            code=code,
        )
    short = found[1]
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
    """Look a place or a county up by name and state, as people write them.

    ``Portland, ME``, ``St. Louis, Missouri``, ``Washington, D.C.``, ``Springfield, IL 62701``, ``Kern County, CA``;
    the state may be left out where one place has the name.

    Raises
    ------
    PlaceError
        If no place has the name, or places in several states do.
    """
    wanted, state, code = _parts(name)
    rows = _named(wanted, state)
    if code and not rows.empty and code in rows.index:
        return postcode(code)
    if rows.empty and (found := _county(wanted, state)) is not None:
        return found
    if rows.empty:
        raise PlaceError(
            "The gazetteer knows no place {place:quoted} in {state}; give a postcode, or longitude and latitude."
            if state
            else "The gazetteer knows no place {place:quoted}; give a postcode, or longitude and latitude.",
            place=wanted,
            state=state,
        )
    if code:
        raise PlaceError(
            "The postcode {code} is not {place}; leave one of the two out.",
            code=code,
            place=f"{wanted}, {state}".strip(", "),
        )
    states = sorted(rows["state"].unique())
    if len(states) > 1:
        raise _several(wanted, states)
    units = sorted({unit for units in rows["units"] for unit in units})
    lon, lat = (float(rows[axis].median()) for axis in ("lon", "lat"))
    return Spot(title=f"{rows['place'].iloc[0]}, {states[0]}", lon=lon, lat=lat, units=tuple(units))


def _several(wanted: str, states: list[str]) -> PlaceError:
    return PlaceError(
        "{place} is in {number:count} states ({states}); add one: '{again}, {state}'.",
        place=wanted,
        number=len(states),
        states=", ".join(states[:STATES_SAID]) + (" …" if len(states) > STATES_SAID else ""),
        again=wanted,
        state=states[0],
    )


def _parts(name: str) -> tuple[str, str, str]:
    """Name, letters of the state and postcode, as far as they are there."""
    code = re.search(r"[\s,]([0-9]{5})(?:-[0-9]{4})?\s*$", name)
    plain = name[: code.start()] if code else name
    wanted, _, after = (part.strip() for part in plain.rpartition(","))
    state = _state(after)
    if wanted and (state or "," in plain):
        return wanted, state or after.upper(), code[1] if code else ""
    words = plain.strip().split()
    for count in (1, 2, 3):  # Portland Maine, Washington District of Columbia
        state = _state(" ".join(words[-count:])) if len(words) > count else ""
        if state and _named(plain.strip(), "").empty:
            return " ".join(words[:-count]), state, code[1] if code else ""
    return plain.strip(), "", code[1] if code else ""


def _state(text: str) -> str:
    """Letters of a state, from its letters or its name; empty for none."""
    letters = re.sub(r"[\s.]", "", text).upper()
    if letters in set(_postcodes()["state"]):
        return letters
    return _state_names().get(_key(text), "")


def _named(wanted: str, state: str) -> pd.DataFrame:
    table = _postcodes()
    rows = table[table["key"] == _key(wanted)]
    return rows[rows["state"] == state] if state else rows


WORDS = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort", "pt": "point"}
KINDS = ("county", "parish", "borough", "census area", "municipality", "city and borough", "city")


def _key(name: str) -> str:
    """What names have in common that people write in several ways: letters alone, short words in full."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    words = re.sub(r"[^a-z0-9\s-]", "", plain).replace("-", " ").split()
    return "".join(WORDS.get(word, word) for word in words)


def _county(wanted: str, state: str) -> Spot | None:
    """A county by its name, if the name says what kind it is or only one has it."""
    table = _counties()
    key = _key(wanted)
    rows = table[(table["key"] == key) | (table["bare"] == key)]
    rows = rows[rows["state"] == state] if state else rows[rows["key"] == key]
    if rows.empty:
        return None
    states = sorted(rows["state"].unique())
    if len(states) > 1:
        raise _several(wanted, states)
    row = rows.iloc[0]
    return Spot(title=str(row["title"]), lon=float(row["lon"]), lat=float(row["lat"]), units=(str(rows.index[0]),))


@lru_cache(maxsize=1)
def _counties() -> pd.DataFrame:
    """Counties with their names as people write them, and roughly where they are."""
    units = gpd.read_parquet(data_folder() / f"{LAYER}.parquet", columns=["name", "geometry"])
    place = units.geometry.representative_point()
    parts = units["name"].str.rsplit(", ", n=1, expand=True)
    kind = rf"(?i)\s+(?:{'|'.join(KINDS)})$"
    return pd.DataFrame(
        {
            "title": units["name"],
            "state": parts[1].map(lambda name: _state_names().get(_key(name), "")),
            "key": parts[0].map(_key),
            "bare": parts[0].str.replace(kind, "", regex=True).map(_key),
            "lon": place.x.round(5),
            "lat": place.y.round(5),
        }
    )


@lru_cache(maxsize=1)
def _state_names() -> dict[str, str]:
    """Letters of each state by its name: a county's name ends with it, and places in the county have the letters."""
    units = gpd.read_parquet(data_folder() / f"{LAYER}.parquet", columns=["name", "geometry"])
    names = units["name"].str.rsplit(", ", n=1).str[-1]
    letters = _postcodes().explode("units").drop_duplicates("units").set_index("units")["state"]
    by_state = pd.DataFrame({"name": names, "state": letters.reindex(units.index)}).dropna()
    common = by_state.groupby("name")["state"].agg(lambda states: states.value_counts().index[0])
    return {_key(str(name)): str(state) for name, state in common.items()}


def postcodes() -> dict[str, tuple[str, ...]]:
    """All postcodes, each with the ids of the units that it lies in."""
    table = _postcodes()
    return {str(code): tuple(units) for code, units in zip(table.index, table["units"], strict=True)}


@lru_cache(maxsize=1)
def _postcodes() -> pd.DataFrame:
    table = pd.read_parquet(data_folder() / "gazetteer" / "us-postcodes.parquet")
    degrees = table[["lon", "lat"]].astype(np.float64).round(5)
    return table.assign(lon=degrees["lon"], lat=degrees["lat"], key=table["place"].map(_key))
