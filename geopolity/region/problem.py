"""The region problem in integers: costs, affected people, contiguity, and the quota to reach.

    minimise c(S) over S with G[S] connected and a(S) ≥ Q

Everything that decides is an integer here, so the answer is the same bits on every machine.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from geopolity.arrays import IntArray
from geopolity.errors import RequestError
from geopolity.region.constraints import Constraints
from geopolity.region.graph import are_simple

AT_ONCE = 1_000_000
"""Names hashed at once."""
FEW = 1_000
"""Costs that are looked at first for what all are multiples of."""
LARGEST_TOTAL = 2**53
"""Costs and people add up to less than this, so that no step through a float loses one."""


class ProblemError(RequestError):
    """The arrays do not describe a region problem."""

    code = "region-problem"


@dataclass(frozen=True, slots=True, init=False, eq=False)
class RegionProblem:
    """Find the cheapest connected set of vertices that holds the quota of affected people.

    Parameters
    ----------
    cost
        Positive integers, shape (n,): what a vertex adds to the region's size.
    affected
        Affected people, shape (n,), not negative. Integers are taken as they are; fractions are
        counted in the finest power-of-ten part of a person that keeps the total exact
        (``affected_unit``).
    edges
        Pairs of positions, shape (m, 2): who touches whom. Order, direction and repeats do not matter.
    coverage
        Share of all affected that the region must hold, above one half and at most 1; read as a decimal.
    ids
        Names of the vertices, unique; ties go to fewer units, then to the earlier ids. Default: positions.
    affected_unit
        People per integer of ``affected``, where they were counted in parts of a person before; for sentences alone.
    constraints
        What a region has to keep to beside.
    quota
        People needed inside, where that is not the stated share of these vertices' people.
    pieces
        The most connected parts that a region may be in.
    """

    cost: IntArray
    affected: IntArray
    edges: IntArray
    coverage: Decimal
    given_ids: npt.NDArray[np.str_] | None
    affected_unit: Decimal
    quota: int
    constraints: Constraints | None
    pieces: int

    def __init__(  # noqa: PLR0913 - the problem as its paper states it
        self,
        *,
        cost: npt.ArrayLike,
        affected: npt.ArrayLike,
        edges: npt.ArrayLike,
        coverage: Decimal | float | str,
        ids: Sequence[str] | npt.NDArray[Any] | None = None,
        affected_unit: Decimal = Decimal(1),
        constraints: Constraints | None = None,
        quota: int | None = None,
        pieces: int = 1,
    ) -> None:
        costs = _integer_costs(np.asarray(cost))
        people, unit = _integer_people(np.asarray(affected))
        n = len(costs)
        if people.shape != (n,):
            raise ProblemError(
                "There are {costs} costs but {counts} counts of affected people; give one per vertex.",
                costs=n,
                counts=people.size,
            )
        share = _coverage(coverage)
        store = object.__setattr__
        store(self, "cost", costs)
        store(self, "affected", people)
        store(self, "edges", _simple_edges(np.asarray(edges), n))
        store(self, "coverage", share)
        store(self, "given_ids", None if ids is None else _names(ids, n))
        store(self, "affected_unit", unit * affected_unit)
        store(self, "quota", quota_of(int(people.sum()), share) if quota is None else quota)
        store(self, "constraints", constraints)
        store(self, "pieces", pieces)

    def __len__(self) -> int:
        return len(self.cost)

    def but(self, **changes: Any) -> RegionProblem:
        """A copy with something else, checked like any problem; ``changes`` are what the constructor takes.

        The quota stays as it is, unless people or their share are other ones: then it is that share of them, where no
        quota is given.
        """
        own: dict[str, Any] = {
            "cost": self.cost,
            "affected": self.affected,
            "edges": self.edges,
            "coverage": self.coverage,
            "ids": self.given_ids,
            "affected_unit": self.affected_unit,
            "constraints": self.constraints,
            "quota": None if changes.keys() & {"affected", "coverage"} else self.quota,
            "pieces": self.pieces,
        }
        return RegionProblem(**(own | changes))

    @property
    def grain(self) -> int:
        """What every cost is a multiple of, and so the cost of every region: a bound is rounded up to one."""
        few = int(np.gcd.reduce(self.cost[:FEW]))
        return few if few == 1 else int(np.gcd.reduce(self.cost))

    def rounded_up(self, bound: int) -> int:
        """The least cost that a region could have above a bound or at it."""
        return -(-bound // self.grain) * self.grain

    @property
    def affected_total(self) -> int:
        """All affected, in ``affected_unit``."""
        return int(self.affected.sum())

    @property
    def ids(self) -> npt.NDArray[np.str_]:
        """Names of the vertices."""
        if self.given_ids is not None:
            return self.given_ids
        return np.array(_lines(0, len(self), len(self)).decode().split("\n"))

    @property
    def order(self) -> IntArray | None:
        """Positions in id order; ``None`` where vertices are in that order already."""
        if self.given_ids is None or _ascend(self.given_ids):
            return None
        return np.argsort(self.given_ids, kind="stable")

    @property
    def digest(self) -> str:
        """SHA-256 of the problem in id order: independent of the order of rows and edges."""
        order, pairs, names = self.order, self.edges, self.given_ids
        cost, affected = self.cost, self.affected
        if order is not None:
            rank = np.empty_like(order)
            rank[order] = np.arange(len(order))
            pairs = np.sort(rank[self.edges], axis=1)
            pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
            names, cost, affected = self.ids[order], cost[order], affected[order]
        sha = hashlib.sha256(f"quota {self.quota} of {self.affected_total}\n".encode())
        for first in range(0, len(self), AT_ONCE):
            last = min(first + AT_ONCE, len(self))
            text = _lines(first, last, len(self)) if names is None else "\n".join(names[first:last]).encode()
            sha.update((b"\n" if first else b"") + text)
        for numbers in (cost, affected, pairs):
            sha.update(np.ascontiguousarray(numbers, dtype="<i8").data)
        digest = sha.hexdigest() if self.constraints is None else self.constraints.digest_of(sha.hexdigest())
        if self.pieces == 1:
            return digest
        return hashlib.sha256(f"{digest}\npieces {self.pieces}\n".encode()).hexdigest()


def quota_of(total: int, coverage: Decimal) -> int:
    """People needed inside: the least integer that is not below ``coverage`` of ``total``."""
    return math.ceil(Fraction(coverage) * total)


def _coverage(coverage: Decimal | float | str) -> Decimal:
    share = coverage if isinstance(coverage, Decimal) else Decimal(str(coverage))
    if not (share.is_finite() and Decimal("0.5") < share <= 1):
        raise ProblemError(
            "Coverage {coverage:exact} is out of range; give a share above 0.5 and at most 1.",
            coverage=coverage,
        )
    return share


def _integer_costs(cost: npt.NDArray[Any]) -> IntArray:
    if cost.ndim != 1 or cost.size == 0:
        raise ProblemError(
            "Costs have the shape {shape}; give one positive integer per vertex.",
            shape=cost.shape,
        )
    whole = cost.astype(np.int64)
    if not np.array_equal(whole, cost):
        raise ProblemError("Costs must be integers; scale them first (areas: m², 100 m², hectares or km²).")
    if whole.min() < 1:
        raise ProblemError(
            "Cost {cost} of vertex {vertex} is not positive; costs start at 1.",
            cost=whole.min(),
            vertex=int(whole.argmin()),
        )
    if whole.sum(dtype=float) >= LARGEST_TOTAL:
        raise ProblemError(
            "Costs add up to {number:rounded}, beyond 2**53; use a coarser unit.",
            number=whole.sum(dtype=float),
        )
    return whole


def _integer_people(affected: npt.NDArray[Any]) -> tuple[IntArray, Decimal]:
    if affected.ndim != 1:
        raise ProblemError(
            "Affected people have the shape {shape}; give one number per vertex.",
            shape=affected.shape,
        )
    people = affected.astype(float)
    if not np.isfinite(people).all() or people.min(initial=0.0) < 0:
        raise ProblemError("Affected people must be finite and not negative.")
    total = people.sum()
    if total >= LARGEST_TOTAL:
        raise ProblemError(
            "Affected people add up to {total:rounded}, beyond 2**53; use a coarser unit.",
            total=total,
        )
    if np.array_equal(people, np.floor(people)):
        return affected.astype(np.int64), Decimal(1)
    digits = 0
    while digits < 6 and total * 10 ** (digits + 1) < 2**40:
        digits += 1
    return np.rint(people * 10**digits).astype(np.int64), Decimal(1).scaleb(-digits)


def _simple_edges(edges: npt.NDArray[Any], n: int) -> IntArray:
    pairs = np.asarray(edges, dtype=np.int64).reshape(-1, 2)
    if pairs.size and (pairs.min() < 0 or pairs.max() >= n):
        raise ProblemError(
            "An edge names vertex {vertex}; there are {number}.",
            vertex=pairs.max() if pairs.max() >= n else pairs.min(),
            number=n,
        )
    if are_simple(pairs):
        return pairs
    pairs = np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1)
    return np.unique(pairs, axis=0)


def _names(ids: Sequence[str] | npt.NDArray[Any], n: int) -> npt.NDArray[np.str_]:
    names = np.asarray(ids).astype(str, copy=False)
    if names.shape != (n,):
        raise ProblemError(
            "There are {vertices} vertices but {ids} ids; give one per vertex.",
            vertices=n,
            ids=names.size,
        )
    if not _ascend(names) and len(np.unique(names)) != n:
        raise ProblemError("Ids of vertices are repeated; each names one vertex.")
    return names


def _ascend(names: npt.NDArray[np.str_]) -> bool:
    """Whether names are in order and none is repeated."""
    return bool((names[:-1] < names[1:]).all())


def _lines(first: int, last: int, n: int) -> bytes:
    """Positions as names of one width, a line each."""
    width, left = len(str(max(n - 1, 0))), np.arange(first, last)
    text = np.full((last - first, width + 1), ord("\n"), np.uint8)
    for place in range(width - 1, -1, -1):
        left, digit = np.divmod(left, 10)
        text[:, place] = digit + ord("0")
    return text.tobytes()[:-1]
