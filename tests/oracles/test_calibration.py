"""The nominal 90 % interval holds the truth 85 to 95 times in a hundred, per unit and in total."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from boundaries import open_layer
from geopolity.affected import affected_people
from geopolity.crs import cylindrical, lonlat
from geopolity.errors import NegativeAnswer
from geopolity.footprint import Corridor, Radius
from geopolity.ground import ground
from geopolity.identifiers import LayerName
from geopolity.interpolation import first_holding
from geopolity.layer import Layer

LAYERS = Path(os.environ["GEOPOLITY_SHARED"]) / "layers"
FEET_PER_M = 3.280833333
SAMPLES = 250


@dataclass(frozen=True, kw_only=True)
class Truth:
    """A layer whose units' people are the sum of finer points."""

    layer: Layer
    points: np.ndarray
    unit: np.ndarray
    people: np.ndarray


def truth(units: gpd.GeoDataFrame, points: np.ndarray, people: np.ndarray) -> Truth:
    empty = units[["name", "geometry"]].assign(population=0.0)
    place = first_holding(cylindrical(points), ground(layer_of(empty)).geometry)
    inside = place >= 0
    counted = np.bincount(place[inside], weights=people[inside], minlength=len(units))
    return Truth(
        layer=layer_of(empty.assign(population=counted)),
        points=points[inside],
        unit=place[inside],
        people=people[inside],
    )


def layer_of(units: gpd.GeoDataFrame) -> Layer:
    return Layer(name=LayerName("truth"), title="", vintage="", source="", licence="", units=units)


def counties() -> Truth:
    groups = pd.read_csv(LAYERS / "us_blockgroups_2020" / "us_blockgroup_cenpop2020.csv.gz")
    points = shapely.points(groups["lon"].to_numpy(), groups["lat"].to_numpy())
    return truth(open_layer("us-counties").units, points, groups["pop2020"].to_numpy(dtype=float))


def neighbourhoods() -> Truth:
    units = gpd.read_parquet(LAYERS / "nyc_2023" / "nyc_nta_2023.parquet")
    ids = pd.Index([f"{number:03d}" for number in range(len(units))], name="unit_id")
    units = gpd.GeoDataFrame({"name": ids}, index=ids, geometry=units.geometry.to_numpy(), crs=units.crs)
    cells = pd.read_parquet(LAYERS / "nyc_2023" / "nyc_popgrid_50m_2020.parquet")
    side = 50 * FEET_PER_M
    centres = gpd.GeoSeries(gpd.points_from_xy((cells["ix"] + 0.5) * side, (cells["iy"] + 0.5) * side), crs=2263)
    return truth(units, lonlat(centres), cells["pop"].to_numpy(dtype=float))


def footprint(number: int, known: Truth, radii_km: tuple[float, float], random: np.random.Generator):
    radius = float(np.exp(random.uniform(*np.log(radii_km))))
    weights = known.people / known.people.sum() if number % 2 else None
    centre = shapely.get_coordinates(known.points[random.choice(len(known.points), p=weights)])[0]
    centre = centre + random.normal(size=2) * radius / 111
    if number % 3 == 0:
        track = np.cumsum(random.normal(size=(6, 2)), axis=0) * radius / 40 + centre
        return Corridor(lines=gpd.GeoSeries([shapely.LineString(track)], crs=4326), distance_km=radius / 2)
    point = gpd.GeoSeries([shapely.Point(centre)], crs=4326)
    return Radius(points=point, distance_km=radius, decay="linear" if number % 3 == 1 else "step")


@dataclass(frozen=True, kw_only=True)
class Held:
    """How often the interval held the truth: per unit whose count is unsure, and in total."""

    units: np.ndarray
    totals: np.ndarray

    def __str__(self) -> str:
        return (
            f"{self.units.mean():.3f} of {len(self.units)} units, {self.totals.mean():.3f} of {len(self.totals)} totals"
        )


def calibration(known: Truth, radii_km: tuple[float, float]) -> Held:
    """Random circles and corridors over a layer whose truth is known."""
    random, tree = np.random.default_rng(7), shapely.STRtree(known.points)
    units, totals = [], []
    for number in range(SAMPLES):
        drawn = footprint(number, known, radii_km, random)
        try:
            found = affected_people(drawn, known.layer)
        except NegativeAnswer:
            continue
        patches = drawn.patches()
        patch, point = tree.query(patches.geometry, predicate="intersects")
        bitten = known.people[point] * patches.intensity[patch]
        true = np.bincount(known.unit[point], weights=bitten, minlength=len(known.layer))
        table = found.table
        unsure = (table["affected_high"] - table["affected_low"] > 1e-6 * table["affected_high"]).to_numpy()
        held = (table["affected_low"] - 1e-6 <= true) & (true <= table["affected_high"] + 1e-6)
        units.append(held[unsure])
        totals.append(found.low <= true.sum() <= found.high)
    return Held(units=np.concatenate(units), totals=np.array(totals))


@pytest.mark.parametrize(("source", "radii_km"), [(counties, (8, 250)), (neighbourhoods, (0.3, 6))])
def test_nine_times_in_ten(source, radii_km: tuple[float, float]) -> None:
    held = calibration(source(), radii_km)
    sys.stdout.write(f"{source.__name__}: {held}\n")
    assert 0.85 <= held.units.mean() <= 0.95, held
    assert 0.85 <= held.totals.mean() <= 0.95, held
