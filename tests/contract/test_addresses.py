"""Addresses in the store: read from a file, found as people write them, replaced and forgotten; on both homes."""

from __future__ import annotations

import random

import pytest

from boundaries.addresses.files import open_addresses
from boundaries.addresses.gathered import streets_of
from boundaries.gazetteer.place import PlaceError
from services.lookup.addresses import found_address
from services.lookup.named import lookup_address, lookup_text
from services.storage.places.streets import address_files, forget_streets, keep_streets
from services.storage.store import Store
from services.storage.tables import StreetRow, StreetWordRow
from tests.addresses import points, spelling, write_csv
from tests.contract.conftest import NOW  # noqa: F401 - the fixtures beside it

DAY = "2026-06-01"
TABLE = "housenumber,street,city,state,postcode,country,lon,lat\n"


def _added(store, tmp_path, text, name="made-up.csv"):
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    with open_addresses(file) as opened:
        return keep_streets(store, file.name, opened.format, streets_of(opened.rows))


def _found(store, text):
    with store.reading() as session:
        return found_address(session, text)


def test_of_1000_addresses_as_people_write_them_97_in_100_come_first(opened, tmp_path):
    rows, chance = points(1_000), random.Random(2)
    write_csv(rows, tmp_path / "made-up.csv")
    with open_addresses(tmp_path / "made-up.csv") as file:
        kept = keep_streets(opened, "made-up.csv", file.format, streets_of(file.rows))
    assert kept.addresses == 1_000
    first = 0
    with opened.reading() as session:
        for one in rows:
            found = found_address(session, spelling(one, chance))
            assert found is None or len(found.places) <= 5
            first += found is not None and (found.places[0].lon, found.places[0].lat) == (one.lon, one.lat)
    assert first >= 970, first


def test_an_address_answers_with_the_unit_at_its_point_and_says_how_sure_it_is(store, tmp_path):
    _added(store, tmp_path, TABLE + "12,Mill Street,Aville,,,FR,0.5,0.5\n14,Mill Street,Aville,,,FR,0.6,0.5\n")
    found = lookup_address("12 mill st, aville", DAY, store).as_json()
    assert [unit["unit_id"] for unit in found["units"]] == ["01"]
    assert found["place"] == "12 Mill Street, Aville, France"
    assert (found["point"], found["how"]) == ({"lon": 0.5, "lat": 0.5}, "point")
    assert found["sure"] > 0.9
    assert lookup_text("12 Mill Street, Aville", DAY, store).as_json() == found
    assert lookup_text(found["id"], DAY, store).as_json()["point"] == found["point"]


def test_the_same_street_in_two_towns_is_a_choice_and_a_choice_is_taken_by_its_id(store, tmp_path):
    _added(store, tmp_path, TABLE + "12,Mill Street,Aville,,,FR,0.5,0.5\n12,Mill Street,Bville,,,FR,1.5,0.5\n")
    found = lookup_text("12 mill street", DAY, store)
    said = found.as_json()
    assert (said["units"], len(said["choices"])) == ([], 2)
    assert {one["name"] for one in said["choices"]} == {"12 Mill Street, Aville", "12 Mill Street, Bville"}
    assert all(one["sure"] > 0.7 and len(one["units"]) == 1 for one in said["choices"])
    assert lookup_text("12 mill street, bville", DAY, store).as_json()["units"][0]["unit_id"] == "02"


def test_a_number_that_no_file_has_lies_between_its_neighbours(store, tmp_path):
    _added(store, tmp_path, TABLE + "10,Mill Street,Aville,,,FR,0.2,0.5\n20,Mill Street,Aville,,,FR,0.4,0.5\n")
    found = lookup_address("14 mill street, aville", DAY, store).as_json()
    assert (found["point"], found["how"]) == ({"lon": 0.28, "lat": 0.5}, "between")
    street = lookup_address("9000 mill street, aville", DAY, store).as_json()
    assert (street["how"], street["place"]) == ("street", "Mill Street, Aville, France")
    assert street["sure"] < found["sure"] < 1


def test_a_newer_file_takes_the_place_of_the_older_and_is_forgotten(opened, tmp_path):
    _added(opened, tmp_path, TABLE + "1,Old Road,Aville,,,FR,0.1,0.1\n")
    newer = _added(opened, tmp_path, TABLE + "2,New Road,Aville,,,FR,0.2,0.2\n2,New Road,Bville,,,FR,0.3,0.2\n")
    assert _found(opened, "1 old road, aville") is None
    assert _found(opened, "2 new road, aville").places[0].lon == 0.2
    with opened.reading() as session:
        assert [(one.source, one.addresses, one.streets) for one in address_files(session)] == [("made-up.csv", 2, 2)]
        assert session.query(StreetRow).count() == newer.streets == 2
    assert forget_streets(opened, "made-up.csv") == 2
    assert _found(opened, "2 new road, aville") is None
    with opened.reading() as session:
        assert (session.query(StreetRow).count(), session.query(StreetWordRow).count()) == (0, 0)


def test_a_load_that_breaks_off_leaves_the_older_file_and_is_swept_by_the_next(opened, tmp_path):
    _added(opened, tmp_path, TABLE + "1,Old Road,Aville,,,FR,0.1,0.1\n")
    broken = TABLE + "2,New Road,Aville,,,FR,0.2,0.2\n3,New Road,Aville,,,FR,500,0.2\n"
    with pytest.raises(Exception, match=r"line 3.*no latitude and longitude"):
        _added(opened, tmp_path, broken)
    assert _found(opened, "1 old road, aville").places[0].lon == 0.1
    assert _found(opened, "2 new road, aville") is None
    _added(opened, tmp_path, TABLE + "1,Old Road,Aville,,,FR,0.9,0.1\n")
    assert _found(opened, "1 old road, aville").places[0].lon == 0.9
    with opened.reading() as session:
        assert session.query(StreetRow).count() == 1


def test_slips_of_the_pen_are_understood(opened, tmp_path):
    _added(opened, tmp_path, TABLE + "12,Chestnut Boulevard,Aville,,,FR,0.5,0.5\n12,Oak Road,Bville,,,FR,0.6,0.5\n")
    for written in ("12 Chesnut Blvd, Aville", "12 chestnutt bd Aville", "12 Chestntu Boulevard"):
        assert _found(opened, written).places[0].lon == 0.5, written


def test_without_addresses_a_sentence_says_so_and_a_place_is_found_as_before(store: Store):
    with pytest.raises(PlaceError, match=r"Streets are not known here; give the postcode or the town"):
        lookup_address("12 Mill Street, Aville", DAY, store)
    assert lookup_text("0.5, 0.5", DAY, store).as_json()["units"][0]["unit_id"] == "01"


def test_an_unknown_address_says_what_to_write(store, tmp_path):
    _added(store, tmp_path, TABLE + "12,Mill Street,Aville,,,FR,0.5,0.5\n")
    with pytest.raises(PlaceError, match=r"No address like '7 Nowhere Lane, Elsewhere' is known here"):
        lookup_address("7 Nowhere Lane, Elsewhere", DAY, store)
