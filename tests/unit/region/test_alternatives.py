"""How indispensable units are, and other regions, against brute force."""

from decimal import Decimal

import numpy as np
import pytest

from geopolity.region import Constraints, RegionProblem, derive
from geopolity.region.alternatives.indispensable import NEVER, indispensable
from geopolity.region.alternatives.others import Asked, others
from tests.unit.region.brute_force import all_regions, random_problem

GRAPHS = 500
PARTS = [0, *(pytest.param(part, marks=pytest.mark.long) for part in range(1, 5))]


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
        found = indispensable(problem, region, 0.1, seed=seed)
        for vertex in range(len(problem)):
            other = costs[held[:, vertex] != region.members[vertex]]
            least = int(other.min()) if len(other) else NEVER
            assert found.at_least[vertex] <= least, (seed, vertex)
            if region.members[vertex] or least <= 1.1 * region.certificate.cost:
                assert found.at_least[vertex] == least, (seed, vertex)
                assert found.found[vertex] == least, (seed, vertex)
            else:
                assert found.at_least[vertex] > 1.1 * region.certificate.cost
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
        asked = Asked(within=0.5, count=4, differ=0.2, weights=weights)
        found = others(problem, region, asked, indispensable(problem, region, 0.5).regions)
        kept = [region.members, *(other.members for other in found)]
        for other in found:
            assert regions[other.members.tobytes()] == other.cost <= 1.5 * region.certificate.cost
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
    found = indispensable(problem, region, 0.1)
    assert region.members.tolist() == [True, True, True, True, False, False]
    assert found.at_least.tolist() == [NEVER, 41, 41, NEVER, 41, 41]
    assert found.found.tolist() == [NEVER, 41, 41, NEVER, 41, 41]
    asked = Asked(within=0.1, count=3, differ=0.1, weights=np.array([problem.cost], float))
    assert [other.cost for other in others(problem, region, asked, found.regions)] == [41]
