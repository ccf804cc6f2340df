"""The smallest region that keeps to constraints, with a certificate for the problem with them.

Most constraints are followed to their end before the search (``reduced``). What stays open, places kept together that
do not touch and limits, is branched on around it: a set of places is whole in or whole out, limits are priced, and
where no price closes the gap a place is in or out.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from geopolity.arrays import BoolArray, IntArray
from geopolity.errors import RequestError
from geopolity.messages import Message
from geopolity.region import engine
from geopolity.region.border import Border
from geopolity.region.certificate import Method, Progress, Proof, Region, certify
from geopolity.region.constrained.conflict import ConstraintsConflict, conflict, irreducible, not_found
from geopolity.region.constrained.priced import Pricing
from geopolity.region.constrained.reduced import Reduced, ground_of, reduced
from geopolity.region.constrained.rounder import without_border
from geopolity.region.constraints import Constraints
from geopolity.region.engine import Effort, OnProgress, as_members
from geopolity.region.pieces.hub import extra, finer, landed, pieces_of, with_hub, without_hub
from geopolity.region.pieces.solving import in_pieces
from geopolity.region.problem import RegionProblem
from geopolity.region.search.beginning import QuotaOutOfReach

NODES = {"interactive": 4, "standard": 40, "proof": 600}
"""Branches of an effort."""
SMALL, SMALL_NODES = 40, 5_000
"""Problems with so few vertices are branched on to the end."""
KEPT = Message("the constraints of problem.json are kept to")


def derive(
    problem: RegionProblem,
    effort: Effort = "standard",
    *,
    seed: int = 0,
    previous: npt.ArrayLike | None = None,
    on_progress: OnProgress | None = None,
) -> Region:
    """Find the cheapest connected region with the quota that keeps to the problem's constraints, and bound it.

    Raises
    ------
    ConstraintsConflict
        If no region keeps to all of them; the sentence names an irreducible set that cannot hold together.

    See Also
    --------
    geopolity.region.engine.derive : The other parameters, and what it raises.
    """
    if problem.pieces > 1:
        if previous is not None:
            raise RequestError("A previous boundary is preferred in one piece only; leave out the pieces or it.")
        if problem.constraints is not None and problem.constraints.limits:
            raise RequestError(
                "Several pieces have no bound yet where sizes are limited; leave out the pieces or the limits."
            )
        return _in_pieces(problem, effort, seed, on_progress)
    if problem.constraints is None or not problem.affected_total:
        return engine.derive(problem, effort, seed=seed, previous=previous, on_progress=on_progress)
    whole = reduced(problem, problem.constraints)
    if whole is None:
        raise _conflict(problem, seed)
    if not problem.constraints.limits and not whole.apart:
        return _closed(problem, whole, effort, seed, previous, on_progress)
    search = _Branching(problem, effort, seed, on_progress)
    search.run()
    if search.best is None:
        raise _conflict(problem, seed) if search.is_impossible else not_found(problem)
    return search.region()


def prove(problem: RegionProblem, region: Region, *, border: Border | None = None, seed: int = 0) -> Region:
    """The region with the whole proof of its bound, as far as limits and places apart take no part in it.

    Where a flow moves its border onto vertices, the proof is that of the problem with the costs that this gives.
    """
    if problem.pieces > 1:
        return _proven_in_pieces(problem, region, seed)
    constraints = problem.constraints
    if border is not None and border.flow is not None:
        return _proven_with_border(problem, region, border, seed)
    if constraints is None or region.certificate.method is Method.EVERYONE:
        return engine.prove(problem, region, seed=seed)
    whole = reduced(problem, constraints)
    assert whole is not None
    known = region.certificate
    alone = replace(known, border_bound=0, lower_bound=known.lower_bound - known.border_bound)
    if constraints.limits or whole.apart:
        relaxed = engine.derive(whole.problem, "interactive", seed=seed).certificate.lower_bound
        alone = replace(alone, lower_bound=min(relaxed, alone.lower_bound))
    proven = engine.prove(whole.problem, Region(whole.lowered(region.members), alone), seed=seed)
    if proven.tree is None:
        return region
    tree = proven.tree | {"constraints": [*proven.tree["constraints"], "ground"]}
    return replace(region, certificate=replace(known, proven_bound=proven.certificate.proven_bound), tree=tree)


def _in_pieces(problem: RegionProblem, effort: Effort, seed: int, on_progress: OnProgress | None) -> Region:
    def solve(hubbed: RegionProblem, effort: Effort) -> Region:
        return derive(hubbed, effort, seed=seed)

    whole = problem.but(pieces=1)
    try:
        one = derive(
            whole, "interactive", seed=seed, on_progress=None if on_progress is None else _unbounded(on_progress)
        )
    except (QuotaOutOfReach, ConstraintsConflict):  # in one piece; in several, all of it is one that can be pruned
        one = derive(with_hub(problem, int(problem.cost.sum())), "interactive", seed=seed)
        members = one.members[: len(problem)]
        if pieces_of(problem, members).max() + 1 > problem.pieces:
            raise
        one = Region(members, one.certificate)
    return in_pieces(problem, one, lambda it: solve(it, "interactive"), lambda it: solve(it, effort), on_progress)


def _unbounded(on_progress: OnProgress) -> OnProgress:
    """What is told of a region in one piece, without its bound: one in several may cost less."""
    return lambda progress: on_progress(replace(progress, lower_bound=None))


def _proven_in_pieces(problem: RegionProblem, region: Region, seed: int) -> Region:
    """The proof of the problem with the hub, from whose bound hub and landings are taken off."""
    known = region.certificate
    plain = with_hub(problem, region.jump)
    members, kinds = landed(problem, region.members), ["pieces"]
    if problem.constraints is not None:
        whole = reduced(plain, problem.constraints)
        assert whole is not None
        plain, members, kinds = whole.problem, whole.lowered(members), ["pieces", "ground"]
    trivial = known.lower_bound == 1  # of every region, and not from a price of a jump
    scale, more = finer(problem, region.jump), extra(problem, region.jump)
    least = 1 if trivial else scale * (known.lower_bound - 1) + more + 1
    target = replace(known, lower_bound=least, cost=scale * known.cost + more)
    proven = engine.prove(plain, Region(members, target), seed=seed)
    if proven.tree is None:
        return region
    tree = proven.tree | {"constraints": [*proven.tree["constraints"], *kinds], "jump": region.jump}
    assert proven.certificate.proven_bound is not None
    bound = without_hub(problem, region.jump, proven.certificate.proven_bound)
    certificate = replace(known, proven_bound=max(1, min(bound, known.cost)))
    return replace(region, certificate=certificate, tree=tree)


def _proven_with_border(problem: RegionProblem, region: Region, border: Border, seed: int) -> Region:
    known, members = region.certificate, region.members
    if problem.constraints is not None:
        whole = reduced(problem, problem.constraints)
        assert whole is not None
        members = whole.lowered(members)
    plain = without_border(problem, border)
    proven = engine.prove(plain, Region(members, replace(known, border_bound=0)), seed=seed)
    if proven.tree is None:
        return region
    kinds = [*proven.tree["constraints"], "border", *(() if problem.constraints is None else ("ground",))]
    certificate = replace(known, proven_bound=proven.certificate.proven_bound)
    return replace(region, certificate=certificate, tree=proven.tree | {"constraints": kinds})


def is_possible(problem: RegionProblem, constraints: Constraints, seed: int = 0) -> bool:
    """Whether some region keeps to constraints; where limits leave that open, it counts as possible."""
    if ground_of(problem, constraints) is None:
        return False
    if not constraints.limits:
        return True
    search = _Branching(problem.but(constraints=constraints), "interactive", seed, None)
    search.run()
    return search.best is not None or not search.is_impossible


def _closed(  # noqa: PLR0913, PLR0917 - the engine's arguments, and what the problem became
    problem: RegionProblem,
    whole: Reduced,
    effort: Effort,
    seed: int,
    previous: npt.ArrayLike | None,
    on_progress: OnProgress | None,
) -> Region:
    """The region of a problem that has no constraints any more, as one of the problem with them."""
    before = None if previous is None else whole.lowered(as_members(problem, previous))
    assert problem.constraints is not None
    told = None if on_progress is None else _told(whole, problem.constraints, on_progress)
    region = engine.derive(whole.problem, effort, seed=seed, previous=before, on_progress=told)
    found = region.certificate
    return certify(problem, whole.lifted(region.members), found.lower_bound, found.proof.noting(KEPT), region.dual)


def _told(whole: Reduced, constraints: Constraints, on_progress: OnProgress) -> OnProgress:
    """What is told of the problem without constraints; its region counts only where it keeps to them all."""

    def report(progress: Progress) -> bool | None:
        members = None if progress.members is None else whole.lifted(progress.members)
        if members is not None and constraints.broken(members):
            return on_progress(replace(progress, members=None, cost=None))
        return on_progress(replace(progress, members=members))

    return report


def _conflict(problem: RegionProblem, seed: int) -> ConstraintsConflict:
    items = irreducible(problem, lambda less, kept: is_possible(less, kept, seed))
    if not items:
        free = problem.but(constraints=None)
        engine.derive(free, "interactive", seed=seed)  # says what is out of reach even without them
        return not_found(problem)
    return conflict(problem, items)


@dataclass(frozen=True, slots=True, eq=False)
class _Open:
    """Regions that keep to constraints: what they cost at least, and a relaxed one to branch on."""

    bound: int
    number: int
    constraints: Constraints
    whole: Reduced
    relaxed: BoolArray

    def __lt__(self, other: _Open) -> bool:
        return (self.bound, self.number) < (other.bound, other.number)


class _Branching:
    """Branch and bound over places apart and limits; ``floor`` is the least bound of what is not branched on."""

    def __init__(self, problem: RegionProblem, effort: Effort, seed: int, on_progress: OnProgress | None) -> None:
        assert problem.constraints is not None
        self.problem, self.constraints = problem, problem.constraints
        self.effort, self.seed, self.on_progress = effort, seed, on_progress
        self.best: BoolArray | None = None
        self.cost = int(problem.cost.sum()) + 1
        self.queue: list[_Open] = []
        self.floor = self.cost
        self.nodes = 0
        self.root: Region | None = None

    @property
    def is_impossible(self) -> bool:
        """Whether nothing is left in which a region could be found."""
        return self.best is None and not self.queue

    @property
    def lower_bound(self) -> int:
        """What every region costs at least."""
        return min(self.cost, self.floor, *(node.bound for node in self.queue))

    def run(self) -> None:
        """Branch until nothing cheaper can be left, or as far as the effort goes."""
        self._open(self.constraints, 1)
        allowed = SMALL_NODES if len(self.problem) <= SMALL else NODES[self.effort]
        while self.queue and self.nodes < allowed:
            node = heapq.heappop(self.queue)
            if node.bound >= self.cost:
                self.queue = []
                break
            self.nodes += 1
            for child in self._children(node):
                self._open(child, node.bound)

    def region(self) -> Region:
        """The best region with its certificate."""
        assert self.best is not None
        assert self.root is not None
        proof = Proof(self.root.certificate.method, self.root.certificate.proof.nodes, (KEPT,))
        if self.nodes:
            note = Message("{nodes:count} branches on limits and on places kept together", nodes=self.nodes)
            proof = proof.noting(note)
        return certify(self.problem, self.best, self.lower_bound, proof, self.root.dual)

    def _open(self, constraints: Constraints, least: int) -> None:
        """Bound the regions that keep to constraints, and keep them to branch on unless that settles them."""
        whole = reduced(self.problem, constraints)
        if whole is None:
            return
        first = self.root is None
        told = None if self.on_progress is None or not first else _told(whole, constraints, self.on_progress)
        effort = self.effort if first else "interactive"
        region = engine.derive(whole.problem, effort, seed=self.seed, on_progress=told)
        self.root = self.root or region
        members = whole.lifted(region.members)
        bound = max(least, region.certificate.lower_bound)
        if not constraints.broken(members):
            self._offer(members)
            self.floor = min(self.floor, max(bound, 1))
            return
        limited = [limit for limit in constraints.limits if limit.of(members) > limit.most]
        if limited:
            bound, members = self._priced(whole, constraints, region, max(bound, least), members)
        if bound < self.cost:
            heapq.heappush(self.queue, _Open(bound, self.nodes * 2 + len(self.queue), constraints, whole, members))

    def _priced(
        self, whole: Reduced, constraints: Constraints, first: Region, bound: int, members: BoolArray
    ) -> tuple[int, BoolArray]:
        """The best bound that a price on limits gives, and the region to branch on that lies closest to them."""
        limited = [limit for limit in constraints.limits if limit.of(members) > limit.most]
        pricing = Pricing(
            whole, constraints.limits, limited, lambda priced: engine.derive(priced, "interactive", seed=self.seed)
        )
        for tried in pricing.run(first, self.cost):
            if not constraints.broken(tried.members):
                self._offer(tried.members)
            elif tried.bound > bound:
                members = tried.members
            bound = max(bound, tried.bound)
        return bound, members

    def _offer(self, members: BoolArray) -> None:
        cost = int(self.problem.cost[members].sum())
        if self.constraints.broken(members) or cost >= self.cost:
            return
        self.best, self.cost = members, cost

    def _children(self, node: _Open) -> list[Constraints]:
        """The same with a set of places in, and with it out."""
        chosen = self._chosen(node)
        if chosen is None:
            return []
        kept = node.constraints
        within = replace(kept, must=np.union1d(kept.must, chosen))
        without = replace(kept, must_not=np.union1d(kept.must_not, chosen))
        return [without, within]

    def _chosen(self, node: _Open) -> IntArray | None:
        """Places apart that are split, or the place that holds most of what is limited and could be left out."""
        relaxed, lead = node.relaxed, node.whole.lead
        for leads in node.whole.apart:
            if relaxed[leads].any() and not relaxed[leads].all():
                return np.flatnonzero(np.isin(lead, leads))
        heavy = sum(limit.weights / limit.most for limit in node.constraints.limits)
        open_ = relaxed & ~node.whole.ground.must
        if self.best is not None and (open_ & ~self.best).any():
            open_ &= ~self.best
        if not open_.any():
            return None
        vertex = int(np.argmax(np.where(open_, heavy, -1.0)))
        return np.array([vertex])
