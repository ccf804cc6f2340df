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
    n = len(problem)
    around = [0] * n
    for one, other in problem.edges.tolist():
        around[one] |= 1 << other
        around[other] |= 1 << one
    for mask in range(1, 1 << n):
        members = np.array([bool(mask >> v & 1) for v in range(n)])
        if problem.affected[members].sum() < problem.quota or not is_connected(mask, around):
            continue
        if problem.constraints is None or keeps(problem.constraints, members):
            yield int(problem.cost[members].sum()), members


def keeps(constraints, members):
    """Whether a region keeps to constraints, written anew."""
    inside = set(np.flatnonzero(members).tolist())
    return (
        inside >= set(constraints.must.tolist())
        and not inside & set(constraints.must_not.tolist())
        and all(len(inside & set(group.tolist())) in {0, len(group)} for group in constraints.together)
        and all(sum(int(limit.weights[v]) for v in inside) <= limit.most for limit in constraints.limits)
    )


def is_connected(mask, around):
    """Whether the vertices of a mask hang together; ``around`` has each vertex's neighbours as a mask."""
    reached = mask & -mask
    while True:
        wider = reached
        for v in range(len(around)):
            if reached >> v & 1:
                wider |= around[v] & mask
        if wider == reached:
            return reached == mask
        reached = wider
