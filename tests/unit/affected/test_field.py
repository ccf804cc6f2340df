"""Rasters too large to be laid out: what they say is the same as of small ones, alone, combined, and where people live."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geopolity.affected import overlay as laying
from geopolity.affected.footprint import Area, FootprintError, Raster, Units
from geopolity.affected.mixed import Combined, Intersection, Product, Union
from geopolity.affected.people import affected_people
from geopolity.affected.raster import Grid
from geopolity.affected.spread import PointSpread, RasterSpread
from geopolity.identifiers import LayerName
from geopolity.layers.layer import Layer

CELLS = (40, 60)


def fine(seed: int, bounds=(-1.0, -1.0, 5.0, 3.0)) -> Grid:
    values = np.random.default_rng(seed).uniform(0, 1, CELLS)
    values[values < 0.3] = 0
    return Grid(values=values, bounds=bounds, crs=4326)


@pytest.fixture
def layer() -> Layer:
    cells = [shapely.box(x, y, x + 1, y + 1) for x in range(4) for y in range(2)]
    index = pd.Index([f"u{place}" for place in range(8)], name="unit_id")
    units = gpd.GeoDataFrame({"name": index, "population": 1000.0}, index=index, geometry=cells, crs=4326)
    return Layer(name=LayerName("t"), title="", vintage="", source="", licence="", units=units)


AREA = Area(
    shapes=gpd.GeoSeries([shapely.box(0.3, 0.2, 1.7, 1.6), shapely.box(1.7, 0.5, 3.3, 0.9)], crs=4326),
    intensity=(0.6, 1.0),
)
LISTED = Units(weights={"u0": 0.5, "u3": 1.0, "u4": 0.2})
PARTS = {
    "an area": (AREA,),
    "units": (LISTED,),
    "an area and units": (AREA, LISTED),
    "another raster": (Raster(grid=fine(9)),),
    "another raster and an area": (Raster(grid=fine(9)), AREA),
}


def both(footprint, layer, monkeypatch, spread=None):
    """Affected of each unit: cell by cell, and with the raster as a field."""
    found = []
    for most in (10**6, 10):
        monkeypatch.setattr(laying, "MOST_CELLS", most)
        laying.laid_out.cache_clear()
        found.append(affected_people(footprint, layer, spread=spread).table["affected"].to_numpy())
    laying.laid_out.cache_clear()
    return found


@pytest.mark.parametrize("kind", [Union, Intersection, Product])
@pytest.mark.parametrize("parts", PARTS)
def test_a_large_raster_meets_other_parts_on_the_ground(kind: type[Combined], parts, layer, monkeypatch):
    exact, field = both(kind(parts=(Raster(grid=fine(3)), *PARTS[parts])), layer, monkeypatch)
    assert field == pytest.approx(exact, rel=2e-4)


def test_a_large_raster_and_an_area_that_do_not_meet_affect_nobody_together(layer, monkeypatch):
    west = np.zeros(CELLS)
    west[:, :15] = 1  # up to longitude 0.5
    east = Area(shapes=gpd.GeoSeries([shapely.box(0.5, 0, 1, 2)], crs=4326))
    both_halves = Raster(grid=fine(1).with_values(west))
    exact, field = both(Union(parts=(Product(parts=(AREA, LISTED)), both_halves)), layer, monkeypatch)
    assert field == pytest.approx(exact, rel=2e-4)
    monkeypatch.setattr(laying, "MOST_CELLS", 10)
    met = affected_people(Union(parts=(both_halves, east)), layer).table["affected"]
    assert met.iloc[:2].to_numpy() == pytest.approx([1000, 1000], rel=1e-3)


def people_at_points(seed: int) -> PointSpread:
    chance = np.random.default_rng(seed)
    xy = chance.uniform([0, 0], [4, 2], (4_000, 2))
    return PointSpread.at(gpd.GeoSeries(gpd.points_from_xy(*xy.T), crs=4326), chance.lognormal(1, 1, len(xy)))


def people_in_cells(seed: int) -> RasterSpread:
    """Cells ten times as fine as the raster's, so that each lies in one of its cells."""
    values = np.random.default_rng(seed).lognormal(0, 2, (200, 300))
    return RasterSpread(grid=Grid(values=values, bounds=(-1.0, -1.0, 5.0, 3.0), crs=4326))


@pytest.mark.parametrize("spread", [people_at_points(5), people_in_cells(6)])
@pytest.mark.parametrize("footprint", [Raster(grid=fine(3)), Product(parts=(Raster(grid=fine(3)), AREA))])
def test_a_large_raster_counts_people_where_they_live(footprint, spread, layer, monkeypatch):
    exact, field = both(footprint, layer, monkeypatch, spread)
    even, _ = both(footprint, layer, monkeypatch)
    assert field == pytest.approx(exact, rel=3e-3)
    assert field != pytest.approx(even, rel=3e-3)


def test_what_cannot_be_met_cell_by_cell_is_refused(layer, monkeypatch):
    monkeypatch.setattr(laying, "MOST_CELLS", 10)
    elsewhere = Raster(grid=fine(2, bounds=(0.0, -1.0, 6.0, 3.0)))
    with pytest.raises(FootprintError, match="lie on different cells"):
        affected_people(Product(parts=(Raster(grid=fine(1)), elsewhere)), layer)
    inner = Product(parts=(Raster(grid=fine(1)), AREA))
    with pytest.raises(FootprintError, match="in a combination inside another"):
        affected_people(Union(parts=(inner, LISTED)), layer)
