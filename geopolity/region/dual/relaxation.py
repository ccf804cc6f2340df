"""The quota priced into the objective: a lower bound at one price per affected person, and what it settles.

At a price of λ = price / scale per person every vertex is worth w = price·a − scale·c. A region that pays
more than it must is a prize-collecting Steiner arborescence from a root that every feasible region meets;
dual ascent bounds it from below. All numbers are integers; the bound is rounded up to the next integer cost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from geopolity.arrays import BoolArray, IntArray
from geopolity.region.dual.arborescence import tree_vertices, trees_above, trees_below, trees_through
from geopolity.region.dual.ascent import UNLIMITED, ascend
from geopolity.region.dual.paths import FAR, distances, outward
from geopolity.region.dual.pricing import first_step, priced
from geopolity.region.instance import LARGE, Choice, Infeasible, Instance

GROWTHS = (2.0, 1.2, 1.5, 1.1, 3.0)
"""Factors from one round's step to the next, by the number of a variant; none is best everywhere."""

Variant = tuple[int, int]
"""A number for how terminals are raised (order, growth of steps), and one for the root; the bound depends on both."""
FIRST: Variant = (0, 0)
"""The smallest budgets first, steps doubling, from the heaviest required vertex."""
MEETING = 1
"""Where an instance is not large, variants of odd number let sets meet halfway; elsewhere all do."""
HUGE, FINE_ENOUGH = 200_000, 30_000
"""On so many vertices an ascent ends once two rounds gain less than one part in so many each."""
FEW = 5
"""So many terminals that every region must reach are joined exactly rather than by ascent."""


class Steps(NamedTuple):
    """First and last step of the climb to a price, in octaves."""

    first: float
    finest: float


FINE, COARSE = Steps(0.125, 0.06), Steps(0.06, 0.06)
"""Where a price is known, of the parent or of another variant."""


@dataclass(frozen=True, slots=True, eq=False)
class Relaxation:
    """Result of one dual ascent: the bound and the reduced prices behind it.

    Arrays are over contracted vertices. ``must`` marks those that no feasible region can leave out. Where these were
    joined exactly, ``tree`` is the cheapest way to do so and ``reach`` what the bound rises by if a vertex is used.
    ``looked`` counts the arcs that the ascent looked at.
    """

    price: int
    scale: int
    value: int
    label: IntArray
    start: IntArray
    neighbours: IntArray
    entry: IntArray
    budget: IntArray
    must: BoolArray
    left: IntArray
    slack: IntArray
    root: int
    worth: IntArray
    log: IntArray
    variant: Variant = FIRST
    looked: int = 0
    reach: IntArray | None = None
    tree: IntArray | None = None

    @property
    def bound(self) -> int:
        """No feasible region costs less (integer cost units)."""
        return -(-self.value // self.scale)

    @property
    def far_apart(self) -> IntArray:
        """Terminals, besides the root, that no feasible region can leave out."""
        others = self.must.copy()
        others[self.root] = False
        return np.flatnonzero(others)


def relax(
    instance: Instance,
    required: BoolArray,
    price: int,
    scale: int,
    *,
    variant: Variant = FIRST,
    record: bool = False,
    apart: IntArray | None = None,
) -> Relaxation:
    """Bound the cost of every region with all that is required, at one price per person.

    Something must be required (a vertex or a meeting point): the heaviest of it is the root. ``record`` keeps
    every raise of the ascent, for the published dual. Terminals set ``apart`` are not raised. Another ``variant``
    raises in another way, or from another root among all that every region meets.
    """
    worth, label, start, neighbours, entry, budget, people, root, gain = priced(
        *instance.graph, instance.cost, instance.affected, required, price, scale
    )
    must = (budget >= UNLIMITED) | (people > instance.spare)
    root = _root(root, np.flatnonzero(must), variant[1])
    goal = np.zeros(len(entry), np.bool_)
    goal[root] = True
    if apart is not None:
        goal[apart] = True
    order = _raising_order(np.flatnonzero((budget > 0) & ~goal), budget, variant[0])
    question = (
        start,
        neighbours,
        entry,
        budget,
        people,
        instance.spare,
        goal,
        order,
        first_step(entry),
        GROWTHS[variant[0] % len(GROWTHS)],
        instance.size > LARGE or variant[0] % 2 == MEETING,
        price * instance.quota // FINE_ENOUGH if instance.size > HUGE else 0,
    )
    log = np.empty(0, np.int64)
    dual, slack, left, room, looked = ascend(*question, log)
    if record:
        log = np.empty(room, np.int64)
        ascend(*question, log)
    value = price * instance.quota - gain + int(dual)
    made = Relaxation(
        price, scale, value, label, start, neighbours, entry, budget, must, left, slack, root, worth, log, variant
    )
    return replace(made, looked=looked)


def joined_exactly(instance: Instance, required: BoolArray, relaxation: Relaxation, upper: int) -> Relaxation:
    """Bound again with the few far-apart terminals that every region must reach joined exactly, where that is better.

    An ascent from several far terminals stops short of the best way to join them. Here the other terminals are raised
    first, and what they leave of the prices makes a small Steiner problem, solved by dynamic programming:
    every region still has to pay for the cheapest tree in it.
    """
    must = relaxation.far_apart
    if not 2 <= len(must) <= FEW:
        return relaxation
    others = relax(instance, required, relaxation.price, relaxation.scale, variant=relaxation.variant, apart=must)
    room = relaxation.scale * (upper - 1) - others.value
    below, following = trees_below(others.start, others.neighbours, others.slack, must, max(room, 0))
    least = min(int(below[-1, others.root]), max(room, 0) + 1)
    if others.value + least <= relaxation.value:
        return relaxation
    heads, prices = outward(others.start, others.neighbours, others.slack)
    above = trees_above(others.start, heads, prices, below, others.root, max(room, 0))
    through = trees_through(above, below, max(room, 0))
    tree = tree_vertices(below, following, others.root) if least <= room else None
    reach = np.where(through < FAR, through - least, FAR)
    return replace(others, value=others.value + least, reach=reach, tree=tree)


def settle(instance: Instance, required: BoolArray, relaxation: Relaxation, upper: int) -> Choice:
    """Choices that every region cheaper than ``upper`` makes: reduced-cost fixing."""
    room = relaxation.scale * (upper - 1) - relaxation.value
    if room < 0:
        raise Infeasible
    reach, loss = exchange_prices(relaxation)
    allowed = reach <= room
    allowed[instance.natural :] = True
    spare = instance.holds(allowed) - instance.quota
    must = required | (allowed & ((loss > room) | (instance.affected > spare)))
    if spare < 0 or (required & ~allowed).any():
        raise Infeasible
    return Choice(allowed, must)


def exchange_prices(relaxation: Relaxation) -> tuple[IntArray, IntArray]:
    """What the bound rises by, at least, if a vertex is taken in, and if it is left out (scaled)."""
    distance = relaxation.reach
    if distance is None:
        heads, prices = outward(relaxation.start, relaxation.neighbours, relaxation.slack)
        distance = distances(relaxation.start, heads, prices, relaxation.root)
    rest = relaxation.left.copy()
    rest[relaxation.root] = UNLIMITED
    return distance[relaxation.label], np.minimum(np.maximum(relaxation.worth, 0), rest[relaxation.label])


def _root(first: int, must: IntArray, number: int) -> int:
    place = int(np.searchsorted(must, first))
    return int(must[(place + number) % len(must)])


def _raising_order(terminals: IntArray, budget: IntArray, seed: int) -> IntArray:
    if seed:
        return np.random.default_rng(seed).permutation(terminals)
    return terminals[np.argsort(budget[terminals], kind="stable")]
