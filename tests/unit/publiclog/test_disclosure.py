"""Small counts of people stay unpublished."""

from geopolity.publiclog.disclosure import changes_told, may_publish, regions_of


def test_nobody_and_ten_may_be_said_and_one_to_nine_may_not():
    assert [count for count in range(12) if may_publish(count)] == [0, 10, 11]


UNITS = {
    "city": (50_000.0, "north"),
    "town": (9_000.0, "north"),
    "village": (1_500.0, "north"),
    "hamlet": (400.0, "south"),
    "unknown": (None, "south"),
    "island": (9_999.0, None),
}


def test_a_region_that_is_counted_has_ten_thousand_people_and_none_is_found_by_subtraction():
    regions = regions_of(UNITS)
    assert regions["city"] == "city"
    assert regions["town"] == regions["village"] == regions["parent north"] == "around north"
    assert regions["hamlet"] == regions["island"] == regions["unknown"] == regions["parent south"] == "elsewhere"
    fewer = regions_of(UNITS | {"island": (9_599.0, None), "village": (999.0, "north")})
    assert fewer["town"] == fewer["parent north"] == fewer["hamlet"] == "elsewhere"
    assert regions_of({"hamlet": (400.0, "south"), "city": (50_000.0, "south")})["hamlet"] == ""  # nobody is told of it
    for region in set(regions.values()):
        assert sum(people or 0 for unit, (people, _) in UNITS.items() if regions[unit] == region) >= 10_000


def test_small_counts_and_small_changes_are_not_told():
    told = {"a": 20, "b": 20, "c": 20, "d": 20}
    assert changes_told({"a": 24, "b": 25, "c": 15, "d": 20, "e": 9, "f": 10, "": 500}, told) == {
        "b": 25,
        "c": 15,
        "f": 10,
    }
    assert changes_told({"a": 0}, told) == {"a": 0}
