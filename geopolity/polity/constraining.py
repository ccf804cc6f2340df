"""Conditions of a polity as edges and constraints of its region problem."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd

from geopolity.arrays import IntArray
from geopolity.layers.layer import Layer
from geopolity.polity.conditions import Conditions, ConditionsError, Pairs
from geopolity.polity.counting import costs
from geopolity.polity.terrain import Terrain
from geopolity.region import Constraints, Limit


def with_ways(edges: pd.DataFrame, conditions: Conditions, layer: Layer) -> pd.DataFrame:
    """Edges (``from, to, kind``) without those that are cut and with those that are made, of kind ``link``."""
    if not conditions.moves_edges:
        return edges
    known = [frozenset(pair) for pair in zip(edges["from"], edges["to"], strict=True)]
    cut, link = (
        _known_pairs(pairs, layer, word) for pairs, word in ((conditions.cut, "cut"), (conditions.link, "link"))
    )
    for one, other in cut:
        if frozenset((one, other)) not in known:
            raise ConditionsError(
                "{one} and {other} do not touch, so there is no way to cut between them; correct the pair.",
                one=one,
                other=other,
                field="cut",
            )
    gone = {frozenset(pair) for pair in cut}
    there = set(known)
    made = [list(pair) for pair in link if frozenset(pair) not in there]
    kept = edges[[pair not in gone for pair in known]]
    fresh = pd.DataFrame(made, columns=["from", "to"]).assign(kind="link")
    return pd.concat([kept, fresh], ignore_index=True) if made else kept.reset_index(drop=True)


def constraints_of(conditions: Conditions, layer: Layer, terrain: Terrain, ids: np.ndarray) -> Constraints | None:
    """Constraints in positions of a problem whose vertices have these ids, the layer's units first."""
    if not conditions:
        return None
    areas, area_unit = costs("area", layer, terrain)
    record = conditions.record(layer, int(area_unit))
    if not record:  # kept together by what no two units share
        return None
    place = pd.Series(np.arange(len(ids)), index=ids)

    def at(names: Iterable[str], word: str) -> IntArray:
        names = sorted(set(names))
        _known(names, layer, word)
        return place[names].to_numpy(np.int64) if names else np.empty(0, np.int64)

    people = np.rint(layer.units["population"].fillna(0.0).to_numpy(np.float64)).astype(np.int64)
    nobody = (layer.units["population"] == 0).to_numpy() if conditions.exclude_empty else np.zeros(len(layer), np.bool_)
    most = (
        ("units", np.ones(len(layer), np.int64), conditions.at_most_units),
        ("area", areas, _in_units(conditions.at_most_area_km2, area_unit)),
        ("population", people, conditions.at_most_population),
    )
    cut = [at(pair, "cut") for pair in conditions.cut]
    return Constraints(
        must=at(conditions.must, "must"),
        must_not=at(conditions.must_not, "must-not"),
        empty=np.flatnonzero(nobody),
        together=tuple(at(group, "keep-together") for group in conditions.groups(layer).values()),
        cut=np.array(cut, np.int64).reshape(-1, 2),
        limits=tuple(
            Limit(kind=kind, weights=np.pad(weights, (0, len(ids) - len(layer))), most=int(value))
            for kind, weights, value in most
            if value is not None
        ),
        record=record,
    )


def _in_units(area_km2: float | None, unit: int | str) -> float | None:
    return None if area_km2 is None else max(1, math.floor(area_km2 * 1e6 / float(unit)))


def _known_pairs(pairs: Pairs, layer: Layer, word: str) -> Pairs:
    for pair in pairs:
        _known(pair, layer, word)
        if pair[0] == pair[1]:
            raise ConditionsError(
                "{word}: the pair {unit} – {unit} is one unit; give two.", word=f"--{word}", unit=pair[0], field=word
            )
    return tuple((one, other) for one, other in (sorted(pair) for pair in dict.fromkeys(pairs)))


def _known(names: Iterable[str], layer: Layer, word: str) -> None:
    unknown = [name for name in names if name not in layer.units.index]
    if unknown:
        raise ConditionsError(
            "{word} names {unit:quoted}, which is no unit of {layer}; its ids look like {example:quoted}.",
            word=f"--{word}",
            unit=unknown[0],
            layer=layer.name,
            example=str(layer.units.index[0]),
            field=word.replace("-", "_"),
        )
