"""Every kind of footprint, by the command line's options, from TOML and from Python: the same people."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import LineString, Point, box

from boundaries import open_layer
from geopolity.affected.footprint import Area, Attribute, Corridor, Everyone, Footprint, Radius, Raster, Units
from geopolity.affected.mixed import Intersection, Product, Union
from geopolity.affected.people import affected_people
from geopolity.affected.raster import Grid
from tests.e2e.conftest import town_frame

POLYGON = box(-74.95, 40.05, -74.75, 40.25)
LINE = LineString([(-75.1, 40.1), (-74.5, 40.2)])
PLACES = [Point(-74.9, 40.1), Point(-74.7, 40.2)]
AREA = Area(shapes=gpd.GeoSeries([POLYGON], crs=4326))
CORRIDOR = Corridor(lines=gpd.GeoSeries([LINE], crs=4326), distance_km=8, decay="linear")
RADIUS = Radius(points=gpd.GeoSeries(PLACES, crs=4326), distance_km=9, decay="gaussian")
FARMERS = Attribute(count="farmers")
GRID = Grid(values=np.array([[0.25, 1.0], [0.5, 0.0]]), bounds=(-75.0, 40.0, -74.6, 40.4), crs=4326)


@dataclass(frozen=True)
class Said:
    """One footprint in three languages; ``options`` is None where the command line takes it from TOML only."""

    python: Footprint
    toml: str
    options: tuple[str, ...] | None = field(default=None)


KINDS = {
    "area": Said(AREA, 'kind = "area"\nfile = "area.gpkg"', ("--footprint", "area.gpkg")),
    "weighted area": Said(
        Area(shapes=AREA.shapes, intensity=(0.4,)),
        'kind = "area"\nfile = "area.gpkg"\nintensity_column = "w"',
        ("--footprint", "area.gpkg", "--weight-column", "w"),
    ),
    "area and what is near it": Said(
        Union(parts=(AREA, Corridor(lines=AREA.shapes.boundary, distance_km=3)), how="max"),
        'kind = "union"\nhow = "max"\nparts = [{ kind = "area", file = "area.gpkg" }, '
        '{ kind = "corridor", file = "edge.gpkg", distance_km = 3 }]',
        ("--footprint", "area.gpkg", "--buffer-km", "3"),
    ),
    "corridor": Said(
        CORRIDOR,
        'kind = "corridor"\nfile = "line.gpkg"\ndistance_km = 8\ndecay = "linear"',
        ("--footprint", "line.gpkg", "--buffer-km", "8", "--decay", "linear"),
    ),
    "radius": Said(
        RADIUS,
        'kind = "radius"\nfile = "places.gpkg"\ndistance_km = 9\ndecay = "gaussian"',
        ("--footprint", "places.gpkg", "--buffer-km", "9", "--decay", "gaussian"),
    ),
    "raster": Said(
        Raster(grid=GRID),
        'kind = "raster"\nfile = "plume.asc"\ncrs = "EPSG:4326"',
        ("--footprint", "plume.asc", "--crs", "EPSG:4326"),
    ),
    "units": Said(
        Units(weights={"000": 1.0, "001": 1.0}),
        'kind = "units"\nunits = ["000", "001"]',
        ("--footprint", "units=000,001"),
    ),
    "weighted units": Said(Units(weights={"000": 0.5}), 'kind = "units"\nunits = { "000" = 0.5 }'),
    "attribute": Said(FARMERS, 'kind = "attribute"\ncount = "farmers"', ("--footprint", "attribute=farmers")),
    "share": Said(
        Attribute(share="old", base="farmers", percent=True),
        'kind = "attribute"\nshare = "old"\nbase = "farmers"\npercent = true',
    ),
    "everyone": Said(Everyone(), 'kind = "everyone"', ("--footprint", "everyone")),
    "union": Said(
        Union(parts=(AREA, FARMERS)),
        'kind = "union"\nparts = [{ kind = "area", file = "area.gpkg" }, { kind = "attribute", count = "farmers" }]',
        ("--footprint", "area.gpkg", "--footprint", "attribute=farmers"),
    ),
    "intersection": Said(
        Intersection(parts=(AREA, CORRIDOR)),
        'kind = "intersection"\nparts = [{ kind = "area", file = "area.gpkg" }, '
        '{ kind = "corridor", file = "line.gpkg", distance_km = 8, decay = "linear" }]',
        ("--footprint", "area.gpkg", "--footprint", "corridor.toml", "--mix", "intersection"),
    ),
    "product": Said(
        Product(parts=(RADIUS, FARMERS)),
        'kind = "product"\nparts = [{ kind = "radius", file = "places.gpkg", distance_km = 9, decay = "gaussian" }, '
        '{ kind = "attribute", count = "farmers" }]',
        ("--footprint", "radius.toml", "--footprint", "attribute=farmers", "--mix", "product"),
    ),
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The town with its farmers, and every file that a footprint above names."""
    town_frame().assign(farmers=np.arange(12) * 7, old=np.linspace(0, 90, 12)).to_file(tmp_path / "town.gpkg")
    gpd.GeoDataFrame({"w": [0.4]}, geometry=[POLYGON], crs=4326).to_file(tmp_path / "area.gpkg")
    gpd.GeoDataFrame(geometry=[POLYGON.boundary], crs=4326).to_file(tmp_path / "edge.gpkg")
    gpd.GeoDataFrame(geometry=[LINE], crs=4326).to_file(tmp_path / "line.gpkg")
    gpd.GeoDataFrame(geometry=PLACES, crs=4326).to_file(tmp_path / "places.gpkg")
    (tmp_path / "plume.asc").write_text("ncols 2\nnrows 2\nxllcorner -75\nyllcorner 40\ncellsize 0.2\n0.25 1\n0.5 0\n")
    for name in ("corridor", "radius"):
        (tmp_path / f"{name}.toml").write_text(KINDS[name].toml)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("said", KINDS.values(), ids=KINDS.keys())
def test_every_kind_counts_the_same_however_it_is_said(said: Said, folder, command) -> None:
    (folder / "issue.toml").write_text(f'title = "It"\nlayer = "town.gpkg"\n[footprint]\n{said.toml}\n')
    expected = affected_people(said.python, open_layer(folder / "town.gpkg")).total
    ways = [("--issue", "issue.toml")]
    if said.options is not None:
        ways.append((*said.options, "--layer", "town.gpkg"))
    assert 0 < expected <= 5200
    for way in ways:
        answer = command("derive", *way, "--json")
        assert answer.status == 0, answer.err
        assert json.loads(answer.out)["affected_total"] == pytest.approx(expected, rel=1e-6), way
