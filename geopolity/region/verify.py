"""Check a region against its problem; plain Python that shares no code with the solver."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from geopolity.errors import NegativeAnswer
from geopolity.messages import Message

if TYPE_CHECKING:
    from geopolity.region.certificate import Region
    from geopolity.region.problem import RegionProblem


class VerificationFailed(NegativeAnswer):
    """A region is not what its certificate says."""

    code = "verification-failed"


def verify(problem: RegionProblem, region: Region) -> None:
    """Recompute connectivity, quota, cost, coverage, bound and digest of a region.

    Raises
    ------
    VerificationFailed
        With the first thing that does not hold and both values.
    """
    claim = region.certificate
    inside = [place for place, member in enumerate(region.members) if member]
    cost = sum(int(problem.cost[place]) for place in inside)
    held = sum(int(problem.affected[place]) for place in inside)
    total = sum(int(people) for people in problem.affected)
    _require(
        len(region.members) == len(problem.cost),
        Message("{members} members for {vertices} vertices", members=len(region.members), vertices=len(problem.cost)),
    )
    _require(bool(inside), Message("the region is empty"))
    _require(
        claim.units == len(inside),
        Message("the certificate says {stated} units, the region has {found}", stated=claim.units, found=len(inside)),
    )
    _require(
        claim.cost == cost,
        Message("the certificate says cost {stated}, the region costs {found}", stated=claim.cost, found=cost),
    )
    _require(
        Decimal(held) >= claim.coverage_target * total,
        Message("{held} of {total} is below {target:exact}", held=held, total=total, target=claim.coverage_target),
    )
    _require(claim.coverage_target == problem.coverage, Message("the certificate names another coverage target"))
    _require(
        abs(claim.coverage - held / total) < 1e-12,
        Message("coverage is {found:exact}, not {stated:exact}", found=held / total, stated=claim.coverage),
    )
    _require(
        0 < claim.lower_bound <= cost,
        Message("the bound {bound} is not between 1 and the cost {cost}", bound=claim.lower_bound, cost=cost),
    )
    _require(claim.digest == problem.digest, Message("the certificate belongs to another problem"))
    broken = "" if problem.constraints is None else problem.constraints.broken(region.members)
    _require(not broken, Message("the region breaks the constraint {constraint}", constraint=broken))
    pieces = _pieces(problem, set(inside))
    _require(
        pieces <= problem.pieces,
        Message("its units lie in {found} pieces, and no more than {most} may be", found=pieces, most=problem.pieces),
    )


def _pieces(problem: RegionProblem, inside: set[int]) -> int:
    touching: dict[int, list[int]] = defaultdict(list)
    for left, right in problem.edges.tolist():
        if left in inside and right in inside:
            touching[left].append(right)
            touching[right].append(left)
    found: set[int] = set()
    pieces = 0
    for first in sorted(inside):
        if first in found:
            continue
        pieces += 1
        found.add(first)
        waiting = [first]
        while waiting:
            fresh = [other for other in touching[waiting.pop()] if other not in found]
            found.update(fresh)
            waiting.extend(fresh)
    return pieces


def _require(holds: bool, reason: Message) -> None:
    if not holds:
        raise VerificationFailed("The region does not verify: {reason}.", reason=reason)
