"""Coordinates as people write them, and plus codes by the vectors that the open specification publishes."""

from __future__ import annotations

import pytest

from boundaries.gazetteer import plus_codes
from boundaries.gazetteer.coordinates import written_point


@pytest.mark.parametrize(
    ("typed", "point"),
    [
        ("38.6, -90.2", (-90.2, 38.6)),
        ("38.6 -90.2", (-90.2, 38.6)),
        ("-80.2, 38.6", (38.6, -80.2)),
        ("geo:38.6,-90.2", (-90.2, 38.6)),
        ("38,6; -90,2", (-90.2, 38.6)),
        ("38,6 -90,2", (-90.2, 38.6)),
        ("38,6, -90,2", (-90.2, 38.6)),
        ("38.6 N, 90.2 W", (-90.2, 38.6)),
        ("N38.6 W90.2", (-90.2, 38.6)),
        ("90.2 W, 38.6 N", (-90.2, 38.6)),
        ("33.9° S 151.2° E", (151.2, -33.9)),
        ("48.8566° 2.3522°", (2.3522, 48.8566)),
        ("38°37′38″N 90°11′52″W", (-90.1977778, 38.6272222)),
        ("38 37 38 N, 90 11 52 W", (-90.1977778, 38.6272222)),
        ("N 38° 37' 38\" W 90° 11' 52\"", (-90.1977778, 38.6272222)),
        ("38°37'38''N, 90°11'52''W", (-90.1977778, 38.6272222)),
        ("38°37.63' N, 90°11.9' W", (-90.1983333, 38.6271667)),
    ],
)
def test_a_point_is_read_as_people_write_it(typed, point):
    found = written_point(typed)
    assert ((found.lon, found.lat), found.note) == (point, "")


def test_what_had_to_be_understood_is_told():
    swapped = written_point("-120.5, 38.6")
    assert (swapped.lon, swapped.lat, swapped.note) == (-120.5, 38.6, "swapped")
    west = written_point("40° 26′ 46″ N 79° 58′ 56″ O")
    assert (west.lon, west.note) == (-79.9822222, "west")


@pytest.mark.parametrize(
    "typed",
    ["05680", "Portland, ME", "12 Elm Street, 18015", "38 N", "38 70 10 N, 90 11 52 W", "38 N, 40 N", "", "1 2 3"],
)
def test_what_is_no_point_is_left_to_others(typed):
    assert written_point(typed) is None


@pytest.mark.parametrize(
    ("code", "south", "west", "north", "east"),
    [
        ("7FG49Q00+", 20.35, 2.75, 20.4, 2.8),
        ("7FG49QCJ+2V", 20.37, 2.782125, 20.370125, 2.78225),
        ("7FG49QCJ+2VX", 20.3701, 2.78221875, 20.370125, 2.78225),
        ("8FVC2222+22", 47.0, 8.0, 47.000125, 8.000125),
        ("4VCPPQGP+Q9", -41.273125, 174.785875, -41.273, 174.786),
        ("62G20000+", 0.0, -180.0, 1.0, -179.0),
        ("22220000+", -90.0, -180.0, -89.0, -179.0),
        ("7FG40000+", 20.0, 2.0, 21.0, 3.0),
        ("22222222+22", -90.0, -180.0, -89.999875, -179.999875),
        ("6VGX0000+", 0.0, 179.0, 1.0, 180.0),
        ("6FH32222+222", 1.0, 1.0, 1.000025, 1.00003125),
    ],
)
def test_full_codes_have_the_published_middles(code, south, west, north, east):
    assert plus_codes.full_code(code) == pytest.approx(((west + east) / 2, (south + north) / 2), abs=1e-9)
    assert plus_codes.full_code(code.lower()) == plus_codes.full_code(code)


@pytest.mark.parametrize(
    ("short", "lat", "lon", "full"),
    [
        ("CJ+2VX", 51.3708675, -1.217765625, "9C3W9QCJ+2VX"),
        ("9QCJ+2VX", 51.8697, -0.9675, "9C3W9QCJ+2VX"),
        ("9QCJ+2VX", 51.0, -1.0, "9C3W9QCJ+2VX"),
        ("22+", 42.899, 9.012, None),
    ],
)
def test_short_codes_are_the_nearest_to_their_place(short, lat, lon, full):
    if full is None:
        assert plus_codes.short_code(f"{short} Bastia") is None
    else:
        assert plus_codes.near(short, lon, lat) == pytest.approx(plus_codes.full_code(full), abs=1e-9)


def test_a_short_code_names_its_place():
    assert plus_codes.short_code("cwc8+r9 Mountain View, CA") == ("CWC8+R9", "Mountain View, CA")


@pytest.mark.parametrize(
    "code", ["7FG49QCJ+2", "7FG4AQCJ+2V", "7FG49QCJ2V", "F2222222+22", "2X222222+22", "7FG49Q0J+2V", "G+", "+"]
)
def test_what_is_no_code_is_none(code):
    assert plus_codes.full_code(code) is None
