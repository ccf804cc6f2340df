"""A region problem as the engine works on it: vertices in id order, flat adjacency, meeting points.

A *meeting point* is an artificial vertex after the real ones, without cost or people, that is joined to every
vertex of a set that each region must meet. Requiring it says "the region meets this set" without saying where.

Where only the ground in reach is looked at (``geopolity.region.search.reach``), one vertex between the real ones and
the meeting points stands for all the rest: a region may pass through it at the price of one unit. Bounds hold with it;
regions are made without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from geopolity.arrays import BoolArray, IntArray
from geopolity.region.graph import HEADS, Graph, components, contract, marked

LARGE = 20_000
"""Instances with more vertices are given less work for each of many bounds and regions."""


class Infeasible(Exception):
    """No region cheaper than the best one known keeps to the choices made."""


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """Costs, people and adjacency, and the quota.

    ``real`` vertices come first, then (``outside`` is 1) the one that stands for the rest, then meeting points.
    """

    graph: Graph
    cost: IntArray
    affected: IntArray
    quota: int
    real: int
    outside: int = 0

    @property
    def natural(self) -> int:
        """Vertices that are no meeting points: those come after them."""
        return self.real + self.outside

    @property
    def size(self) -> int:
        """Number of vertices, meeting points included."""
        return len(self.cost)

    @property
    def spare(self) -> int:
        """How many affected people a region may leave out."""
        return int(self.affected.sum()) - self.quota

    @property
    def real_part(self) -> Instance:
        """The part on which regions are made: all but the meeting points."""
        if self.real == self.size:
            return self
        start, neighbours = self.graph
        neighbours = neighbours[: start[self.real]]
        kept = neighbours < self.real
        before = np.concatenate([[0], np.cumsum(kept)])
        graph = Graph(before[start[: self.real + 1]], np.ascontiguousarray(neighbours[kept]))
        return Instance(graph, self.cost[: self.real], self.affected[: self.real], self.quota, self.real)

    def meetings(self) -> Iterator[IntArray]:
        """Yield the sets that every region meets, one of each meeting point."""
        start, neighbours = self.graph
        for point in range(self.natural, self.size):
            yield neighbours[start[point] : start[point + 1]]

    def price(self, members: BoolArray) -> int:
        """Cost of a set of vertices."""
        return int(self.cost[members].sum())

    def holds(self, members: BoolArray) -> int:
        """Affected people in a set of vertices."""
        return int(self.affected[members].sum())


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What is settled so far: vertices that a better region may use, and those it must use."""

    allowed: BoolArray
    required: BoolArray

    @property
    def open(self) -> int:
        """Vertices still undecided."""
        return int(self.allowed.sum() - self.required.sum())


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A subproblem: a compact instance, what it requires, and where the original vertices went.

    ``place`` gives for each vertex of the original instance its vertex here, −1 where it is left out.
    """

    instance: Instance
    required: BoolArray
    place: IntArray

    @property
    def choice(self) -> Choice:
        """Nothing more settled than what the node itself says."""
        return Choice(np.ones(self.instance.size, np.bool_), self.required)

    def expand(self, members: BoolArray) -> BoolArray:
        """Original vertices behind a set of the node's vertices."""
        return (self.place >= 0) & (self.place < len(members)) & members[np.clip(self.place, 0, len(members) - 1)]

    def narrowed(self, choice: Choice) -> Node:
        """Node in which the choice is built in: what is left out is gone, required neighbours are merged."""
        instance, real = self.instance, self.instance.real
        part = _main_part(instance, choice)
        solid = choice.required & part
        solid[real:] = False
        merged, count = components(*instance.graph, solid)
        label = np.full(instance.size, -1, np.int64)
        # Keep the order of ids: a merged group stands where its first vertex stood.
        first = np.full(count, -1, np.int64)
        at = np.flatnonzero(solid)[::-1]
        first[merged[at]] = at
        lead = part & ~solid
        lead[first] = True
        lead[instance.natural :] = False
        meeting = _open_meetings(instance, part, solid)
        lead[meeting] = True
        label[lead] = np.arange(int(lead.sum()))
        label[solid] = label[first[merged[solid]]]
        total = int(lead.sum())
        outside = int(lead[real : instance.natural].sum())
        inside = label >= 0
        graph = Graph(*contract(*instance.graph, label, total))
        small = Instance(
            graph,
            _gather(label[inside], instance.cost[inside], total),
            _gather(label[inside], instance.affected[inside], total),
            instance.quota,
            total - len(meeting) - outside,
            outside,
        )
        required = np.zeros(total, np.bool_)
        required[label[choice.required & inside]] = True
        place = np.where(self.place >= 0, label[np.maximum(self.place, 0)], -1)
        return Node(small, required, place)

    def meeting(self, group: BoolArray) -> Node:
        """Node whose regions must meet the group."""
        inside = np.flatnonzero(group[: self.instance.real])
        if len(inside) == 0:
            raise Infeasible
        required = self.required.copy()
        if len(inside) == 1:
            required[inside] = True
            return Node(self.instance, required, self.place)
        if required[inside].any():
            return self
        n = self.instance.size
        start, neighbours = self.instance.graph
        grown = start.copy()
        grown[1:] += np.cumsum(marked(n, inside))
        grown = np.append(grown, grown[-1] + len(inside))
        heads = np.insert(neighbours, start[inside + 1], n)
        instance = Instance(
            Graph(grown, np.concatenate([heads, inside.astype(HEADS)])),
            np.append(self.instance.cost, 0),
            np.append(self.instance.affected, 0),
            self.instance.quota,
            self.instance.real,
            self.instance.outside,
        )
        return Node(instance, np.append(required, True), self.place)


def everything(instance: Instance) -> Node:
    """Node in which nothing is settled."""
    return Node(instance, np.zeros(instance.size, np.bool_), np.arange(instance.size, dtype=np.int64))


def _gather(label: IntArray, values: IntArray, total: int) -> IntArray:
    sums = np.zeros(total, np.int64)
    np.add.at(sums, label, values)
    return sums


def _main_part(instance: Instance, choice: Choice) -> BoolArray:
    """Vertices, but for meeting points, of the one part that can hold the quota and everything required."""
    allowed = choice.allowed.copy()
    allowed[instance.natural :] = False
    label, count = components(*instance.graph, allowed)
    if instance.quota == 0 and not choice.required[: instance.real].any():
        return allowed
    if instance.quota == 0:
        anchored: BoolArray = label == label[int(choice.required.argmax())]
        if (choice.required & ~anchored)[: instance.real].any():
            raise Infeasible
        return anchored
    held = np.zeros(max(count, 1), np.int64)
    np.add.at(held, label[allowed], instance.affected[allowed])
    best = int(held.argmax())
    part: BoolArray = label == best
    if held[best] < instance.quota or (choice.required & ~part)[: instance.real].any():
        raise Infeasible
    return part


def _open_meetings(instance: Instance, part: BoolArray, solid: BoolArray) -> list[int]:
    """Meeting points not yet met by something required, and not implied by a narrower one."""
    still: dict[int, set[int]] = {}
    start, neighbours = instance.graph
    for point in range(instance.size - 1, instance.natural - 1, -1):
        group = neighbours[start[point] : start[point + 1]]
        if not part[group].any():
            raise Infeasible
        places = set(group[part[group]].tolist())
        if not solid[group].any() and not any(narrower <= places for narrower in still.values()):
            still = {other: wider for other, wider in still.items() if not places <= wider}
            still[point] = places
    return sorted(still)
