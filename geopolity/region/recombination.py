"""Better regions out of good ones: ruin and recreate the best, then search among what all of them use.

The search on so little ground takes a small part of the time of one on the whole; a region that polishing cannot reach
from any of the good ones is often a mixture of several.
"""

from __future__ import annotations

import numpy as np

from geopolity.region.graph import touched
from geopolity.region.ruin import recreated
from geopolity.region.search import Search

RUINS = 30
"""Regions ruined and recreated before each recombination."""
ROUNDS = 4
CLOSE = 0.001
"""Gap at which branching does better than further ruins."""
SHARE, SHARE_WHERE_LARGE = 0.08, 0.4
"""Part of the remaining work that may go into better regions; small problems are better off branching soon."""
LARGE = 20_000


def improve(search: Search) -> None:
    """Offer ruined and recreated regions and recombine what comes of them, round by round, while there is a gap."""
    rng = np.random.default_rng(search.seed)
    share = SHARE_WHERE_LARGE if search.instance.size > LARGE else SHARE
    end = search.work + int(share * max(0, search.budget - search.work))
    failed = 0
    for _ in range(ROUNDS):
        before = search.ceiling
        for turn in range(RUINS):
            if search.work >= end or search.stopped or search.ceiling - search.floor <= CLOSE * search.floor:
                return
            search.work += 3 * len(search.instance.graph.neighbours)
            member = recreated(search.instance, search.region, turn, rng)
            if member is not None:
                search.remember(member)
                search.offer(member)
        recombine(search, min(search.budget // 10, end - search.work))
        search.stopped = search.stopped or not search.report(search)
        failed = failed + 1 if search.ceiling == before else 0
        if failed == 2:
            return


def recombine(search: Search, budget: int) -> None:
    """Search among what the best regions use and what is next to it."""
    ground = np.zeros(search.instance.size, np.bool_)
    for _, member in search.seen:
        ground |= member
    ground |= touched(*search.instance.graph, ground)
    smaller, node = search.within(ground, budget)
    smaller.root()
    smaller.run()
    search.work += smaller.work
    search.offer(node.expand(smaller.region))
