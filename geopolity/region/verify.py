"""Check a region against its problem; plain Python that shares no code with the solver."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from geopolity.errors import NegativeAnswer

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
        len(region.members) == len(problem.cost), f"{len(region.members)} members for {len(problem.cost)} vertices"
    )
    _require(bool(inside), "the region is empty")
    _require(claim.units == len(inside), f"the certificate says {claim.units} units, the region has {len(inside)}")
    _require(claim.cost == cost, f"the certificate says cost {claim.cost}, the region costs {cost}")
    _require(Decimal(held) >= claim.coverage_target * total, f"{held} of {total} is below {claim.coverage_target}")
    _require(claim.coverage_target == problem.coverage, "the certificate names another coverage target")
    _require(abs(claim.coverage - held / total) < 1e-12, f"coverage is {held / total}, not {claim.coverage}")
    _require(0 < claim.lower_bound <= cost, f"the bound {claim.lower_bound} is not between 1 and the cost {cost}")
    _require(claim.digest == problem.digest, "the certificate belongs to another problem")
    reached = _reached(problem, set(inside))
    _require(reached == len(inside), f"only {reached} of {len(inside)} units hang together")


def _reached(problem: RegionProblem, inside: set[int]) -> int:
    touching: dict[int, list[int]] = defaultdict(list)
    for left, right in problem.edges.tolist():
        if left in inside and right in inside:
            touching[left].append(right)
            touching[right].append(left)
    first = min(inside)
    found, waiting = {first}, [first]
    while waiting:
        for other in touching[waiting.pop()]:
            if other not in found:
                found.add(other)
                waiting.append(other)
    return len(found)


def _require(holds: bool, reason: str) -> None:
    if not holds:
        raise VerificationFailed(f"The region does not verify: {reason}.")
