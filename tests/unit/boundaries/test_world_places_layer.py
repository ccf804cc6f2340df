"""The layer of the world's places as it is built: nobody dropped, nobody twice, and the places that are hard."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from boundaries import layer_names
from boundaries.embedded import data_folder
from boundaries.planet.layer import Built, built, world_places
from geopolity.geometry.crs import cylindrical
from geopolity.layers.contiguity import contiguity
from geopolity.layers.layer import Layer

HARD = {
    "Singapore": ("1880252", "SG"),
    "Hong Kong": ("1819729", "HK"),
    "Istanbul": ("745044", "TR"),
    "Geneva": ("2660646", "CH"),
    "Valletta": ("2562305", "MT"),
    "Ciudad Juárez": ("4013708", "MX"),
    "Funafuti": ("2110394", "TV"),
}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all processes of a test run: it takes half a minute to build."""
    return tmp_path_factory.getbasetemp().parent / "world-places"


@pytest.fixture(scope="module")
def made(cache: Path) -> Built:
    return built(cache)


@pytest.fixture(scope="module")
def layer(made: Built, cache: Path) -> Layer:
    return world_places(cache)


@pytest.fixture(scope="module")
def listed() -> pd.DataFrame:
    places = pd.read_parquet(data_folder() / "world-places" / "places.parquet")
    return places.set_index(places["id"].astype(str)).sort_index()


def test_it_is_listed_among_the_layers() -> None:
    assert layer_names() == ["us-counties", "world-countries", "world-places"]


def test_no_place_is_dropped_and_each_belongs_to_its_country(layer: Layer, listed: pd.DataFrame) -> None:
    assert layer.units.index.tolist() == listed.index.tolist()
    assert len(layer) == 234_908
    assert layer.units["parent"].tolist() == listed["country"].tolist()
    assert all(name.startswith(known) for name, known in zip(layer.units["name"], listed["name"], strict=True))


@pytest.mark.parametrize("name", HARD)
def test_a_hard_place_stands_on_ground_of_its_own_country(name: str, layer: Layer) -> None:
    unit_id, country = HARD[name]
    unit = layer.units.loc[unit_id]
    assert unit["name"].startswith(name)
    assert unit["parent"] == country
    assert unit["population"] > 0
    assert shapely.intersects(unit.geometry, shapely.Point(unit["longitude"], unit["latitude"]))


def test_the_people_of_every_country_are_counted_once(made: Built) -> None:
    found = made.units.groupby("parent")["population"].sum()
    expected = made.countries["people"]
    assert found.index.tolist() == expected.index.tolist()
    assert np.allclose(found, expected, rtol=1e-9)
    assert {"SG": 5_638_676, "HK": 7_396_076, "MT": 483_530, "TV": 11_508}.items() <= found.round().to_dict().items()
    assert round(found.sum()) == 7_405_382_057


def test_the_five_boroughs_are_taken_out_of_new_york(made: Built, listed: pd.DataFrame) -> None:
    new_york, *boroughs = ["5128581", "5110302", "5133273", "5125771", "5110266", "5139568"]
    alone = listed.loc[new_york, "people"] - listed.loc[boroughs, "people"].sum()
    assert 0 <= alone < 500_000
    assert made.units.loc[new_york, "population"] < 500_000


def test_towns_are_never_scaled_up_and_only_an_excess_is_scaled_down(made: Built) -> None:
    countries = made.countries
    assert (countries["scaled"] <= 1).all()
    scaled = countries[countries["scaled"] < 1]
    assert (scaled["around"].abs() < 1).all()
    assert countries.loc["AE", "scaled"] < 0.8
    assert countries.loc["ET", "around"] / countries.loc["ET", "people"] > 0.8
    assert (made.units["town_people"] <= made.units["population"] + 1e-6).all()


def test_ground_is_sound_and_all_land_is_somebodys(layer: Layer) -> None:
    ground = layer.units.geometry.to_numpy()
    land = shapely.from_wkb(shapely.to_wkb(_land()))
    assert shapely.is_valid(ground).all()
    assert not shapely.is_empty(ground).any()
    assert shapely.coverage_is_valid(ground)
    west, south, east, north = shapely.total_bounds(ground)
    assert (west, east) == (-180, 180)
    assert south > -60
    assert north < 84
    area = shapely.area(cylindrical(ground)).sum() / shapely.area(cylindrical(land)).sum()
    assert area == pytest.approx(1, abs=2e-4)  # islands that the land does not show come on top


def test_neighbours_are_neighbours_by_land(layer: Layer) -> None:
    part = pd.Series(contiguity(layer).components, index=layer.units.index)
    basel, rotterdam, istanbul, cape_town = part[["2661604", "2747891", "745044", "3369157"]]
    new_york, sydney, london, uelen, tokyo = part[["5128581", "2147714", "2643743", "4031533", "1850147"]]
    assert basel == rotterdam == istanbul == cape_town == uelen
    assert len({basel, new_york, sydney, london, tokyo}) == 5


def _land() -> np.ndarray:
    import geopandas as gpd

    return gpd.read_parquet(data_folder() / "world-places" / "land.parquet").geometry.to_numpy()
