"""A re-derivation moves as few people as the tolerance allows, and never more than a fresh one."""

import numpy as np

from geopolity.region import RegionProblem, derive, verify
from geopolity.region.search.rederivation import TOLERANCE


def grid(seed: int, width: int) -> RegionProblem:
    rng = np.random.default_rng(seed)
    n = width * width
    edges = [(i, i + 1) for i in range(n) if (i + 1) % width] + [(i, i + width) for i in range(n - width)]
    return RegionProblem(cost=rng.integers(900, 1100, n), affected=rng.integers(0, 60, n), edges=edges, coverage="0.7")


def moved(problem, members, previous):
    return int(problem.affected[members != previous].sum())


def noisy(problem, seed):
    rng = np.random.default_rng(seed)
    people = np.rint(problem.affected * rng.uniform(0.9, 1.1, len(problem))).astype(int)
    return problem.but(affected=people)


def test_a_boundary_that_is_still_good_enough_stays():
    problem = grid(1, 9)
    before = derive(problem, "interactive").members
    after = derive(problem, "interactive", previous=before)
    assert np.array_equal(after.members, before)


def test_noise_moves_fewer_people_than_a_fresh_derivation_would():
    fresh_moves, steady_moves = 0, 0
    for seed in range(3):
        problem = grid(seed, 12)
        before = derive(problem, "interactive").members
        changed = noisy(problem, seed + 10)
        fresh, steady = derive(changed, "interactive"), derive(changed, "interactive", previous=before)
        verify(changed, steady)
        assert steady.certificate.cost <= fresh.certificate.cost * (1 + TOLERANCE)
        assert steady.certificate.lower_bound == fresh.certificate.lower_bound
        assert moved(changed, steady.members, before) <= moved(changed, fresh.members, before)
        fresh_moves += moved(changed, fresh.members, before)
        steady_moves += moved(changed, steady.members, before)
    assert steady_moves < fresh_moves


def test_on_small_graphs_the_fewest_possible_people_move():
    problem = grid(2, 3)
    rng = np.random.default_rng(0)
    for _ in range(20):
        before = rng.random(9) < 0.5
        steady = derive(problem, previous=before)
        assert moved(problem, steady.members, before) == fewest(problem, before, derive(problem).certificate.cost)


def fewest(problem, before, best_cost):
    least = 10**9
    for code in range(1, 512):
        members = np.array([code >> i & 1 for i in range(9)], bool)
        if problem.cost[members].sum() > best_cost * (1 + TOLERANCE) or problem.affected[members].sum() < problem.quota:
            continue
        reached, waiting = {int(members.argmax())}, [int(members.argmax())]
        while waiting:
            v = waiting.pop()
            for a, b in problem.edges.tolist():
                for u in (b,) if a == v else (a,) if b == v else ():
                    if members[u] and u not in reached:
                        reached.add(u)
                        waiting.append(u)
        if len(reached) == members.sum():
            least = min(least, moved(problem, members, before))
    return least
