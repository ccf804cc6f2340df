"""Boundaries that move gently: near the best cost, the region closest to the previous one.

Moving is measured in affected people of the vertices that change sides, then in vertices. A search on costs that
add a price for moving proposes regions; the best region itself and the previous one are proposals too, so the
answer never moves more than a fresh derivation.
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np

from geopolity.arrays import BoolArray
from geopolity.region.graph import components
from geopolity.region.instance import Instance
from geopolity.region.primal.growth import feasible
from geopolity.region.search.run import Search

TOLERANCE = Fraction(5, 1000)
"""How much dearer than the best region a steadied one may be."""
SMALL = 14
"""Up to this many vertices every set is tried, so the answer moves the fewest possible."""
PRICES = 7
WORK = 4_000_000


def steadied(instance: Instance, best: BoolArray, previous: BoolArray, seed: int) -> BoolArray:
    """Choose the feasible region within the tolerance of the best cost that moves the fewest people."""
    dearest = instance.price(best) + math.floor(instance.price(best) * TOLERANCE)
    if instance.size <= SMALL:
        proposals = _every_region(instance, dearest)
    else:
        proposals = [previous.copy(), *_proposals(instance, best, previous, seed)]
    found = [best] + [member for member in proposals if _fits(instance, member, dearest)]
    return min(found, key=lambda member: moved(instance, member, previous))


def moved(instance: Instance, member: BoolArray, previous: BoolArray) -> tuple[int, int, int]:
    """Affected people and vertices that change sides, then the cost."""
    changed = member != previous
    return int(instance.affected[changed].sum()), int(changed.sum()), instance.price(member)


def _fits(instance: Instance, member: BoolArray, dearest: int) -> bool:
    if not member.any() or instance.price(member) > dearest or instance.holds(member) < instance.quota:
        return False
    return bool(components(*instance.graph, member)[1] == 1)


def _proposals(instance: Instance, best: BoolArray, previous: BoolArray, seed: int) -> list[BoolArray]:
    """Regions that are cheap when staying put is worth something, at prices of moving from low to high."""
    # Work in finer units, so that a small price of moving still shows.
    fine = 64
    typical = max(1, fine * instance.price(best) // max(1, instance.holds(best)))
    unit = max(1, fine * instance.price(best) // max(1, int(best.sum())))
    proposals = []
    for step in range(PRICES):
        price = typical * 2**step // 16
        staying = price * instance.affected + unit * 2**step // 64
        cost = np.maximum(fine * instance.cost + np.where(previous, -staying, staying), 1)
        search = Search(replace(instance, cost=cost), seed, lambda _: True, WORK)
        search.incumbent.offer(best)
        search.incumbent.offer(feasible(search.instance, previous, rounds=2) if previous.any() else None)
        proposals.append(search.run())
    return proposals


def _every_region(instance: Instance, dearest: int) -> list[BoolArray]:
    sets = (np.arange(1, 2**instance.size)[:, None] >> np.arange(instance.size)) & 1
    cheap = sets[(sets @ instance.cost <= dearest) & (sets @ instance.affected >= instance.quota)]
    return [row.astype(np.bool_) for row in cheap]
