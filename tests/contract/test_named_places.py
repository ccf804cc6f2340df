"""Places as people write them, looked up in a store: taken and said, offered as choices, or refused in a sentence."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely.geometry import box

from boundaries.gazetteer.place import PlaceError
from boundaries.gazetteer.postcode_files import open_postcodes
from geopolity.layers.layer import Layer
from services.bootstrap import open_store
from services.clock import today
from services.lookup.named import WholeAreaError, lookup_postcode, lookup_text
from services.storage.layers.census import keep_layer
from services.storage.places.postcodes import forget, keep_postcodes, sources
from tests.contract.conftest import NOW
from tests.contract.test_lookup import _active
from tests.served import served

DAY = "2026-06-01"


def _layer(name, units):
    frame = gpd.GeoDataFrame(
        {"name": list(units), "population": 1000.0, "parent": "0"},
        index=[unit for unit, _ in units.values()],
        geometry=[shape for _, shape in units.values()],
        crs="EPSG:4326",
    )
    return Layer(name=name, title=name, vintage="2026", source="drawn", licence="CC0", units=frame)


@pytest.fixture
def world(settings):
    """Two squares around Köln and Bonn with a polity in the first; two counties of St. Louis with one in the second."""
    store = open_store(settings)
    rhine = _layer("rhine", {"Bonn": ("b", box(6.7, 50.4, 7.2, 50.8)), "Köln": ("k", box(6.7, 50.8, 7.2, 51.2))})
    counties = _layer(
        "us-counties", {"County": ("29189", box(-91, 38, -90.4, 39)), "City": ("29510", box(-90.4, 38, -90, 39))}
    )
    with store.writing() as session:
        for layer in (rhine, counties):
            keep_layer(session, layer, now=NOW, is_base=True)
        _active(session, "river", rhine.digest, {"k": 780.0})
        _active(session, "port", counties.digest, {"29510": 10.0})
    return store


def _polities(found):
    return [one["id"] for one in found.as_json()["polities"]]


def test_a_place_has_the_units_at_its_middle(world):
    found = lookup_text("Cologne", DAY, world)
    assert found.title == "Köln, Germany"
    assert [unit["unit_id"] for unit in found.as_json()["units"]] == ["k"]
    assert _polities(found) == ["river"]
    assert _polities(lookup_text("Bonn", DAY, world)) == []


def test_a_town_of_the_united_states_has_all_counties_of_its_postcodes(world):
    found = lookup_text("St. Louis, Missouri", DAY, world)
    assert {unit.unit_id for unit in found.units} == {"29189", "29510"}
    port = found.as_json()["polities"][0]
    assert (port["id"], port["certainty"]) == ("port", "depends on where: yes in City")
    assert {(one["name"], one["inside"]) for one in port["units"]} == {("City", True), ("County", False)}


def test_several_that_fit_are_choices_with_their_units(world):
    said = lookup_text("Saint Louis", DAY, world).as_json()
    assert said["units"] == said["polities"] == []
    first = said["choices"][0]
    assert (first["name"], first["region"], first["country"]) == ("St. Louis", "Missouri", "United States")
    assert first["people"] > 200_000
    assert {unit["unit_id"] for unit in first["units"]} == {"29189", "29510"}
    assert len(said["choices"]) == 10
    assert said["more"] > 0
    again = lookup_text(first["id"], DAY, world)
    assert again.title == "St. Louis, MO"


def test_who_is_clearly_meant_is_taken_and_the_others_are_named(world):
    said = lookup_text("Bonn", DAY, world).as_json()
    assert said["place"] == "Bonn, Germany"
    assert "choices" not in said
    assert all(one["people"] is None or one["people"] < 33_000 for one in said["others"])


def test_points_and_plus_codes_are_places_too(world):
    for written in ("50.94, 6.96", "50°56'24\"N 6°57'36\"E", "9F28WXR6+X4", "WXR6+X4 Köln"):
        found = lookup_text(written, DAY, world)
        assert _polities(found) == ["river"], written
    swapped = lookup_text("-120.5, 38.6", DAY, world).as_json()
    assert (swapped["note"], swapped["point"]["lon"]) == ("swapped", -120.5)


def test_a_place_outside_every_unit_has_its_nearest(world):
    found = lookup_text("東京", DAY, world)
    assert (found.title, found.units) == ("Tokyo, Japan", [])
    assert {near.unit.layer for near in found.nearest} == {"rhine", "us-counties"}


def test_a_county_is_its_unit_and_a_region_without_units_says_what_to_do(world):
    assert [unit.unit_id for unit in lookup_text("St. Louis County, Missouri", DAY, world).units] == ["29189"]
    with pytest.raises(WholeAreaError, match=r"Bavaria, Germany is a whole region.*name a town in it"):
        lookup_text("Bayern", DAY, world)
    with pytest.raises(WholeAreaError, match="France is a whole country"):
        lookup_text("Francia", DAY, world)


def test_places_and_countries_that_are_units_themselves_are_found_by_their_ids(world):
    with world.writing() as session:
        far = box(100, 0, 101, 1)
        keep_layer(session, _layer("world-places", {"Köln": ("2886242", far)}), now=NOW, is_base=True)
        keep_layer(session, _layer("world-countries", {"Germany": ("DEU", far)}), now=NOW, is_base=True)
    units = {unit.layer: unit.unit_id for unit in lookup_text("Köln", DAY, world).units}
    assert units == {"rhine": "k", "world-places": "2886242", "world-countries": "DEU"}
    assert [unit.unit_id for unit in lookup_text("Germany", DAY, world).units] == ["DEU"]


def test_a_postcode_is_looked_up_alone_or_within_an_address(world):
    assert {unit.unit_id for unit in lookup_postcode("63101", DAY, world).units} == {"29510"}
    found = lookup_text("1 Market Street, St. Louis, MO 63101", DAY, world)
    assert (found.title, found.as_json()["read_as"]) == ("Saint Louis, MO 63101", "63101")


def test_every_door_says_the_same(world, settings):
    with served(settings) as running:
        client = running.client()
        for written in ("Cologne", "Saint Louis", "50.94, 6.96", "63101"):
            expected = lookup_text(written, today(), world).as_json()
            assert client.get("/api/lookup", params={"place": written}).json() == expected
        refused = client.get("/api/lookup", params={"place": "qwzxvkpt"})
        assert (refused.status_code, refused.json()["code"]) == (404, "place")
        page = client.post("/lookup", data={"q": "Saint Louis"}).text
        assert 'name="place" value="geonames:4407066"' in page
        assert "Which one do you mean?" in page
        chosen = client.post("/lookup", data={"place": "geonames:2886242"}).text
        assert "belong to 1 polity" in chosen


def test_completions_are_asked_in_a_body(world, settings):
    with served(settings) as running:
        client = running.client()
        found = client.post("/api/v1/places/completions", json={"text": "new y"}).json()["places"]
        assert found[0] == {
            "id": "geonames:5128581",
            "title": "New York City, NY",
            "name": "New York City",
            "state": "NY",
            "region": "",
            "country_code": "US",
            "people": 8804190,
        }
        same = client.post("/api/v1/places/completions", json={"text": "san jose, cos"}).json()["places"]
        assert len({one["title"] for one in same}) == len(same) > 1
        assert client.post("/api/v1/places/completions", json={"text": "qwzxv"}).json() == {"places": []}
        assert client.post("/api/v1/places/completions", json={"text": "x" * 300}).status_code == 422
        assert client.get("/api/v1/places/completions").status_code in {404, 405}


def test_nonsense_is_named_with_the_way_out(world):
    with pytest.raises(
        PlaceError, match="No place called 'qwzxvkpt' is known here; give a postcode, or longitude and latitude"
    ):
        lookup_text("qwzxvkpt", DAY, world)


CODES = "DE\t50667\tKöln\tNordrhein-Westfalen\tNW\t\t\t\t\t50.938\t6.957\t6\nDE\t53115\tBonn\tNRW\tNW\t\t\t\t\t50.74\t7.09\t6\n"


def _add(store, folder, text, name="DE.txt"):
    file = folder / name
    file.write_text(text, encoding="utf-8")
    with open_postcodes(file) as opened, store.writing() as session:
        return keep_postcodes(session, name, opened.rows)


def test_postcodes_that_were_added_are_found(world, tmp_path):
    assert _add(world, tmp_path, CODES) == 2
    for written in ("50667 Köln", "Domkloster 4, 50667 Köln", "50667, Germany", "50667 Köln, Deutschland"):
        found = lookup_text(written, DAY, world)
        assert (found.title, _polities(found)) == ("Köln, Germany 50667", ["river"]), written
    assert lookup_postcode("53115", DAY, world).as_json()["choices"][1]["name"] == "Bonn"


def test_a_code_of_two_countries_is_a_choice(world, tmp_path):
    _add(world, tmp_path, CODES)
    said = lookup_text("53115", DAY, world).as_json()
    assert [one["country"] for one in said["choices"]] == ["United States", "Germany"]
    assert lookup_text(said["choices"][1]["id"], DAY, world).title == "Bonn, Germany 53115"
    assert lookup_text("53115 Bonn", DAY, world).title == "Bonn, Germany 53115"


def test_a_newer_file_takes_the_place_of_the_older(world, tmp_path):
    _add(world, tmp_path, CODES)
    assert _add(world, tmp_path, CODES.splitlines()[0] + "\n") == 1
    with world.reading() as session:
        assert sources(session) == [("DE.txt", "DE", 1)]
    with world.writing() as session:
        assert forget(session, "DE.txt") == 1
    with world.reading() as session:
        assert sources(session) == []


def test_a_postcode_without_a_place_is_called_by_its_code(world, tmp_path):
    ons = "pcds,doterm,lat,long\nSW1A 1AA,,51.501009,-0.141588\n"
    _add(world, tmp_path, ons, "ONSPD.csv")
    for written in ("SW1A 1AA", "sw1a1aa", "SW1A 1AA, UK"):
        assert lookup_text(written, DAY, world).title == "SW1A 1AA, United Kingdom", written
