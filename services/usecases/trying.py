"""Derive at once and keep nothing: the region, its figures and its curve, from layers that stay open in memory."""

from __future__ import annotations

import time
from collections import OrderedDict
from threading import Lock
from typing import Any

import numpy as np

from geopolity.derivation import Derivation, derive_polity
from geopolity.layer import Layer
from services.derivation_folder import summary
from services.jobs.working import packed
from services.layer_cache import warm
from services.settings import Settings
from services.usecases.asked import PolityAsked, issue_of
from services.usecases.curve import LEVELS, curve_of
from services.usecases.layers import Columns, open_layer

KEPT_LAYERS = 3
_layers: OrderedDict[tuple[str, str], Layer] = OrderedDict()
_opening = Lock()


def tried(asked: PolityAsked, settings: Settings) -> tuple[Derivation, float]:
    """Derive with little effort; returns the seconds it took as well."""
    issue = issue_of(asked, settings)
    layer = warm_layer(asked.layer, settings)
    start = time.perf_counter()
    derivation = derive_polity(issue, layer, effort="interactive", seed=asked.seed)
    return derivation, time.perf_counter() - start


def tried_record(asked: PolityAsked, settings: Settings) -> dict[str, Any]:
    """Say the region as bits in the layer's id order, the affected people of the units it touches, and the figures."""
    derivation, seconds = tried(asked, settings)
    affected = derivation.units["affected"].fillna(0.0).to_numpy(dtype=np.float64)
    touched = np.flatnonzero(affected > 0)
    people = derivation.affected
    return {
        "layer": {"name": str(derivation.layer.name), "digest": derivation.layer.digest},
        "figures": summary(derivation)
        | {"affected_low": people.low, "affected_high": people.high, "seconds": round(seconds, 3)},
        "region": packed(derivation.units["inside"].to_numpy()),
        "affected": {"units": touched.tolist(), "people": np.round(affected[touched], 1).tolist()},
        "notes": [flag.sentence for flag in people.flags],
    }


def curve_record(asked: PolityAsked, settings: Settings) -> dict[str, Any]:
    """Say what each share of coverage costs, and which are out of reach."""
    derivation, _ = tried(asked, settings)
    if derivation.problem is None or derivation.certificate.method == "root":
        return {"levels": [], "out_of_reach": []}
    found = curve_of(derivation, LEVELS)
    return {
        "levels": found.table.astype(object).to_dict("records"),
        "out_of_reach": [str(level) for level in found.out_of_reach],
    }


def warm_layer(name: str, settings: Settings) -> Layer:
    """Open a layer with what every derivation on it shares; the latest few stay in memory."""
    with _opening:
        key = (str(settings.home), name)
        if key not in _layers:
            layer = open_layer([name], Columns(), settings)
            warm(layer, settings, drawing=False)
            _layers[key] = layer
        _layers.move_to_end(key)
        while len(_layers) > KEPT_LAYERS:
            _layers.popitem(last=False)
        return _layers[key]
