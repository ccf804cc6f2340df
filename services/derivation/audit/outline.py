"""The outline of a derivation folder, against its tables."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np

from geopolity.messages import Message
from services.derivation.audit.evidence import ROUNDING, Evidence, VerificationFailed, equal, read_json
from services.records import Json
from services.verifiers.check_bound import rows

MOST_POINTS = 2_000_000
"""Points that long edges of an outline may be cut at, beside fifty for each edge."""


def outline_holds(folder: Path, evidence: Evidence) -> Message:
    """What polity.geojson says of itself and how large its outline is, against the tables."""
    features = read_json(folder / "polity.geojson")["features"]
    if len(features) != 1:
        raise VerificationFailed(
            "polity.geojson holds {number:count} features instead of one.",
            number=len(features),
        )
    properties, problem = features[0]["properties"], evidence.problem
    for key in ("cost", "units", "lower_bound", "gap", "optimal", "coverage", "coverage_target", "method"):
        equal(key, "polity.geojson", properties[key], evidence.certificate[key])
    equal("layer", "polity.geojson", properties["layer"], problem["layer"]["name"])
    equal("issue", "polity.geojson", properties["issue"], problem["issue"])
    _sums_are_those_of_units(folder, properties)
    drawn = _drawn_km2(features[0]["geometry"])
    return Message("polity.geojson states the same numbers; {area}", area=_outline_area(drawn, properties, evidence))


def _sums_are_those_of_units(folder: Path, properties: Json) -> None:
    table = rows(folder / "units.csv")
    inside = [row for row in table if row["inside"] == "True"]
    for key, column, counted in (
        ("population", "population", inside),
        ("affected_inside", "affected", inside),
        ("affected_total", "affected", table),
    ):
        found = math.fsum(float(row[column] or 0) for row in counted)
        if not abs(properties[key] - found) <= (0.5 if key == "population" else 0) + ROUNDING * max(1.0, found):
            equal(key, "polity.geojson", properties[key], found)


def _drawn_km2(geometry: Json) -> float:
    """Area of an outline, which has to be one."""
    import geopandas as gpd  # noqa: PLC0415 - only this check needs it
    import shapely  # noqa: PLC0415

    from geopolity.geometry.crs import equal_area, points_of_densified  # noqa: PLC0415

    try:
        shape = shapely.from_geojson(json.dumps(geometry))
    except shapely.errors.ShapelyError as error:
        raise ValueError(str(error)) from error
    west, south, east, north = shape.bounds
    if shape.geom_type not in {"Polygon", "MultiPolygon"} or not (
        -181 <= west <= east <= 361 and -90 <= south <= north <= 90
    ):
        raise VerificationFailed(
            "polity.geojson holds a {kind} from {west} to {east} degrees, which is no outline of a polity.",
            kind=shape.geom_type,
            west=west,
            east=east,
        )
    if points_of_densified(np.array([shape])) > MOST_POINTS + 50 * shapely.get_num_coordinates(shape):
        raise VerificationFailed("polity.geojson holds an outline of edges far longer than those of any polity.")
    return float(shapely.area(equal_area(gpd.GeoSeries([shape], crs=4326)))[0]) / 1e6


def _outline_area(drawn: float, properties: Json, evidence: Evidence) -> Message:
    """Compare the outline's area with that of the units, where costs are areas."""
    unit = evidence.problem["cost_unit"]
    if not isinstance(unit, int | float):
        return Message("its outline has {drawn:count} km² (areas of units are not in the tables)", drawn=round(drawn))
    inside = [vertex.cost - vertex.bridge for vertex in evidence.units.values() if vertex.inside]
    area, rounded = sum(inside) * unit / 1e6, len(inside) * unit / 1e6
    if not abs(properties["area_km2"] - area) <= rounded + ROUNDING * area:
        equal("area_km2", "polity.geojson", properties["area_km2"], area)
    if not drawn <= (area + rounded) * 1.01:
        raise VerificationFailed(
            "The outline in polity.geojson has {drawn:area}, its units together only {area:area}.",
            drawn=drawn,
            area=area,
        )
    return Message(
        "its outline has {drawn:count} km², its units have {area:count} km²"
        if drawn >= area * 0.99 - rounded
        else "its outline has {drawn:count} km², its units have {area:count} km²; units overlap, or the outline is "
        "another one",
        drawn=round(drawn),
        area=round(area),
    )
