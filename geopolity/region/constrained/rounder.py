"""Rounder regions with a bound, that keep to constraints: local search and flows on the problem without them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geopolity.arrays import IntArray
from geopolity.messages import Message
from geopolity.region.border import Border
from geopolity.region.bordered.bounding import best_flow
from geopolity.region.bordered.moved import costs_with
from geopolity.region.certificate import Region, certify
from geopolity.region.compactness import Rounding
from geopolity.region.constrained.reduced import Reduced, reduced
from geopolity.region.engine import LARGEST_PROVEN, Effort
from geopolity.region.problem import RegionProblem

MOVED = Message("borders moved onto vertices by a flow")


def rounder(  # noqa: PLR0913 - the engine's arguments, and what borders cost
    problem: RegionProblem, border: Border, start: Region, effort: Effort, *, seed: int = 0, bounded: bool = True
) -> tuple[Region, Border]:
    """Region with a low sum of cost and border, from one that is good without borders; and what bounds its border.

    Where it is not ``bounded``, the border's bound stays the one that is given.
    """
    whole = None if problem.constraints is None else reduced(problem, problem.constraints)
    plain, edged, members = problem, border, start.members
    if whole is not None:
        plain, edged, members = whole.problem, _lowered(problem, border, whole), whole.lowered(members)
    rounding = Rounding(plain, edged, members)
    rounding.explore(seed)
    known, proof = start.certificate, start.certificate.proof
    if bounded and len(problem) <= LARGEST_PROVEN:
        moved = best_flow(plain, edged, rounding.offer, effort, seed)
        if moved.bound > known.lower_bound + border.least:
            flow = moved.flow if whole is None else _lifted(problem, border, whole, moved.flow)
            border = replace(border, least=moved.bound - known.lower_bound, flow=flow)
            proof = proof.noting(MOVED)
    rounded = rounding.members if whole is None else whole.lifted(rounding.members)
    if problem.constraints is not None and problem.constraints.broken(rounded):  # kept together, and do not touch
        rounded = start.members
    return certify(problem, rounded, known.lower_bound, proof, start.dual, border=border), border


def without_border(problem: RegionProblem, border: Border) -> RegionProblem:
    """The problem, constraints followed, with borders moved onto vertices: what the whole proof is of."""
    assert border.flow is not None
    cost = costs_with(problem, border, border.flow)
    if problem.constraints is None:
        return problem.but(cost=cost)
    whole = reduced(problem, problem.constraints)
    assert whole is not None
    merged = np.where(np.bincount(whole.lead[whole.ground.may], minlength=len(cost)) > 0, 0, 1)
    np.add.at(merged, whole.lead[whole.ground.may], cost[whole.ground.may])
    return whole.problem.but(cost=merged)


def _lifted(problem: RegionProblem, border: Border, whole: Reduced, flow: IntArray) -> IntArray:
    """A flow of the problem without constraints, over the edges that it stands for; borders to what is out are paid."""
    n, may = len(problem), whole.ground.may
    found = np.zeros(len(problem.edges), np.int64)
    inside = may[problem.edges]
    found[inside[:, 0] & ~inside[:, 1]] = border.shared[inside[:, 0] & ~inside[:, 1]]
    found[inside[:, 1] & ~inside[:, 0]] = -border.shared[inside[:, 1] & ~inside[:, 0]]
    ends = whole.lead[problem.edges]
    at = np.flatnonzero(inside.all(axis=1) & (ends[:, 0] != ends[:, 1]))
    merged = np.sort(whole.problem.edges, axis=1)
    order = np.argsort(_keys(merged, n), kind="stable")
    place = order[np.searchsorted(_keys(merged, n)[order], _keys(np.sort(ends[at], axis=1), n))]
    at, place = at[np.argsort(place, kind="stable")], np.sort(place)
    before = np.cumsum(border.shared[at]) - border.shared[at]
    first = np.searchsorted(place, place)
    share = np.clip(np.abs(flow[place]) - (before - before[first]), 0, border.shared[at])
    same = ends[at, 0] == whole.problem.edges[place, 0]
    found[at] = share * np.sign(flow[place]) * np.where(same, 1, -1)
    return found


def _lowered(problem: RegionProblem, border: Border, whole: Reduced) -> Border:
    """Borders of the merged vertices: those towards places locked out are outlines, those within are none."""
    n, may, lead = len(problem), whole.ground.may, whole.lead
    outer = np.zeros(n, np.int64)
    np.add.at(outer, lead[may], border.outer[may])
    inside = may[problem.edges]
    for side in (0, 1):
        lone = inside[:, side] & ~inside[:, 1 - side]
        np.add.at(outer, lead[problem.edges[lone, side]], border.shared[lone])
    pairs = np.sort(lead[problem.edges[inside.all(axis=1)]], axis=1)
    costs = border.shared[inside.all(axis=1)]
    place = np.searchsorted(_keys(whole.problem.edges, n), _keys(pairs, n))
    apart = pairs[:, 0] != pairs[:, 1]
    shared = np.zeros(len(whole.problem.edges), np.int64)
    np.add.at(shared, place[apart], costs[apart])
    return Border(outer, shared, border.least)


def _keys(pairs: np.ndarray, n: int) -> np.ndarray:
    keys: np.ndarray = pairs[:, 0] * n + pairs[:, 1]
    return keys
