"""What a derivation gives that is tried out and not kept: the region, its figures, and its curve, as JSON records."""

from __future__ import annotations

from typing import Any

import numpy as np

from services.derivation.curve import LEVELS, curve_of
from services.derivation.derive import Derived
from services.derivation.folder import summary
from services.derivation.packed import packed


def draft_record(made: Derived) -> dict[str, Any]:
    """Region as bits in the layer's id order, affected people of the units that are touched, and the figures."""
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


def curve_record(made: Derived) -> dict[str, Any]:
    """What each share of coverage costs, and which are out of reach."""
    if made.derivation.issue.affects_everyone:
        return {"levels": [], "out_of_reach": []}
    found = curve_of(made.derivation, LEVELS)
    return {
        "levels": found.table.astype(object).to_dict("records"),
        "out_of_reach": [str(level) for level in found.out_of_reach],
    }
