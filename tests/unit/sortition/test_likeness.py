"""How many delegates of a kind fair lots seat."""

import numpy as np
import pytest

from geopolity.sortition.likeness import fair_range


@pytest.mark.parametrize(("seats", "eligible", "expected"), [(30, 300, 15.0), (150, 40_000, 12.0), (9, 20, 4.5)])
def test_nine_lots_in_ten_or_more_seat_a_number_in_the_range_and_a_narrower_one_holds_fewer(seats, eligible, expected):
    found = fair_range(seats, eligible, expected)
    kind = round(expected / seats * eligible)
    lots = np.random.default_rng(1).hypergeometric(kind, eligible - kind, seats, 200_000)
    assert np.mean((lots >= found.low) & (lots <= found.high)) >= 0.9
    assert np.mean(lots < found.low) <= 0.05
    assert np.mean(lots > found.high) <= 0.05
    assert np.mean(lots <= found.low) > 0.05
    assert np.mean(lots >= found.high) > 0.05


def test_where_everybody_or_nobody_is_of_the_kind_there_is_no_chance():
    assert (fair_range(9, 40, 9.0).low, fair_range(9, 40, 9.0).high) == (9, 9)
    assert (fair_range(9, 40, 0.0).low, fair_range(9, 40, 0.0).high) == (0, 0)
