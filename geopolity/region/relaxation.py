"""The quota priced into the objective: a lower bound at one price per affected person, and what it settles.

At a price of λ = price / scale per person every vertex is worth w = price·a − scale·c. A region that pays
more than it must is a prize-collecting Steiner arborescence from a root that every feasible region meets;
dual ascent bounds it from below. All numbers are integers; the bound is rounded up to the next integer cost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geopolity.region.ascent import UNLIMITED, ascend
from geopolity.region.graph import components, contract
from geopolity.region.instance import Choice, Infeasible, Instance
from geopolity.region.paths import distances, outward
from geopolity.region.problem import BoolArray, IntArray

GROWTH = 2.0
"""Factor from one round's step to the next."""


@dataclass(frozen=True, slots=True, eq=False)
class Relaxation:
    """Result of one dual ascent: the bound and the reduced prices behind it."""

    price: int
    scale: int
    value: int
    label: IntArray
    start: IntArray
    neighbours: IntArray
    entry: IntArray
    budget: IntArray
    left: IntArray
    slack: IntArray
    root: int
    worth: IntArray
    log: IntArray

    @property
    def bound(self) -> int:
        """No feasible region costs less (integer cost units)."""
        return -(-self.value // self.scale)


def relax(
    instance: Instance, required: BoolArray, price: int, scale: int, *, seed: int = 0, record: bool = False
) -> Relaxation:
    """Bound the cost of every region with all that is required, at one price per person.

    Something must be required (a vertex or a meeting point): the heaviest of it is the root. ``record`` keeps
    every raise of the ascent, for the published dual.
    """
    worth = price * instance.affected - scale * instance.cost
    sticky = (worth > 0) | required
    label, count = components(*instance.graph, sticky)
    single = ~sticky
    total = count + int(single.sum())
    label[single] = np.arange(count, total)
    start, neighbours = contract(*instance.graph, label, total)
    gain = np.maximum(worth, 0)
    budget = np.zeros(total, np.int64)
    np.add.at(budget, label, gain)
    people = np.zeros(total, np.int64)
    np.add.at(people, label, instance.affected)
    budget[label[required]] = UNLIMITED
    entry = np.zeros(total, np.int64)
    entry[label[single]] = -worth[single]
    root = _root(label, required, people)
    terminals = np.flatnonzero(budget > 0)
    order = _raising_order(terminals[terminals != root], budget, seed)
    question = (start, neighbours, entry, budget, people, instance.spare, root, order, _first_step(entry), GROWTH)
    log = np.empty(0, np.int64)
    dual, slack, left, room = ascend(*question, log)
    if record:
        log = np.empty(room, np.int64)
        ascend(*question, log)
    constant = price * instance.quota - int(gain.sum()) + int(np.maximum(-worth[required], 0).sum())
    value = constant + int(dual)
    return Relaxation(price, scale, value, label, start, neighbours, entry, budget, left, slack, root, worth, log)


def settle(instance: Instance, required: BoolArray, relaxation: Relaxation, ceiling: int) -> Choice:
    """Choices that every region cheaper than ``ceiling`` makes: reduced-cost fixing."""
    room = relaxation.scale * (ceiling - 1) - relaxation.value
    if room < 0:
        raise Infeasible
    reach, loss = exchange_prices(relaxation)
    allowed = reach <= room
    allowed[instance.real :] = True
    spare = instance.holds(allowed) - instance.quota
    must = required | (allowed & ((loss > room) | (instance.affected > spare)))
    if spare < 0 or (required & ~allowed).any():
        raise Infeasible
    return Choice(allowed, must)


def exchange_prices(relaxation: Relaxation) -> tuple[IntArray, IntArray]:
    """Tell what the bound rises by, at least, if a vertex is taken in, and if it is left out (scaled)."""
    heads, prices = outward(relaxation.start, relaxation.neighbours, relaxation.slack)
    distance = distances(relaxation.start, heads, prices, relaxation.root)
    rest = relaxation.left.copy()
    rest[relaxation.root] = UNLIMITED
    return distance[relaxation.label], np.minimum(np.maximum(relaxation.worth, 0), rest[relaxation.label])


def _root(label: IntArray, required: BoolArray, people: IntArray) -> int:
    """Part with something required that holds the most people."""
    anchors = np.unique(label[required])
    return int(anchors[people[anchors].argmax()])


def _raising_order(terminals: IntArray, budget: IntArray, seed: int) -> IntArray:
    if seed:
        return np.random.default_rng(seed).permutation(terminals)
    return terminals[np.argsort(budget[terminals], kind="stable")]


def _first_step(entry: IntArray) -> int:
    priced = entry[entry > 0]
    return max(1, int(np.median(priced)) // 4) if priced.size else 1
