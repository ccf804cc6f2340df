"""Sampling error: the worked examples of the Census Bureau's handbook, to the digit, and the codes it publishes."""

import math

import numpy as np
import pytest

from geopolity.affected.sampling import (
    Estimate,
    change,
    margins_of,
    product,
    quality,
    ratio,
    replicated,
    share,
    total,
    values_of,
)

FAIRFAX_ARLINGTON_ALEXANDRIA = np.array([135_173.0, 43_104.0, 24_842.0]), np.array([3_860.0, 2_642.0, 1_957.0])


def test_never_married_women_of_three_counties_add_up_as_published():
    assert total(*FAIRFAX_ARLINGTON_ALEXANDRIA).rounded(0) == (203_119, 5_070)


def test_their_share_of_women_is_as_published():
    assert share(Estimate(203_119, 5_070), Estimate(630_498, 831)).rounded(3) == (0.322, 0.008)


def test_the_ratio_of_men_to_women_is_as_published():
    assert ratio(Estimate(226_840, 5_556), Estimate(203_119, 5_070)).rounded(3) == (1.117, 0.039)


def test_a_product_takes_the_error_of_both():
    assert product(Estimate(74_506, 228), Estimate(0.824, 0.013)).rounded(0) == (61_393, 987)


def test_of_zero_cells_only_the_largest_margin_counts():
    found = total(np.array([10.0, 0.0, 0.0, 0.0]), np.array([3.0, 4.0, 4.0, 2.0]))
    assert (found.value, found.margin) == (10, 5)


def test_a_share_falls_back_to_the_ratio_where_the_root_is_negative():
    part, whole = Estimate(90, 1), Estimate(100, 10)
    assert share(part, whole) == ratio(part, whole)


def test_growth_has_the_margin_of_the_ratio():
    assert change(Estimate(100, 10), Estimate(120, 12)).value == pytest.approx(0.2)
    assert change(Estimate(100, 10), Estimate(120, 12)).margin == ratio(Estimate(120, 12), Estimate(100, 10)).margin


def test_codes_mean_no_error_or_none_known():
    published = np.array([12.0, -555_555_555.0, -222_222_222.0, -333_333_333.0, -999_999_999.0])
    assert margins_of(published).tolist()[:2] == [12, 0]
    assert np.isnan(margins_of(published)[2:]).all()
    assert np.isnan(values_of(np.array([-666_666_666.0, -888_888_888.0]))).all()


def test_replicates_give_four_times_their_mean_square():
    replicates = np.concatenate([np.full(40, 101.0), np.full(40, 99.0)])
    assert replicated(100.0, replicates).standard_error == pytest.approx(2.0)


@pytest.mark.parametrize(("margin", "said"), [(10, "reliable"), (40, "caution"), (90, "do not use")])
def test_quality_goes_by_the_coefficient_of_variation(margin, said):
    assert quality(Estimate(100, margin)) == said
    assert quality(Estimate(100)) == "unknown"
    # of nothing, any error is too much; the error is known all the same
    assert [quality(Estimate(0.0, margin)) for margin in (0.0, 12.0, math.nan)] == ["reliable", "do not use", "unknown"]
