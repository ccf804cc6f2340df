"""What the files of a derivation's folder hold: its tables and records, ready to be written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from services.derivation.audit.bridges import bridges_record
from services.derivation.summary import summary
from services.records import Json

if TYPE_CHECKING:
    from geopolity.polity.derivation import Derivation

UNIT_COLUMNS = (
    "name",
    "population",
    "affected",
    "affected_low",
    "affected_high",
    "affected_int",
    "cost",
    "inside",
)


def unit_table(derivation: Derivation) -> pd.DataFrame:
    """Units by ``unit_id``: ``UNIT_COLUMNS``, and what else the derivation weighed; whole numbers of people as such."""
    units = derivation.units[list(UNIT_COLUMNS)].copy()
    units.index = units.index.astype(str).rename("unit_id")
    people = units["population"].to_numpy(dtype=float)
    if np.array_equal(people[~np.isnan(people)], np.floor(people[~np.isnan(people)])):
        units["population"] = units["population"].astype("Int64")
    for column in ("stability", "certainty", "area", "bridge", "affected_sampling"):
        if column in derivation.units:
            units[column] = derivation.units[column]
    if derivation.border is not None:
        units["border"] = derivation.border.outer[: len(units)]
    return units.astype({"name": str, "affected_int": "int64", "cost": "int64", "inside": bool})


def edge_table(derivation: Derivation) -> pd.DataFrame:
    """Edges (``from, to, kind``), with what the border along each costs where borders count."""
    edges = derivation.edges[["from", "to", "kind"]]
    if derivation.border is None:
        return edges
    ids = derivation.problem.ids[derivation.problem.edges].tolist()
    cost = {frozenset(ends): border for ends, border in zip(ids, derivation.border.shared.tolist(), strict=True)}
    ends = zip(edges["from"], edges["to"], strict=True)
    return edges.assign(border=[cost[frozenset(pair)] for pair in ends])


def proof_record(derivation: Derivation) -> Json | None:
    """The whole proof; where borders are moved onto units, with the flow over each edge as the table has it."""
    tree, border = derivation.region.tree, derivation.border
    if tree is None or border is None or border.flow is None:
        return tree
    ends = derivation.problem.ids[derivation.problem.edges].tolist()
    flow = {(one, other): over for (one, other), over in zip(ends, border.flow.tolist(), strict=True)}
    pairs = zip(derivation.edges["from"], derivation.edges["to"], strict=True)
    return tree | {"flow": [flow[pair] if pair in flow else -flow[pair[::-1]] for pair in pairs]}


def certificate_record(derivation: Derivation) -> Json:
    """What is claimed of the region, without the files that it answers for."""
    certificate = derivation.certificate
    border: Json = {}
    if derivation.border is not None:
        by = {} if derivation.border.flow is None else {"border_bound_by": "flow"}
        border = {"border": certificate.border, "border_bound": certificate.border_bound} | by
    proven = {} if certificate.proven_bound is None else {"proven_bound": certificate.proven_bound}
    return {
        "cost": int(certificate.cost),
        "lower_bound": int(certificate.lower_bound),
        "gap": float(certificate.gap),
        "optimal": bool(certificate.optimal),
        "coverage_target": float(certificate.coverage_target),
        "coverage": float(certificate.coverage),
        "method": str(certificate.proof),
        "units": int(derivation.units["inside"].sum()),
        "digest": str(certificate.digest),
        **proven,
        **border,
        **bridges_record(derivation.units, everyone=derivation.issue.affects_everyone),
    }


def outline_geojson(derivation: Derivation) -> str:
    """The dissolved boundary as one feature (longitude, latitude), with the figures of the summary."""
    boundary = shapely.orient_polygons(derivation.boundary, exterior_cw=False)
    properties = json.dumps(summary(derivation).as_json(), sort_keys=True, ensure_ascii=False, allow_nan=False)
    feature = f'{{"type": "Feature", "properties": {properties}, "geometry": {shapely.to_geojson(boundary)}}}'
    return f'{{"type": "FeatureCollection", "features": [\n{feature}\n]}}\n'
