from decimal import Decimal

import numpy as np
import pytest

from geopolity.region import Constraints, ProblemError, QuotaOutOfReach, RegionProblem, derive, verify
from geopolity.region.problem import quota_of


def row(people, *, coverage="0.9", cost=None):
    n = len(people)
    return RegionProblem(
        cost=np.ones(n, int) if cost is None else cost,
        affected=people,
        edges=[(i, i + 1) for i in range(n - 1)],
        coverage=coverage,
    )


def test_quota_is_rounded_up_to_whole_people():
    problem = row([1, 1, 1], coverage="0.51")
    assert problem.quota == 2


def test_coverage_is_read_as_a_decimal():
    assert row([10] * 10, coverage=0.7).quota == 70
    assert quota_of(10, row([1], coverage="0.7").coverage) == 7


def test_quota_met_exactly_stops_the_region_growing():
    region = derive(row([5, 5, 1], coverage="0.9"))
    assert region.members.tolist() == [True, True, False]


def test_an_empty_unit_between_two_towns_is_crossed():
    region = derive(row([5, 0, 5], coverage="1"))
    assert region.members.all()


def test_the_cheaper_way_round_is_taken():
    #  town - dear - town
    #     \- cheap -/
    problem = RegionProblem(
        cost=[1, 9, 1, 2], affected=[5, 0, 5, 0], edges=[(0, 1), (1, 2), (0, 3), (3, 2)], coverage=1
    )
    assert derive(problem).members.tolist() == [True, False, True, True]


def test_fractions_of_a_person_are_counted_in_a_stated_unit():
    problem = row([0.25, 0.5, 0.25])
    assert problem.affected_unit * problem.affected_total == 1
    assert derive(problem).certificate.optimal


def test_islands_that_hold_too_many_are_named_with_what_they_hold():
    problem = RegionProblem(cost=[1, 1, 1], affected=[4, 4, 2], edges=[(0, 2)], coverage="0.9", ids=["a", "b", "c"])
    with pytest.raises(QuotaOutOfReach, match=r"needs 9 affected .* the part with a \(2 units\) holds 6") as caught:
        derive(problem)
    assert caught.value.facts["parts"] == {"a": 6.0, "b": 4.0}
    assert "0.6" in str(caught.value)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"cost": [1, 0, 1]}, "Cost 0 of vertex 1"),
        ({"cost": [1.5, 1, 1]}, "must be integers"),
        ({"cost": [1, 1]}, "2 costs but 3"),
        ({"affected": [1, -1, 1]}, "not negative"),
        ({"affected": [1, np.nan, 1]}, "finite"),
        ({"edges": [(0, 3)]}, "vertex 3"),
        ({"coverage": 0.5}, "0.5 is out of range"),
        ({"coverage": 1.2}, "1.2 is out of range"),
        ({"ids": ["a", "a", "b"]}, "repeated"),
    ],
)
def test_wrong_arrays_are_refused_with_the_value(change, sentence):
    arrays = {"cost": [1, 1, 1], "affected": [1, 2, 3], "edges": [(0, 1), (1, 2)], "coverage": 0.9}
    with pytest.raises(ProblemError, match=sentence):
        RegionProblem(**(arrays | change))


BUT = {"cost": [3, 1, 1], "affected": [4, 0, 0], "edges": [(0, 2)], "coverage": Decimal("0.8"), "quota": 3, "pieces": 2,
       "ids": ["a", "b", "c"], "affected_unit": Decimal("0.1"), "constraints": Constraints(must=np.array([1]))}  # fmt: skip


@pytest.mark.parametrize("changed", BUT)
def test_a_copy_with_something_else_keeps_all_the_rest(changed):
    plain = {"cost": [1, 2, 3], "affected": [1, 2, 3], "edges": [(0, 1), (1, 2)], "coverage": Decimal("0.7")}
    plain |= {"quota": 4, "ids": ["x", "y", "z"], "pieces": 3, "affected_unit": Decimal("0.5")}
    plain["constraints"] = Constraints(must_not=np.array([2]))
    copy = RegionProblem(**plain).but(**{changed: BUT[changed]})
    anew = RegionProblem(**(plain | {changed: BUT[changed]}))
    for name in ("cost", "affected", "edges", "ids"):
        assert np.array_equal(getattr(copy, name), getattr(anew, name)), name
    for name in ("coverage", "affected_unit", "constraints", "pieces"):
        assert getattr(copy, name) == getattr(anew, name), name
    assert copy.quota == {"affected": 3, "coverage": 5, "quota": 3}.get(changed, 4)


def test_a_copy_is_checked_like_any_problem():
    with pytest.raises(ProblemError, match="Cost 0 of vertex 1"):
        row([1, 2, 3]).but(cost=[1, 0, 1])
    with pytest.raises(TypeError, match="people"):
        row([1, 2, 3]).but(people=[1, 1, 1])


def test_stopping_from_outside_keeps_the_best_region_certified():
    rng = np.random.default_rng(1)
    width = 20
    edges = [(i, i + 1) for i in range(width * width) if (i + 1) % width]
    edges += [(i, i + width) for i in range(width * (width - 1))]
    problem = RegionProblem(
        cost=rng.integers(1, 50, width * width),
        affected=rng.integers(0, 9, width * width) * (rng.random(width * width) < 0.2),
        edges=edges,
        coverage="0.6",
    )
    seen = []
    region = derive(problem, on_progress=lambda progress: seen.append(progress) or False)
    verify(problem, region)
    assert len(seen) == 1
    assert region.certificate.lower_bound >= seen[0].lower_bound
