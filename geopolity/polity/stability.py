"""How sure a boundary is: derive it again and again with the affected people drawn from their intervals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from geopolity.arrays import FloatArray
from geopolity.errors import RequestError
from geopolity.polity.borders import solve
from geopolity.polity.derivation import Derivation
from geopolity.region import ConstraintsConflict, QuotaOutOfReach

RUNS = 20
CORE, FRINGE = 0.95, 0.05
"""A unit inside in at least this share of runs is core; in at least that share, fringe; else out."""


def stability(derivation: Derivation, *, runs: int = RUNS, seed: int = 0) -> pd.Series[float]:
    """Share of runs in which each unit is inside, by unit id.

    Each run draws every unit's affected people from a triangular distribution between the ends of its interval
    with its mode at the count (independent between units; seeded), keeps the costs, and derives at interactive
    effort. Runs whose quota no region holds count as outside everywhere.
    """
    if runs < 1:
        raise RequestError(
            "{runs} runs say nothing; ask for at least 1.",
            runs=runs,
        )
    problem = derivation.problem
    if derivation.issue.affects_everyone:
        return pd.Series(1.0, index=derivation.units.index, name="stability")
    rng = np.random.default_rng(seed)
    inside = np.zeros(len(derivation.units))
    for _ in range(runs):
        drawn = np.zeros(len(problem), np.int64)
        drawn[: len(inside)] = np.rint(_draw(derivation, rng) / float(_unit(derivation))).astype(np.int64)
        again = problem.counted(affected=drawn)
        try:
            region, _ = solve(again, derivation.weighing, "interactive", seed=seed, bounded=False)
            inside += region.members[: len(inside)]
        except (QuotaOutOfReach, ConstraintsConflict):
            continue
    return pd.Series(inside / runs, index=derivation.units.index, name="stability")


def with_stability(derivation: Derivation, *, runs: int = RUNS, seed: int = 0) -> Derivation:
    """Add to the units ``stability`` (the share of runs) and ``certainty`` (core, fringe or out)."""
    share = stability(derivation, runs=runs, seed=seed)
    certainty = np.select([share >= CORE, share >= FRINGE], ["core", "fringe"], default="out")
    return replace(
        derivation,
        units=derivation.units.assign(stability=share, certainty=certainty),
        problem_record=derivation.problem_record | {"uncertainty": {"runs": runs, "seed": seed}},
    )


def _draw(derivation: Derivation, rng: np.random.Generator) -> FloatArray:
    table = derivation.units[["affected_low", "affected", "affected_high"]].fillna(0.0).to_numpy(dtype=np.float64)
    low, mode, high = np.minimum(table[:, 0], table[:, 1]), table[:, 1], np.maximum(table[:, 2], table[:, 1])
    drawn = mode.copy()
    open_ = high > low
    drawn[open_] = rng.triangular(low[open_], mode[open_], high[open_])
    return drawn


def _unit(derivation: Derivation) -> float:
    return float(derivation.problem_record["affected_unit"])
