"""Derive at once and keep nothing: the region, its figures and its curve, on layers that stay open in memory."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from geopolity.polity.derivation import Derivation, derive_polity
from geopolity.region import Effort
from services.derivation.curve import LEVELS, curve_of
from services.derivation.folder import summary
from services.derivation.open_layers import warm_layer
from services.derivation.request import PolityAsked, issue_of
from services.derivation.terrain_cache import terrain_of
from services.jobs.working import packed


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tried:
    """What was asked for, derived, and the seconds it took."""

    asked: PolityAsked
    derivation: Derivation
    seconds: float


def tried(asked: PolityAsked, home: Path, *, effort: Effort = "interactive", drawing: bool = False) -> Tried:
    """Derive with little effort; the layer is made ready to be drawn where asked."""
    issue = issue_of(asked, home)
    layer = warm_layer(asked.layer, home, drawing=drawing)
    terrain = terrain_of(layer, home)
    start = time.perf_counter()
    derivation = derive_polity(issue, layer, terrain=terrain, effort=effort, seed=asked.seed)
    return Tried(asked=asked, derivation=derivation, seconds=time.perf_counter() - start)


def tried_record(asked: PolityAsked, home: Path) -> dict[str, Any]:
    """Say the region as bits in the layer's id order, the affected people of the units it touches, and the figures."""
    made = tried(asked, home)
    derivation, people = made.derivation, made.derivation.affected
    affected = derivation.units["affected"].fillna(0.0).to_numpy(dtype=np.float64)
    touched = np.flatnonzero(affected > 0)
    return {
        "layer": {"name": str(derivation.layer.name), "digest": derivation.layer.digest},
        "figures": summary(derivation)
        | {"affected_low": people.low, "affected_high": people.high, "seconds": round(made.seconds, 3)},
        "region": packed(derivation.units["inside"].to_numpy()),
        "affected": {"units": touched.tolist(), "people": np.round(affected[touched], 1).tolist()},
        "notes": [str(flag.sentence) for flag in people.flags],
    }


def curve_record(asked: PolityAsked, home: Path) -> dict[str, Any]:
    """Say what each share of coverage costs, and which are out of reach."""
    derivation = tried(asked, home).derivation
    if derivation.issue.affects_everyone:
        return {"levels": [], "out_of_reach": []}
    found = curve_of(derivation, LEVELS)
    return {
        "levels": found.table.astype(object).to_dict("records"),
        "out_of_reach": [str(level) for level in found.out_of_reach],
    }
