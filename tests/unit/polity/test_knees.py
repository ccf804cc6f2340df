import numpy as np

from geopolity.polity.knees import knees


def test_a_knee_is_where_coverage_begins_to_cost_twice_as_much():
    share, cost = np.array([0.6, 0.7, 0.8, 0.9, 1.0]), np.array([100, 110, 120, 145, 150])
    assert knees(share, cost).tolist() == [False, False, True, False, False]


def test_a_straight_curve_and_two_points_have_no_knee():
    assert not knees(np.linspace(0.6, 1, 5), np.arange(5)).any()
    assert not knees(np.array([0.6, 1.0]), np.array([1, 100])).any()


def test_a_flat_stretch_ends_in_a_knee():
    assert knees(np.array([0.6, 0.7, 0.8]), np.array([5, 5, 6])).tolist() == [False, True, False]
