"""Feasible regions out of a relaxation: join what is worth joining, prune, reach the quota, trim, polish."""

from __future__ import annotations

import numpy as np

from geopolity.arrays import BoolArray, IntArray
from geopolity.compiling import njit
from geopolity.region.dual.paths import FAR, join_terminals, outward, prune_tree
from geopolity.region.dual.relaxation import Relaxation
from geopolity.region.graph import components
from geopolity.region.heap import pop, push
from geopolity.region.instance import Instance
from geopolity.region.primal.polish import polish, trim


def joined(relaxation: Relaxation, *, seed: int = 0, around: int | None = None) -> BoolArray:
    """Heavy set at the relaxation's price: terminals joined along cheap reduced prices, then pruned.

    Paths go ``around`` a vertex, if one is given, where there is any other way.
    """
    heads, prices = outward(relaxation.start, relaxation.neighbours, relaxation.slack)
    _discourage(heads, prices, relaxation.entry)
    if around is not None:
        prices[heads == relaxation.label[around]] = FAR // 4
    if seed:
        noise = np.random.default_rng(seed).integers(64, 256, len(relaxation.entry))
        prices = prices // 256 * noise[heads]
    terminal = relaxation.budget > 0
    if relaxation.tree is not None:
        terminal[relaxation.tree] = True
        _set_free(relaxation.start, heads, prices, terminal)
    parent, listed = join_terminals(relaxation.start, heads, prices, terminal, relaxation.root)
    keep = relaxation.must
    worth = np.where(keep, 0, relaxation.budget - relaxation.entry)
    chosen = prune_tree(parent, listed, worth, keep)
    heavy: BoolArray = chosen[relaxation.label]
    return heavy


def in_one_piece(instance: Instance, member: BoolArray, worth: IntArray) -> BoolArray:
    """Parts of a set joined to the heaviest of them by the cheapest ways, then pruned to what is worth its way there.

    Works on an instance without meeting points.
    """
    label, count = components(*instance.graph, member)
    if count < 2:
        return member
    held = np.zeros(count, np.int64)
    np.add.at(held, label[member], instance.affected[member])
    root = int(np.argmax(label == held.argmax()))
    prices = np.where(member, 0, instance.cost)[instance.graph.neighbours]
    parent, listed = join_terminals(*instance.graph, prices, member, root)
    joined_up: BoolArray = prune_tree(parent, listed, worth, label == held.argmax())
    return joined_up


def feasible(instance: Instance, member: BoolArray, *, rounds: int) -> BoolArray | None:
    """Region with the quota, grown from the heaviest connected part of a set, trimmed and polished.

    Works on an instance without meeting points. Heuristic: no guarantee but feasibility; None if the quota
    cannot be reached.
    """
    graph, cost, affected = instance.graph, instance.cost, instance.affected
    label, count = components(*graph, member)
    if count > 1:
        held = np.zeros(count, np.int64)
        np.add.at(held, label[member], affected[member])
        member = label == held.argmax()
    member = member.copy()
    spare = reach_quota(*graph, cost, affected, member, instance.holds(member) - instance.quota)
    if spare < 0:
        return None
    spare = trim(*graph, cost, affected, member, spare)
    polish(*graph, cost, affected, member, spare, rounds)
    return member


@njit(cache=True)
def _discourage(heads: IntArray, prices: IntArray, entry: IntArray) -> None:
    """Add an eighth of what entering a vertex costs at first to what is left of it."""
    for k in range(len(heads)):
        prices[k] += entry[heads[k]] // 8


@njit(cache=True)
def _set_free(start: IntArray, heads: IntArray, prices: IntArray, member: BoolArray) -> None:
    """Make ways within a set cost nothing; arcs are listed at their tail."""
    for v in np.flatnonzero(member):
        for k in range(start[v], start[v + 1]):
            if member[heads[k]]:
                prices[k] = 0


@njit(cache=True)
def reach_quota(
    start: IntArray, neighbours: IntArray, cost: IntArray, affected: IntArray, member: BoolArray, spare: int
) -> int:
    """Add paths, cheapest per person first, until the quota is met; returns the people to spare (< 0: failed).

    One growing shortest-path front serves all paths: what is added becomes a source at once. The front goes
    only as far as a path might pay that gains a 32nd of what is missing.
    """
    n = len(start) - 1
    room = 6 * (len(neighbours) + n) + 64
    distance = np.full(n, FAR, np.int64)
    gain = np.zeros(n, np.int64)
    before = np.full(n, -1, np.int64)
    keys = np.empty(room, np.int64)
    vertices = np.empty(room, np.int64)
    ratios = np.empty(room, np.float64)
    candidates = np.empty(room, np.int64)
    size = 0
    offers = 0
    richest = affected.max()
    for v in range(n):
        if member[v]:
            distance[v] = 0
            size = push(keys, vertices, size, 0, v)
    while spare < 0:
        need = -spare
        sight = min(need, max(need // 32, 4 * richest))
        best = -1
        while True:
            # The best offer still true, then every vertex near enough to beat it.
            while offers:
                v = candidates[0]
                ratio = ratios[0]
                if member[v] or gain[v] == 0:
                    offers = pop(ratios, candidates, offers)
                    continue
                true = distance[v] / min(gain[v], need)
                if true > ratio * (1 + 1e-12):
                    offers = pop(ratios, candidates, offers)
                    offers = push(ratios, candidates, offers, true, v)
                    continue
                best = v
                break
            if size and (offers == 0 or keys[0] < ratios[0] * sight) and offers + 2 < room:
                d = keys[0]
                v = vertices[0]
                size = pop(keys, vertices, size)
                if d > distance[v]:
                    continue
                if d > 0 and gain[v] > 0:
                    offers = push(ratios, candidates, offers, d / min(gain[v], need), v)
                for k in range(start[v], start[v + 1]):
                    u = neighbours[k]
                    if not member[u] and d + cost[u] < distance[u] and size + 1 < room:
                        distance[u] = d + cost[u]
                        gain[u] = gain[v] + affected[u]
                        before[u] = v
                        size = push(keys, vertices, size, distance[u], u)
                continue
            break
        if offers == 0 or best < 0:
            return spare
        v = best
        while not member[v]:
            member[v] = True
            spare += affected[v]
            distance[v] = 0
            gain[v] = 0
            if size + 1 < room:
                size = push(keys, vertices, size, 0, v)
            v = before[v]
    return spare
