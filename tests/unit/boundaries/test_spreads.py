"""Finer data on where people live, from a file or from an issue."""

from __future__ import annotations

import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from boundaries import open_footprint, open_issue, open_layer, open_spread
from boundaries.footprints.files import mixed
from geopolity.affected.footprint import Area, Attribute, Everyone, Units
from geopolity.affected.mixed import Intersection, Product, Union
from geopolity.affected.people import affected_people
from geopolity.affected.spread import PointSpread, RasterSpread
from geopolity.errors import RequestError
from geopolity.identifiers import LayerName
from geopolity.layers.layer import Layer
from geopolity.polity.derivation import derive_polity

ASC = "ncols 2\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 0.5\n30 10\n"
LEFT_HALF = '{"type":"Polygon","coordinates":[[[0,0],[0.5,0],[0.5,1],[0,1],[0,0]]]}'


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A folder with one unit of 1,000 people, the footprint of its left half, and finer data of both kinds."""
    gpd.GeoDataFrame({"id": ["a"], "pop": [1000]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4326).to_file(
        tmp_path / "town.gpkg"
    )
    (tmp_path / "left.geojson").write_text(LEFT_HALF)
    (tmp_path / "blocks.csv").write_text("lon,lat,POP\n0.2,0.5,3\n0.8,0.5,1\n0.9,0.9,\n")
    (tmp_path / "people.asc").write_text(ASC)
    (tmp_path / "issue.toml").write_text('[footprint]\nkind = "area"\nfile = "left.geojson"\n')
    return tmp_path


def test_points_and_rasters_are_opened_as_what_they_are(town: Path) -> None:
    points = open_spread(town / "blocks.csv")
    assert isinstance(points, PointSpread)
    assert points.people.tolist() == [3, 1]  # the empty count is left out, not 0
    assert isinstance(open_spread(town / "people.asc", crs=4326), RasterSpread)


def test_an_issue_names_its_finer_data(town: Path) -> None:
    layer = open_layer(town / "town.gpkg")
    text = (town / "issue.toml").read_text()
    even = derive_polity(open_issue(town / "issue.toml"), layer)
    (town / "issue.toml").write_text(text + '[spread]\nfile = "blocks.csv"\npeople = "POP"\n')
    finer = derive_polity(open_issue(town / "issue.toml"), layer)
    assert (even.affected_total, finer.affected_total) == (pytest.approx(500), pytest.approx(750))
    assert "spread" not in even.problem_record
    assert len(finer.problem_record["spread"]["digest"]) == 64


def test_a_raster_without_exactextract_is_refused_and_not_replaced(town: Path, monkeypatch) -> None:
    layer, footprint = open_layer(town / "town.gpkg"), open_footprint(town / "left.geojson")
    monkeypatch.setitem(sys.modules, "exactextract", None)
    with pytest.raises(RequestError, match="no wheel for Linux on arm64") as refused:
        affected_people(footprint, layer, spread=open_spread(town / "people.asc", crs=4326))
    assert "leave the raster out" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("lon,lat,POP\n0,0,0\n", "nobody is counted at any"),
        ("lon,lat,POP\n0,0,-3\n", "negative count"),
        ("lon,lat,x\n0,0,1\n", "no column recognised as population"),
    ],
)
def test_finer_data_that_says_nothing_is_refused(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "blocks.csv").write_text(text)
    with pytest.raises(RequestError, match=says):
        open_spread(tmp_path / "blocks.csv")


def test_a_spread_table_with_a_wrong_key_is_refused(town: Path) -> None:
    with (town / "issue.toml").open("a") as file:
        file.write('[spread]\nfiles = "blocks.csv"\n')
    with pytest.raises(RequestError, match="unknown key 'files'"):
        open_issue(town / "issue.toml")


def test_footprints_in_words_and_in_toml_mix(town: Path) -> None:
    (town / "rights.toml").write_text('kind = "units"\nunits = { a = 0.5 }\n')
    words = ("everyone", "units=a, b", "attribute=fishers", town / "rights.toml", town / "left.geojson")
    kinds = [type(open_footprint(word)) for word in words]
    assert kinds == [Everyone, Units, Attribute, Units, Area]
    layer = open_layer(town / "town.gpkg")
    parts = [open_footprint(town / "rights.toml"), open_footprint(town / "left.geojson")]
    expected = {"union": 750, "max": 750, "intersection": 250, "product": 250}
    for how, people in expected.items():
        assert affected_people(mixed(parts, how), layer).total == pytest.approx(people), how
    assert [type(mixed(parts, how)) for how in expected] == [Union, Union, Intersection, Product]


def test_points_count_in_one_piece_of_their_own_unit_wherever_they_lie() -> None:
    """Every count of people at points is the one that GEOS finds point by point."""
    chance = np.random.default_rng(5)
    cells = [shapely.box(x, y, x + 1, y + 1) for x in range(4) for y in range(3)]
    index = pd.Index([f"u{place:02}" for place in range(12)], name="unit_id")
    units = gpd.GeoDataFrame({"name": index, "population": 100.0}, index=index, geometry=cells, crs=4326)
    layer = Layer(name=LayerName("t"), title="", vintage="", source="", licence="", units=units)
    xy = np.round(chance.uniform(-0.5, 4.5, (3_000, 2)) * 4) / 4  # many lie on borders, some outside
    people = chance.integers(0, 50, len(xy)).astype(float)
    spread = PointSpread.at(gpd.GeoSeries(gpd.points_from_xy(*xy.T), crs=4326), people)
    area = shapely.box(0.5, 0.5, 3.25, 2.75)
    found = affected_people(Area(shapes=gpd.GeoSeries([area], crs=4326)), layer, spread=spread)
    first = np.full(len(xy), -1)
    for place in reversed(range(12)):
        first[shapely.intersects_xy(cells[place], *xy.T)] = place
    inside = shapely.intersects_xy(area, *xy.T)
    total = np.bincount(first[first >= 0], weights=people[first >= 0], minlength=12)
    here = np.bincount(first[(first >= 0) & inside], weights=people[(first >= 0) & inside], minlength=12)
    assert found.table["affected"].to_numpy() == pytest.approx(100 * here / total)
