"""Better regions out of good ones: ruin and recreate the best, then search among what all of them use.

The search among so few vertices takes a small part of the time of one on the whole; a region that polishing cannot
reach from any of the good ones is often a mixture of several.
"""

from __future__ import annotations

import numpy as np

from geopolity.region.graph import touched
from geopolity.region.instance import LARGE
from geopolity.region.primal.ruin import recreated
from geopolity.region.search.run import Search

RUINS = 30
"""Regions ruined and recreated before each recombination."""
ROUNDS = 4
CLOSE = 0.001
"""Gap at which branching does better than further ruins."""
SHARE, SHARE_WHERE_LARGE = 0.08, 0.4
"""Part of the remaining work that may go into better regions; small problems are better off branching soon."""


def improve(search: Search) -> None:
    """Offer ruined and recreated regions and recombine what comes of them, round by round, while there is a gap."""
    rng = np.random.default_rng(search.seed)
    share = SHARE_WHERE_LARGE if search.instance.size > LARGE else SHARE
    budget, incumbent = search.budget, search.incumbent
    end = budget.spent + int(share * max(0, budget.limit - budget.spent))
    failed = 0
    for _ in range(ROUNDS):
        before = incumbent.cost
        for number in range(RUINS):
            lower = search.tree.lower_bound
            if budget.spent >= end or budget.is_stopped or incumbent.cost - lower <= CLOSE * lower:
                return
            budget.spent += 3 * len(search.instance.graph.neighbours)
            members = recreated(search.instance, incumbent.members, number, rng)
            if members is not None:
                incumbent.remember(members)
                incumbent.offer(members)
        recombine(search, min(budget.limit // 10, end - budget.spent))
        budget.is_stopped = budget.is_stopped or not search.tree.goes_on()
        failed = failed + 1 if incumbent.cost == before else 0
        if failed == 2:
            return


def recombine(search: Search, limit: int) -> None:
    """Search among what the best regions use and what is next to it."""
    used = np.zeros(search.instance.size, np.bool_)
    for _, members in search.incumbent.seen:
        used |= members
    smaller, node = search.within(used | touched(*search.instance.graph, used), limit)
    found = smaller.run()
    search.budget.spent += smaller.budget.spent
    search.incumbent.offer(node.expand(found))
