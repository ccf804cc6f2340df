"""US postcodes, also those that straddle counties."""

from __future__ import annotations

import pytest

from boundaries.gazetteer.place import PlaceError
from boundaries.gazetteer.search import find
from boundaries.gazetteer.us_postcodes import postcode, units_of


def test_a_postcode_has_its_county_and_its_middle():
    spot = postcode("90210")
    assert (spot.title, spot.units) == ("Beverly Hills, CA 90210", ("06037",))
    assert (spot.lon, spot.lat) == pytest.approx((-118.4, 34.1), abs=0.1)
    assert postcode("90210-1234") == spot


def test_a_postcode_that_straddles_has_all_its_counties():
    assert postcode("05680").units == ("50005", "50015", "50019", "50023")


@pytest.mark.parametrize(
    ("code", "word"), [("2134", "leading zeros"), ("abcde", "five digits"), ("00000", "is not known here")]
)
def test_an_unknown_postcode_is_told_from_a_wrong_one(code, word):
    with pytest.raises(PlaceError, match=word):
        postcode(code)


@pytest.mark.parametrize("code", ["05680 1234", "05680-1234", " 05680 "])
def test_what_follows_a_postcode_is_not_needed(code: str) -> None:
    assert postcode(code).title == "Wolcott, VT 05680"


def test_a_town_lies_in_all_counties_of_its_postcodes():
    assert units_of("Portland", "ME") == ("23005",)
    assert units_of("Kansas City", "MO") == tuple(sorted(units_of("Kansas City", "MO")))
    assert {"29037", "29047", "29095"} <= set(units_of("Kansas City", "MO"))


@pytest.mark.parametrize(
    ("written", "title", "read_as"),
    [
        ("05680", "Wolcott, VT 05680", ""),
        ("Springfield, IL 62701", "Springfield, IL 62701", ""),
        ("12 Elm Street, Springfield, IL 62701", "Springfield, IL 62701", "62701"),
        ("12 Elm Street, 18015", "Bethlehem, PA 18015", "18015"),
        ("Berlin, 10115", "Berlin, Germany", ""),
        ("Paris, TX 75460", "Paris, TX 75460", ""),
    ],
)
def test_a_postcode_stands_alone_or_behind_its_place(written: str, title: str, read_as: str) -> None:
    found = find(written)
    assert (found.places[0].title, found.is_clear, found.read_as) == (title, True, read_as)


def test_a_postcode_that_is_elsewhere_is_refused() -> None:
    with pytest.raises(PlaceError, match="02134 is not Springfield, IL"):
        find("Springfield, IL 02134")
