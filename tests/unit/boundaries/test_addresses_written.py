"""What is read in an address, and where a number lies that no file has a point for."""

from __future__ import annotations

import numpy as np
import pytest

from boundaries.addresses.address import SCALE, Range, StreetName, label
from boundaries.addresses.along import along, between, on_line
from boundaries.addresses.slips import slips_apart
from boundaries.addresses.words import street_words
from boundaries.addresses.written import read_address

STREET = StreetName("Mill Street", "Aville", "", "", "FR")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("North Fifth Street", "N. 5th St"),
        ("Twenty-third Avenue", "23rd Ave."),
        ("Saint Paul Boulevard", "St. Paul Blvd"),
        ("Hauptstraße", "Hauptstr."),
        ("Avenue du Général Leclerc", "av du gal leclerc"),
        ("2ème Rue", "2e rue"),
        ("Calle de la Constitución", "C/ de la Constitucion"),
    ],
)
def test_spellings_of_a_street_have_the_same_words(one, other):
    assert street_words(one) == street_words(other)


@pytest.mark.parametrize(
    ("text", "labels", "words"),
    [
        ("12 Main St Apt 4B, Wolcott", ["12"], ["12", "main", "st", "wolcott"]),
        ("12 Main St #7, Wolcott", ["12"], ["12", "main", "st", "wolcott"]),
        ("12 Main St, 2nd Floor", ["12"], ["12", "main", "st"]),
        ("37-12 75th St, Queens 11372-1234", ["3712", "11372"], ["3712", "75", "st", "queens", "11372"]),
        ("12 bis rue Haute", ["12bis", "12"], ["12", "bis", "rue", "haute"]),
        ("Hauptstraße 5, Köln", ["5"], ["hauptstr", "5", "koln"]),
    ],
)
def test_the_number_is_told_from_apartments_ordinals_and_codes(text, labels, words):
    written = read_address(text)
    assert [one.label for one in written.numberings] == labels
    assert [one.text for one in written.words] == words
    assert written.is_address


@pytest.mark.parametrize("text", ["Wolcott, VT", "05680", "Portland", "38.6, -90.2", "05680 VT", "#7", ""])
def test_places_postcodes_and_points_are_no_addresses(text):
    assert not read_address(text).is_address


def test_regions_and_countries_are_known_as_such():
    written = read_address("12 Main St, Springfield, Illinois 62701, USA")
    assert [one.text for one in written.words if one.is_area] == ["illinois", "usa"]
    assert {(area.country, area.admin1 != "") for area in written.areas} >= {("US", True), ("US", False)}


def test_labels_of_numbers():
    assert [label(one) for one in ("12 bis", "12BIS", "37-12", "5 1/2")] == ["12bis", "12bis", "3712", "51/2"]


def test_a_number_between_its_neighbours_on_its_own_side():
    points = (np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 5.0]]) * SCALE).astype(np.int32)
    assert between(14, ["10", "20", "13"], points) == (0.4, 0.0)
    assert between(15, ["10", "20", "13"], points) is None, "13 has no neighbour above"
    assert between(30, ["10", "20"], points[:2]) is None
    assert between(60, ["10", "100"], points[:2]) is None, "too far apart to say"


def test_a_number_along_a_line_by_its_side():
    line = ((0.0, 0.0), (0.0, 1.0))
    odd, even = Range(STREET, 101, 199, "odd", line), Range(STREET, 200, 100, "even", line)
    assert along(150, [odd, even]) == (0.0, 0.5)
    assert along(101, [odd, even]) == (0.0, 0.0)
    assert along(199, [odd]) == (0.0, 1.0)
    assert along(150, [odd]) is None
    assert on_line(((0.0, 0.0), (0.0, 0.0), (0.0, 2.0)), 1.0) == (0.0, 2.0)


def test_slips_are_counted_and_swaps_are_one():
    assert slips_apart("chestnut", "chestnut", 2) == 0
    assert slips_apart("chesntut", "chestnut", 2) == 1
    assert slips_apart("chesnut", "chestnuts", 2) == 2
    assert slips_apart("elm", "oak", 2) == 3
