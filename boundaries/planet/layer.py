"""The layer world-places: opened from its cache, or built once from the tables that travel with geopolity."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.embedded import data_folder
from boundaries.planet.ground import OnGround, ground_of_places, places_apart
from boundaries.planet.people import counted_once
from geopolity.geometry.crs import cylindrical
from geopolity.identifiers import LayerName
from geopolity.layers.layer import Layer
from geopolity.messages import Message

NAME = "world-places"
TITLE = "Populated places of the world"
VINTAGE = "2026"
SOURCE = "GeoNames (CC BY 4.0): places; Natural Earth 1:10m: land; Natural Earth and GeoNames: people of countries"
LICENCE = "CC BY 4.0"
RULES = "5"
"""Rises when what is built here changes, so that nobody opens what older rules built."""
TABLES = ("places.parquet", "kinds.parquet", "land.parquet", "totals.csv")
COARSE = Message(
    "A unit is the land nearer to one listed place than to any other: its people are known for towns and estimated "
    "around them, and borders of countries run halfway between places, so nothing of less than about {km:count} km, no "
    "border dispute and no single street or village can be decided on it.",
    km=50,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Built:
    """Units of the layer, and what was done to each country's people (``people.Census.countries``)."""

    units: gpd.GeoDataFrame
    countries: pd.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a list says of a layer."""

    name: str
    title: str
    vintage: str
    units: int
    population: int


def world_places(cache: Path | None = None, on_progress: OnGround | None = None) -> Layer:
    """Open the layer; the first time it takes half a minute, and where there is a cache, the next times a second.

    Parameters
    ----------
    cache
        Folder to keep what was built in; built anew for every process without.
    on_progress
        Told the share of the work that is done while it is built.
    """
    return _layer(built(cache, on_progress).units)


def built(cache: Path | None = None, on_progress: OnGround | None = None) -> Built:
    """Units and the corrections of each country, from the cache or built."""
    folder = data_folder() / NAME
    key = fingerprint(folder)
    kept = None if cache is None else cache / f"{NAME}-{key}"
    with contextlib.suppress(OSError, ValueError, KeyError):
        if kept is not None and kept.is_dir():
            return Built(
                units=gpd.read_parquet(kept / "units.parquet"), countries=pd.read_parquet(kept / "countries.parquet")
            )
    made = _build(folder, on_progress)
    if kept is not None:
        with contextlib.suppress(OSError):  # a cache that cannot be written costs time, not the answer
            _keep(made, kept)
    return made


def is_built(cache: Path) -> bool:
    """Whether the layer opens from this cache at once."""
    return (cache / f"{NAME}-{fingerprint(data_folder() / NAME)}").is_dir()


def facts() -> Facts:
    """What a list of layers says of it, without building it."""
    folder = data_folder() / NAME
    places = pd.read_parquet(folder / "places.parquet", columns=["country"])
    totals = pd.read_csv(folder / "totals.csv", keep_default_na=False).set_index("country")["people"]
    people = int(totals[totals.index.isin(places["country"])].sum())
    return Facts(name=NAME, title=TITLE, vintage=VINTAGE, units=len(places), population=people)


@lru_cache(maxsize=2)
def fingerprint(folder: Path) -> str:
    """What the layer is built from: the tables and the rules."""
    sha = hashlib.sha256(RULES.encode())
    for name in TABLES:
        sha.update((folder / name).read_bytes())
    return sha.hexdigest()[:16]


def _layer(units: gpd.GeoDataFrame) -> Layer:
    return Layer(
        name=LayerName(NAME),
        title=TITLE,
        vintage=VINTAGE,
        source=SOURCE,
        licence=LICENCE,
        units=units,
        notes=(COARSE,),
    )


def _build(folder: Path, on_progress: OnGround | None) -> Built:
    places = _places(folder)
    degrees = places_apart(places[["longitude", "latitude"]].to_numpy(dtype=np.float64).round(5))
    land = gpd.read_parquet(folder / "land.parquet").geometry.to_numpy()
    ground = ground_of_places(degrees, land, on_progress)
    area = shapely.area(cylindrical(ground)) / 1e6
    totals = pd.read_csv(folder / "totals.csv", keep_default_na=False).set_index("country")
    counted = counted_once(places, area, totals["people"])
    nations = places["country"].map(totals["name"])
    table = pd.DataFrame(
        {
            "name": _names(places) + ", " + nations,
            "population": counted.people["population"],
            "town_people": counted.people["listed"],
            "population_error": counted.people["error"],
            "parent": places["country"],
            "longitude": degrees[:, 0],
            "latitude": degrees[:, 1],
        }
    ).set_axis(places["id"].astype(str).rename("unit_id"), axis=0)
    units = gpd.GeoDataFrame(table, geometry=ground, crs=4326).sort_index()
    if on_progress is not None:
        on_progress(1.0)
    return Built(units=units, countries=totals[["name", "source"]].join(counted.countries, how="inner"))


def _places(folder: Path) -> pd.DataFrame:
    kinds = pd.read_parquet(folder / "kinds.parquet")
    places = pd.read_parquet(folder / "places.parquet").merge(kinds, on="id", how="left")
    return places.fillna({"part_of": 0, "native": ""})


def _names(places: pd.DataFrame) -> pd.Series:
    """GeoNames' name, and in brackets the one in the country's script."""
    native = places["native"]
    return places["name"].where(native == "", places["name"] + " (" + native + ")")


def _keep(made: Built, folder: Path) -> None:
    draft = folder.with_name(f".{folder.name}.{os.getpid()}")
    draft.mkdir(parents=True, exist_ok=True)
    made.units.to_parquet(draft / "units.parquet", compression="lz4")
    made.countries.to_parquet(draft / "countries.parquet")
    (draft / "made.json").write_text(json.dumps({"rules": RULES, "source": SOURCE}) + "\n", encoding="utf-8")
    with contextlib.suppress(OSError):  # another process was first
        draft.rename(folder)
