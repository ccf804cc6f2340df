"""The border of a region as something that costs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from geopolity.arrays import BoolArray, IntArray
from geopolity.region.problem import RegionProblem


@dataclass(frozen=True, slots=True, eq=False)
class Border:
    """What borders cost, in the cost unit of a problem.

    Attributes
    ----------
    outer
        (n,) what a vertex's outline costs where it touches no other vertex.
    shared
        (m,) what the border along each of the problem's edges costs, if the region ends there.
    least
        No region with the quota costs less than one without borders by so much: what they add to the bound.
    flow
        (m,) how borders are moved onto vertices where ``least`` is shown so, positive from the first end of an edge.
    """

    outer: IntArray
    shared: IntArray
    least: int
    flow: IntArray | None = None

    def of(self, problem: RegionProblem, members: BoolArray) -> int:
        """Cost of a region's border."""
        ends = members[problem.edges]
        return int(self.outer[members].sum() + self.shared[ends[:, 0] != ends[:, 1]].sum())

    def digest(self, problem: RegionProblem) -> str:
        """SHA-256 of the problem with its borders, in id order."""
        order = np.argsort(problem.ids, kind="stable")
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        pairs = np.sort(rank[problem.edges], axis=1)
        along = np.lexsort((pairs[:, 1], pairs[:, 0]))
        sha = hashlib.sha256(f"{problem.digest}\nborder\n".encode())
        for numbers in (self.outer[order], self.shared[along]):
            sha.update(np.ascontiguousarray(numbers, dtype="<i8").tobytes())
        return sha.hexdigest()
