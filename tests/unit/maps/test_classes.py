import numpy as np

from geopolity.arrays import NOBODY
from maps.scenes.classes import MISSING, quantiles


def test_nobody_and_no_count_are_classes_of_their_own():
    classes = quantiles(np.array([0.0, np.nan, 5.0]))
    assert classes.members.tolist() == [NOBODY, MISSING, 0]


def test_classes_hold_about_as_many_values_each():
    classes = quantiles(np.arange(1.0, 601.0))
    assert len(classes.breaks) == 6
    assert np.bincount(classes.members).tolist() == [100] * 6


def test_breaks_have_two_digits_except_the_largest_value():
    classes = quantiles(np.array([123.0, 1234.0, 2345.0, 34567.0, 56789.0, 67891.0, 78912.0]))
    assert all(float(f"{value:.2g}") == value for value in classes.breaks[:-1])
    assert classes.breaks[-1] == 78912.0


def test_every_positive_value_has_a_class_with_a_colour():
    values = np.random.default_rng(1).lognormal(3, 4, 500)
    classes = quantiles(values)
    assert classes.members.min() >= 0
    assert classes.members.max() < len(classes.colours) == len(classes.labels())


def test_equal_values_make_one_class():
    classes = quantiles(np.full(9, 7.0))
    assert len(classes.breaks) == 1
    assert (classes.members == 0).all()


def test_where_nobody_is_affected_there_are_no_classes():
    assert quantiles(np.zeros(4)).colours == ()
