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
