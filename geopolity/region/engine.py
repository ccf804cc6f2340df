"""Derive the smallest connected region that holds the quota, with a certificate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from geopolity.arrays import BoolArray
from geopolity.errors import NegativeAnswer, RequestError
from geopolity.messages import Message
from geopolity.region.budget import Budget
from geopolity.region.certificate import Method, Progress, Proof, Region, certify
from geopolity.region.evidence import published_dual
from geopolity.region.problem import RegionProblem
from geopolity.region.proof import Prover
from geopolity.region.search.beginning import Beginning, begin, component_with_quota
from geopolity.region.search.reach import Reached
from geopolity.region.search.recombination import improve
from geopolity.region.search.rederivation import TOLERANCE
from geopolity.region.search.run import Search

Effort = Literal["interactive", "standard", "proof"]
OnProgress = Callable[[Progress], bool | None]

WORK: dict[str, tuple[float, float, float]] = {
    "interactive": (5e6, 28.0, 4e7),
    "standard": (2.5e8, 150.0, 4e9),
    "proof": (4e9, 4000.0, 1e12),
}
"""Work budget of an effort: a fixed part, a part per arc of the graph, and the most (one unit is about 30 ns)."""


PROOF_WORK = int(1.5e9)
"""Work allowed to find a proof."""
LARGEST_PROVEN = 400_000
"""Problems with more vertices publish no proof."""
ENOUGH = {"interactive": 0.002, "standard": 0.0, "proof": 0.0}
"""Gap at which an effort rests."""

STEADIED = Message(
    "settled near the previous boundary at no more than {above} above the best cost found",
    above=f"{float(TOLERANCE):%}",
)


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

    def goes_on(progress: Progress) -> bool:
        told = on_progress is None or on_progress(progress) is not False
        return told and not (progress.gap is not None and progress.gap < ENOUGH[effort])

    begun, budget = begin(
        problem,
        seed,
        lambda arcs: _work(effort, arcs),
        lambda found, spent: goes_on(_first(problem, found, spent)),
    )
    search = Search(
        begun.instance, seed, lambda it: goes_on(_progress(begun, it)), budget.limit, improve=improve, grain=begun.grain
    )
    search.budget.spent = budget.spent
    begun.tell(search)
    is_enough = budget.is_over or search.tree.lower_bound >= search.incumbent.cost
    members = begun.placed(search.incumbent.members if is_enough else search.run())
    search.release()
    proof = _proof(search)
    if previous is not None:
        members = begun.near_previous(members[begun.chosen], as_members(problem, previous), seed)
        proof = proof.noting(STEADIED)
    opening = search.pricing.opening if begun.found is None else None
    dual = None if opening is None else published_dual(opening, problem, begun.chosen)
    region = certify(problem, members, begun.bound(search), proof, dual)
    return region if begun.found is None else replace(region, ground=begun.ground)


def prove(problem: RegionProblem, region: Region, *, seed: int = 0) -> Region:
    """The region with the whole proof of its bound, which anybody can check; as it is where that would be too large.

    The proof is looked for anew, knowing what is to be proven. It may end short of the bound that the search believes;
    then the certificate says both, and the region does not count as proven. What a border adds that no flow shows is
    believed, not proven: lengths of borders are all that its bound knows, and the proof has none.
    """
    if len(problem) > LARGEST_PROVEN or region.certificate.method is Method.EVERYONE:
        return region
    instance, chosen = component_with_quota(problem)
    certificate = region.certificate
    target = problem.rounded_up(max(certificate.lower_bound - certificate.border_bound, 1)) - problem.grain + 1
    tree = Prover(instance, chosen, target, region.members[chosen], seed, PROOF_WORK).run()
    proven = min(problem.rounded_up(tree["bound"]), certificate.cost)
    return replace(region, certificate=replace(certificate, proven_bound=proven), tree=tree)


def _work(effort: Effort, arcs: int) -> int:
    fixed, per_arc, most = WORK[effort]
    return int(min(fixed + per_arc * arcs, most))


def _first(problem: RegionProblem, found: Reached, budget: Budget) -> Progress:
    """How far looking around has come."""
    members = np.zeros(len(problem), np.bool_)
    members[found.members if problem.order is None else problem.order[found.members]] = True
    return Progress(
        phase="bounding",
        done=min(1.0, budget.spent / budget.limit),
        cost=problem.grain * found.cost,
        lower_bound=problem.grain * found.lower_bound,
        members=members,
    )


def _progress(begun: Beginning, search: Search) -> Progress:
    return Progress(
        phase="bounding" if search.budget.nodes == 0 else "branching",
        done=min(1.0, search.budget.spent / search.budget.limit),
        cost=begun.grain * search.incumbent.cost,
        lower_bound=begun.bound(search),
        members=begun.placed(search.incumbent.members),
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
