"""People of New York neighbourhoods placed by finer cells: nearer to the truth, nobody lost."""

from __future__ import annotations

import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geopolity.affected.footprint import Area, Radius
from geopolity.affected.people import affected_people
from geopolity.affected.raster import Grid
from geopolity.affected.spread import PointSpread, RasterSpread, Spread
from tests.benchmarks.calibration import FEET_PER_M, LAYERS, Truth, neighbourhoods


@pytest.fixture(scope="module")
def city() -> Truth:
    return neighbourhoods()


def cells(metres: int) -> pd.DataFrame:
    return pd.read_parquet(LAYERS / "nyc_2023" / f"nyc_popgrid_{metres}m_2020.parquet")


def points() -> Spread:
    table, side = cells(100), 100 * FEET_PER_M
    centres = gpd.points_from_xy((table["ix"] + 0.5) * side, (table["iy"] + 0.5) * side)
    return PointSpread.at(gpd.GeoSeries(centres, crs=2263), people=table["pop"].to_numpy(dtype=float))


def raster() -> Spread:
    pytest.importorskip("exactextract")
    table, side = cells(100), 100 * FEET_PER_M
    column, row = table["ix"] - table["ix"].min(), table["iy"].max() - table["iy"]
    values = np.zeros((int(row.max()) + 1, int(column.max()) + 1))
    values[row, column] = table["pop"]
    west, north = table["ix"].min() * side, (table["iy"].max() + 1) * side
    bounds = (west, north - values.shape[0] * side, west + values.shape[1] * side, north)
    return RasterSpread(grid=Grid(values=values, bounds=bounds, crs=2263))


def circles(known: Truth, count: int = 16) -> list[tuple[Radius, np.ndarray]]:
    """Circles of 1 km around places where people live, with the true people of each unit by 50 m cells."""
    random, tree = np.random.default_rng(11), shapely.STRtree(known.points)
    found = []
    for place in random.choice(len(known.points), count, p=known.people / known.people.sum()):
        circle = Radius(points=gpd.GeoSeries([known.points[place]], crs=4326), distance_km=1)
        inside = tree.query(circle.zones().geometry[0], predicate="intersects")
        found.append(
            (circle, np.bincount(known.unit[inside], weights=known.people[inside], minlength=len(known.layer)))
        )
    return found


@pytest.mark.parametrize("make", [points, raster])
def test_finer_cells_bring_the_count_nearer_to_the_truth(city: Truth, make) -> None:
    spread, errors = make(), []
    for circle, true in circles(city):
        even, finer = affected_people(circle, city.layer), affected_people(circle, city.layer, spread=spread)
        errors.append([abs(found.total - true.sum()) / true.sum() for found in (even, finer)])
    even, finer = np.mean(errors, axis=0)
    sys.stdout.write(f"{make.__name__}: mean error {even:.1%} evenly spread, {finer:.1%} by 100 m cells\n")
    assert finer < even / 2


@pytest.mark.parametrize("make", [points, raster])
def test_every_neighbourhood_keeps_its_people(city: Truth, make) -> None:
    west, south, east, north = city.layer.units.to_crs(4326).total_bounds
    halves = [shapely.box(west - 1, south - 1, (west + east) / 2, north + 1)]
    halves.append(shapely.box((west + east) / 2, south - 1, east + 1, north + 1))
    spread = make()
    counted = [
        affected_people(Area(shapes=gpd.GeoSeries([half], crs=4326)), city.layer, spread=spread).table["affected"]
        for half in halves
    ]
    people = city.layer.units["population"].to_numpy()
    assert (counted[0] + counted[1]).to_numpy() == pytest.approx(people, rel=1e-6, abs=1e-6)
