"""A problem in one piece whose regions stand for those in several.

Every vertex where a piece could be landed on has a landing that costs a jump, and all landings touch a hub that
costs 1. A region of K pieces with a landing each and the hub is connected, so with Q its cost, Q + K·jump + 1 is at
least what the cheapest connected region costs here, at whatever price of a jump (Lagrangian relaxation of the number
of pieces). A jump at no price costs 1, and all units are counted so much finer that all jumps weigh less than one unit.
"""

from __future__ import annotations

import numpy as np

from geopolity.arrays import BoolArray, IntArray
from geopolity.region.graph import components, graph_of
from geopolity.region.problem import RegionProblem

LAST = "\U0010ffff"
"""Names of the hub and the landings come after all others."""


def landed_on(problem: RegionProblem) -> IntArray:
    """Vertices with a landing: those with affected people, all where constraints may hold a piece without any."""
    return np.arange(len(problem)) if problem.constraints is not None else np.flatnonzero(problem.affected)


def with_hub(problem: RegionProblem, jump: int) -> RegionProblem:
    """The problem in one piece, with a hub and landings after its vertices."""
    ends = landed_on(problem)
    n, more = len(problem), len(ends) + 1
    landings = n + 1 + np.arange(len(ends))
    edges = np.concatenate([problem.edges, np.column_stack([ends, landings])], dtype=np.int64)
    return problem.but(
        cost=_costs(problem, jump, len(ends)),
        affected=np.concatenate([problem.affected, np.zeros(more, np.int64)]),
        edges=np.concatenate([edges[np.lexsort(edges.T[::-1])], np.column_stack([np.full(len(ends), n), landings])]),
        ids=np.concatenate([problem.ids, [f"{LAST}{number:09d}" for number in range(more)]]),
        quota=problem.quota,
        pieces=1,
    )


def at_price(hubbed: RegionProblem, problem: RegionProblem, jump: int) -> RegionProblem:
    """A problem's own with its hub, at another price of a jump."""
    return hubbed.but(cost=_costs(problem, jump, len(hubbed) - len(problem) - 1))


def _costs(problem: RegionProblem, jump: int, landings: int) -> IntArray:
    """What vertices, hub and landings cost at a price of a jump."""
    return np.concatenate([finer(problem, jump) * problem.cost, [1], np.full(landings, max(jump, 1))])


def finer(problem: RegionProblem, jump: int) -> int:
    """How much finer a unit's cost is counted with the hub."""
    return 1 if jump else problem.pieces + 2


def extra(problem: RegionProblem, jump: int) -> int:
    """What hub and landings of so many pieces cost, to be taken off a bound with them."""
    return 1 + min(problem.pieces, len(landed_on(problem))) * max(jump, 1)


def without_hub(problem: RegionProblem, jump: int, bound: int) -> int:
    """What a region costs at least, if with the hub none costs less than a bound."""
    return -(-(bound - extra(problem, jump)) // finer(problem, jump))


def pieces_of(problem: RegionProblem, members: BoolArray) -> IntArray:
    """The piece that each vertex inside is in, from 0; −1 outside."""
    label, _ = components(*graph_of(problem.edges, len(problem)), members)
    found: IntArray = np.where(members, label, -1)
    return found


def landed(problem: RegionProblem, members: BoolArray) -> BoolArray:
    """A region in pieces as one with the hub, and a landing of each piece."""
    label, ends = pieces_of(problem, members), landed_on(problem)
    used = np.zeros(len(ends), np.bool_)
    inside = np.flatnonzero(label[ends] >= 0)
    used[inside[np.unique(label[ends[inside]], return_index=True)[1]]] = True
    return np.concatenate([members, [True], used])
