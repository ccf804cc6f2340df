"""Branch and bound: nodes bounded, narrowed by reduced-cost fixing and split, the least bound first.

A node whose regions must only *meet* a set is split into places (meets this half | avoids it); a node with an anchor
is split on a piece of the footprint or a vertex (meets | avoids). The least bound of the open nodes is the bound of the
whole problem, at any moment.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator

from geopolity.region.dual.bounds import Bounds
from geopolity.region.dual.core import split_in_places
from geopolity.region.dual.relaxation import FINE, Steps, settle
from geopolity.region.instance import Infeasible, Node
from geopolity.region.quota import complete
from geopolity.region.search.branching import Branching, Open, children


class Tree:
    """The open nodes of a search and the bound that they prove.

    Parameters
    ----------
    bounds
        What bounds the nodes, with the incumbent, the budget and the rounding that they share.
    goes_on
        Asked now and then; false stops the search.
    """

    def __init__(self, bounds: Bounds, goes_on: Callable[[], bool], lower_bound: int = 1) -> None:
        self.bounds = bounds
        self.incumbent = bounds.incumbent
        self.budget = bounds.budget
        self.goes_on = goes_on
        self.lower_bound = lower_bound
        self.queue: list[Open] = []
        self.branching = Branching()
        self._numbered = 0

    def raise_to(self, bound: int) -> None:
        """Take note of a bound of the whole problem, as far as the best region allows one."""
        self.lower_bound = max(self.lower_bound, min(bound, self.incumbent.cost))

    def close(self) -> None:
        """Nothing is better than the best region."""
        self.lower_bound = self.incumbent.cost

    def push(self, item: Open) -> None:
        """Queue a node unless its bound says that nothing better is in it."""
        if item.bound < self.incumbent.cost:
            heapq.heappush(self.queue, item)

    def tighten(self, item: Open, steps: Steps = FINE, *, rounding: bool = False) -> None:
        """Bound a node at its best price and narrow it, again and again while that pays."""
        while True:
            self._bound(item, steps, rounding=rounding)
            before = item.node
            assert item.relaxation is not None
            choice = settle(before.instance, before.required, item.relaxation, self.incumbent.cost)
            item.node = before.narrowed(choice)
            if item.node.instance.real == 1 or not self._pays(before, item.node) or self.budget.is_over:
                break
            steps = Steps(min(steps.first, 0.25), min(steps.finest, 0.06))
        if item.node is not before:
            item.relaxation = None

    def _bound(self, item: Open, steps: Steps, *, rounding: bool) -> None:
        relaxation = self.bounds.best(item.node, item.price, steps, rounding=rounding, variant=item.variant)
        relaxation = self.bounds.varied(item.node, relaxation)
        item.variant = relaxation.variant
        relaxation = self.bounds.sharpened(item.node, relaxation)
        item.price, item.relaxation = relaxation.price, relaxation
        item.bound = max(item.bound, relaxation.bound)
        if self.budget.nodes == 0:
            self.raise_to(item.bound)
            self.bounds.rounding.round(item.node, relaxation)
            self.budget.is_stopped = self.budget.is_stopped or not self.goes_on()

    def _pays(self, before: Node, after: Node) -> bool:
        """Whether narrowing changed so much that another bound is worth its work."""
        enough = 0.9 if self.budget.nodes else 0.98
        has_anchor = bool(before.required[: before.instance.real].any())
        return after.instance.size < enough * before.instance.size or (
            bool(after.required.sum() > before.required.sum()) and not has_anchor
        )

    def run(self, after_node: Callable[[], None] = lambda: None) -> None:
        """Split nodes until the best region is proven or the work is done; ``after_node`` may look for better ones."""
        while self.queue:
            self.raise_to(self.queue[0].bound)
            if self.lower_bound >= self.incumbent.cost or self.budget.is_over or not self.goes_on():
                return
            item = heapq.heappop(self.queue)
            self.budget.nodes += 1
            after_node()
            for node in self.split(item):
                self._numbered += 1
                child = Open(item.bound, self._numbered, node, item.price, variant=item.variant)
                try:
                    self._explore(child)
                except Infeasible:
                    continue
                self.push(child)
        self.close()

    def _explore(self, child: Open) -> None:
        """Bound a child, and make regions of what bounds it."""
        bounds = self.bounds
        self.tighten(child, rounding=self.budget.nodes % 8 == 1)
        if child.relaxation is None:
            child.relaxation = bounds.relax(child.node, child.price, variant=child.variant)
            child.bound = max(child.bound, child.relaxation.bound)
        bounds.rounding.round(child.node, child.relaxation, rounds=2)
        bounds.rounding.round(child.node, child.relaxation, rounds=2, seed=bounds.seed + child.number)

    def split(self, item: Open) -> list[Node]:
        """Two nodes that together hold every region of this one; fewer where one is empty."""
        node = item.node
        real = node.instance.real
        if not node.required[:real].any():
            return _existing(children(node, split_in_places(node)))
        if node.required[:real].all():
            whole = complete(node)
            self.incumbent.offer(None if whole is None else self.bounds.rounding.lifted(node, whole))
            return []
        return _existing(children(node, self.branching.choose(self.bounds, item)))


def _existing(nodes: Iterator[Node | None]) -> list[Node]:
    return [node for node in nodes if node is not None]
