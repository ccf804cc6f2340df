"""Constraints against brute force: every region of small graphs is tried."""

from decimal import Decimal

import numpy as np
import pytest

from geopolity.region import Constraints, ConstraintsConflict, Limit, QuotaOutOfReach, RegionProblem, derive, verify
from geopolity.region.constrained.conflict import irreducible, items_of, keeping
from geopolity.region.constrained.solving import is_possible
from tests.unit.region.brute_force import all_regions, random_problem

GRAPHS = 500
PARTS = [0, *(pytest.param(part, marks=pytest.mark.long) for part in range(1, 5))]


def random_constraints(rng, n):
    """Some constraints on the vertices of a small graph."""
    shuffled = rng.permutation(n)
    locked, barred = rng.integers(0, 3), rng.integers(0, 3)
    groups = []
    if rng.random() < 0.6:
        groups = [np.sort(rng.choice(n, size=min(n, int(rng.integers(2, 4))), replace=False))]
    limits = []
    if rng.random() < 0.5:
        limits.append(Limit(kind="units", weights=np.ones(n, np.int64), most=int(rng.integers(1, n + 1))))
    if rng.random() < 0.4:
        weights = rng.integers(0, 20, n)
        limits.append(Limit(kind="population", weights=weights, most=int(rng.integers(1, weights.sum() + 2))))
    return Constraints(
        must=np.sort(shuffled[:locked]),
        must_not=np.sort(shuffled[n - barred :]),
        together=tuple(groups),
        limits=tuple(limits),
    )


@pytest.mark.parametrize("part", PARTS)
def test_brute_force_confirms_every_kind_and_every_mixture(part):
    infeasible = 0
    for seed in range(part * GRAPHS // 5, (part + 1) * GRAPHS // 5):
        rng = np.random.default_rng(seed)
        problem = random_problem(rng, 12, lambda n, rng=rng: random_constraints(rng, n))
        least = min((cost for cost, members in all_regions(problem)), default=None)
        if least is None:
            infeasible += 1
            with pytest.raises((ConstraintsConflict, QuotaOutOfReach)):
                derive(problem)
            continue
        region = derive(problem)
        verify(problem, region)
        assert region.certificate.cost == least, seed
        assert region.certificate.lower_bound == least, seed
    assert 0 < infeasible < GRAPHS // 5


def path(n, **constraints):
    """Units 0 … n−1 in a row, a person in each."""
    return RegionProblem(
        cost=np.ones(n, np.int64),
        affected=np.ones(n, np.int64),
        edges=[(i, i + 1) for i in range(n - 1)],
        coverage=Decimal("0.6"),
        ids=[f"u{i}" for i in range(n)],
        constraints=Constraints(**constraints),
    )


def test_a_conflict_is_irreducible_by_brute_force():
    tried = 0
    for seed in range(150):
        rng = np.random.default_rng(seed)
        problem = random_problem(rng, 8, lambda n, rng=rng: random_constraints(rng, n))
        if _possible(problem, items_of(problem.constraints)) or not _possible(problem, []):
            continue
        tried += 1
        items = irreducible(problem, is_possible)
        assert not _possible(problem, items), seed
        assert all(_possible(problem, [one for one in items if one != item]) for item in items), seed
    assert tried > 15


def _possible(problem, items):
    less, constraints = keeping(problem, items)
    return next(iter(all_regions(less.but(constraints=constraints))), None) is not None


def test_a_conflict_with_the_quota_names_the_coverage():
    with pytest.raises(ConstraintsConflict, match=r"can: u4 outside; coverage 0\.6\."):
        derive(path(9, must_not=np.array([4])))


def test_a_cut_edge_is_named_where_it_is_what_parts_the_region():
    whole = path(9)
    problem = whole.but(
        edges=np.delete(whole.edges, 4, axis=0), constraints=Constraints(cut=whole.edges[4:5], must=np.array([2]))
    )
    with pytest.raises(ConstraintsConflict, match="can: no way between u4 – u5; coverage"):
        derive(problem)


def test_a_limit_below_what_the_quota_needs_is_named_with_it():
    limit = Limit(kind="units", weights=np.ones(9, np.int64), most=5)
    with pytest.raises(ConstraintsConflict, match="can: at most 5 units; coverage"):
        derive(path(9, limits=(limit,)))


def test_the_digest_tells_constrained_problems_apart():
    digests = {path(9).digest, path(9, must=np.array([1])).digest, path(9, must_not=np.array([1])).digest}
    assert len(digests) == 3


def test_what_is_told_under_way_is_no_region_that_breaks_a_limit():
    told = []
    people, homes = [6, 4, 0, 4], [9, 1, 1, 1]
    problem = RegionProblem(
        cost=[1, 1, 1, 5],
        affected=people,
        edges=[(0, 1), (1, 2), (2, 3)],
        coverage="0.55",
        constraints=Constraints(limits=(Limit(kind="population", weights=np.array(homes), most=9),)),
    )
    region = derive(problem, on_progress=lambda progress: told.append(progress) or True)
    assert region.certificate.cost == 7
    assert told
    assert all(it.cost is None or it.cost >= 7 for it in told)
    assert all(it.members is None or not problem.constraints.broken(it.members) for it in told)
