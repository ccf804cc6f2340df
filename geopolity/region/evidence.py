"""The published dual: the raised sets behind the root bound, as positions a stranger can check.

Each raise says: these nested sets around these owners were lifted by this amount. ``services/verifiers/check_bound.py``
adds them up with the standard library and numpy alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from geopolity.arrays import BoolArray, IntArray
from geopolity.region.dual.relaxation import Relaxation, relax
from geopolity.region.graph import components, graph_of
from geopolity.region.problem import RegionProblem
from geopolity.region.quota import Opening

LARGEST_PUBLISHED = 50_000
"""Problems with more vertices publish no dual; it would be larger than the layer."""


@dataclass(frozen=True, slots=True, eq=False)
class Raise:
    """One lift: who pays, by how much, and at which distance each vertex enters the nested sets."""

    owners: IntArray
    amount: int
    members: IntArray
    distance: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Dual:
    """A feasible dual of the whole problem at one price per person (``price / scale`` cost units)."""

    price: int
    scale: int
    core: IntArray
    raises: tuple[Raise, ...]

    def record(self) -> dict[str, Any]:
        """The dual as ``dual.json.gz`` has it; positions count units, then connectors, in file order."""
        return {
            "price": self.price,
            "scale": self.scale,
            "core": self.core.tolist(),
            "raises": [
                {
                    "owners": lift.owners.tolist(),
                    "amount": lift.amount,
                    "members": lift.members.tolist(),
                    "distance": lift.distance.tolist(),
                }
                for lift in self.raises
            ],
        }


def published_dual(opening: Opening, problem: RegionProblem, chosen: IntArray) -> Dual:
    """The dual of a search's first bound, in the positions of the problem and for its costs, not counted in grains."""
    node, price, scale = opening
    relaxation = relax(node.instance, node.required, price, scale, record=True)
    real = node.instance.real
    if node.instance.size > real:
        start, neighbours = node.instance.graph
        core = neighbours[start[real] : start[real + 1]]
    else:
        core = np.flatnonzero(node.required)
    raises = [*_raises(relaxation, real, chosen), *_anchor(relaxation, node.required[:real], chosen)]
    raises += _elsewhere(problem, replace(relaxation, scale=scale // problem.grain), chosen)
    return Dual(price, scale // problem.grain, np.sort(chosen[core]), tuple(raises))


def _raises(relaxation: Relaxation, real: int, chosen: IntArray) -> list[Raise]:
    label = relaxation.label[:real]
    order = np.argsort(label, kind="stable")
    first = np.searchsorted(label[order], np.arange(len(relaxation.budget) + 1))
    lifts, log, at = [], relaxation.log, 0
    while at < len(log):
        terminal, amount, count = (int(number) for number in log[at : at + 3])
        pairs = log[at + 3 : at + 3 + 2 * count].reshape(count, 2)
        sizes = first[pairs[:, 0] + 1] - first[pairs[:, 0]]
        members = np.concatenate([order[first[v] : first[v + 1]] for v in pairs[:, 0]])
        inside = order[first[terminal] : first[terminal + 1]]
        owners = inside[relaxation.worth[inside] > 0]
        lifts.append(
            Raise(chosen[owners if len(owners) else inside], amount, chosen[members], np.repeat(pairs[:, 1], sizes))
        )
        at += 3 + 2 * count
    return lifts


def _anchor(relaxation: Relaxation, required: BoolArray, chosen: IntArray) -> list[Raise]:
    """Lift the set of a core of one vertex, not worth its cost, by what it lacks."""
    place = np.flatnonzero(required & (relaxation.worth[: len(required)] < 0))
    return [Raise(chosen[[v]], -int(relaxation.worth[v]), chosen[[v]], np.zeros(1, np.int64)) for v in place]


def _elsewhere(problem: RegionProblem, relaxation: Relaxation, chosen: IntArray) -> list[Raise]:
    """Parts of the layer that no region can reach: they lose whatever they would be worth."""
    other = np.ones(len(problem), np.bool_)
    other[chosen] = False
    label, count = components(*graph_of(problem.edges, len(problem)), other)
    worth = relaxation.price * problem.affected - relaxation.scale * problem.cost
    lifts = []
    for part in range(count):
        members = np.flatnonzero(label == part)
        owners = members[worth[members] > 0]
        if len(owners):
            amount = int(worth[owners].sum())
            lifts.append(Raise(owners, amount, members, np.zeros(len(members), np.int64)))
    return lifts
