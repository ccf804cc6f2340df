"""Postcodes and places, also those that straddle counties or share a name."""

from __future__ import annotations

import pytest

from boundaries.gazetteer import PlaceError, place, postcode


def test_a_postcode_has_its_county_and_its_middle():
    spot = postcode("90210")
    assert (spot.title, spot.units) == ("Beverly Hills, CA 90210", ("06037",))
    assert (spot.lon, spot.lat) == pytest.approx((-118.4, 34.1), abs=0.1)
    assert postcode("90210-1234") == spot


def test_a_postcode_that_straddles_has_all_its_counties():
    assert postcode("05680").units == ("50005", "50015", "50019", "50023")


def test_a_place_needs_its_state_only_where_others_share_its_name():
    assert place("portland, me").units == ("23005",)
    assert place("Beverly Hills, CA").title == "Beverly Hills, CA"
    with pytest.raises(PlaceError, match=r"Portland is in 1\d states .*add one"):
        place("Portland")


@pytest.mark.parametrize(
    ("code", "word"), [("2134", "leading zeros"), ("abcde", "five digits"), ("00000", "does not know the postcode")]
)
def test_an_unknown_postcode_is_told_from_a_wrong_one(code, word):
    with pytest.raises(PlaceError, match=word):
        postcode(code)


def test_an_unknown_place_is_said():
    with pytest.raises(PlaceError, match="knows no place 'Atlantis' in ME"):
        place("Atlantis, me")


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("St. Louis, MO", "Saint Louis, MO"),
        ("saint louis, missouri", "Saint Louis, MO"),
        ("Portland, Maine", "Portland, ME"),
        ("Portland Maine", "Portland, ME"),
        ("O'Fallon, MO", "O Fallon, MO"),
        ("OFallon, MO", "O Fallon, MO"),
        ("Coeur d’Alene, ID", "Coeur D Alene, ID"),
        ("San José, CA", "San Jose, CA"),
        ("Winston-Salem, NC", "Winston Salem, NC"),
        ("Washington, D.C.", "Washington, DC"),
        ("Mt. Vernon, NY", "Mount Vernon, NY"),
        ("Ft. Worth, TX", "Fort Worth, TX"),
        ("Springfield, IL 62701", "Springfield, IL 62701"),
        ("Los Angeles County, CA", "Los Angeles County, California"),
        ("St. Louis County, Missouri", "St. Louis County, Missouri"),
        ("Orleans Parish, LA", "Orleans Parish, Louisiana"),
        ("Doña Ana County, NM", "Doña Ana County, New Mexico"),
    ],
)
def test_places_are_found_as_people_write_them(written: str, title: str) -> None:
    assert place(written).title == title


@pytest.mark.parametrize("code", ["05680 1234", "05680-1234", " 05680 "])
def test_what_follows_a_postcode_is_not_needed(code: str) -> None:
    assert postcode(code).title == "Wolcott, VT 05680"


def test_a_postcode_that_is_elsewhere_is_refused() -> None:
    with pytest.raises(PlaceError, match="02134 is not Springfield, IL"):
        place("Springfield, IL 02134")
