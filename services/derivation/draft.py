"""Derive at once, with little effort, and keep nothing: the region, its figures, and its curve, as JSON records."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from services.derivation.curve import LEVELS, curve_of
from services.derivation.derive import Derived, derive
from services.derivation.folder import summary
from services.derivation.packed import packed
from services.derivation.request import request_of_spec
from services.derivation.spec import DerivationSpec
from services.derivation.terrain_cache import warm_display
from services.storage.store import Store


def tried(spec: DerivationSpec, store: Store, *, drawing: bool = False) -> Derived:
    """A draft, its layer made ready to be drawn where asked."""
    made = derive(replace(request_of_spec(spec, store), effort="interactive"), store.home)
    if drawing:
        warm_display(made.derivation.layer, store.home)
    return made


def checked(spec: DerivationSpec, store: Store) -> None:
    """Open what is asked for, so that what is wrong is said now and not when its turn comes."""
    request_of_spec(spec, store)


def draft_record(spec: DerivationSpec, store: Store) -> dict[str, Any]:
    """Region as bits in the layer's id order, affected people of the units that are touched, and the figures."""
    made = tried(spec, store)
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


def curve_record(spec: DerivationSpec, store: Store) -> dict[str, Any]:
    """What each share of coverage costs, and which are out of reach."""
    made = tried(spec, store)
    if made.derivation.issue.affects_everyone:
        return {"levels": [], "out_of_reach": []}
    found = curve_of(made.derivation, LEVELS)
    return {
        "levels": found.table.astype(object).to_dict("records"),
        "out_of_reach": [str(level) for level in found.out_of_reach],
    }
