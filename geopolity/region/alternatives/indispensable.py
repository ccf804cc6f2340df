"""How indispensable each unit is: what a region costs at least, and what one was found for, without it or with it.

Duals of the whole problem bound it for all vertices at once. For those that a good region might exchange, the problem
without (or with) the vertex is solved on the ground that regions up to a cost can use at all; where that ground holds
no such region, the cost is a bound, and the ground is widened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from geopolity.arrays import BoolArray, IntArray
from geopolity.errors import NegativeAnswer
from geopolity.region.alternatives.prices import NEVER, Exchange, exchanges
from geopolity.region.certificate import Progress, Region
from geopolity.region.constrained.reduced import reduced
from geopolity.region.constrained.solving import derive
from geopolity.region.constraints import Constraints
from geopolity.region.engine import OnProgress
from geopolity.region.problem import RegionProblem

Report = Callable[[float], bool | None]
"""Told the share of units done; false stops, and leaves the rest at what the duals prove."""
WIDER = 2
"""Ground is widened to what regions of so many times the best cost can use, then to all, after the tolerance's own."""
CLOSE = 0.003
"""Gap at which a search ends."""
SMALL = 40
"""Problems with more vertices are solved beyond the tolerance as far as a first region and its bound."""


@dataclass(frozen=True, slots=True, eq=False)
class Indispensable:
    """Per vertex, what a region without it costs (with it, where it is outside); (n,) in the problem's order.

    Attributes
    ----------
    at_least
        Proven; ``NEVER`` where there is no such region at all.
    found
        Cost of one that was found; ``NEVER`` where none was.
    regions
        Regions that were found on the way, cheapest first.
    """

    at_least: IntArray
    found: IntArray
    regions: tuple[BoolArray, ...]


def indispensable(  # noqa: PLR0913 - a region, what counts as as good, and how it is searched for
    problem: RegionProblem,
    region: Region,
    dearest: int,
    *,
    first: int | None = None,
    seed: int = 0,
    report: Report | None = None,
) -> Indispensable:
    """Bounds and regions for every vertex of a problem whose region is known.

    Parameters
    ----------
    dearest
        The dearest cost that counts as as good (``prices.dearest_of`` a share): up to there, that cost with it, the
        answers are searched for.
    first
        Only the first so many vertices are searched; of the others stands what the duals prove.
    """
    whole = reduced(problem, problem.constraints or Constraints())
    assert whole is not None
    exchange = exchanges(whole, region.members, seed)
    search = _Search(problem, region, exchange, seed)
    inside = np.flatnonzero(region.members & whole.ground.may)
    open_ = np.flatnonzero(~region.members & whole.ground.may & (exchange.using <= dearest))
    todo = [vertex for vertex in [*inside.tolist(), *open_.tolist()] if first is None or vertex < first]
    for number, vertex in enumerate(todo):
        if search.at_least[vertex] < NEVER and search.found[vertex] > search.at_least[vertex]:
            search.exchanged(vertex, dearest)
        if report is not None and report((number + 1) / len(todo)) is False:
            break
    search.at_least[~whole.ground.may] = NEVER
    search.at_least[whole.ground.must] = NEVER
    ranked = sorted(search.regions.values(), key=lambda one: one[0])
    return Indispensable(search.at_least, search.found, tuple(members for _, members in ranked))


class _Search:
    """What is known of every vertex so far."""

    def __init__(self, problem: RegionProblem, region: Region, exchange: Exchange, seed: int) -> None:
        self.problem, self.members, self.seed = problem, region.members, seed
        self.constraints = problem.constraints or Constraints()
        self.cost = int(problem.cost[region.members].sum())
        least = region.certificate.lower_bound - region.certificate.border_bound
        self.using = exchange.using
        self.at_least = np.maximum(np.where(region.members, exchange.without, exchange.using), least)
        self.found = np.full(len(problem), NEVER, np.int64)
        self.regions: dict[bytes, tuple[int, BoolArray]] = {}
        self._offer(region.members)

    def exchanged(self, vertex: int, dearest: int) -> None:
        """Solve the problem without a vertex of the region, or with another, on ever wider ground."""
        chosen = np.array([vertex])
        if self.members[vertex]:
            asked = replace(self.constraints, must_not=np.union1d(self.constraints.must_not, chosen))
        else:
            asked = replace(self.constraints, must=np.union1d(self.constraints.must, chosen))
        for cap, hasty in ((dearest, False), (max(WIDER * self.cost, dearest), True)):
            far = np.flatnonzero(self.using > cap)
            near = replace(asked, must_not=np.union1d(asked.must_not, far))
            bound, members = self._solved(near, self._told(cap, hasty=hasty))
            self.at_least[vertex] = max(self.at_least[vertex], min(bound, cap + 1) if len(far) else bound)
            if members is not None:
                self._offer(members)
            if not len(far) or self.found[vertex] <= cap:
                return
        bound, members = self._solved(asked, self._told(0, hasty=True))
        self.at_least[vertex] = max(self.at_least[vertex], bound)
        if members is not None:
            self._offer(members)

    def _told(self, cap: int, *, hasty: bool) -> OnProgress | None:
        """When a search may end: it has shown that nothing costs so little, or comes close, or is hasty."""
        if len(self.problem) <= SMALL:
            return None

        def goes_on(progress: Progress) -> bool:
            shown = progress.lower_bound is not None and progress.lower_bound > cap
            return not (hasty or shown or (progress.gap is not None and progress.gap < CLOSE))

        return goes_on

    def _solved(self, constraints: Constraints, on_progress: OnProgress | None) -> tuple[int, BoolArray | None]:
        """What regions that keep to constraints cost at least, and one of them, if there is any."""
        asked = self.problem.but(constraints=constraints)
        if reduced(asked, constraints) is None:
            return NEVER, None
        try:
            region = derive(asked, "interactive", seed=self.seed, on_progress=on_progress)
        except NegativeAnswer:  # limits leave none, or none was found
            return 1, None
        return region.certificate.lower_bound, region.members

    def _offer(self, members: BoolArray) -> None:
        """Count a region for every vertex on whose other side it lies."""
        cost = int(self.problem.cost[members].sum())
        other = members != self.members
        self.found[other] = np.minimum(self.found[other], cost)
        self.regions.setdefault(np.packbits(members).tobytes(), (cost, members))
