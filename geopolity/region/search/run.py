"""The search for the cheapest region with the quota: a first region, the root, then branch and bound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from geopolity.arrays import BoolArray
from geopolity.region.budget import Budget
from geopolity.region.dual.bounds import Bounds
from geopolity.region.dual.core import close_core, dense_core, dense_part
from geopolity.region.dual.relaxation import Steps
from geopolity.region.incumbent import Incumbent
from geopolity.region.instance import LARGE, Choice, Infeasible, Instance, Node, everything
from geopolity.region.primal.growth import feasible, joined
from geopolity.region.quota import QuotaPricing, QuotaRounding, bounded
from geopolity.region.search.branching import Open
from geopolity.region.search.tree import Tree

SCALED_TOTAL = 2**52
"""Scaled costs add up to about this; prices times people stay within 64 bits with room to spare."""
PROBATION = 32
"""A small problem still open after so many nodes is given the time for better regions that a large one has at once."""


def _content(_: Search) -> None:
    """Look for no better region."""


def _is_over() -> bool:
    return False


class Search:
    """One search: the incumbent, what bounds the nodes, and the tree of them.

    Parameters
    ----------
    report
        Told how far the search is, now and then; false stops it.
    limit
        Work allowed.
    improve
        Looks for better regions, after the root of a large search and some nodes of a small one.
    grain
        What costs are counted in: costs are scaled by a multiple of it, so that a dual is one of the costs as given.
    """

    def __init__(  # noqa: PLR0913 - a problem, and how it is searched
        self,
        instance: Instance,
        seed: int,
        report: Callable[[Search], bool],
        limit: int = 2**62,
        *,
        improve: Callable[[Search], None] = _content,
        grain: int = 1,
    ) -> None:
        self.instance = instance
        self.seed = seed
        self.budget = Budget(limit)
        self.incumbent = Incumbent(instance.size, instance.price, int(instance.cost.sum()) + 1)
        self.pricing = QuotaPricing()
        self.rounding = QuotaRounding(self.incumbent, self.budget)
        self.bounds = Bounds(
            scale=grain * max(1, SCALED_TOTAL // (grain * int(instance.cost.sum()))),
            seed=seed,
            incumbent=self.incumbent,
            budget=self.budget,
            pricing=self.pricing,
            rounding=self.rounding,
        )
        self.tree = Tree(self.bounds, lambda: report(self))
        self._improve = improve
        self._price = 0.0

    def knowing(self, members: BoolArray, lower_bound: int, price: float) -> Search:
        """The search with a region, a bound and the price per person at which that was found."""
        self.incumbent.offer(members)
        self.tree.lower_bound = min(lower_bound, self.incumbent.cost)
        self._price = price
        return self

    def run(self) -> BoolArray:
        """The best region that the budget allows."""
        self._root()
        self.tree.run(self._after_node)
        return self.incumbent.members

    def release(self) -> None:
        """Let go of whoever watched: a search and its watcher hold each other, and what both hold may be large."""
        self.tree.goes_on = _is_over

    def within(self, allowed: BoolArray, limit: int) -> tuple[Search, Node]:
        """A search for regions inside a set that holds the best one, and where its vertices lie."""
        node = everything(self.instance).narrowed(Choice(allowed, np.zeros(self.instance.size, np.bool_)))
        inside = np.zeros(node.instance.size, np.bool_)
        inside[node.place[self.incumbent.members]] = True
        search = Search(node.instance, self.seed, lambda _: not self.budget.is_stopped, limit)
        search.incumbent.offer(inside)
        return search, node

    def _root(self) -> None:
        """Open the search: first region, core, the price of the quota, and what follows from them."""
        start = self.incumbent.members if self._price else self._first_region()
        self.budget.is_stopped = not self.tree.goes_on()
        whole = everything(self.instance)
        about = self._price or 2 * self.incumbent.cost / self.instance.quota
        price = bounded(whole, int(self.bounds.scale * about))
        nodes = [whole.meeting(close_core(self.instance, price, self.bounds.scale))]
        if not self._price or self.instance.size <= LARGE:  # else the price was found with such a core
            nodes.append(whole.meeting(dense_core(self.instance, start)))
        item = Open(1, 0, max(nodes, key=lambda node: self.bounds.relax(node, price).value), price)
        try:
            self.tree.tighten(item, Steps(0.125 if self._price else 1.0, 0.03), rounding=True)
            before = self.incumbent.cost
            if self.instance.size > LARGE:
                self._improve(self)
            if self.incumbent.cost < before:
                self.tree.tighten(item)
        except Infeasible:
            self.tree.close()
            return
        self.rounding.base = item.node
        item.node = replace(item.node, place=np.arange(item.node.instance.size))
        self.tree.push(item)

    def _first_region(self) -> BoolArray:
        """Some region, found fast: join what is worth joining at rising prices; where time allows or that fails, grow.

        Returns the region whose core the search starts from: the grown one is more of one piece.
        """
        instance, incumbent = self.instance, self.incumbent
        density = instance.affected / instance.cost
        order = np.argsort(-density, kind="stable")
        enough = order[int(np.searchsorted(np.cumsum(instance.affected[order]), instance.quota))]
        price = max(1, int(1.5 * self.bounds.scale / density[enough]))
        everywhere = np.ones(instance.size, np.bool_)
        node = everything(instance).meeting(
            dense_part(*instance.graph, density, instance.affected, everywhere, int(order[0]), instance.spare)
        )
        for _ in range(4):
            relaxation = self.bounds.relax(node, bounded(node, price))
            self.tree.lower_bound = max(self.tree.lower_bound, relaxation.bound)
            members = joined(relaxation)[: instance.size]
            if instance.holds(members) >= instance.quota and incumbent.offer(feasible(instance, members, rounds=0)):
                break
            price *= 4
        if incumbent.members.any() and instance.size > LARGE:
            return incumbent.members
        members = np.zeros(instance.size, np.bool_)
        members[int(order[0])] = True
        grown = feasible(instance, members, rounds=2)
        incumbent.offer(grown)
        return incumbent.members if grown is None else grown

    def _after_node(self) -> None:
        if self.budget.nodes == PROBATION and self.instance.size <= LARGE:
            self._improve(self)
