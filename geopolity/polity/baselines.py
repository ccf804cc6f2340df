"""Size of a polity beside what people do without an engine."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geopolity.arrays import BoolArray
from geopolity.polity.derivation import Derivation
from geopolity.region import QuotaOutOfReach, RegionProblem, all_intersecting, derive, greedy


def baselines(derivation: Derivation) -> pd.DataFrame:
    """Size of the polity beside what people do without an engine.

    Rows ``greedy``, ``all intersecting`` and, where units have a ``parent``, ``whole states`` (the smallest
    connected group of whole parents with the quota); columns ``cost`` (problem's unit), ``area_km2``,
    ``units``, ``population``.
    """
    if derivation.issue.affects_everyone:
        return pd.DataFrame(columns=["cost", "area_km2", "units", "population"])
    rows = {
        "greedy": greedy(derivation.problem),
        "all intersecting": all_intersecting(derivation.problem),
        "whole states": whole_parents(derivation),
    }
    found = {name: _measure(derivation, members) for name, members in rows.items() if members is not None}
    return pd.DataFrame.from_dict(found, orient="index")


def whole_parents(derivation: Derivation) -> BoolArray | None:
    """Smallest connected group of whole parents with the quota; ``None`` if there are none or it is out of reach."""
    layer, problem = derivation.layer, derivation.problem
    if "parent" not in layer.units:
        return None
    names, parent = np.unique(layer.units["parent"].fillna("").to_numpy(dtype=str), return_inverse=True)
    within = problem.edges[(problem.edges < len(layer)).all(axis=1)]
    count = len(names)
    coarse = RegionProblem(
        cost=np.bincount(parent, weights=problem.cost[: len(layer)], minlength=count).astype(np.int64),
        affected=np.bincount(parent, weights=problem.affected[: len(layer)], minlength=count).astype(np.int64),
        edges=parent[within],
        coverage=problem.coverage,
        ids=names,
        affected_unit=problem.affected_unit,
    )
    try:
        whole = derive(coarse).members
    except QuotaOutOfReach:
        return None
    members = np.zeros(len(problem), np.bool_)
    members[: len(layer)] = whole[parent]
    return members


def _measure(derivation: Derivation, members: BoolArray) -> dict[str, float]:
    inside = members[: len(derivation.layer)]
    units = derivation.units
    return {
        "cost": int(units["cost"].to_numpy()[inside].sum()),
        "area_km2": derivation.terrain.km2(inside),
        "units": int(inside.sum()),
        "population": float(units["population"].to_numpy()[inside].sum()),
    }
