"""A derivation on millions of units, as it is published: the ground in reach, and one vertex for all the rest.

Nobody affected lives in the rest. Its vertex touches what the rest touches and costs as much as the cheapest unit there
that touches the ground, so that no region of the layer costs less than one of the abridged problem
(``geopolity.region.search.reach`` has the proof). What bounds that problem, and can be checked from it alone, bounds
the whole.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from geopolity.arrays import BoolArray, NameArray
from geopolity.layers.layer import Layer
from geopolity.polity.derivation import Derivation
from geopolity.region import Region, RegionProblem

LARGEST_PUBLISHED = 500_000
"""Layers with more units are published as far as they are in reach."""
REST = "rest-of-the-layer"


def abridged(derivation: Derivation) -> Derivation:
    """The derivation with the ground in reach and the rest as one vertex; one on an ordinary layer as it is.

    A polity that borders, constraints, pieces or priced bridges shape, and one of everybody, is published whole.
    """
    ground = derivation.region.ground
    shaped = (
        derivation.border is not None
        or derivation.problem.constraints is not None
        or derivation.problem.pieces > 1
        or derivation.issue.bridge_km > 0
    )
    if len(derivation.layer) <= LARGEST_PUBLISHED or ground is None or shaped:
        return derivation
    near = derivation.region.members.copy()
    near[ground] = True
    return cut_to(near, derivation)


def cut_to(near: BoolArray, derivation: Derivation) -> Derivation:
    """The derivation on some vertices of its problem (bool: units, then connectors); the others become one.

    As it is where nothing outside touches them, or somebody outside is affected.
    """
    problem, n = derivation.problem, len(derivation.layer)
    listed = problem.ids[near]
    least = least_beyond(derivation.edges, listed, pd.Series(problem.cost, index=problem.ids))
    if not least or problem.affected[~near].any():
        return derivation
    units, left = derivation.units[near[:n]], derivation.units[~near[:n]]
    name = name_of_rest(problem.ids)
    connectors = with_rest(derivation.connectors[near[n:]], name, least)
    edges = edges_to_rest(derivation.edges, listed, name)
    smaller = _problem(problem, units, edges, connectors)
    members = np.concatenate([units["inside"], connectors["inside"]]).astype(np.bool_)
    return replace(
        derivation,
        problem=smaller,
        region=Region(members, replace(derivation.certificate, digest=smaller.digest), tree=derivation.region.tree),
        units=units,
        edges=edges,
        connectors=connectors,
        rest=rest_record(left["cost"], left["population"], name, least),
    )


def _problem(whole: RegionProblem, units: pd.DataFrame, edges: pd.DataFrame, connectors: pd.DataFrame) -> RegionProblem:
    ids = np.concatenate([units.index.to_numpy(), connectors["connector_id"].to_numpy()]).astype(str)
    place = pd.Series(np.arange(len(ids)), index=ids)
    return RegionProblem(
        cost=np.concatenate([units["cost"].to_numpy(np.int64), connectors["cost"].to_numpy(np.int64)]),
        affected=np.concatenate([units["affected_int"].to_numpy(np.int64), np.zeros(len(connectors), np.int64)]),
        edges=np.column_stack([place[edges["from"]].to_numpy(), place[edges["to"]].to_numpy()]),
        coverage=whole.coverage,
        ids=ids,
        affected_unit=whole.affected_unit,
    )


def name_of_rest(ids: NameArray) -> str:
    """A name for the rest that nothing else has."""
    name, taken = REST, {one for one in ids.tolist() if one.startswith(REST)}
    while name in taken:
        name += "+"
    return name


def with_rest(connectors: pd.DataFrame, name: str, cost: int) -> pd.DataFrame:
    """Connectors, and the vertex that stands for the rest, in the order of names."""
    rest = pd.DataFrame({"connector_id": [name], "km": [np.nan], "cost": [cost], "inside": [False]})
    together = rest if connectors.empty else pd.concat([connectors, rest])
    return together.sort_values("connector_id", ignore_index=True)


def least_beyond(edges: pd.DataFrame, listed: NameArray, cost: pd.Series[int]) -> int:
    """Cost (by id) of the cheapest vertex that touches a listed one and is not listed; 0 where there is none."""
    starts, ends = _listed_ends(edges, listed)
    beyond = np.concatenate([edges["to"][starts & ~ends], edges["from"][ends & ~starts]])
    return int(cost[beyond].min()) if len(beyond) else 0


def _listed_ends(edges: pd.DataFrame, listed: NameArray) -> tuple[BoolArray, BoolArray]:
    here = pd.Index(listed)
    return edges["from"].isin(here).to_numpy(), edges["to"].isin(here).to_numpy()


def edges_to_rest(edges: pd.DataFrame, listed: NameArray, name: str) -> pd.DataFrame:
    """Edges (``from, to, kind``) between listed vertices, then one to the rest from each that touches it."""
    starts, ends = _listed_ends(edges, listed)
    touching = np.concatenate([edges["from"][starts & ~ends], edges["to"][ends & ~starts]]).astype(str)
    around = pd.DataFrame({"from": np.unique(touching), "to": name, "kind": "rest"})
    return pd.concat([edges.loc[starts & ends, ["from", "to", "kind"]], around], ignore_index=True)


def rest_record(costs: pd.Series[int], people: pd.Series[float], name: str, least: int) -> dict[str, Any]:
    """Counts, sums and digest of the units that are not listed, by id; nobody in them is affected."""
    lines = [f"{unit}\n{cost}\n" for unit, cost in zip(costs.index.astype(str), costs.tolist(), strict=True)]
    return {
        "vertex": name,
        "cost": least,
        "units": len(costs),
        "population": float(people.sum()),
        "costs": int(costs.sum()),
        "digest": hashlib.sha256("".join(lines).encode()).hexdigest(),
    }


def restored(units: pd.DataFrame, layer: Layer) -> pd.DataFrame:
    """A published table of units with a row for every unit of its layer: nobody is affected in those not listed."""
    every = units.reindex(layer.units.index)
    missing = ~layer.units.index.isin(units.index)
    for column in ("name", "population"):
        every.loc[missing, column] = layer.units.loc[missing, column]
    for column in units.columns.intersection(["affected", "affected_low", "affected_high"]):
        every.loc[missing, column] = 0.0
    every["inside"] = every["inside"].fillna(value=False).astype(bool)
    return every
