"""The years of small societies: the same lot as with people, the closed forms on average, the same bits again."""

import math

import numpy as np
import pytest

from geopolity.society import lived
from geopolity.society.history import covered
from geopolity.society.steady import eligible_people, seats_of, steady
from geopolity.sortition.lot import draw_seats, shares_of
from geopolity.sortition.pools import People, pooled
from geopolity.sortition.randomness import Stream
from tests.unit.society.worlds import parameters, polity, world

PEOPLE = [40_000.0, 25_000.0, 60_000.0, 12_000.0, 33_000.0]
POLITIES = [polity(0, [0, 1, 2, 3, 4]), polity(1, [0, 1]), polity(2, [1, 2, 3])]


def test_pools_give_the_seats_that_20_000_people_would_get():
    units = [6_000, 2_000, 5_000, 3_000, 4_000]
    states = ["a", "a", "b", "b", "c"]
    society = world([float(count) for count in units], POLITIES, states)
    by_count = society.electorate(np.array(units), np.array([150, 40, 60]))
    start, belongs = society.pairs
    cells = [(name, [POLITIES[j].name for j in belongs[start[u] : start[u + 1]]]) for u, name in enumerate(society.ids)]
    persons = People(
        cell=np.repeat(np.arange(5), units),
        stratum=np.repeat([0, 0, 1, 1, 2], units),
        strata=["a", "b", "c"],
    )
    seats = {"polity-0": 150, "polity-1": 40, "polity-2": 60}
    by_person = pooled(persons, cells, seats=seats, levels=1).electorate
    assert by_person.people == 20_000
    stream = Stream(b"chance", b"root", "epoch")
    drawn = [draw_seats(electorate, shares_of(electorate), stream).tolist() for electorate in (by_count, by_person)]
    assert drawn[0] == drawn[1]
    assert sum(drawn[0]) == 250


def test_the_same_seed_lives_the_same_years():
    society = world(PEOPLE, POLITIES)
    runs = [[year.rows for year in lived(society, parameters(), years=4, seed=seed)] for seed in (7, 7, 8)]
    assert runs[0] == runs[1] != runs[2]


def test_assemblies_are_full_and_nobody_more_is_seated():
    society = world(PEOPLE, POLITIES)
    for year in lived(society, parameters(), years=8, seed=1):
        seated = {row.polity: row.value for row in year.rows if row.figure == "serving" and row.polity}
        assert seated == {"polity-0": 150, "polity-1": 150, "polity-2": 150}


def test_calls_over_many_years_are_those_of_the_steady_state():
    society, given = world(PEOPLE, POLITIES), parameters(moved=0.0, leaving=0.04)
    years = list(lived(society, given, years=60, seed=3))[6:]
    calls = np.array([year.figure("called") for year in years])
    expected = steady(society, given).called
    error = calls.std(ddof=1) / math.sqrt(len(calls))
    assert abs(calls.mean() - expected) <= 3 * error


def test_consent_keeps_its_share():
    society = world([1e6], [polity(0, [0])])
    given = parameters(moved=0.0, consent=0.3, renewal=0.8)
    first, *_, last = lived(society, given, years=25, seed=2)
    assert last.figure("people") == first.figure("people") == 1e6
    assert last.figure("load") == pytest.approx(150 / (1e6 * given["adults"] * 0.3), rel=0.05)


def test_small_places_seat_everybody_they_have_and_say_who_is_missing():
    society = world([300.0, 40_000.0], [polity(0, [0]), polity(1, [0, 1])])
    given = parameters(consent=0.5)
    assert seats_of(society, given)[0] == eligible_people(society, given)[0] == 116
    years = list(lived(society, given, years=3, seed=1))
    # Those who served rest for six years, so in time the small place cannot be staffed: that is an answer.
    assert sum(year.figure("unstaffed") for year in years) > 0


def test_boundaries_follow_only_where_they_no_longer_hold():
    society = world(PEOPLE, [polity(0, [0, 1])])
    asked = []

    def again(one, people):
        asked.append(one.name)
        return one

    quiet = parameters(moved=0.0)
    assert all(year.figure("rederived") == 0 for year in lived(society, quiet, years=3, seed=1, rederive=again))
    assert not asked
    half = polity(0, [0])
    held = type(half)(
        **{
            **{name: getattr(half, name) for name in half.__slots__},
            "touched": np.array([0, 1]),
            "affected": np.array([0.5, 0.5]),
            "coverage": 0.6,
        }
    )
    assert covered(held, np.array(PEOPLE)) == pytest.approx(40 / 65)
    years = list(lived(world(PEOPLE, [held]), quiet, years=2, seed=1, rederive=lambda one, people: half))
    assert years[1].figure("rederived") == 1
