"""An instance at one price per person: what belongs together is merged, and entering the rest has a price."""

from __future__ import annotations

import numpy as np

from geopolity.arrays import BoolArray, IntArray
from geopolity.compiling import njit
from geopolity.region.dual.ascent import UNLIMITED
from geopolity.region.graph import components, contract


@njit(cache=True)
def priced(
    start: IntArray,
    neighbours: IntArray,
    cost: IntArray,
    affected: IntArray,
    required: BoolArray,
    price: int,
    scale: int,
) -> tuple[IntArray, IntArray, IntArray, IntArray, IntArray, IntArray, IntArray, int, int]:
    """Merge adjacent vertices that are worth their cost or required, and sum what they hold.

    Returns
    -------
    The worth of every vertex and its label; the merged graph, as start and neighbours; for every label the price of
    entering it, its prize (UNLIMITED where something in it is required) and its people; the label of the root, the
    heaviest with something required; and all prizes less what required vertices lack.
    """
    n = len(cost)
    worth = price * affected - scale * cost
    sticky = (worth > 0) | required
    label, total = components(start, neighbours, sticky)
    for v in range(n):
        if not sticky[v]:
            label[v] = total
            total += 1
    merged, heads = contract(start, neighbours, label, total)
    entry = np.zeros(total, np.int64)
    budget = np.zeros(total, np.int64)
    people = np.zeros(total, np.int64)
    anchored = np.zeros(total, np.bool_)
    gain = 0
    for v in range(n):
        at = label[v]
        people[at] += affected[v]
        if worth[v] > 0:
            gain += worth[v]
            budget[at] += worth[v]
        elif required[v]:
            gain += worth[v]
        else:
            entry[at] = -worth[v]
        if required[v]:
            anchored[at] = True
    root = -1
    for at in range(total):
        if anchored[at]:
            budget[at] = UNLIMITED
            if root < 0 or people[at] > people[root]:
                root = at
    return worth, label, merged, heads, entry, budget, people, root, gain


@njit(cache=True)
def first_step(entry: IntArray) -> int:
    """Return a quarter of the median price of entering a vertex that has one."""
    priced = entry[entry > 0]
    if len(priced) == 0:
        return 1
    return max(1, int(np.median(priced)) // 4)
