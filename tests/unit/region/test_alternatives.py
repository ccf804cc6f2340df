"""How indispensable units are, and other regions, against brute force."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from geopolity.region import Constraints, RegionProblem, derive
from geopolity.region.alternatives.indispensable import NEVER, indispensable
from geopolity.region.alternatives.others import Asked, others
from geopolity.region.alternatives.prices import dearest_of
from tests.unit.region.brute_force import all_regions, random_problem

GRAPHS = 500
PARTS = [0, *(pytest.param(part, marks=pytest.mark.long) for part in range(1, 5))]


@pytest.mark.parametrize(
    ("cost", "within", "dearest"),
    [
        (1_000_000, 0.1, 1_100_000),
        (100, 0.15, 115),  # 100 * 1.15 is 114.99999999999999
        (100, "0.15", 115),
        (10, Decimal("0.7"), 17),
        (3, Fraction(1, 3), 4),
        (300, 1e-05, 300),
        (9, 1, 18),
        (10, 0.19, 11),
        (2**53 - 1, "0.1", 2**53 - 1 + (2**53 - 1) // 10),
    ],
)
def test_a_share_is_meant_as_it_is_written(cost, within, dearest):
    assert dearest_of(cost, within) == dearest


def test_a_region_that_costs_exactly_the_dearest_counts_and_one_that_costs_one_more_does_not():
    tried = 0
    for seed in range(60):
        rng = np.random.default_rng(5_000 + seed)
        problem = random_problem(rng, 10)
        regions = list(all_regions(problem))
        if not regions:
            continue
        region = derive(problem)
        best = region.certificate.cost
        costs, held = np.array([cost for cost, _ in regions]), np.array([members for _, members in regions])
        for vertex in range(len(problem)):
            other = costs[held[:, vertex] != region.members[vertex]]
            if not len(other) or int(other.min()) == best:
                continue
            edge, tried = int(other.min()), tried + 1
            at, below = (indispensable(problem, region, dearest, seed=seed) for dearest in (edge, edge - 1))
            assert at.found[vertex] == at.at_least[vertex] == edge, (seed, vertex)
            assert below.at_least[vertex] > edge - 1, (seed, vertex)
            weights = np.array([problem.cost], float)
            for dearest, worth in ((edge, at), (edge - 1, below)):
                asked = Asked(dearest=dearest, count=9, differ=0.0, weights=weights)
                listed = others(problem, region, asked, worth.regions, seed)
                assert all(one.cost <= dearest for one in listed)
                counts = any(one.members[vertex] != region.members[vertex] for one in listed)
                assert counts == (dearest == edge) or len(listed) == asked.count, (seed, vertex)
            break
    assert tried > 40


@pytest.mark.parametrize("part", PARTS)
def test_brute_force_confirms_what_each_unit_is_worth(part):
    for seed in range(part * GRAPHS // 5, (part + 1) * GRAPHS // 5):
        rng = np.random.default_rng(seed)
        constrain = (
            (lambda n: Constraints(must_not=np.array([0]), together=(np.arange(1, 3),))) if seed % 4 == 0 else None
        )
        problem = random_problem(rng, 12, constrain or (lambda n: None))
        regions = list(all_regions(problem))
        if not regions:
            continue
        region = derive(problem)
        costs = np.array([cost for cost, _ in regions])
        held = np.array([members for _, members in regions])
        dearest = dearest_of(region.certificate.cost, 0.1)
        found = indispensable(problem, region, dearest, seed=seed)
        for vertex in range(len(problem)):
            other = costs[held[:, vertex] != region.members[vertex]]
            least = int(other.min()) if len(other) else NEVER
            assert found.at_least[vertex] <= least, (seed, vertex)
            if region.members[vertex] or least <= dearest:
                assert found.at_least[vertex] == least, (seed, vertex)
                assert found.found[vertex] == least, (seed, vertex)
            else:
                assert found.at_least[vertex] > dearest
                assert found.found[vertex] >= least


def test_other_regions_keep_to_cost_quota_and_distance():
    several = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        problem = random_problem(rng, 12)
        regions = {members.tobytes(): cost for cost, members in all_regions(problem)}
        if not regions:
            continue
        region = derive(problem)
        weights = np.array([problem.affected, problem.cost], float)
        dearest = dearest_of(region.certificate.cost, 0.5)
        asked = Asked(dearest=dearest, count=4, differ=0.2, weights=weights)
        found = others(problem, region, asked, indispensable(problem, region, dearest).regions)
        kept = [region.members, *(other.members for other in found)]
        for other in found:
            assert regions[other.members.tobytes()] == other.cost <= dearest
        held = weights[:, region.members].sum(axis=1)
        for number, one in enumerate(kept):
            for rival in kept[:number]:
                assert (weights[:, one != rival].sum(axis=1) >= 0.2 * held).any()
        several += len(found) > 1
    assert several > 3


def test_two_ways_around_a_lake_make_each_other_exchangeable():
    ring = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 0)]
    problem = RegionProblem(cost=[10, 10, 10, 10, 11, 10], affected=[5, 0, 0, 5, 0, 0], edges=ring, coverage=Decimal(1))
    region = derive(problem)
    found = indispensable(problem, region, 44)
    assert region.members.tolist() == [True, True, True, True, False, False]
    assert found.at_least.tolist() == [NEVER, 41, 41, NEVER, 41, 41]
    assert found.found.tolist() == [NEVER, 41, 41, NEVER, 41, 41]
    asked = Asked(dearest=44, count=3, differ=0.1, weights=np.array([problem.cost], float))
    assert [other.cost for other in others(problem, region, asked, found.regions)] == [41]
