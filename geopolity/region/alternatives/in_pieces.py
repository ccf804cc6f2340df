"""Other answers where a region may be in several pieces: those of the problem with the hub, translated back."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from geopolity.arrays import BoolArray
from geopolity.region.alternatives.indispensable import Indispensable, Report, indispensable
from geopolity.region.alternatives.others import Asked, Other, others
from geopolity.region.alternatives.prices import NEVER
from geopolity.region.certificate import Region
from geopolity.region.constraints import Constraints
from geopolity.region.pieces.hub import extra, finer, landed, pieces_of, with_hub, without_hub
from geopolity.region.problem import RegionProblem


@dataclass(frozen=True, slots=True, eq=False)
class _Hubbed:
    """A problem and its region, both with the hub; every vertex has a landing, since any may have to be inside."""

    problem: RegionProblem
    region: Region
    hubbed: RegionProblem
    landed: Region

    @classmethod
    def of(cls, problem: RegionProblem, region: Region) -> _Hubbed:
        everywhere = problem if problem.constraints else problem.but(constraints=Constraints())
        hubbed, members = with_hub(everywhere, region.jump), landed(everywhere, region.members)
        scale, more = finer(everywhere, region.jump), extra(everywhere, region.jump)
        known = region.certificate
        certificate = replace(
            known, cost=int(hubbed.cost[members].sum()), lower_bound=scale * (known.lower_bound - 1) + more + 1
        )
        return cls(everywhere, region, hubbed, Region(members, certificate))

    def dearest(self, dearest: int) -> int:
        """What regions of at most the pieces that cost so much cost at most with the hub."""
        jump = self.region.jump
        return finer(self.problem, jump) * dearest + extra(self.problem, jump)

    def may(self, members: BoolArray) -> bool:
        """Whether a region, with the hub or without, is in few enough pieces."""
        return int(pieces_of(self.problem, members[: len(self.problem)]).max()) < self.problem.pieces


def indispensable_in_pieces(
    problem: RegionProblem, region: Region, dearest: int, *, seed: int = 0, report: Report | None = None
) -> Indispensable:
    """``indispensable``, of a problem whose regions may be in several pieces."""
    there, n = _Hubbed.of(problem, region), len(problem)
    worth = indispensable(there.hubbed, there.landed, there.dearest(dearest), first=n, seed=seed, report=report)
    at_least = np.array([_back(there, int(bound)) for bound in worth.at_least[:n]], np.int64)
    regions = {np.packbits(one[:n]).tobytes(): one[:n] for one in worth.regions if there.may(one)}
    costs = {key: int(problem.cost[one].sum()) for key, one in regions.items()}
    found = np.full(n, NEVER, np.int64)
    for key, one in regions.items():
        other = one != region.members
        found[other] = np.minimum(found[other], costs[key])
    return Indispensable(at_least, found, tuple(regions[key] for key in sorted(regions, key=lambda key: costs[key])))


def others_in_pieces(
    problem: RegionProblem, region: Region, asked: Asked, known: tuple[BoolArray, ...], seed: int = 0
) -> list[Other]:
    """``others``, of a problem whose regions may be in several pieces."""
    there, n = _Hubbed.of(problem, region), len(problem)
    weights = np.pad(asked.weights, ((0, 0), (0, len(there.hubbed) - n)))
    wanted = replace(asked, dearest=there.dearest(asked.dearest), weights=weights, may=there.may)
    found = others(there.hubbed, there.landed, wanted, [landed(there.problem, one) for one in known], seed)
    own = [Other(one.members[:n], int(problem.cost[one.members[:n]].sum()), one.differs) for one in found]
    return [one for one in own if one.cost <= asked.dearest]


def _back(there: _Hubbed, bound: int) -> int:
    return NEVER if bound >= NEVER else max(without_hub(there.problem, there.region.jump, bound), 1)
