"""What to branch on: a set of vertices that regions meet or avoid, where both raise the bound (strong branching).

The sets tried are whole pieces of the footprint, which say *where* the people left out live, and single vertices. A
piece costs many ascents to try, so pieces are given up where vertices are always better, but for a look now and then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from geopolity.arrays import BoolArray, IntArray
from geopolity.region.dual.bounds import Bounds
from geopolity.region.dual.relaxation import FIRST, Relaxation, Steps, Variant, exchange_prices
from geopolity.region.graph import components
from geopolity.region.instance import Choice, Infeasible, Node

PIECES = 4
"""So many pieces of the footprint are tried, those with the most people first."""
PATIENCE, AGAIN = 6, 16
"""Pieces are given up after so many nodes at which a vertex was better, and then tried at every so many nodes."""


@dataclass(order=True, slots=True)
class Open:
    """A node waiting to be split, least bound first."""

    bound: int
    number: int
    node: Node = field(compare=False)
    price: int = field(compare=False)
    relaxation: Relaxation | None = field(compare=False, default=None)
    variant: Variant = field(compare=False, default=FIRST)


@dataclass(slots=True)
class Branching:
    """Chooses what to branch on, and remembers whether trying pieces was worth it."""

    in_vain: int = 0
    asked: int = 0

    def choose(self, bounds: Bounds, item: Open) -> BoolArray:
        """Choose a set that a region of the node may meet or avoid; a vertex must be undecided."""
        node = item.node
        relaxation = item.relaxation or bounds.relax(node, item.price, variant=item.variant)
        reach, loss = exchange_prices(relaxation)
        if relaxation.reach is not None:
            relaxation = bounds.relax(node, item.price, variant=item.variant)
        self.asked += 1
        pieces = _pieces(node) if self.in_vain < PATIENCE or self.asked % AGAIN == 0 else []
        vertices = [_only(v, node.instance.size) for v in _candidates(bounds, item, reach, loss)]
        # Meeting or avoiding a whole piece changes what a person is worth, so its price is sought.
        sets = [(piece, 0.5) for piece in pieces] + [(vertex, 0.0) for vertex in vertices]
        if not sets:
            raise AssertionError("a node whose vertices are all required is a region")
        scores = []
        for group, step in sets:
            met, avoided = (_value(bounds, child, item, step) - relaxation.value for child in children(node, group))
            scores.append(max(met, 1) * float(max(avoided, 1)))
        best = int(np.argmax(scores))
        if pieces:
            self.in_vain = 0 if best < len(pieces) else self.in_vain + 1
        return sets[best][0]


def _only(vertex: int, size: int) -> BoolArray:
    group = np.zeros(size, np.bool_)
    group[vertex] = True
    return group


def children(node: Node, group: BoolArray) -> Iterator[Node | None]:
    """Regions of the node that meet the group, then those that avoid it; nothing where there are none."""
    yield _or_none(lambda: _meeting_instead(node, group))
    yield _or_none(lambda: node.narrowed(Choice(~group, node.required)))


def _or_none(make: Callable[[], Node]) -> Node | None:
    try:
        return make()
    except Infeasible:
        return None


def _meeting_instead(node: Node, group: BoolArray) -> Node:
    """Hold the node's regions to meet the group; a vertex met makes earlier meeting points idle."""
    met = node.meeting(group)
    return met.narrowed(met.choice)


def _value(bounds: Bounds, node: Node | None, item: Open, step: float) -> int:
    """Bound a child (scaled), at the price of its parent or, with a step, at a better one."""
    if node is None:
        return bounds.scale * bounds.upper
    if step:
        return bounds.best(node, item.price, Steps(step, step), variant=item.variant).value
    return bounds.relax(node, item.price, variant=item.variant).value


def _pieces(node: Node) -> list[BoolArray]:
    """Undecided pieces of the footprint with several vertices: the largest that a region could leave out."""
    instance = node.instance
    peopled = instance.affected > 0
    peopled[instance.real :] = False
    label, count = components(*instance.graph, peopled)
    at = np.flatnonzero(peopled)
    held = np.bincount(label[at], weights=instance.affected[at], minlength=count)
    size = np.bincount(label[at], minlength=count)
    met = np.zeros(count, np.bool_)
    met[label[at[node.required[at]]]] = True
    for group in instance.meetings():
        pieces = np.unique(np.where(peopled[group], label[group], -1))
        if len(pieces) == 1 and pieces[0] >= 0:  # every region meets it already
            met[pieces[0]] = True
    open_ = np.flatnonzero(~met & (held <= instance.spare) & (size > 1))
    return [peopled & (label == piece) for piece in open_[np.argsort(-held[open_], kind="stable")][:PIECES]]


def _candidates(bounds: Bounds, item: Open, reach: IntArray, loss: IntArray) -> IntArray:
    instance = item.node.instance
    undecided = np.flatnonzero(~item.node.required[: instance.real])
    doubt = (reach + loss)[undecided]
    weight = np.maximum(item.price * instance.affected[undecided], bounds.scale * instance.cost[undecided])
    by_weight = undecided[np.argsort(-(weight - np.minimum(doubt, 2**60)), kind="stable")[:5]]
    by_doubt = undecided[np.lexsort((-weight, doubt))[:3]]
    return np.unique(np.concatenate([by_weight, by_doubt]))
