"""Rounder regions that keep to constraints: local search on the problem without them, with its borders."""

from __future__ import annotations

import numpy as np

from geopolity.region.border import Border
from geopolity.region.certificate import Region, certify
from geopolity.region.compactness import compacted
from geopolity.region.constrained.reduced import Reduced, reduced
from geopolity.region.problem import RegionProblem


def rounder(problem: RegionProblem, border: Border, start: Region, seed: int = 0) -> Region:
    """Region with a low sum of cost and border, found from one that is good without borders."""
    if problem.constraints is None:
        return compacted(problem, border, start, seed)
    whole = reduced(problem, problem.constraints)
    assert whole is not None
    known = start.certificate
    lowered = Region(whole.lowered(start.members), known, start.dual)
    members = whole.lifted(compacted(whole.problem, _lowered(problem, border, whole), lowered, seed).members)
    if problem.constraints.broken(members):  # places kept together that do not touch
        members = start.members
    return certify(problem, members, known.lower_bound, known.proof, start.dual, border=border)


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
