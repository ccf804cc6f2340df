"""Issues and footprints opened from files."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from boundaries import issue_names, open_footprint, open_issue
from geopolity.affected.footprint import Area, Corridor, Everyone, Radius, Raster
from geopolity.affected.mixed import Union
from geopolity.errors import RequestError

SEVEN = [
    "east-coast-fishing-rights",
    "human-rights",
    "human-rights-world",
    "hurricane-relief",
    "mississippi-water-quality",
    "ogallala-aquifer",
    "smelter-emissions",
]


ON_THE_PLANET = [
    "bering-strait",
    "human-rights-planet",
    "lake-chad",
    "mediterranean-fishing",
    "mekong-flow",
    "rhine-water",
    "smoke-haze",
]


def test_the_sample_issues_open() -> None:
    assert issue_names() == sorted(SEVEN + ON_THE_PLANET)
    assert {open_issue(name).layer for name in ON_THE_PLANET} == {"world-places"}
    assert isinstance(open_issue("human-rights").footprint, Everyone)
    assert open_issue("human-rights-world").layer == "world-countries"
    assert open_issue("smelter-emissions").coverage == Decimal("0.9")


def issue(folder: Path, footprint: str, head: str = "") -> Path:
    (folder / "issue.toml").write_text(f'title = "T"\n{head}\n[footprint]\n{footprint}\n')
    return folder / "issue.toml"


KINDS = {
    "area": 'kind = "area"\npolygons = [[[0,0],[1,0],[1,1]], [[[2,2],[4,2],[4,4]],[[3,2.5],[3.5,2.5],[3.5,3]]]]\nintensity = [1, 0.5]',
    "corridor": 'kind = "corridor"\nlines = [[[0,0],[1,1]]]\ndistance_km = 5\ndecay = "linear"',
    "radius": 'kind = "radius"\npoints = [[0,0]]\ndistance_km = [5]',
    "units": 'kind = "units"\nunits = ["36061"]',
    "weighted units": 'kind = "units"\nunits = { "36061" = 0.5 }',
    "attribute": 'kind = "attribute"\nshare = "fishing"\nbase = "employed"\npercent = true',
    "everyone": 'kind = "everyone"',
    "product": 'kind = "product"\nparts = [{ kind = "everyone" }, { kind = "attribute", count = "x" }]',
    "intersection": 'kind = "intersection"\nparts = [{ kind = "radius", points = [[0,0]], distance_km = 1 }]',
    "union": 'kind = "union"\nhow = "max"\nparts = [{ kind = "radius", points = [[0,0]], distance_km = 1 }]',
}


@pytest.mark.parametrize("text", KINDS.values(), ids=KINDS.keys())
def test_every_kind_can_be_written_in_toml(tmp_path: Path, text: str) -> None:
    opened = open_issue(issue(tmp_path, text))
    assert opened.footprint.digest == open_issue(issue(tmp_path, text)).footprint.digest
    assert opened.name == "issue"


def test_files_are_looked_for_beside_the_issue(tmp_path: Path) -> None:
    gpd.GeoDataFrame({"w": [0.5]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4326).to_file(tmp_path / "plume.gpkg")
    opened = open_issue(issue(tmp_path, 'kind = "area"\nfile = "plume.gpkg"\nintensity_column = "w"'))
    assert isinstance(opened.footprint, Area)
    assert opened.footprint.intensity == (0.5,)


def test_a_raster_footprint_is_read(tmp_path: Path) -> None:
    (tmp_path / "plume.asc").write_text("ncols 2\nnrows 1\nxllcorner 5\nyllcorner 50\ncellsize 0.1\n1 2\n")
    opened = open_issue(issue(tmp_path, 'kind = "raster"\nfile = "plume.asc"\ncrs = "EPSG:4326"\nlow = 0\nhigh = 2'))
    assert isinstance(opened.footprint, Raster)
    assert opened.footprint.zones().intensity.tolist() == [0.5, 1.0]


WRONG = {
    "unknown kind": ('kind = "aera"\n', "'aera' is unknown"),
    "unknown key": ('kind = "everyone"\nwho = "me"', "no key 'who'"),
    "no distance": ('kind = "radius"\npoints = [[0,0]]', "distance_km needs a number"),
    "no points": ('kind = "radius"\ndistance_km = 5', "needs points"),
    "text for coordinates": ('kind = "radius"\npoints = [["a","b"]]\ndistance_km = 5', "longitude, latitude"),
    "a line of one point": ('kind = "corridor"\nlines = [[[0,0]]]\ndistance_km = 5', "at least 2"),
    "ids as numbers": ('kind = "units"\nunits = [36061]', "in quotes"),
    "unknown decay": ('kind = "radius"\npoints = [[0,0]]\ndistance_km = 5\ndecay = "slow"', "'slow' is unknown"),
    "odd union": ('kind = "union"\nhow = "sum"\nparts = [{kind = "everyone"}]', "'sum' is unknown"),
    "missing file": ('kind = "area"\nfile = "nowhere.gpkg"', "There is no file"),
    "latitude 95": ('kind = "radius"\npoints = [[0,95]]\ndistance_km = 5', "latitude of 95"),
    "unknown crs": ('kind = "radius"\npoints = [[0,5]]\ndistance_km = 5\ncrs = "EPSG:0"', "'EPSG:0' is unknown"),
}


@pytest.mark.parametrize(("text", "says"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_footprint_gets_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(RequestError) as caught:
        open_issue(issue(tmp_path, text))
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("head", "says"),
    [
        ("coverage = 0.4", "Coverage 0.4"),
        ("coverage = 1.2", "Coverage 1.2"),
        ('coverage = "most"', "'most' is not a number"),
        ('smallest = "price"', "'price'"),
        ("connector_km = -1", "A connector of -1"),
        ("cover = 0.9", "unknown key 'cover'"),
        ("title = =", "is not TOML"),
    ],
)
def test_a_wrong_issue_gets_one_sentence(tmp_path: Path, head: str, says: str) -> None:
    with pytest.raises(RequestError) as caught:
        open_issue(issue(tmp_path, 'kind = "everyone"', head))
    assert says in str(caught.value)


def test_an_issue_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(RequestError, match="hurricane-relief"):
        open_issue("hurricane")


def written(folder: Path, *shapes: shapely.Geometry) -> Path:
    gpd.GeoDataFrame({"w": [0.5] * len(shapes)}, geometry=list(shapes), crs=4326).to_parquet(folder / "f.parquet")
    return folder / "f.parquet"


def test_files_of_polygons_lines_and_points_become_footprints(tmp_path: Path) -> None:
    assert isinstance(open_footprint(written(tmp_path, shapely.box(0, 0, 1, 1)), weight_column="w"), Area)
    assert isinstance(open_footprint(written(tmp_path, shapely.box(0, 0, 1, 1)), buffer_km=5), Union)
    assert isinstance(open_footprint(written(tmp_path, shapely.LineString([(0, 0), (1, 1)])), buffer_km=5), Corridor)
    assert isinstance(open_footprint(written(tmp_path, shapely.Point(0, 0)), buffer_km=5, decay="linear"), Radius)
    (tmp_path / "sites.csv").write_text("Site;Lat;Lon\nA;46.5;-111.9\n")
    assert isinstance(open_footprint(tmp_path / "sites.csv", buffer_km=5), Radius)


def test_points_without_a_distance_are_asked_for_one(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="--buffer-km 50"):
        open_footprint(written(tmp_path, shapely.Point(0, 0)))


def test_mixed_geometry_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="mixes Point, Polygon"):
        open_footprint(written(tmp_path, shapely.Point(0, 0), shapely.box(0, 0, 1, 1)), buffer_km=5)


def test_a_weight_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="no column 'v'"):
        open_footprint(written(tmp_path, shapely.box(0, 0, 1, 1)), weight_column="v")


def test_a_latitude_column_out_of_range_is_named(tmp_path: Path) -> None:
    (tmp_path / "sites.csv").write_text("lat,lon\n46.5,-111.9\n425.25,-100\n")
    with pytest.raises(RequestError, match=r"'425.25' in column 'lat' \(row 2\)"):
        open_footprint(tmp_path / "sites.csv", buffer_km=5)
