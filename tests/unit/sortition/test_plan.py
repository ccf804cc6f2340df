import numpy as np
import pytest

from geopolity.sortition.plan import LoadCapError, assessed, default_seats, planned, steady_loads
from tests.unit.sortition.test_feasibility import electorate


def test_default_seats_keep_the_largest_load_under_the_cap():
    world = electorate([1, 1, 1], [[0], [0, 1], [0, 1, 2]], [900, 90, 10])
    plan = planned(world, cap=0.5)
    assert plan.heaviest <= 0.5
    assert plan.electorate.seats.tolist() == default_seats(world.eligible, plan.share).tolist()
    more = default_seats(world.eligible, plan.share * 1.2)
    assert more.tolist() != plan.electorate.seats.tolist()
    assert not plan.burdens
    assert not plan.advice()


def test_no_assembly_has_more_than_150_seats_and_none_has_no_seat():
    assert default_seats(np.array([10**6, 3, 0]), 0.1).tolist() == [150, 1, 1]


def test_a_place_that_is_asked_too_much_is_named_with_a_way_out():
    plan = assessed(electorate([80, 20], [[0], [0, 1]], [60, 40]), cap=0.9)
    (burden,) = plan.burdens
    assert (burden.cell, burden.people, burden.load) == ("c1", 40, pytest.approx(1.3))
    assert burden.parts == (("p0", pytest.approx(0.8)), ("p1", pytest.approx(0.5)))
    (sentence,) = plan.advice()
    assert "40 seats in p0 instead of 80" in sentence
    mended = assessed(electorate([40, 20], [[0], [0, 1]], [60, 40]), cap=0.9)
    assert mended.heaviest == pytest.approx(0.9)


def test_seats_that_cannot_be_filled_are_named():
    plan = assessed(electorate([80, 70], [[0, 1]], [100]))
    assert plan.violating is not None
    assert "p0 and p1 together have 150 open seats but only 100" in plan.advice()[0]


def test_a_cool_down_as_long_as_the_term_cannot_keep_up_a_load_of_a_half():
    assert steady_loads(np.array([0.25, 0.5, 0.6])).tolist() == [0.5, np.inf, np.inf]


@pytest.mark.parametrize("cap", [0, -1, 1.5])
def test_a_cap_outside_0_to_1_is_refused(cap):
    with pytest.raises(LoadCapError):
        planned(electorate([1], [[0]], [10]), cap=cap)
