"""Figures that anybody can compute with a table of the normal and the binomial distribution."""

import math

import numpy as np
import pytest

from geopolity.society.response import FUNNELS, calls_needed, expected_calls
from geopolity.society.votes import (
    ballots,
    effective_size,
    half_width,
    no_majority,
    nobody_of,
    sees_harm,
    shares_harmed,
)


def test_150_voters_see_the_people_within_eight_points():
    assert 100 * half_width(150) == pytest.approx(8.0, abs=0.05)


@pytest.mark.parametrize(
    ("voters", "share", "per_cent"), [(150, 0.53, 25.6), (150, 0.55, 12.5), (150, 0.60, 0.8), (100, 0.55, 18.3)]
)
def test_chance_that_no_majority_sees_what_the_people_see(voters, share, per_cent):
    assert 100 * no_majority(voters, share) == pytest.approx(per_cent, abs=0.05)


@pytest.mark.parametrize(("minority", "per_cent"), [(0.02, 4.8), (0.01, 22.1)])
def test_chance_that_a_minority_has_no_delegate(minority, per_cent):
    assert 100 * nobody_of(minority, 150) == pytest.approx(per_cent, abs=0.1)


def test_correlation_of_two_per_cent_leaves_an_effective_panel_of_38():
    assert effective_size(150, 0.02) == pytest.approx(38, abs=0.5)


def test_correlated_panels_miss_majorities_more_often():
    missed = [no_majority(150, 0.55, correlation) for correlation in (0.0, 0.005, 0.02, 0.05)]
    assert missed == sorted(missed)
    assert missed[0] < missed[-1]


@pytest.mark.parametrize("correlation", [0.0, 0.02])
def test_drawn_ballots_miss_majorities_as_often_as_the_closed_form(correlation):
    rng = np.random.default_rng(5)
    runs = 20_000
    missed = sum(ballots(rng, 150, 0.55, correlation) <= 75 for _ in range(runs)) / runs
    expected = no_majority(150, 0.55, correlation)
    assert abs(missed - expected) <= 3 * math.sqrt(expected * (1 - expected) / runs)


def test_a_delegate_without_competence_throws_a_coin():
    assert sees_harm(0.9, 0.0) == 0.5
    assert sees_harm(0.9, 1.0) == 0.9


@pytest.mark.parametrize("spread", [0.0, 0.05, 0.3, 0.6, 1.0])
def test_shares_harmed_keep_their_mean(spread):
    assert shares_harmed(0.35, spread).mean() == pytest.approx(0.35, abs=0.013)


def test_funnels_reproduce_their_published_totals():
    united_states, england, new_zealand = FUNNELS
    assert united_states.summoned == 32_000_000
    assert united_states.unexplained == 1_000_000
    assert england.acceptance == pytest.approx(179_200 / 361_300)
    assert new_zealand.unexplained == 0
    assert sum(new_zealand.lost.values()) + new_zealand.served == 358_865


def test_calls_are_as_many_as_the_closed_form_says():
    seats, acceptance, runs = 25, 0.157, 4_000
    drawn = calls_needed(np.random.default_rng(3), np.full(runs, seats), acceptance)
    error = math.sqrt(seats * (1 - acceptance) / acceptance**2 / runs)
    assert abs(drawn.mean() - expected_calls(seats, acceptance)) <= 3 * error
    assert drawn.min() >= seats


def test_nobody_is_called_for_no_seat():
    assert calls_needed(np.random.default_rng(0), np.array([0, 1, 0]), 1.0).tolist() == [0, 1, 0]
