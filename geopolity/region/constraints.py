"""What a region has to keep to beside its quota: places locked in or out, places kept together, limits on its size."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from geopolity.arrays import BoolArray, IntArray


def _nothing() -> IntArray:
    return np.empty(0, np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Limit:
    """The most that a region may hold of something.

    Attributes
    ----------
    kind
        ``units``, ``area`` or ``population``.
    weights
        (n,) not negative: what each vertex holds of it.
    most
        At least 1.
    """

    kind: str
    weights: IntArray
    most: int

    def of(self, members: BoolArray) -> int:
        """What a set of vertices holds."""
        return int(self.weights[members].sum())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Constraints:
    """Constraints of a region, in positions of its problem's vertices.

    Attributes
    ----------
    must, must_not, empty
        Vertices that are inside, that are outside, and that are outside because nobody lives there.
    together
        Sets of vertices that are whole in or whole out.
    cut
        (k, 2) pairs of vertices that touch and have no way to each other: edges that the problem lacks.
    limits
        What a region may hold at most.
    record
        The constraints as published; the problem's digest covers it. Positions, where there is none.
    """

    must: IntArray = field(default_factory=_nothing)
    must_not: IntArray = field(default_factory=_nothing)
    empty: IntArray = field(default_factory=_nothing)
    together: tuple[IntArray, ...] = ()
    cut: IntArray = field(default_factory=lambda: np.empty((0, 2), np.int64))
    limits: tuple[Limit, ...] = ()
    record: Mapping[str, Any] = field(default_factory=dict)

    @property
    def barred(self) -> IntArray:
        """Vertices that are outside, for whatever reason."""
        return np.union1d(self.must_not, self.empty)

    def digest_of(self, digest: str) -> str:
        """SHA-256 of a problem that these constraints belong to, from that of the problem without them."""
        text = json.dumps(self.record or self._positions(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(f"{digest}\nconstraints\n{text}".encode()).hexdigest()

    def broken(self, members: BoolArray) -> str:
        """The first kind of constraint that a region breaks; empty where it keeps to all."""
        if not members[self.must].all():
            return "must"
        if members[self.barred].any():
            return "must_not"
        if any(members[group].any() != members[group].all() for group in self.together):
            return "keep_together"
        over = [limit.kind for limit in self.limits if limit.of(members) > limit.most]
        return f"at_most_{over[0]}" if over else ""

    def _positions(self) -> dict[str, Any]:
        return {
            "must": self.must.tolist(),
            "must_not": self.barred.tolist(),
            "keep_together": [group.tolist() for group in self.together],
            "at_most": {limit.kind: limit.most for limit in self.limits},
        }
