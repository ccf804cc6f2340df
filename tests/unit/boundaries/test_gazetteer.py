"""Places of the world by name: any script and spelling, regions and countries behind a comma, homonyms as choices."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from boundaries.embedded import data_folder
from boundaries.gazetteer.place import PlaceError
from boundaries.gazetteer.search import MOST, completions, find, the_place
from boundaries.gazetteer.spelling import letters
from boundaries.gazetteer.tables import world_places

WRITTEN = (Path(__file__).parent / "spellings.csv").read_text(encoding="utf-8")
SPELLINGS = list(csv.DictReader(WRITTEN.splitlines()))
"""How people write places, with the id of the one they mean; written by hand."""


def test_98_of_100_spellings_are_right_first_or_among_the_choices():
    missed = []
    for line in SPELLINGS:
        try:
            offered = find(line["written"])
        except PlaceError:
            offered = None
        ids = [] if offered is None else [one.id for one in offered.places[: 1 if offered.is_clear else MOST]]
        if line["id"] not in ids:
            missed.append(line["written"])
    assert len(SPELLINGS) >= 400
    assert len({line["id"] for line in SPELLINGS}) >= 150
    assert len({line["meant"].split(" ")[-1] for line in SPELLINGS}) >= 40
    assert len(missed) <= 0.02 * len(SPELLINGS), missed


def test_names_stand_in_the_order_of_their_letters():
    world = world_places()
    every = [letters(world.names[int(at)].as_py()) for at in world.order[::50]]
    assert every == sorted(every)
    assert len(world.order) == len(world.names)


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("St. Louis, MO", "St. Louis, MO"),
        ("saint louis, missouri", "St. Louis, MO"),
        ("Portland Maine", "Portland, ME"),
        ("O'Fallon, MO", "O'Fallon, MO"),
        ("Coeur d’Alene, ID", "Coeur d'Alene, ID"),
        ("Washington, D.C.", "Washington, DC"),
        ("Mt. Vernon, NY", "Mount Vernon, NY"),
        ("Köln", "Köln, Germany"),
        ("東京", "Tokyo, Japan"),
        ("London ON", "London, Canada"),
        ("Hollywood, Los Angeles", "Hollywood, CA"),
        ("Los Angeles County, CA", "Los Angeles County, California"),
        ("St. Louis County, Missouri", "St. Louis County, Missouri"),
        ("Kern, California", "Kern County, California"),
        ("Missouri", "Missouri, United States"),
        ("Frankreich", "France"),
        ("Wolcott, VT", "Wolcott, VT"),
        ("75001 Paris", "Paris, France"),
        ("geonames:2886242", "Köln, Germany"),
        ("county:17031", "Cook County, Illinois"),
        ("region:US.MO", "Missouri, United States"),
        ("country:FR", "France"),
        ("post:Wolcott, VT", "Wolcott, VT"),
    ],
)
def test_places_are_found_as_people_write_them(written: str, title: str) -> None:
    found = find(written)
    assert (found.places[0].title, found.is_clear, found.is_near) == (title, True, False)


def test_homonyms_are_choices_the_largest_first():
    found = find("Springfield")
    assert not found.is_clear
    assert [one.region_short for one in found.places[:3]] == ["MO", "MA", "IL"]
    assert [one.people for one in found.places[:3]] == sorted([one.people for one in found.places[:3]], reverse=True)


def test_a_place_ten_times_as_large_as_the_next_is_meant():
    found = find("Paris")
    first, second = found.places[:2]
    assert (found.is_clear, first.country, second.title) == (True, "France", "Paris, TX")
    assert first.people >= 10 * second.people


def test_a_name_that_is_not_a_places_own_weighs_a_tenth():
    assert find("Rome").places[0].country == "Italy"
    assert "Lomé" in [one.name for one in find("Rome").places]


def test_a_country_is_not_taken_where_a_city_has_its_name():
    assert {one.kind for one in find("Mexico").places[:3]} >= {"country", "place"}
    assert not find("Mexico").is_clear
    assert find("Singapore").places[0].kind == "place"


def test_a_region_stands_behind_the_city_in_it_that_has_its_name():
    found = find("New York")
    assert (found.is_clear, found.places[0].name) == (True, "New York City")
    assert "region:US.NY" in [one.id for one in found.places]


def test_a_street_before_the_place_is_left_out_and_that_is_said():
    found = find("12 Main St, Springfield, IL")
    assert (found.places[0].title, found.read_as) == ("Springfield, IL", "Springfield, IL")


def test_a_slip_is_offered_never_taken():
    found = find("Sprngfield, IL")
    assert (found.is_near, found.is_clear, found.places[0].title) == (True, False, "Springfield, IL")


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Atlantis, me", "No place called 'Atlantis' is known in ME"),
        ("qwzxvkpt", "No place called 'qwzxvkpt' is known here; give a postcode"),
        ("?!", r"'\?!' has no letters"),
        ("geonames:999999999", "No place called"),
        ("country:ZZ", "No place called"),
        ("region:US.ZZ", "No place called"),
    ],
)
def test_nonsense_is_named_with_the_way_out(written: str, words: str) -> None:
    with pytest.raises(PlaceError, match=words):
        find(written)


def test_who_needs_one_place_is_told_how_to_write_each():
    assert the_place("Portland, ME").title == "Portland, ME"
    with pytest.raises(
        PlaceError, match=r"may be .* places; write one of them in full: Portland, Oregon, United States"
    ):
        the_place("Portland")


def test_choices_are_found_again_by_their_full_title_or_id():
    for one in find("Santa Cruz").places[:MOST]:
        assert one.id in [again.id for again in find(one.full_title).places]
        assert find(one.id).places[0].id == one.id


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("new y", "New York City, NY"),
        ("St", "Stockholm, Sweden"),
        ("st pet", "Saint Petersburg, Russia"),
        ("köl", "Köln, Germany"),
        ("Моск", "Москва (Moscow), Russia"),
        ("東", "東京 (Tokyo), Japan"),
        ("portland, m", "Portland, ME"),
    ],
)
def test_what_is_typed_so_far_is_completed(typed: str, title: str) -> None:
    assert title in [one.title for one in completions(typed)]


@pytest.mark.parametrize("typed", ["", " ", ",", "qwzxv", "x" * 300])
def test_nothing_completes_nonsense(typed: str) -> None:
    assert completions(typed) == []


def test_names_of_a_place_differ_in_their_letters():
    others = pd.read_parquet(data_folder() / "world-places" / "alternates.parquet")
    some = others[others["id"].isin([1850147, 2886242, 5128581])]
    keys = some.assign(key=some["name"].map(letters))
    assert not keys.duplicated(["id", "key"]).any()
