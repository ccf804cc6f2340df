"""What other software makes of the same problem: pcst_fast with an honest adapter for the quota."""

from __future__ import annotations

import importlib.util
import time

import numpy as np

from geopolity.region import RegionProblem
from geopolity.region.graph import components, graph_of
from geopolity.region.primal.growth import reach_quota
from geopolity.region.primal.polish import trim


def pcst_fast_cost(problem: RegionProblem, steps: int = 25) -> tuple[int, float] | None:
    """Cost and seconds of the cheapest region that pcst_fast finds; ``None`` where it is not installed.

    It knows neither node costs nor a quota: a vertex's cost is shared by its edges' ends, prizes are the
    affected people at a price, and the price is found by bisection. What overshoots is trimmed and what falls
    short is filled with our own kernels, in its favour.
    """
    if importlib.util.find_spec("pcst_fast") is None:
        return None
    from pcst_fast import pcst_fast

    start = time.perf_counter()
    graph = graph_of(problem.edges, len(problem))
    edge_cost = (problem.cost[problem.edges[:, 0]] + problem.cost[problem.edges[:, 1]]) / 2
    low, high = 0.0, 64.0 * problem.cost.sum() / problem.quota
    best = int(problem.cost.sum())
    for _ in range(steps):
        price = np.sqrt(max(low, high * 1e-9) * high)
        chosen, _ = pcst_fast(problem.edges, price * problem.affected, edge_cost, -1, 1, "strong", 0)
        member = np.zeros(len(problem), np.bool_)
        member[chosen] = True
        held = int(problem.affected[member].sum())
        low, high = (low, price) if held >= problem.quota else (price, high)
        _, count = components(*graph, member)
        if count != 1:
            continue
        spare = reach_quota(*graph, problem.cost, problem.affected, member, held - problem.quota)
        if spare >= 0:
            trim(*graph, problem.cost, problem.affected, member, spare)
            best = min(best, int(problem.cost[member].sum()))
    return best, time.perf_counter() - start
