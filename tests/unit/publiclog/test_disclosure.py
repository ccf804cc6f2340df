"""Small counts of people stay unpublished."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geopolity.publiclog.disclosure import changes_told, may_publish, regions_of, told_in_table


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


def test_a_count_that_is_kept_back_alone_takes_the_next_smallest_along():
    counts = [[3, 12, 20], [30, 40, 50]]
    told = [[may_publish(count) for count in row] for row in counts]
    assert told_in_table(counts, told) == [[False, False, True], [False, False, True]]
    assert told_in_table([[12, 13], [20, 0]], [[True, True], [True, True]]) == [[True, True], [True, True]]
    assert told_in_table([[5]], [[False]]) == [[False]]


@given(st.lists(st.lists(st.integers(0, 40), min_size=4, max_size=4), min_size=1, max_size=5))
def test_no_count_of_a_table_is_found_by_subtraction(counts):
    told = np.array(told_in_table(counts, [[may_publish(count) for count in row] for row in counts]))
    assert all(may_publish(count) for count in np.array(counts)[told])
    kept_back = ~told
    assert (kept_back.sum(axis=1) != 1).all()
    if len(counts) > 1:
        assert (kept_back.sum(axis=0) != 1).all()
