"""From an issue and a layer to a polity: affected people, integers, region, boundary.

>>> polity = derive_polity(issue, layer)                                            # doctest: +SKIP
>>> polity.certificate.gap, polity.area_km2, polity.boundary                        # doctest: +SKIP
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from geopolity.affected.people import Affected, affected_people
from geopolity.arrays import BoolArray
from geopolity.layers.holes import enclosed
from geopolity.layers.layer import Layer, dissolve
from geopolity.messages import Message
from geopolity.polity.borders import Weighing, solve, weighing
from geopolity.polity.constraining import constraints_of, with_ways
from geopolity.polity.counting import Counted, costs, links
from geopolity.polity.issue import Issue
from geopolity.polity.record import margins_record, problem_record
from geopolity.polity.terrain import Terrain, survey
from geopolity.region import Certificate, Effort, Method, OnProgress, Proof, Region, RegionProblem
from geopolity.region.border import Border
from geopolity.region.certificate import certify


@dataclass(frozen=True, kw_only=True, eq=False)
class Derivation:
    """A polity with everything it was derived from.

    Attributes
    ----------
    problem
        The integer problem, vertices = units then connectors.
    units
        One row per unit of the layer in id order: ``name, population, affected, affected_low, affected_high``
        (people), ``affected_int, cost`` (integers of the problem), ``inside``.
    edges, connectors
        ``from, to, kind`` and ``connector_id, km, cost, inside``.
    area_km2, population, affected_inside, affected_total
        Of the polity, in km² and people.
    terrain
        What it shares with other derivations on the layer.
    problem_record
        What ``problem.json`` says.
    weighing, border
        What borders count for, and their costs in the problem's integers; ``None`` where they do not count.
    rest
        What ``rest.json`` says of the units that are not listed; ``None`` where all are.
    """

    issue: Issue
    layer: Layer
    affected: Affected
    problem: RegionProblem
    region: Region
    units: pd.DataFrame
    edges: pd.DataFrame
    connectors: pd.DataFrame
    area_km2: float
    population: float
    affected_inside: float
    affected_total: float
    terrain: Terrain
    problem_record: dict[str, Any]
    weighing: Weighing | None = None
    border: Border | None = None
    rest: dict[str, Any] | None = None

    @cached_property
    def boundary(self) -> BaseGeometry:
        """Dissolved outline, EPSG:4326, not simplified; made when it is first asked for."""
        inside = self.units["inside"].reindex(self.layer.units.index, fill_value=False).to_numpy(dtype=np.bool_)
        outline: BaseGeometry = (
            gpd.GeoSeries([dissolve(self.layer, inside)], crs=self.layer.units.crs).to_crs(4326).iloc[0]
        )
        return outline

    @property
    def geodataframe(self) -> gpd.GeoDataFrame:
        """All units with their shapes in the layer's coordinate system: the columns of ``units``, and ``geometry``."""
        return gpd.GeoDataFrame(self.units, geometry=self.layer.units.geometry, crs=self.layer.units.crs)

    def _repr_html_(self) -> str:
        """Show a map and the key figures in a notebook."""
        from geopolity.polity.glance import glance  # noqa: PLC0415 - only a notebook looks

        size = f"{self.certificate.units:,} units, {self.population:,.0f} people, {self.area_km2:,.0f} km²"
        share = f"{self.coverage:.1%} of {self.affected_total:,.0f} affected, gap {self.certificate.gap:.2%}"
        return glance(self.geodataframe, title=self.issue.title, said=f"{size}; {share}")

    @property
    def certificate(self) -> Certificate:
        """Cost, bound and evidence."""
        return self.region.certificate

    @property
    def coverage(self) -> float:
        """Share of all affected people inside."""
        return self.certificate.coverage


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Case:
    """An issue on a layer, counted and linked, ready to be solved."""

    issue: Issue
    layer: Layer
    terrain: Terrain
    affected: Affected
    counted: Counted
    edges: pd.DataFrame
    connectors: pd.DataFrame


def derive_polity(  # noqa: PLR0913 - the stable entry point: what, where, and how
    issue: Issue,
    layer: Layer,
    *,
    terrain: Terrain | None = None,
    effort: Effort = "standard",
    seed: int = 0,
    previous: pd.Series[bool] | None = None,
    on_progress: OnProgress | None = None,
) -> Derivation:
    """Derive the polity of an issue on a layer.

    Parameters
    ----------
    terrain
        Of the layer, if it has been surveyed before.
    previous
        By unit id, which units an earlier polity held.

    Raises
    ------
    FootprintOutsideLayer, NobodyAffected
        From counting the affected people.
    ConstraintsConflict
        If no region keeps to the conditions.
    QuotaOutOfReach
        If no connected part of the layer holds the quota.
    """
    affected = affected_people(issue.footprint, layer, spread=issue.spread)
    terrain = terrain or survey(layer)
    counted = Counted.of(affected, issue.smallest, layer, terrain, bridge_km=issue.bridge_km)
    edges, connectors = links(layer, terrain, None if issue.affects_everyone else issue.connector_km)
    edges = with_ways(edges, issue.conditions, layer)
    case = _Case(
        issue=issue,
        layer=layer,
        terrain=terrain,
        affected=affected,
        counted=counted,
        edges=edges,
        connectors=connectors,
    )
    problem = _problem(case)
    if issue.affects_everyone:
        return _derivation(case, problem, _everyone(problem), None, None)
    borders = _weighing(issue, layer, terrain, counted)
    before = None if previous is None else _earlier_members(previous, problem)
    region, border = solve(problem, borders, effort, seed=seed, previous=before, on_progress=on_progress)
    if issue.fill_holes:
        region = _filled(layer, problem, region, border)
    return _derivation(case, problem, region, borders, border)


def _problem(case: _Case) -> RegionProblem:
    issue, counted, edges, connectors = case.issue, case.counted, case.edges, case.connectors
    ids = np.concatenate([case.layer.units.index.to_numpy(), connectors["connector_id"].to_numpy()]).astype(str)
    ends = case.terrain.contiguity.edges.astype(np.int64)
    if len(connectors) or issue.conditions.moves_edges:
        place = pd.Series(np.arange(len(ids)), index=ids)
        ends = np.column_stack([place[edges["from"]].to_numpy(), place[edges["to"]].to_numpy()])
    return RegionProblem(
        cost=np.concatenate([counted.cost, connectors["cost"].to_numpy(np.int64)]),
        affected=np.concatenate([counted.people, np.zeros(len(connectors), np.int64)]),
        edges=ends,
        coverage=Decimal(1) if issue.affects_everyone else issue.coverage,
        ids=ids,
        affected_unit=counted.people_unit,
        constraints=constraints_of(issue.conditions, case.layer, case.terrain, ids),
        pieces=issue.pieces,
    )


def _everyone(problem: RegionProblem) -> Region:
    """Build the root polity: every unit, nothing to optimise, contiguity waived."""
    cost = int(problem.cost.sum())
    certificate = Certificate(
        cost=cost,
        lower_bound=cost,
        coverage_target=Decimal(1),
        coverage=1.0,
        proof=Proof(Method.EVERYONE),
        units=len(problem),
        digest=problem.digest,
    )
    return Region(np.ones(len(problem), np.bool_), certificate)


def _filled(layer: Layer, problem: RegionProblem, region: Region, border: Border | None) -> Region:
    """Take in what the region encloses; the bound stays that of the region without."""
    members = region.members.copy()
    members[: len(layer)] |= enclosed(layer, members[: len(layer)])
    count = int(members.sum() - region.members.sum())
    if count == 0:
        return region
    claim = region.certificate
    extra = int(problem.cost[members].sum()) - int(problem.cost[region.members].sum())
    note = Message("{units:exact} enclosed units taken in for a cost of {cost:count}", units=count, cost=extra)
    bound = claim.lower_bound - claim.border_bound
    filled = certify(problem, members, bound, claim.proof.noting(note), region.dual, border=border)
    return replace(filled, ground=region.ground)


def _weighing(issue: Issue, layer: Layer, terrain: Terrain, counted: Counted) -> Weighing | None:
    if not issue.compactness:
        return None
    return weighing(issue.compactness, layer, terrain, counted.cost_unit)


def _earlier_members(previous: pd.Series[bool], problem: RegionProblem) -> BoolArray:
    return previous.reindex(problem.ids).fillna(value=False).to_numpy(dtype=np.bool_)


def _derivation(
    case: _Case, problem: RegionProblem, region: Region, borders: Weighing | None, border: Border | None
) -> Derivation:
    issue, layer, affected, counted, connectors = case.issue, case.layer, case.affected, case.counted, case.connectors
    inside = region.members[: len(layer)]
    table = affected.table
    units = pd.DataFrame(
        {
            "name": layer.units["name"],
            "population": layer.units["population"],
            "affected": table["affected"],
            "affected_low": table["affected_low"],
            "affected_high": table["affected_high"],
            "affected_int": counted.people,
            "cost": counted.cost,
            "inside": inside,
        },
        index=layer.units.index,
    )
    if "affected_sampling" in table:
        units["affected_sampling"] = table["affected_sampling"]
    if counted.bridge is not None:
        units["bridge"] = counted.bridge
    if issue.conditions.at_most_area_km2 is not None:
        units["area"] = costs("area", layer, case.terrain)[0]
    return Derivation(
        issue=issue,
        layer=layer,
        affected=affected,
        problem=problem,
        region=region,
        units=units,
        edges=case.edges,
        connectors=connectors.assign(inside=region.members[len(layer) :]),
        area_km2=case.terrain.km2(inside),
        population=float(units.loc[inside, "population"].sum()),
        affected_inside=float(units.loc[inside, "affected"].sum()),
        affected_total=affected.total,
        terrain=case.terrain,
        problem_record=problem_record(issue, layer, counted, problem)
        | {"affected_range": [round(affected.low, 1), round(affected.high, 1)]}
        | margins_record(affected),
        weighing=borders,
        border=border,
    )
