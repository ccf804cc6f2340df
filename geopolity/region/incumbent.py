"""The best region that a search has found, and the few cheapest ones beside it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from geopolity.arrays import BoolArray

RECALLED = 10
"""Regions kept to be recombined."""


class Incumbent:
    """The best region so far; its cost is the upper bound of the search.

    Parameters
    ----------
    size
        Vertices of the instance.
    price
        What is minimised, of a set of vertices.
    cost
        What the first region has to beat.
    """

    def __init__(self, size: int, price: Callable[[BoolArray], int], cost: int) -> None:
        self.members: BoolArray = np.zeros(size, np.bool_)
        self.price = price
        self.cost = cost
        self.seen: list[tuple[int, BoolArray]] = []

    def offer(self, members: BoolArray | None) -> bool:
        """Take a region if it is better: cheaper, then fewer units, then earlier ids; true if it is cheaper."""
        if members is None:
            return False
        cost = self.price(members)
        if cost > self.cost or (cost == self.cost and not _earlier(members, self.members)):
            return False
        cheaper = cost < self.cost
        self.members, self.cost = members, cost
        return cheaper

    def remember(self, members: BoolArray) -> None:
        """Keep the few cheapest regions seen."""
        cost = self.price(members)
        if all(cost != other for other, _ in self.seen):
            self.seen = sorted([*self.seen, (cost, members)], key=lambda pair: pair[0])[:RECALLED]


def _earlier(members: BoolArray, rival: BoolArray) -> bool:
    """Fewer units, then the earlier ids."""
    count, other = int(members.sum()), int(rival.sum())
    if count != other:
        return count < other
    differs = np.flatnonzero(members != rival)
    return bool(differs.size and members[differs[0]])
