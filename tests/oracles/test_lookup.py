"""The grid index against GEOS on 34,815 French communes: random points, points on borders, points beside them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from geopolity.geometry.snapping import SNAP
from geopolity.lookup import index_units
from tests.oracles.shared import SHARED

COUNT = 60_000


def test_every_commune_is_found_as_geos_finds_it():
    communes = gpd.read_parquet(SHARED / "layers/fr_communes_2021/fr_communes_2021.parquet").sort_values("COM")
    shapes = communes.geometry.to_crs(4326).to_numpy()
    rng = np.random.default_rng(11)
    west, south, east, north = shapely.total_bounds(shapes)
    scattered = np.stack([rng.uniform(west, east, COUNT), rng.uniform(south, north, COUNT)], axis=1)
    vertices = shapely.get_coordinates(shapes)
    borders = vertices[rng.integers(0, len(vertices), COUNT)]
    beside = borders + rng.integers(-2, 3, (COUNT, 2)) / SNAP
    x, y = np.rint(np.vstack([scattered, borders, beside]) * SNAP).T
    steps = shapely.transform(shapes, lambda xy: np.rint(xy * SNAP))
    point, unit = shapely.STRtree(steps).query(shapely.points(x, y), predicate="intersects")
    expected = np.full(len(x), len(shapes))
    np.minimum.at(expected, point, unit)
    expected[expected == len(shapes)] = -1
    found = index_units(shapes).at_all(x / SNAP, y / SNAP)
    print(f"{len(x):,} points compared")
    assert int((found != expected).sum()) == 0
