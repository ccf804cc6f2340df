"""Ruin and recreate (Schrimpf and others 2000): take a piece out of a region, grow it back elsewhere, keep the better.

What polishing cannot do in small steps happens here in one: a far-off cluster is given up for another, or a corridor
runs another way round.
"""

from __future__ import annotations

import numpy as np

from geopolity.arrays import BoolArray, IntArray
from geopolity.compiling import njit
from geopolity.region.graph import components
from geopolity.region.instance import Instance
from geopolity.region.primal.growth import reach_quota
from geopolity.region.primal.polish import polish, trim

SHARES = (0.02, 0.05, 0.12, 0.3)
"""How much of the region's vertices a ruin takes, in turn."""
SHY = 2
"""Growing back, what was taken counts at this multiple of its cost."""


def recreated(instance: Instance, member: BoolArray, number: int, rng: np.random.Generator) -> BoolArray | None:
    """Region after one ruin; ``None`` if the quota cannot be reached from what is left."""
    graph, affected = instance.graph, instance.affected
    inside = np.flatnonzero(member)
    size = max(1, int(SHARES[number % len(SHARES)] * len(inside)))
    gone = neighbourhood(*graph, member, int(rng.choice(inside)), size)
    label, count = components(*graph, member & ~gone)
    if count == 0:
        return None
    held = np.zeros(count, np.int64)
    np.add.at(held, label[label >= 0], affected[label >= 0])
    left: BoolArray = label == held.argmax()
    shy = np.where(member & ~left, SHY * instance.cost, instance.cost)
    spare = reach_quota(*graph, shy, affected, left, instance.holds(left) - instance.quota)
    if spare < 0:
        return None
    spare = trim(*graph, instance.cost, affected, left, spare)
    polish(*graph, instance.cost, affected, left, spare, 2)
    return left


@njit(cache=True)
def neighbourhood(start: IntArray, neighbours: IntArray, member: BoolArray, seed: int, size: int) -> BoolArray:
    """Members nearest to a seed within the region, breadth first."""
    near = np.zeros(len(member), np.bool_)
    queue = np.empty(size, np.int64)
    queue[0] = seed
    near[seed] = True
    head, tail = 0, 1
    while head < tail < size:
        v = queue[head]
        head += 1
        for k in range(start[v], start[v + 1]):
            u = neighbours[k]
            if member[u] and not near[u] and tail < size:
                near[u] = True
                queue[tail] = u
                tail += 1
    return near
