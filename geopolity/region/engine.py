"""Derive the smallest connected region that holds the quota, with a certificate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from geopolity.arrays import BoolArray, IntArray
from geopolity.errors import NegativeAnswer, RequestError
from geopolity.messages import Message
from geopolity.region.certificate import Method, Progress, Proof, Region, certify
from geopolity.region.evidence import LARGEST_PUBLISHED, published_dual
from geopolity.region.graph import Graph, components, graph_of
from geopolity.region.instance import Instance
from geopolity.region.problem import RegionProblem
from geopolity.region.proof import Prover
from geopolity.region.recombination import improve
from geopolity.region.rederivation import TOLERANCE, steadied
from geopolity.region.search import Search

Effort = Literal["interactive", "standard", "proof"]
OnProgress = Callable[[Progress], bool | None]

WORK: dict[str, tuple[float, float]] = {
    "interactive": (5e6, 28.0),
    "standard": (2.5e8, 150.0),
    "proof": (4e9, 4000.0),
}
"""Work budget of an effort: a fixed part, and a part per arc of the graph (one unit is about 30 ns)."""


PROOF_WORK = int(1.5e9)
"""Work allowed to find a proof."""
LARGEST_PROVEN = 400_000
"""Problems with more vertices publish no proof."""
ENOUGH = {"interactive": 0.002, "standard": 0.0, "proof": 0.0}
"""Gap at which an effort rests."""

STEADIED = Message(
    "settled near the previous boundary at no more than {above} above the best cost found", above=f"{TOLERANCE:%}"
)


class QuotaOutOfReach(NegativeAnswer):
    """No connected part holds the quota."""

    code = "coverage-out-of-reach"


class NobodyToCover(NegativeAnswer):
    """There is nobody to cover."""

    code = "nobody-affected"


class EffortError(RequestError):
    """No such effort."""

    code = "effort"


def derive(
    problem: RegionProblem,
    effort: Effort = "standard",
    *,
    seed: int = 0,
    previous: npt.ArrayLike | None = None,
    on_progress: OnProgress | None = None,
) -> Region:
    """Find the cheapest connected region with the quota, and bound how much cheaper one could be.

    Parameters
    ----------
    effort
        ``interactive`` answers at once; ``standard`` meets the stated gaps; ``proof`` runs until the region
        is proven the smallest or a large, fixed budget of work is spent.
    seed
        Of the random choices inside; the same seed gives the same bits.
    previous
        Members of an earlier region (bool, in the problem's order): among regions of nearly equal cost, the one
        that moves the fewest affected people (then units) across the boundary is preferred.
    on_progress
        Called with the first region and now and then after it; returning ``False`` stops with the best so far,
        certified.

    Raises
    ------
    QuotaOutOfReach
        If no connected part holds the quota; the sentence names the parts.
    NobodyToCover
        If nobody is affected.

    Notes
    -----
    The bound holds for the whole problem. The region is a heuristic's until the bound meets it.
    """
    if effort not in get_args(Effort):
        raise EffortError(
            "Effort {effort:quoted} is unknown; choose interactive, standard or proof.",
            effort=effort,
        )
    if problem.affected_total == 0:
        raise NobodyToCover("Nobody is affected, so there is nobody to cover; widen the footprint.")
    order = np.argsort(problem.ids, kind="stable")
    instance, chosen = _component_with_quota(problem, order)
    fixed, per_arc = WORK[effort]
    limit = int(fixed + per_arc * len(instance.graph.neighbours))

    def placed(best: BoolArray) -> BoolArray:
        members = np.zeros(len(problem), np.bool_)
        members[chosen[best]] = True
        return members

    def goes_on(state: Search) -> bool:
        upper, lower = state.incumbent.cost, state.tree.lower_bound
        if upper - lower < ENOUGH[effort] * lower:
            return False
        return on_progress is None or on_progress(_progress(state, placed(state.incumbent.members))) is not False

    search = Search(instance, seed, goes_on, limit, improve)
    best = search.run()
    proof = _proof(search)
    if previous is not None:
        best = steadied(instance, best, as_members(problem, previous)[chosen], seed)
        proof = proof.noting(STEADIED)
    opening = search.pricing.opening if len(problem) <= LARGEST_PUBLISHED else None
    dual = None if opening is None else published_dual(opening, problem, chosen)
    return certify(problem, placed(best), search.tree.lower_bound, proof, dual)


def prove(problem: RegionProblem, region: Region, *, seed: int = 0) -> Region:
    """The region with the whole proof of its bound, which anybody can check; as it is where that would be too large.

    The proof is looked for anew, knowing what is to be proven. It may end short of the bound that the search believes;
    then the certificate says both, and the region does not count as proven.
    """
    if len(problem) > LARGEST_PROVEN or region.certificate.method is Method.EVERYONE:
        return region
    order = np.argsort(problem.ids, kind="stable")
    instance, chosen = _component_with_quota(problem, order)
    certificate = region.certificate
    target = max(certificate.lower_bound - certificate.border_bound, 1)
    tree = Prover(instance, chosen, target, region.members[chosen], seed, PROOF_WORK).run()
    proven = min(tree["bound"] + certificate.border_bound, certificate.cost)
    return replace(region, certificate=replace(certificate, proven_bound=proven), tree=tree)


def _component_with_quota(problem: RegionProblem, order: IntArray) -> tuple[Instance, IntArray]:
    """Find the one component that can hold the quota, in id order, and its positions in the problem."""
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    graph = graph_of(rank[problem.edges], len(problem))
    people = problem.affected[order]
    label, count = components(*graph, np.ones(len(order), np.bool_))
    held = np.zeros(count, np.int64)
    np.add.at(held, label, people)
    best = int(held.argmax())
    if held[best] < problem.quota:
        raise _out_of_reach(problem, order, label, held)
    inside = np.flatnonzero(label == best)
    place = np.full(len(order), -1, np.int64)
    place[inside] = np.arange(len(inside))
    rows = np.concatenate([[0], np.cumsum(np.diff(graph.start)[inside])])
    neighbours = place[graph.neighbours[np.repeat(label == best, np.diff(graph.start))]]
    small = Graph(rows, np.ascontiguousarray(neighbours))
    cost = np.ascontiguousarray(problem.cost[order][inside])
    instance = Instance(small, cost, np.ascontiguousarray(people[inside]), problem.quota, len(inside))
    return instance, order[inside]


def _out_of_reach(problem: RegionProblem, order: IntArray, label: IntArray, held: IntArray) -> QuotaOutOfReach:
    unit = float(problem.affected_unit)
    parts = np.argsort(-held, kind="stable")[:4]
    names = [f"{problem.ids[order[int(np.argmax(label == part))]]}" for part in parts]
    sizes = np.bincount(label)
    best = held.max() / problem.affected_total
    return QuotaOutOfReach(
        "Coverage {coverage:exact} needs {needed:people} affected people in one connected part, but {found:clauses}; "
        "allow a connector over water or lower the coverage to {within_reach:number}."
        if best > 0.5
        else "Coverage {coverage:exact} needs {needed:people} affected people in one connected part, but "
        "{found:clauses}; allow a connector over water.",
        coverage=problem.coverage,
        found=[
            Message(
                "the part with {unit} ({number:count} units) holds {people:people}",
                unit=name,
                number=int(sizes[part]),
                people=held[part] * unit,
            )
            for name, part in zip(names, parts, strict=True)
        ],
        within_reach=float(np.floor(best * 1000) / 1000),
        needed=problem.quota * unit,
        parts={name: float(held[part] * unit) for name, part in zip(names, parts, strict=True)},
    )


def _progress(search: Search, members: BoolArray) -> Progress:
    return Progress(
        phase="bounding" if search.budget.nodes == 0 else "branching",
        done=min(1.0, search.budget.spent / search.budget.limit),
        cost=search.incumbent.cost,
        lower_bound=search.tree.lower_bound,
        members=members,
    )


def _proof(search: Search) -> Proof:
    nodes = search.budget.nodes
    return Proof(Method.BRANCH_AND_BOUND if nodes else Method.DUAL_ASCENT, nodes=nodes)


def as_members(problem: RegionProblem, members: npt.ArrayLike) -> BoolArray:
    """Check a membership array against its problem."""
    inside = np.asarray(members, dtype=np.bool_)
    if inside.shape != (len(problem),):
        raise RequestError(
            "There are {vertices:count} vertices but {members} members; give one bool per vertex.",
            vertices=len(problem),
            members=inside.size,
        )
    return inside
