"""Every connected set of a small graph with the quota, by trying all of them."""

from decimal import Decimal

import numpy as np

from geopolity.region import RegionProblem


def random_problem(rng, most, constrained=lambda n: None):
    """A small graph, mostly planar-like, connected or nearly so."""
    n = int(rng.integers(4, most + 1))
    edges = [(int(rng.integers(0, v)), v) for v in range(1, n)]
    edges += [tuple(int(end) for end in rng.choice(n, 2, replace=False)) for _ in range(n // 2)]
    people = rng.integers(0, 10, n)
    people[int(rng.integers(n))] += 1
    return RegionProblem(
        cost=rng.integers(1, 30, n),
        affected=people,
        edges=edges,
        coverage=Decimal(str(rng.choice([0.55, 0.7, 0.9]))),
        constraints=constrained(n),
    )


def all_regions(problem):
    """Cost and members of every region that keeps to the problem's constraints."""
    sets = np.arange(1, 1 << len(problem))
    members = (sets[:, None] >> np.arange(len(problem)) & 1).astype(bool)
    tried = np.flatnonzero(members @ problem.affected >= problem.quota)
    if problem.constraints is not None:
        tried = tried[keeping(problem.constraints, members[tried])]
    tried = tried[connected(sets[tried], problem.edges)]
    for region in members[tried]:
        yield int(problem.cost[region].sum()), region


def keeping(constraints, members):
    """Which of some sets (rows of members) keep to constraints, written anew."""
    kept = members[:, constraints.must].all(axis=1) & ~members[:, constraints.must_not].any(axis=1)
    for group in constraints.together:
        kept &= members[:, group].all(axis=1) | ~members[:, group].any(axis=1)
    for limit in constraints.limits:
        kept &= members @ limit.weights <= limit.most
    return kept


def connected(sets, edges):
    """Which of some sets (bits of whole numbers) hang together along edges."""
    reached = sets & -sets
    while True:
        wider = reached
        for one, other in np.asarray(edges).reshape(-1, 2).tolist():
            wider = (wider | (wider >> one & 1) << other | (wider >> other & 1) << one) & sets
        if (wider == reached).all():
            return reached == sets
        reached = wider
