"""What ``problem.json`` says of a derivation."""

from __future__ import annotations

from typing import Any

from geopolity.affected.people import Affected
from geopolity.layers.layer import Layer
from geopolity.polity.counting import Counted
from geopolity.polity.issue import Issue
from geopolity.region import RegionProblem

ENGINE = "geopolity 0.1"


def margins_record(affected: Affected) -> dict[str, Any]:
    """The two parts of the range, where sampling has one."""
    if affected.sampling is None:
        return {}
    return {"affected_margins": {"sampling": round(affected.sampling, 1), "placing": round(affected.placing, 1)}}


def problem_record(issue: Issue, layer: Layer, counted: Counted, problem: RegionProblem) -> dict[str, Any]:
    """Layer, footprint, objective, units of counting and what was asked for."""
    spread = {} if issue.spread is None else {"spread": {"digest": issue.spread.digest}}
    return (
        spread
        | {
            "layer": {"name": str(layer.name), "vintage": layer.vintage, "digest": layer.digest},
            "footprint": {"digest": issue.footprint.digest, "terms": issue.footprint.terms},
            "issue": str(issue.name),
            "coverage_target": str(problem.coverage),
            "objective": issue.smallest,
            "cost_unit": counted.cost_unit,
            "connector_km": None if issue.affects_everyone else issue.connector_km,
            "fill_holes": issue.fill_holes,
            "affected_unit": f"{counted.people_unit:f}",
            "quota": problem.quota,
            "affected_total": problem.affected_total,
            "engine": ENGINE,
        }
        | ({"compactness": str(issue.compactness)} if issue.compactness and not issue.affects_everyone else {})
        | ({"bridge_km": str(issue.bridge_km)} if issue.bridge_km else {})
        | ({} if problem.pieces == 1 else {"pieces": problem.pieces})
        | ({} if problem.constraints is None else {"constraints": dict(problem.constraints.record)})
    )
