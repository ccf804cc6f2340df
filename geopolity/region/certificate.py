"""What a derivation claims about its region, and on what evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from geopolity.arrays import BoolArray, IntArray
from geopolity.messages import Message
from geopolity.region.border import Border
from geopolity.region.evidence import Dual
from geopolity.region.problem import RegionProblem


class Method(StrEnum):
    """How a bound was obtained."""

    EVERYONE = "root"
    """Everyone is inside, so nothing is to be bounded: the root polity."""
    DUAL_ASCENT = "dual ascent on directed arcs from a core that every region meets"
    BRANCH_AND_BOUND = "dual ascent on directed arcs, branch and bound"


@dataclass(frozen=True, slots=True)
class Proof:
    """The evidence of a certificate in words: the method, the nodes it split, and what was done to the region after.

    >>> str(Proof(Method.BRANCH_AND_BOUND, nodes=7))
    'dual ascent on directed arcs, branch and bound over 7 nodes'
    """

    method: Method
    nodes: int = 0
    notes: tuple[Message, ...] = ()

    def noting(self, note: Message) -> Proof:
        """The same evidence with another note."""
        return replace(self, notes=(*self.notes, note))

    def __str__(self) -> str:
        first = f"{self.method} over {self.nodes} nodes" if self.nodes else str(self.method)
        return "; ".join([first, *(str(note) for note in self.notes)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Size of a region and proof of how much smaller it could be; the same bits on every run.

    Attributes
    ----------
    cost, lower_bound
        In the problem's integer cost units: no region that meets the quota costs less than the bound.
    coverage_target, coverage
        Share of all affected that was asked for, and that the region holds.
    proof
        How the bound was obtained, and what was done to the region after; ``str`` of it is what files call ``method``.
    units
        Vertices inside.
    digest
        SHA-256 of the problem (ids, costs, people, edges, quota, and borders where they count).
    border, border_bound
        What of the cost is the border's, and what of the bound; 0 where borders do not count.
    proven_bound
        As much of the bound as the published proof shows a stranger; ``None`` where none was made.
    """

    cost: int
    lower_bound: int
    coverage_target: Decimal
    coverage: float
    proof: Proof
    units: int
    digest: str
    border: int = 0
    border_bound: int = 0
    proven_bound: int | None = None

    @property
    def method(self) -> Method:
        """How the bound was obtained."""
        return self.proof.method

    @property
    def tightness(self) -> float | None:
        """What borders add to the bound, as a share of what this one costs; None where borders do not count."""
        return min(1.0, self.border_bound / self.border) if self.border else None

    @property
    def gap(self) -> float:
        """How much smaller the smallest region could be at most, as a share of the bound."""
        return (self.cost - self.lower_bound) / self.lower_bound

    @property
    def optimal(self) -> bool:
        """Nothing smaller exists; where a proof was made, it shows that."""
        return self.cost <= self.lower_bound and (self.proven_bound is None or self.cost <= self.proven_bound)


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A connected set of vertices with its certificate; ``members`` is bool (n,) in the caller's order.

    ``dual`` proves the root bound to a stranger; ``None`` where there is nothing to prove or it would be too large.
    ``jump`` is the price of a piece at which one in several pieces is bounded.
    ``tree`` is the whole proof, as ``proof.json.gz`` has it, once one is made (``geopolity.region.prove``).
    ``ground`` lists the vertices that were looked at, where not all were.
    """

    members: BoolArray
    certificate: Certificate
    dual: Dual | None = None
    tree: dict[str, Any] | None = None
    jump: int = 0
    ground: IntArray | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Progress:
    """How far a derivation has come: ``done`` is the share of its work budget, all else the best so far.

    ``members`` is that region, bool (n,) in the caller's order.
    """

    phase: str
    done: float
    cost: int | None = None
    lower_bound: int | None = None
    members: BoolArray | None = None

    @property
    def gap(self) -> float | None:
        """Gap between the best region and the best bound so far."""
        if self.cost is None or not self.lower_bound:
            return None
        return (self.cost - self.lower_bound) / self.lower_bound


def certify(  # noqa: PLR0913 - everything a certificate is made of
    problem: RegionProblem,
    members: BoolArray,
    lower_bound: int,
    proof: Proof,
    dual: Dual | None = None,
    *,
    border: Border | None = None,
) -> Region:
    """Region with its certificate; ``lower_bound`` is that of the vertices alone, a border brings its own."""
    length, least = (0, 0) if border is None else (border.of(problem, members), border.least)
    cost = int(problem.cost[members].sum()) + length
    certificate = Certificate(
        cost=cost,
        lower_bound=min(lower_bound + least, cost),
        coverage_target=problem.coverage,
        coverage=int(problem.affected[members].sum()) / problem.affected_total,
        proof=proof,
        units=int(members.sum()),
        digest=problem.digest if border is None else border.digest(problem),
        border=length,
        border_bound=least,
    )
    return Region(members, certificate, dual)
