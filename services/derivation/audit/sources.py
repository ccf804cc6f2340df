"""Re-derive a folder's numbers from its sources, and compare: what its files alone cannot show.

The layer gives ids, names, people, costs, edges, connectors and the outline; the footprint gives the affected people.
What is compared and what could not be is said; the first difference raises.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geopolity.affected.people import affected_people
from geopolity.arrays import BoolArray, IntArray
from geopolity.layers.layer import Layer, dissolve
from geopolity.messages import Message
from geopolity.polity.borders import weighing
from geopolity.polity.conditions import conditions_of
from geopolity.polity.constraining import with_ways
from geopolity.polity.counting import Counted, costs, links, prices
from geopolity.polity.issue import Issue
from geopolity.polity.terrain import Terrain
from services.derivation.audit.evidence import ROUNDING, UNREADABLE, VerificationFailed, read_json, unreadable
from services.derivation.audit.rest import FILE as REST_FILE
from services.derivation.audit.rest import Links, rest_again
from services.records import Json
from services.verifiers.check_bound import rows

NOT_COMPARABLE: tuple[type[Exception], ...] = (*UNREADABLE, shapely.errors.ShapelyError)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sources:
    """What a folder is said to be made of.

    Attributes
    ----------
    issue
        ``None`` where only the layer is given.
    """

    layer: Layer
    terrain: Terrain
    issue: Issue | None = None

    def listed(self, units: list[dict[str, str]], *, all_are: bool) -> BoolArray:
        """Which units of the layer a table lists: all, or those in reach."""
        index = self.layer.units.index
        return np.ones(len(index), np.bool_) if all_are else index.isin([row["unit_id"] for row in units])


def compared(folder: Path, sources: Sources) -> Iterator[Message]:
    """Compare a folder that holds together with its sources, one sentence at a time.

    Raises
    ------
    VerificationFailed
        At the first difference.
    """
    try:
        yield from _compared(folder, sources)
    except NOT_COMPARABLE as error:
        raise unreadable(folder, error) from error


def _compared(folder: Path, sources: Sources) -> Iterator[Message]:
    problem = read_json(folder / "problem.json")
    units = rows(folder / "units.csv")
    listed = sources.listed(units, all_are=not (folder / REST_FILE).exists())
    yield _units_are_those_of_the_layer(problem, units, sources, listed)
    yield _links_are_those_of_the_layer(folder, problem, sources, listed)
    yield from _constraints_are_those_of_the_layer(problem, units, sources)
    yield _outline_is_theirs(folder, units, sources)
    agree("SHA-256 of the layer", "problem.json", problem["layer"]["digest"], sources.layer.digest)
    if sources.issue is None:
        yield Message("not re-derived: affected people (give --footprint or --issue)")
        return
    yield _people_are_those_under_the_footprint(problem, units, sources, sources.issue, listed)
    yield _drawing(folder, sources.issue)
    aside = [name for name in ("stability", "certainty") if name in units[0]]
    if aside:
        yield Message("not re-derived: {columns:and} of the units", columns=aside)


def _units_are_those_of_the_layer(
    problem: Json, units: list[dict[str, str]], sources: Sources, listed: BoolArray
) -> Message:
    table, ids = sources.layer.units[listed], [row["unit_id"] for row in units]
    _same_ids("units.csv", ids, table.index.tolist())
    cost, unit = _costs(problem, units, sources)
    agree("cost_unit", "problem.json", problem["cost_unit"], unit)
    _column("units.csv", "name", ids, [row["name"] for row in units], table["name"].astype(str).tolist())
    _column("units.csv", "cost", ids, [int(row["cost"]) for row in units], cost[listed].tolist())
    _column("units.csv", "population", ids, _floats(units, "population"), table["population"].tolist())
    return Message(
        "from {layer}: ids, names, people and costs of {units} units are the layer's",
        layer=sources.layer.name,
        units=len(units),
    )


def _costs(problem: Json, units: list[dict[str, str]], sources: Sources) -> tuple[IntArray, int | str]:
    """What every unit costs, the price of bridges with it; who is affected is compared elsewhere."""
    if "bridge_km" not in problem:
        return costs(problem["objective"], sources.layer, sources.terrain)
    affected = pd.Series(_floats(units, "affected"), [row["unit_id"] for row in units]).fillna(0.0)
    in_order = np.asarray(affected.reindex(sources.layer.units.index, fill_value=0.0), np.float64)
    found = prices(float(problem["bridge_km"]), in_order, sources.layer, sources.terrain)
    return found.area + found.bridge, found.unit


def _constraints_are_those_of_the_layer(
    problem: Json, units: list[dict[str, str]], sources: Sources
) -> Iterator[Message]:
    stated = problem.get("constraints")
    if stated is None:
        return
    areas, unit = costs("area", sources.layer, sources.terrain)
    found = conditions_of(stated).record(sources.layer, int(unit))
    agree("what is kept together", "problem.json", stated.get("keep_together"), found.get("keep_together"))
    if "area" in stated.get("at_most", {}):
        agree("area_unit", "problem.json", stated["at_most"]["area_unit"], unit)
        _column("units.csv", "area", [row["unit_id"] for row in units], _whole(units, "area"), areas.tolist())
    yield Message("from {layer}: what the constraints are about is the layer's", layer=sources.layer.name)


def _links_are_those_of_the_layer(folder: Path, problem: Json, sources: Sources, listed: BoolArray) -> Message:
    reach, unsaid = problem.get("connector_km"), "connector_km" not in problem
    conditions = conditions_of(problem.get("constraints", {}))
    edges, connectors = links(sources.layer, sources.terrain, reach)
    edges = with_ways(edges, conditions, sources.layer)
    written, over_water = rows(folder / "edges.csv"), rows(folder / "connectors.csv")
    if (folder / REST_FILE).exists():
        cost = pd.Series(costs(problem["objective"], sources.layer, sources.terrain)[0], sources.layer.units.index)
        ids = sources.layer.units.index[listed].to_numpy()
        remaining = sources.layer.units["population"][~listed]
        edges, connectors = rest_again(folder, Links(edges, connectors), (ids, cost, remaining), agree)
    if unsaid and over_water:  # a folder of before does not say how far its connectors may reach
        named = {row["connector_id"] for row in over_water}
        written = [row for row in written if not {row["from"], row["to"]} & named]
    else:
        names = connectors["connector_id"].tolist()
        _same_ids("connectors.csv", [row["connector_id"] for row in over_water], names)
        _column("connectors.csv", "km", names, _floats(over_water, "km"), connectors["km"].tolist())
    ends = [f"{one} – {other} ({kind})" for one, other, kind in edges[["from", "to", "kind"]].itertuples(index=False)]
    _same_ids("edges.csv", [f"{row['from']} – {row['to']} ({row['kind']})" for row in written], ends)
    border = _borders_are_those_of_the_layer(folder, problem, written, ends, sources)
    return Message(
        "from {layer}: {edges} edges are the layer's, with {connectors} connectors{border}; connectors are not "
        "re-derived: the folder does not say how long they may be"
        if unsaid and over_water
        else "from {layer}: {edges} edges are the layer's, with {connectors} connectors{border}",
        layer=sources.layer.name,
        edges=len(ends),
        connectors=len(over_water),
        border=border,
    )


def _borders_are_those_of_the_layer(
    folder: Path, problem: Json, written: list[dict[str, str]], ends: list[str], sources: Sources
) -> Message:
    if "compactness" not in problem:
        return Message("")
    borders = weighing(float(problem["compactness"]), sources.layer, sources.terrain, problem["cost_unit"])
    outer, shared = borders.integers
    units = rows(folder / "units.csv")
    _column(
        "units.csv", "border", [row["unit_id"] for row in units], [int(row["border"]) for row in units], outer.tolist()
    )
    along = [*shared.tolist(), *[0] * (len(written) - len(shared))]
    _column("edges.csv", "border", ends, [int(row["border"]) for row in written], along)
    return Message(", and what borders cost")


def _outline_is_theirs(folder: Path, units: list[dict[str, str]], sources: Sources) -> Message:
    members = {row["unit_id"] for row in units if row["inside"] == "True"}
    inside = sources.layer.units.index.isin(members)
    dissolved = gpd.GeoSeries([dissolve(sources.layer, inside)], crs=sources.layer.units.crs).to_crs(4326)
    theirs = shapely.normalize(shapely.from_geojson(shapely.to_geojson(dissolved.iloc[0])))
    geometry = read_json(folder / "polity.geojson")["features"][0]["geometry"]
    stated = shapely.normalize(shapely.from_geojson(json.dumps(geometry)))
    if not shapely.equals_exact(stated, theirs, tolerance=ROUNDING):
        apart = shapely.symmetric_difference(shapely.make_valid(stated), theirs).area / theirs.area
        if not apart <= ROUNDING:
            agree("outline", "polity.geojson", f"another on {apart:.2%} of its area", f"that of {inside.sum()} units")
    return Message(
        "from {layer}: the outline is that of the {units} units inside",
        layer=sources.layer.name,
        units=int(inside.sum()),
    )


def _people_are_those_under_the_footprint(
    problem: Json, units: list[dict[str, str]], sources: Sources, issue: Issue, listed: BoolArray
) -> Message:
    spread = problem.get("spread", {}).get("digest")
    agree("spread", "problem.json", spread, None if issue.spread is None else issue.spread.digest)
    affected, ids = (
        affected_people(issue.footprint, sources.layer, spread=issue.spread),
        [row["unit_id"] for row in units],
    )
    counted = Counted.of(affected, problem["objective"], sources.layer, sources.terrain)
    agree("affected_unit", "problem.json", Decimal(problem["affected_unit"]), counted.people_unit)
    agree("affected people who live in the rest", REST_FILE, 0, int(counted.people[~listed].sum()))
    table = affected.table[listed]
    for name in ("affected", "affected_low", "affected_high"):
        _column("units.csv", name, ids, _floats(units, name), table[name].tolist())
    if "affected_sampling" in table:
        _column(
            "units.csv",
            "affected_sampling",
            ids,
            _floats(units, "affected_sampling"),
            table["affected_sampling"].tolist(),
        )
    people = counted.people[listed].tolist()
    _column("units.csv", "affected_int", ids, [int(row["affected_int"]) for row in units], people)
    if "affected_range" in problem:
        found = [round(affected.low, 1), round(affected.high, 1)]
        _column("problem.json", "affected_range", ["low", "high"], problem["affected_range"], found)
    same = problem["footprint"]["digest"] == issue.footprint.digest
    return Message(
        "from the footprint: affected people of {units} units, with their ranges, are those counted again"
        if same
        else "from the footprint: affected people of {units} units, with their ranges, are those counted again; the "
        "footprint's own digest is another, as of another file or of other words for the same",
        units=len(units),
    )


def _drawing(folder: Path, issue: Issue) -> Message:
    """Compare the footprint as it is drawn."""
    file, extent = folder / "footprint.geojson", issue.footprint.extent()
    drawn = extent is not None and not extent.empty
    agree("the footprint's drawing", "footprint.geojson", file.exists(), drawn)
    if extent is None or not drawn:
        return Message("from the footprint: it is no place, and none is drawn")
    stated = gpd.read_file(file)
    theirs = gpd.read_file(extent.to_crs(4326).to_json(drop_id=True))
    same = len(stated) == len(theirs) and bool(
        shapely.equals_exact(
            shapely.normalize(stated.geometry.to_numpy()), shapely.normalize(theirs.geometry.to_numpy()), ROUNDING
        ).all()
    )
    agree("the footprint's drawing", "footprint.geojson", "the same" if same else "another", "the same")
    _column(
        "footprint.geojson",
        "intensity",
        [str(i) for i in theirs.index],
        *(it["intensity"].tolist() for it in (stated, theirs)),
    )
    return Message("from the footprint: footprint.geojson is its drawing")


def _whole(table: list[dict[str, str]], column: str) -> list[int]:
    return [int(row[column]) for row in table]


def _floats(table: list[dict[str, str]], column: str) -> list[float]:
    return [float(row[column]) if row[column] else math.nan for row in table]


def _same_ids(file: str, stated: Sequence[str], found: Sequence[str]) -> None:
    if list(stated) == list(found):
        return
    extra, lost = sorted({*stated} - {*found}), sorted({*found} - {*stated})
    agree("what is listed", file, extra[0] if extra else "nothing more", lost[0] if lost else "another order")


def _column(file: str, name: str, ids: Sequence[str], stated: Sequence[Any], found: Sequence[Any]) -> None:
    """Compare a column: floats up to rounding, all else exactly."""
    for place, one, other in zip(ids, stated, found, strict=True):
        if isinstance(other, float):
            equal = (math.isnan(one) and math.isnan(other)) or abs(one - other) <= ROUNDING * max(1.0, abs(other))
        else:
            equal = one == other
        if not equal:
            agree(f"{name} of {place}", file, one, "unknown" if pd.isna(other) else other)


def agree(key: str, file: str, stated: object, found: object) -> None:
    """Refuse what a file states, unless the sources give just that."""
    if stated != found:
        raise VerificationFailed(
            "From the sources, {key} is {found}; {file} states {stated}.",
            file=file,
            key=key,
            stated=stated,
            found=found,
        )
