"""The engine against brute force on small random graphs: always optimal, never a bound above the optimum."""

import numpy as np
import pytest

from geopolity.region import QuotaOutOfReach, RegionProblem, derive, verify
from tests.unit.region.brute_force import connected

GRAPHS_PER_SEED = 110


def cheapest_connected(problem: RegionProblem) -> int | None:
    """Least cost of all connected vertex sets with the quota, by trying every set."""
    n = len(problem)
    sets = np.arange(1, 2**n, dtype=np.int64)
    cost, people = np.zeros(len(sets), np.int64), np.zeros(len(sets), np.int64)
    for v in range(n):
        holds = (sets >> v) & 1
        cost += holds * problem.cost[v]
        people += holds * problem.affected[v]
    enough = np.flatnonzero(people >= problem.quota)
    hanging = enough[connected(sets[enough], problem.edges)]
    return int(cost[hanging].min()) if len(hanging) else None


def random_problem(rng: np.random.Generator) -> RegionProblem | None:
    n = int(rng.integers(2, 13))
    people = rng.integers(0, rng.choice([2, 30, 1000]), n) * (rng.random(n) < rng.choice([0.3, 0.7, 1.0]))
    if people.sum() == 0:
        return None
    return RegionProblem(
        cost=rng.integers(1, rng.choice([3, 20, 1000]), n, endpoint=True),
        affected=people,
        edges=rng.integers(0, n, (int(rng.integers(n - 1, 2 * n + 1)), 2)),
        coverage=str(rng.choice(["0.51", "0.55", "0.75", "0.9", "0.99", "1"])),
    )


@pytest.mark.parametrize("seed", range(10))
def test_small_graphs_are_solved_to_the_optimum(seed: int) -> None:
    rng = np.random.default_rng(seed)
    solved = 0
    while solved < GRAPHS_PER_SEED:
        problem = random_problem(rng)
        if problem is None:
            continue
        solved += 1
        optimum = cheapest_connected(problem)
        if optimum is None:
            with pytest.raises(QuotaOutOfReach):
                derive(problem)
            continue
        region = derive(problem)
        verify(problem, region)
        assert region.certificate.cost == region.certificate.lower_bound == optimum


def test_order_of_rows_and_edges_changes_nothing() -> None:
    rng = np.random.default_rng(5)
    width = 14
    n = width * width
    ids = np.array([f"unit-{i:04}" for i in range(n)])
    across = [(i, i + 1) for i in range(n) if (i + 1) % width]
    edges = np.array(across + [(i, i + width) for i in range(n - width)])
    cost, people = rng.integers(10, 1000, n), rng.integers(0, 500, n) * (rng.random(n) < 0.4)
    straight = derive(RegionProblem(cost=cost, affected=people, edges=edges, coverage="0.8", ids=ids))
    shuffle = rng.permutation(n)
    place = np.argsort(shuffle)
    turned = place[edges][rng.permutation(len(edges))][:, ::-1]
    mixed = derive(
        RegionProblem(cost=cost[shuffle], affected=people[shuffle], edges=turned, coverage="0.8", ids=ids[shuffle])
    )
    assert mixed.certificate == straight.certificate
    assert np.array_equal(mixed.members, straight.members[shuffle])
