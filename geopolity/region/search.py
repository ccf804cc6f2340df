"""Branch and bound over what a region meets, uses and avoids, with the priced quota as the bound.

Every node is narrowed by reduced-cost fixing before it is split. A node whose regions must only *meet* a set
is split into places (meets this half | avoids it); a node with an anchor is split on a piece of the footprint or a
vertex (meets | avoids).
The least bound of the open nodes is the bound of the whole problem, at any moment.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from geopolity.arrays import BoolArray
from geopolity.region.branching import Branching, Open, children
from geopolity.region.core import close_core, dense_core, dense_part, split_in_places
from geopolity.region.growth import feasible, joined
from geopolity.region.instance import Choice, Infeasible, Instance, Node
from geopolity.region.relaxation import COARSE, FEW, FINE, FIRST, Relaxation, Steps, Turn, joined_exactly, relax, settle
from geopolity.region.turns import Turns

SCALED_TOTAL = 2**52
"""Scaled costs add up to about this; prices times people stay within 64 bits with room to spare."""
LARGE = 20_000
"""Instances with more vertices are polished less while the price is still sought."""
FEW_LATER = 3
"""So many far terminals are joined exactly once branching has begun."""
PATIENCE = 6
"""Joining exactly is given up after so many times that it raised the bound by less than WORTH (of the cost)."""
WORTH = 1e-4
PROBATION = 32
"""A small problem still open after so many nodes is given the time for better regions that a large one has at once."""
RECALLED = 10
"""Regions kept to be recombined."""


class Search:
    """The state of one branch and bound: best region, open nodes, work done."""

    def __init__(self, instance: Instance, seed: int, report: Callable[[Search], bool], budget: int = 2**62) -> None:
        self.instance = instance
        self.budget = budget
        self.seed = seed
        self.report = report
        self.scale = max(1, SCALED_TOTAL // int(instance.cost.sum()))
        self.region: BoolArray = np.zeros(instance.size, np.bool_)
        self.ceiling = int(instance.cost.sum()) + 1
        self.queue: list[Open] = []
        self.floor = 1
        self.nodes = 0
        self.work = 0
        self.numbered = 0
        self.in_vain = 0
        self.turns = Turns()
        self.branching = Branching()
        self.base: Node | None = None
        self.seen: list[tuple[int, BoolArray]] = []
        self.opening: tuple[Node, int] | None = None
        self.stopped = False
        self.improve: Callable[[Search], None] = lambda _: None
        """Looks for better regions, after the root of a large search and some nodes of a small one."""

    # -- the region side ------------------------------------------------------------------------------------

    def offer(self, member: BoolArray | None) -> bool:
        """Keep a region if it is better than the best one: cheaper, then fewer units, then earlier ids."""
        if member is None:
            return False
        cost = self.value(member)
        if cost > self.ceiling or (cost == self.ceiling and not _earlier(member, self.region)):
            return False
        better = cost < self.ceiling
        self.region, self.ceiling = member, cost
        return better

    def value(self, member: BoolArray) -> int:
        """Return what is minimised."""
        return self.instance.price(member)

    def first_region(self) -> BoolArray:
        """Find some region fast: join what is worth joining at rising prices; where time allows or that fails, grow.

        Returns the region whose core the search starts from: the grown one is more of one piece.
        """
        instance = self.instance
        density = instance.affected / instance.cost
        order = np.argsort(-density, kind="stable")
        enough = order[int(np.searchsorted(np.cumsum(instance.affected[order]), instance.quota))]
        price = max(1, int(1.5 * self.scale / density[enough]))
        everywhere = np.ones(instance.size, np.bool_)
        node = self.everything().meeting(
            dense_part(*instance.graph, density, instance.affected, everywhere, int(order[0]), instance.spare)
        )
        for _ in range(4):
            relaxation = self.relax(node, self.bounded(node, price))
            self.floor = max(self.floor, relaxation.bound)
            member = joined(relaxation)[: instance.size]
            if instance.holds(member) >= instance.quota and self.offer(feasible(instance, member, rounds=0)):
                break
            price *= 4
        if self.region.any() and instance.size > LARGE:
            return self.region
        member = np.zeros(instance.size, np.bool_)
        member[int(order[0])] = True
        grown = feasible(instance, member, rounds=2)
        self.offer(grown)
        return self.region if grown is None else grown

    def everything(self) -> Node:
        """Node in which nothing is settled."""
        size = self.instance.size
        return Node(self.instance, np.zeros(size, np.bool_), np.arange(size, dtype=np.int64))

    def harvest(self, node: Node, relaxation: Relaxation, *, seed: int = 0, rounds: int = 3) -> bool:
        """Try the region that a relaxation suggests, polished on the ground that holds every better region."""
        member = joined(relaxation, seed=seed)
        ground = node.instance
        if self.base is not None:
            member, ground = node.expand(member), self.base.instance
        self.work += len(ground.graph.neighbours) + 2000
        made = feasible(ground.ground, member[: ground.real], rounds=rounds)
        if made is None:
            return False
        made = (self.base or node).expand(made)
        self.remember(made)
        return self.offer(made)

    def remember(self, member: BoolArray) -> None:
        """Keep the few cheapest regions seen."""
        cost = self.value(member)
        if all(cost != other for other, _ in self.seen):
            self.seen = sorted([*self.seen, (cost, member)], key=lambda pair: pair[0])[:RECALLED]

    def within(self, ground: BoolArray, budget: int) -> tuple[Search, Node]:
        """Open a search for regions inside a ground that holds the best one, and say where its vertices lie."""
        node = self.everything().narrowed(Choice(ground, np.zeros(self.instance.size, np.bool_)))
        inside = np.zeros(node.instance.size, np.bool_)
        inside[node.place[self.region]] = True
        search = Search(node.instance, self.seed, lambda _: not self.stopped, budget)
        search.offer(inside)
        return search, node

    def lifted(self, node: Node, member: BoolArray) -> BoolArray:
        """Vertices of the whole instance behind a node's."""
        member = node.expand(member)
        return member if self.base is None else self.base.expand(member)

    # -- the bound side -------------------------------------------------------------------------------------

    def relax(self, node: Node, price: int, required: BoolArray | None = None, turn: Turn = FIRST) -> Relaxation:
        """One dual ascent, counted as work."""
        self.work += 4 * len(node.instance.graph.neighbours) + 2000
        must = node.required if required is None else required
        return relax(node.instance, must, price, self.scale, turn=turn)

    def sharpened(self, node: Node, relaxation: Relaxation) -> Relaxation:
        """Join a few far-apart terminals exactly, where every region must reach them and that has helped so far."""
        count = len(relaxation.far_apart)
        most = FEW if self.nodes == 0 else FEW_LATER
        if relaxation.bound >= self.ceiling or not 2 <= count <= most or self.in_vain >= PATIENCE:
            return relaxation
        self.work += 8 * 2**count * len(relaxation.neighbours)
        exact = joined_exactly(node.instance, node.required, relaxation, self.ceiling)
        gain = (exact.value - relaxation.value) / (self.scale * self.ceiling)
        self.in_vain = 0 if gain > WORTH else self.in_vain + 1
        return exact

    def bounded(self, node: Node, price: int) -> int:
        """Keep a price so low that its products stay within 64 bits."""
        return min(max(price, 1), 2**60 // max(1, int(node.instance.affected.sum())))

    def best_price(
        self, node: Node, price: int, steps: Steps, *, harvest: bool = False, turn: Turn = FIRST
    ) -> Relaxation:
        """Climb to the price per person with the highest bound, by halving steps on a logarithmic scale."""
        tried: dict[int, Relaxation] = {}

        def at(candidate: int) -> Relaxation:
            candidate = self.bounded(node, candidate)
            if candidate not in tried:
                tried[candidate] = self.relax(node, candidate, turn=turn)
                if harvest:
                    self.harvest(node, tried[candidate], rounds=1 if node.instance.size > LARGE else 3)
            return tried[candidate]

        best, step = at(price), steps.first
        while step >= steps.finest and best.bound < self.ceiling and self.work < self.budget:
            for factor in (2.0**step, 2.0**-step):
                rival = at(int(best.price * factor))
                moved = False
                while rival.value > best.value and rival.bound < self.ceiling and self.work < self.budget:
                    best, moved = rival, True
                    rival = at(int(best.price * factor))
                if rival.value > best.value:
                    best = rival
                if moved:
                    break
            step /= 2
        if self.opening is None:
            self.opening = (node, best.price)
        return best

    def turned(self, node: Node, relaxation: Relaxation) -> Relaxation:
        """Raise in other orders and from other roots, and keep what bounds best."""
        if not node.required[: node.instance.real].any() and self.nodes:
            return relaxation
        is_large = node.instance.size > LARGE
        best, won = relaxation, 0
        for number in self.turns.numbers(self.nodes, is_large=is_large):
            if best.bound >= self.ceiling or self.work >= self.budget:
                break
            rival = self.relax(node, relaxation.price, turn=(self.seed + number, number))
            if rival.value > best.value:
                best, won = rival, number
                self.harvest(node, rival, rounds=1)
        pays = best.value - relaxation.value > WORTH * self.scale * self.ceiling
        self.turns.tell(won, pays=pays)
        if pays:
            rival = self.best_price(node, best.price, COARSE if is_large else FINE, turn=best.turn)
            best = max(best, rival, key=lambda it: it.value)
        return best

    def tighten(self, item: Open, steps: Steps = FINE, *, harvest: bool = False) -> None:
        """Bound a node at its best price and narrow it, again and again while that pays."""
        while True:
            relaxation = self.best_price(item.node, item.price, steps, harvest=harvest, turn=item.turn)
            relaxation = self.turned(item.node, relaxation)
            item.turn = relaxation.turn
            relaxation = self.sharpened(item.node, relaxation)
            item.price, item.relaxation = relaxation.price, relaxation
            item.bound = max(item.bound, relaxation.bound)
            if self.nodes == 0:
                self.floor = max(self.floor, min(item.bound, self.ceiling))
                self.harvest(item.node, relaxation)
                self.stopped = self.stopped or not self.report(self)
            before = item.node
            choice = settle(before.instance, before.required, relaxation, self.ceiling)
            narrowed = before.narrowed(choice)
            enough = 0.9 if self.nodes else 0.98
            pays = narrowed.instance.size < enough * before.instance.size or (
                narrowed.required.sum() > before.required.sum() and not before.required[: before.instance.real].any()
            )
            item.node = narrowed
            if narrowed.instance.real == 1 or not pays or self.work >= self.budget or self.stopped:
                break
            steps = Steps(min(steps.first, 0.25), min(steps.finest, 0.06))
        if item.node is not before:
            item.relaxation = None

    def root(self) -> None:
        """Open the search: first region, core, the price of the quota, and what follows from them."""
        start = self.first_region()
        self.stopped = not self.report(self)
        price = self.bounded(self.everything(), int(2 * self.scale * self.ceiling / self.instance.quota))
        cores = close_core(self.instance, price, self.scale), dense_core(self.instance, start)
        nodes = [self.everything().meeting(core) for core in cores]
        item = Open(1, 0, max(nodes, key=lambda node: self.relax(node, price).value), price)
        try:
            self.tighten(item, Steps(1.0, 0.03), harvest=True)
            before = self.ceiling
            if self.instance.size > LARGE:
                self.improve(self)
            if self.ceiling < before:
                self.tighten(item)
        except Infeasible:
            self.floor = self.ceiling
            return
        self.base = item.node
        item.node = replace(item.node, place=np.arange(item.node.instance.size))
        self.push(item)

    def push(self, item: Open) -> None:
        """Queue a node unless its bound says that nothing better is in it."""
        if item.bound < self.ceiling:
            heapq.heappush(self.queue, item)

    def run(self) -> None:
        """Split nodes until the best region is proven or the work is done."""
        while self.queue:
            self.floor = max(self.floor, min(self.queue[0].bound, self.ceiling))
            if self.floor >= self.ceiling or self.work >= self.budget or self.stopped or not self.report(self):
                return
            item = heapq.heappop(self.queue)
            self.nodes += 1
            if self.nodes == PROBATION and self.instance.size <= LARGE:
                self.improve(self)
            for node in self.split(item):
                self.numbered += 1
                child = Open(item.bound, self.numbered, node, item.price, turn=item.turn)
                try:
                    self.tighten(child, harvest=self.nodes % 8 == 1)
                    if child.relaxation is None:
                        child.relaxation = self.relax(child.node, child.price, turn=child.turn)
                        child.bound = max(child.bound, child.relaxation.bound)
                    self.harvest(child.node, child.relaxation, rounds=2)
                    self.harvest(child.node, child.relaxation, rounds=2, seed=self.seed + self.numbered)
                except Infeasible:
                    continue
                self.push(child)
        self.floor = self.ceiling

    # -- splitting ------------------------------------------------------------------------------------------

    def split(self, item: Open) -> list[Node]:
        """Two nodes that together hold every region of this one; fewer where one is empty."""
        node = item.node
        real = node.instance.real
        if not node.required[:real].any():
            return _existing(children(node, split_in_places(node)))
        if node.required[:real].all():
            self.offer(self._if_region(node))
            return []
        return _existing(children(node, self.branching.choose(self, item)))

    def _if_region(self, node: Node) -> BoolArray | None:
        member = feasible(node.instance.ground, np.ones(node.instance.real, np.bool_), rounds=0)
        return None if member is None else self.lifted(node, member)


def _earlier(member: BoolArray, rival: BoolArray) -> bool:
    """Fewer units, then the earlier ids."""
    count, other = int(member.sum()), int(rival.sum())
    if count != other:
        return count < other
    differs = np.flatnonzero(member != rival)
    return bool(differs.size and member[differs[0]])


def _existing(nodes: Iterator[Node | None]) -> list[Node]:
    return [node for node in nodes if node is not None]
