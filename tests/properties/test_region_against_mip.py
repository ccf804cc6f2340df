"""The engine against an independent exact method on graphs too large for brute force.

The method: a mixed-integer program with flow from a root, solved by HiGHS through SciPy; it shares nothing
with the engine. Bounds that overspend show up at this size, not on a dozen vertices.
"""

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_matrix
from scipy.spatial import Delaunay

from geopolity.region import RegionProblem, derive, verify


def planar_problem(seed: int, n: int, kind: str, coverage: str) -> RegionProblem:
    rng = np.random.default_rng(seed)
    points = rng.random((n, 2))
    triangles = Delaunay(points).simplices
    edges = np.vstack([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]])
    if kind == "clusters":
        centres = rng.random((3, 2))
        near = np.min(np.linalg.norm(points[:, None] - centres, axis=2), axis=1) < 0.15
    elif kind == "corridor":
        near = np.abs(points[:, 1] - 0.5 - 0.2 * np.sin(6 * points[:, 0])) < 0.08
    else:
        near = rng.random(n) < 0.15
    people = rng.integers(1, 400, n) * near
    return RegionProblem(cost=rng.integers(20, 300, n), affected=people, edges=edges, coverage=coverage)


def exact_cost(problem: RegionProblem) -> int:
    """Least cost by single-commodity flow: the root sends one unit of flow to every other member."""
    n = len(problem)
    arcs = np.vstack([problem.edges, problem.edges[:, ::-1]])
    m = len(arcs)
    # Variables: member y (n), root r (n), flow f (m), supply s (n).
    size = 3 * n + m
    cost = np.concatenate([problem.cost, np.zeros(n + m + n)])
    y, r, f, s = np.arange(n), n + np.arange(n), 2 * n + np.arange(m), 2 * n + m + np.arange(n)
    balance = coo_matrix(
        (
            np.concatenate([np.ones(m), -np.ones(m), np.ones(n), -np.ones(n)]),
            (np.concatenate([arcs[:, 1], arcs[:, 0], y, y]), np.concatenate([f, f, s, y])),
        ),
        shape=(n, size),
    )
    capacity = coo_matrix(
        (np.concatenate([np.ones(m), -n * np.ones(m)]), (np.tile(np.arange(m), 2), np.concatenate([f, y[arcs[:, 1]]]))),
        shape=(m, size),
    )
    source = coo_matrix(
        (np.concatenate([np.ones(n), -n * np.ones(n)]), (np.tile(y, 2), np.concatenate([s, r]))), shape=(n, size)
    )
    belongs = coo_matrix(
        (np.concatenate([np.ones(n), -np.ones(n)]), (np.tile(y, 2), np.concatenate([r, y]))), shape=(n, size)
    )
    rows = np.zeros((2, size))
    rows[0, y] = problem.affected
    rows[1, r] = 1
    answer = milp(
        cost,
        integrality=np.concatenate([np.ones(2 * n), np.zeros(m + n)]),
        bounds=Bounds(0, np.concatenate([np.ones(2 * n), np.full(m + n, n)])),
        constraints=[
            LinearConstraint(balance.tocsr(), 0, 0),
            LinearConstraint(capacity.tocsr(), -np.inf, 0),
            LinearConstraint(source.tocsr(), -np.inf, 0),
            LinearConstraint(belongs.tocsr(), -np.inf, 0),
            LinearConstraint(rows, [problem.quota, 1], [np.inf, 1]),
        ],
        options={"mip_rel_gap": 0.0},
    )
    assert answer.success, answer.message
    return round(answer.fun)


@pytest.mark.parametrize("kind", ["clusters", "corridor", "scatter"])
@pytest.mark.parametrize("coverage", ["0.55", "0.75", "0.9"])
def test_optimum_agrees_with_a_flow_program(kind: str, coverage: str) -> None:
    problem = planar_problem(seed=3, n=36, kind=kind, coverage=coverage)
    region = derive(problem)
    verify(problem, region)
    assert region.certificate.optimal
    assert region.certificate.cost == exact_cost(problem)
