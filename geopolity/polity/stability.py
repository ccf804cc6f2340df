"""How sure a boundary is: derive it again and again with the affected people drawn from their intervals."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from geopolity.arrays import FloatArray
from geopolity.errors import RequestError
from geopolity.polity.borders import solve
from geopolity.polity.derivation import Derivation
from geopolity.region import ConstraintsConflict, QuotaOutOfReach

RUNS = 20
CORE, FRINGE = 0.95, 0.05
"""A unit inside in at least this share of runs is core; in at least that share, fringe; else out."""


Why = Literal["both", "sampling", "placing"]
"""Errors that are drawn: sampling, where in their units people live, or both."""


def stability(derivation: Derivation, *, runs: int = RUNS, seed: int = 0, why: Why = "both") -> pd.Series[float]:
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
        drawn[: len(inside)] = np.rint(_draw(derivation, rng, why) / float(_unit(derivation))).astype(np.int64)
        again = problem.but(affected=drawn)
        try:
            region, _ = solve(again, derivation.weighing, "interactive", seed=seed, bounded=False)
            inside += region.members[: len(inside)]
        except (QuotaOutOfReach, ConstraintsConflict):
            continue
    return pd.Series(inside / runs, index=derivation.units.index, name="stability")


def with_stability(derivation: Derivation, *, runs: int = RUNS, seed: int = 0) -> Derivation:
    """Add to the units ``stability`` (the share of runs) and ``certainty`` (core, fringe or out)."""
    share = stability(derivation, runs=runs, seed=seed)
    certainty = _kinds(share)
    record: dict[str, Any] = {"runs": runs, "seed": seed}
    if "affected_sampling" in derivation.units:
        alone: tuple[Why, ...] = ("sampling", "placing")
        kinds = {why: _kinds(stability(derivation, runs=runs, seed=seed, why=why)) for why in alone}
        record["fringe"] = {why: int((found == "fringe").sum()) for why, found in kinds.items()}
    return replace(
        derivation,
        units=derivation.units.assign(stability=share, certainty=certainty),
        problem_record=derivation.problem_record | {"uncertainty": record},
    )


def _kinds(share: pd.Series[float]) -> npt.NDArray[np.str_]:
    return np.select([share >= CORE, share >= FRINGE], ["core", "fringe"], default="out")


def _draw(derivation: Derivation, rng: np.random.Generator, why: Why) -> FloatArray:
    table = derivation.units[["affected_low", "affected", "affected_high"]].fillna(0.0).to_numpy(dtype=np.float64)
    low, mode, high = np.minimum(table[:, 0], table[:, 1]), table[:, 1], np.maximum(table[:, 2], table[:, 1])
    if why != "both":
        margin = derivation.units["affected_sampling"].fillna(0.0).to_numpy(dtype=np.float64)
        parts = [margin, margin] if why == "sampling" else [_other(mode - low, margin), _other(high - mode, margin)]
        low, high = np.maximum(mode - parts[0], 0.0), mode + parts[1]
    drawn = mode.copy()
    open_ = high > low
    drawn[open_] = rng.triangular(low[open_], mode[open_], high[open_])
    return drawn


def _other(both: FloatArray, one: FloatArray) -> FloatArray:
    """The other of two errors that add up as squares."""
    found: FloatArray = np.sqrt(np.maximum(both**2 - one**2, 0.0))
    return found


def _unit(derivation: Derivation) -> float:
    return float(derivation.problem_record["affected_unit"])
