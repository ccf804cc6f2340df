"""The whole proof that no region costs less than a bound: a tree whose every leaf a stranger can close.

A node says what regions may use, must use and meet. Its steps are duals: each bounds the cost of the node's regions,
and may settle vertices that no cheaper region uses, or that all of them use. A node that stays open is split on a set
that its regions meet or avoid. ``services/verifiers/check_proof.py`` checks every step with numpy alone.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from geopolity.arrays import BoolArray, IntArray
from geopolity.region.budget import Budget
from geopolity.region.dual.arborescence import trees_above, trees_below
from geopolity.region.dual.ascent import UNLIMITED
from geopolity.region.dual.bounds import Bounds, NoRounding
from geopolity.region.dual.core import close_core, dense_core, split_in_places
from geopolity.region.dual.paths import FAR, outward
from geopolity.region.dual.relaxation import (
    FINE,
    Relaxation,
    Steps,
    exchange_prices,
    relax,
    settle,
)
from geopolity.region.incumbent import Incumbent
from geopolity.region.instance import Choice, Infeasible, Instance, Node, everything
from geopolity.region.quota import QuotaPricing, bounded
from geopolity.region.search.branching import Branching, Open, children

VERSION = 1
CONSTRAINTS = ("connected", "quota")
"""Kinds of constraint that the proof uses; a checker refuses one that it does not know."""
SCALED_TOTAL = 2**52
LARGEST_RECORD = 15_000_000
"""Integers that a proof may take to write down: some 40 MB compressed, and half a gigabyte until then."""
LARGEST_QUEUE = 100_000_000
"""Integers that open nodes may hold together: about a gigabyte with what is sought in them."""
WORTH_NARROWING = 0.9
"""A dual is published for what it settles where so small a part of the vertices stays."""

Record = dict[str, Any]


@dataclass(slots=True, eq=False)
class _Leaf:
    """A node of the proof that is not split yet, and the dual that bounds it best.

    ``shown`` is the bound that what is written of it and of those above it gives.
    """

    item: Open
    place: int
    narrowest: Node
    steps: list[Record] = field(default_factory=list)
    relaxation: Relaxation | None = None
    shown: int = 1

    @property
    def bound(self) -> int:
        """The bound once its best dual is written too."""
        return self.shown if self.relaxation is None else max(self.shown, self.relaxation.bound)

    @property
    def only_cost(self) -> int | None:
        """What its one region costs, where all that it may use must be used."""
        instance = self.item.node.instance
        real = instance.real
        return int(instance.cost[:real].sum()) if self.item.node.required[:real].all() else None

    @property
    def held(self) -> int:
        """Integers that it keeps until it is split: its nodes, and about ten arrays of a relaxation."""
        nodes = {id(node): node for node in (self.item.node, self.narrowest)}.values()
        return sum(len(node.place) + 10 * node.instance.size for node in nodes)

    def __lt__(self, other: _Leaf) -> bool:
        return (self.item.bound, self.place) < (other.item.bound, other.place)


class Prover:
    """Proves that no region of an instance costs less than a target, as far as the work allowed goes.

    Parameters
    ----------
    file_place
        Position of every vertex in the published tables.
    target
        A bound that the engine believes, or the cost of the region it found.
    members
        That region: cores are looked for in it.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - an instance, what is to be proven of it, and how much work that may be
        self, instance: Instance, file_place: IntArray, target: int, members: BoolArray, seed: int, limit: int
    ) -> None:
        self.instance = instance
        self.file_place = file_place
        self.target = target
        self.members = members
        self.budget = Budget(limit)
        self.bounds = Bounds(
            scale=max(1, SCALED_TOTAL // int(instance.cost.sum())),
            seed=seed,
            incumbent=Incumbent(instance.size, instance.price, target),
            budget=self.budget,
            pricing=QuotaPricing(),
            rounding=NoRounding(),
        )
        self.branching = Branching()
        self.nodes: list[Record] = []
        self.written = 0

    def run(self) -> Record:
        """The proof; its ``bound`` is the target, or less where the work did not suffice."""
        proven, queue = self.target, [self._root()]
        held = queue[0].held
        while queue:
            leaf = heapq.heappop(queue)
            held -= leaf.held
            if max(self.written / LARGEST_RECORD, held / LARGEST_QUEUE) > 1:
                self.budget.spent = self.budget.limit
            only = leaf.only_cost
            if leaf.item.bound >= self.target or self.budget.is_spent or only is not None:
                self._close(leaf)
                proven = min(proven, max(leaf.shown, only or 0))
                continue
            self.budget.nodes += 1
            for child in self._split(leaf):
                heapq.heappush(queue, child)
                held += child.held
        return {"version": VERSION, "constraints": list(CONSTRAINTS), "bound": proven, "nodes": self.nodes}

    def _root(self) -> _Leaf:
        whole = everything(self.instance)
        price = bounded(whole, int(2 * self.bounds.scale * self.target / self.instance.quota))
        cores = [
            close_core(self.instance, price, self.bounds.scale),
            dense_core(self.instance, self.members),
        ]
        nodes = [whole.meeting(core) for core in cores]
        best = max(range(len(nodes)), key=lambda number: self.bounds.relax(nodes[number], price).value)
        self.nodes.append({"steps": [{"core": self.published(np.flatnonzero(cores[best]))}]})
        leaf = _Leaf(Open(1, 0, nodes[best], price), 0, nodes[best], self.nodes[0]["steps"])
        self._tighten(leaf, Steps(1.0, 0.03))
        return leaf

    def _tighten(self, leaf: _Leaf, steps: Steps) -> None:
        """Bound a node and narrow it, as long as that settles much; a node that holds nothing better is done."""
        item = leaf.item
        while True:
            node = item.node
            relaxation = self.bounds.best(node, item.price, steps, variant=item.variant)
            relaxation = self.bounds.varied(node, relaxation)
            item.variant = relaxation.variant
            relaxation = self.bounds.sharpened(node, relaxation)
            item.price = relaxation.price
            leaf.relaxation = item.relaxation = relaxation
            leaf.narrowest = node
            item.bound = max(item.bound, min(relaxation.bound, self.target))
            if relaxation.bound >= self.target or self.budget.is_spent:
                return
            try:
                choice = settle(node.instance, node.required, relaxation, self.target)
                narrowed = node.narrowed(choice)
            except Infeasible:
                self._write(leaf, node, self._settled(node, relaxation))
                leaf.relaxation, leaf.shown, item.bound = None, self.target, self.target
                return
            anchored = bool(narrowed.required[: narrowed.instance.real].any())
            news = anchored and not node.required[: node.instance.real].any()
            if narrowed.instance.size >= WORTH_NARROWING * node.instance.size and not news:
                return
            self._write(leaf, node, choice)
            item.node, item.relaxation = narrowed, None
            steps = Steps(min(steps.first, 0.25), min(steps.finest, 0.06))

    def _settled(self, node: Node, relaxation: Relaxation) -> Choice:
        """What a dual settles of a node in which nothing better is left."""
        reach, loss = exchange_prices(relaxation)
        room = relaxation.scale * (self.target - 1) - relaxation.value
        allowed = reach <= room
        allowed[node.instance.real :] = True
        spare = node.instance.holds(allowed) - node.instance.quota
        return Choice(allowed, node.required | (allowed & ((loss > room) | (node.instance.affected > spare))))

    def _close(self, leaf: _Leaf) -> None:
        if leaf.relaxation is not None:
            self._write(leaf, leaf.narrowest, None)

    def _write(self, leaf: _Leaf, node: Node, choice: Choice | None) -> None:
        """Write down the dual that bounds a leaf best."""
        assert leaf.relaxation is not None
        leaf.shown = leaf.bound
        leaf.steps.append(self._dual(node, leaf.relaxation, choice))

    def _split(self, leaf: _Leaf) -> list[_Leaf]:
        """Children that together hold every region of a node."""
        item, node = leaf.item, leaf.item.node
        real = node.instance.real
        record = self.nodes[leaf.place]
        anchored = bool(node.required[:real].any())
        group = self.branching.choose(self.bounds, item) if anchored else split_in_places(node)
        record["split"] = self.published(self.originals(node, np.flatnonzero(group[:real])))
        leaves = []
        for side, child in zip(("met", "avoided"), children(node, group), strict=True):
            record[side] = len(self.nodes)
            self.nodes.append({"steps": []})
            if child is None:
                continue
            opened = Open(item.bound, record[side], child, item.price, variant=item.variant)
            born = _Leaf(opened, record[side], child, self.nodes[record[side]]["steps"])
            self._tighten(born, FINE)
            leaves.append(born)
        if any(born.bound < leaf.bound for born in leaves):  # its own dual closes it, should theirs not
            self._close(leaf)
        for born in leaves:
            born.shown = max(born.shown, leaf.shown)
        return leaves

    def published(self, vertices: IntArray) -> list[int]:
        """Positions of vertices in the published tables."""
        found: list[int] = np.sort(self.file_place[vertices]).tolist()
        return found

    @staticmethod
    def originals(node: Node, vertices: IntArray) -> IntArray:
        """Original vertices behind some of a node's."""
        chosen = np.zeros(node.instance.size + 1, np.bool_)
        chosen[vertices] = True
        return np.flatnonzero((node.place >= 0) & chosen[node.place])

    def _dual(self, node: Node, relaxation: Relaxation, choice: Choice | None) -> Record:
        """A dual of a node as a record, with what it settles."""
        record = _Dual(self, node, relaxation).record(choice)
        self.written += sum(_integers(value) for value in record.values())
        return record


def _integers(value: Any) -> int:
    """Integers in a part of a record, and what it takes to say where they belong."""
    if isinstance(value, dict):
        return sum(4 + _integers(part) for part in value.values())
    if isinstance(value, list) and value and isinstance(value[0], dict | list):
        return sum(2 + _integers(part) for part in value)
    return len(value) if isinstance(value, list) else 1


class _Dual:
    """One relaxation of a node, written down in original vertices."""

    def __init__(self, prover: Prover, node: Node, relaxation: Relaxation) -> None:
        self.prover, self.node, self.relaxation = prover, node, relaxation
        exact = relaxation.reach is not None
        self.terminals = relaxation.far_apart if exact else np.empty(0, np.int64)
        self.logged = relax(
            node.instance,
            node.required,
            relaxation.price,
            relaxation.scale,
            variant=relaxation.variant,
            record=True,
            apart=self.terminals if exact else None,
        )
        inside = np.flatnonzero(node.place >= 0)
        inside = inside[np.argsort(prover.file_place[inside], kind="stable")]
        self.inside, self.label = inside, self.logged.label[node.place[inside]]
        order = np.argsort(self.label, kind="stable")
        self.by_label = inside[order]
        self.first = np.searchsorted(self.label[order], np.arange(len(self.logged.budget) + 1))
        instance = prover.instance
        self.worth = relaxation.price * instance.affected - relaxation.scale * instance.cost

    def record(self, choice: Choice | None) -> Record:
        """All of it; ``choice`` is what is settled by it."""
        record: Record = {
            "price": self.relaxation.price,
            "scale": self.relaxation.scale,
            "root": self.prover.published(self._meeting(self.logged.root)),
            "raises": self._raises(),
        }
        if len(self.terminals):
            record |= self._joined(choice is not None)
        if choice is None:
            return record
        if not len(self.terminals):
            record["above"] = [self._spread_out(self._distance())]
        return record | self._settles(choice)

    def _settles(self, choice: Choice) -> Record:
        node, prover = self.node, self.prover
        gone = np.flatnonzero(~choice.allowed[: node.instance.real])
        needed = np.flatnonzero((choice.required & ~node.required)[: node.instance.real])
        return {
            "drop": prover.published(prover.originals(node, gone)),
            "need": prover.published(prover.originals(node, needed)),
        }

    def _of(self, label: int) -> IntArray:
        return self.by_label[self.first[label] : self.first[label + 1]]

    def _meeting(self, label: int) -> IntArray:
        """A set that every region meets, behind a label of which that is known."""
        instance = self.node.instance
        points = np.flatnonzero(self.logged.label[instance.real :] == label) + instance.real
        required = self.node.required.copy()
        required[instance.real :] = False
        anchors = np.flatnonzero(required & (self.logged.label == label))
        if len(anchors):
            return self.prover.originals(self.node, anchors[:1])
        if not len(points):
            return self._of(label)
        start, neighbours = instance.graph
        group = np.concatenate([neighbours[start[point] : start[point + 1]] for point in points[:1]])
        return self.prover.originals(self.node, group[group < instance.real])

    def _raises(self) -> list[Record]:
        place, lifts, log, at = self.prover.file_place, [], self.logged.log, 0
        while at < len(log):
            terminal, amount, count = (int(number) for number in log[at : at + 3])
            pairs = log[at + 3 : at + 3 + 2 * count].reshape(count, 2)
            sizes = self.first[pairs[:, 0] + 1] - self.first[pairs[:, 0]]
            members = np.concatenate([self._of(label) for label in pairs[:, 0]])
            inside = self._of(terminal)
            pays = self.logged.budget[terminal] < UNLIMITED
            owners = inside[self.worth[inside] > 0] if pays else inside[:0]
            lifts.append(
                {
                    "owners": place[owners].tolist(),
                    "amount": amount,
                    "members": place[members].tolist(),
                    "distance": np.repeat(pairs[:, 1], sizes).tolist(),
                }
            )
            at += 3 + 2 * count
        return lifts

    def _distance(self) -> IntArray:
        """How far every label is from the root over what is left of the prices, no farther than matters."""
        reach, _ = exchange_prices(self.relaxation)
        by_label = np.full(len(self.logged.budget), FAR, np.int64)
        by_label[self.logged.label] = reach
        room = self.relaxation.scale * (self.prover.target - 1) - self.relaxation.value
        return np.minimum(by_label, room + 1)

    def _spread_out(self, by_label: IntArray) -> list[int]:
        found: list[int] = by_label[self.label].tolist()
        return found

    def _joined(self, through: bool) -> Record:
        """Labels of the dynamic program that joins the terminals, and of its second pass where vertices are settled."""
        logged, terminals = self.logged, self.terminals
        room = max(self.relaxation.scale * (self.prover.target - 1) - logged.value, 0)
        below, _ = trees_below(logged.start, logged.neighbours, logged.slack, terminals, room)
        record: Record = {
            "terminals": [self.prover.published(self._terminal(label)) for label in terminals.tolist()],
            "below": [self._spread_out(np.minimum(row, room + 1)) for row in below],
        }
        if through:
            heads, prices = outward(logged.start, logged.neighbours, logged.slack)
            above = trees_above(logged.start, heads, prices, below, logged.root, room)
            record["above"] = [self._spread_out(np.minimum(row, room + 1)) for row in above]
        return record

    def _terminal(self, label: int) -> IntArray:
        """Vertices at which a terminal is reached: a set that every region meets."""
        return np.union1d(self._of(label), self._meeting(label))
