"""Rasters and archives a person might have."""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine

from boundaries import open_footprint, open_layer, open_spread
from boundaries.how import How
from boundaries.rasters.grids import read_grid
from geopolity.affected.footprint import Area, Raster
from geopolity.affected.people import affected_people
from geopolity.affected.spread import RasterSpread
from geopolity.errors import RequestError
from geopolity.layers.ground import unit_areas_m2

KML = """<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>Plume</name>
<Polygon><outerBoundaryIs><LinearRing><coordinates>0,0,5 1,0,5 1,1,5 0,0,5</coordinates></LinearRing></outerBoundaryIs>
</Polygon></Placemark></kml>"""


def geotiff(path: Path, crs: str | None = "EPSG:4326", *, placed: bool = True) -> Path:
    values = np.array([[1.0, 2.0], [-9.0, 4.0]], dtype=np.float32)
    where = {"transform": Affine(0.5, 0, 10, 0, -0.25, 50)} if placed else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a raster that lies nowhere is what some tests want
        shape = {"width": 2, "height": 2, "count": 1, "dtype": "float32", "nodata": -9}
        with rasterio.open(path, "w", "GTiff", crs=crs, **where, **shape) as image:
            image.write(values, 1)
    return path


def test_a_geotiff_lies_where_its_tags_say(tmp_path: Path) -> None:
    grid = read_grid(geotiff(tmp_path / "plume.tif"))
    assert grid.bounds == (10.0, 49.5, 11.0, 50.0)
    assert grid.crs.to_epsg() == 4326
    assert grid.values.tolist() == pytest.approx(np.array([[1, 2], [np.nan, 4]]), nan_ok=True)
    assert isinstance(open_footprint(tmp_path / "plume.tif", low=0, high=4), Raster)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda f: geotiff(f / "a.tif", placed=False), "where on Earth"),
        (lambda f: geotiff(f / "a.tif", crs=None), "names no coordinate system"),
        (lambda f: (f / "a.tif").write_text("no") and f / "a.tif", "cannot be decoded"),
        (lambda f: (f / "a.asc").write_text("ncols 2\n1 2\n") and f / "a.asc", "names no coordinate system"),
    ],
)
def test_a_wrong_raster_gets_one_sentence(tmp_path: Path, make, says: str) -> None:
    with pytest.raises(RequestError, match=says):
        read_grid(make(tmp_path))


def test_an_ascii_grid_must_hold_what_it_announces(tmp_path: Path) -> None:
    (tmp_path / "a.asc").write_text("ncols 3\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 1\n1 2\n")
    with pytest.raises(RequestError, match="announces 1 rows of 3"):
        read_grid(tmp_path / "a.asc", How(crs=4326))


def test_kml_and_kmz_are_read_without_their_heights(tmp_path: Path) -> None:
    (tmp_path / "plume.kml").write_text(KML)
    with zipfile.ZipFile(tmp_path / "plume.kmz", "w") as archive:
        archive.writestr("doc.kml", KML)
    one, other = open_footprint(tmp_path / "plume.kml"), open_footprint(tmp_path / "plume.kmz")
    assert isinstance(one, Area)
    assert one.digest == other.digest


def test_ghsl_as_published_needs_no_option(tmp_path: Path) -> None:
    """Float64, compressed, in Mollweide: what GHS-POP looks like on disk."""
    path = tmp_path / "GHS_POP_E2020_GLOBE_R2023A_54009_1000_V1_0_R5_C19.tif"
    at = Affine(1000, 0, 100_000, 0, -1000, 5_000_000)
    values = np.array([[10.25, 0.0, -200.0], [3.5, 7.0, 1.0]])
    shape = {"width": 3, "height": 2, "count": 1, "dtype": "float64", "nodata": -200}
    with rasterio.open(path, "w", "GTiff", crs="ESRI:54009", transform=at, compress="lzw", **shape) as image:
        image.write(values, 1)
    layer = open_layer(path)
    assert len(layer) == 5
    assert layer.units["population"].sum() == 21.75
    assert unit_areas_m2(layer) == pytest.approx(np.full(5, 1e6), rel=1e-3)
    assert "GHS-POP" in layer.source
    assert isinstance(open_spread(path), RasterSpread)


def image(path: Path, values, *, bounds=(0.0, 0.0, 3.0, 3.0), crs="EPSG:4326", scale=1.0, offset=0.0, **shape) -> Path:
    values = np.atleast_3d(np.asarray(values).T).T if np.ndim(values) == 3 else np.asarray(values)[None]
    count, high, wide = values.shape
    west, south, east, north = bounds
    at = Affine((east - west) / wide, 0, west, 0, (south - north) / high, north)
    given = {"width": wide, "height": high, "count": count, "dtype": values.dtype.name, "crs": crs, "transform": at}
    with rasterio.open(path, "w", "GTiff", **(given | shape)) as out:
        out.write(values)
        out.scales, out.offsets = [scale] * count, [offset] * count
    return path


@pytest.fixture
def nine(tmp_path: Path):
    """Nine squares of a degree, ten people each."""
    frame = gpd.GeoDataFrame(
        {"GEOID": [str(k) for k in range(9)], "POP": [10] * 9},
        geometry=[shapely.box(x, y, x + 1, y + 1) for y in range(3) for x in range(3)],
        crs=4326,
    )
    frame.to_parquet(tmp_path / "nine.parquet")
    return open_layer(tmp_path / "nine.parquet")


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("west", [0.0, 360.0, -360.0])
def test_a_raster_lies_where_it_lies_in_whichever_turn(
    tmp_path: Path, nine, monkeypatch, large: bool, west: float
) -> None:
    if large:
        monkeypatch.setattr("geopolity.affected.overlay.MOST_CELLS", 1)
    path = image(tmp_path / "a.tif", np.eye(3, dtype=np.float32), bounds=(west, 0.0, west + 3, 3.0))
    found = affected_people(open_footprint(path), nine).table["affected"]
    assert found.tolist() == pytest.approx(np.eye(3)[::-1].ravel() * 10, abs=1e-6)


def test_a_spread_in_0_to_360_counts_like_one_in_180(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"GEOID": ["a"], "POP": [10]}, geometry=[shapely.box(-10, 0, -8, 1)], crs=4326)
    frame.to_parquet(tmp_path / "u.parquet")
    gpd.GeoDataFrame(geometry=[shapely.box(-10, 0, -9, 1)], crs=4326).to_file(tmp_path / "f.geojson")
    layer, footprint = open_layer(tmp_path / "u.parquet"), open_footprint(tmp_path / "f.geojson")
    counted = [
        affected_people(
            footprint, layer, spread=open_spread(image(tmp_path / "p.tif", np.array([[3.0, 1.0]]), bounds=bounds))
        ).total
        for bounds in ((-10.0, 0.0, -8.0, 1.0), (350.0, 0.0, 352.0, 1.0))
    ]
    assert counted == pytest.approx([7.5, 7.5])


@pytest.mark.parametrize("crs", [4326, 3857, 3035])
def test_ones_everywhere_affect_everybody_in_any_projection(tmp_path: Path, monkeypatch, crs: int) -> None:
    monkeypatch.setattr("geopolity.affected.overlay.MOST_CELLS", 1)
    frame = gpd.GeoDataFrame(
        {"GEOID": ["1", "2"], "POP": [10, 20]},
        geometry=[shapely.box(10.1, 60.3, 11.7, 64.2), shapely.box(11.7, 60.3, 12, 61)],
        crs=4326,
    )
    frame.to_parquet(tmp_path / "u.parquet")
    west, south, east, north = gpd.GeoSeries([shapely.box(5, 55, 20, 70)], crs=4326).to_crs(crs).total_bounds
    path = image(
        tmp_path / "a.tif", np.ones((40, 30), dtype=np.float32), bounds=(west, south, east, north), crs=f"EPSG:{crs}"
    )
    found = affected_people(open_footprint(path), open_layer(tmp_path / "u.parquet"))
    assert found.table["affected"].tolist() == pytest.approx([10, 20])
    assert (found.low, found.high) == pytest.approx((30, 30))


def test_cells_weigh_by_their_ground_and_a_large_raster_keeps_its_interval(tmp_path: Path, monkeypatch) -> None:
    """A tall unit in Web Mercator: its north half on the map is far less than half of its ground."""
    frame = gpd.GeoDataFrame({"GEOID": ["1"], "POP": [1000]}, geometry=[shapely.box(0, 40, 1, 70)], crs=4326)
    frame.to_parquet(tmp_path / "u.parquet")
    west, south, east, north = gpd.GeoSeries([shapely.box(0, 40, 1, 70)], crs=4326).to_crs(3857).total_bounds
    middle = gpd.GeoSeries([shapely.Point(0, 60)], crs=4326).to_crs(3857).y[0]
    high = north - (np.arange(400) + 0.5) * (north - south) / 400
    cells = np.repeat((high > middle).astype(np.float32)[:, None], 4, axis=1)
    path = image(tmp_path / "a.tif", cells, bounds=(west, south, east, north), crs="EPSG:3857")
    layer = open_layer(tmp_path / "u.parquet")
    drawn = affected_people(open_footprint(path), layer)
    monkeypatch.setattr("geopolity.affected.overlay.MOST_CELLS", 1)
    averaged = affected_people(open_footprint(path), layer)
    assert averaged.total == pytest.approx(drawn.total, rel=2e-3)
    assert (averaged.low, averaged.high) == pytest.approx((drawn.low, drawn.high), rel=5e-3)
    assert averaged.low < averaged.total < averaged.high


def test_scale_and_offset_are_taken(tmp_path: Path, nine) -> None:
    half = image(tmp_path / "a.tif", np.full((3, 3), 4000, dtype=np.int16), scale=0.0001, offset=0.1)
    assert affected_people(open_footprint(half), nine).total == pytest.approx(45)
    people = image(tmp_path / "p.tif", np.full((3, 3), 12345, dtype=np.int32), scale=0.1)
    assert open_layer(people).units["population"].sum() == pytest.approx(11110.5)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (np.array([[0, 1, 255]], dtype=np.uint8), "--no-data 255"),
        (np.array([[0, 1, 65535]], dtype=np.uint16), "--no-data 65,?535"),
        (np.array([[0.0, 50.0]]), "percentages"),
        (np.array([[0.0, 3.5]]), "no shares"),
        (np.array([[-0.5, 1.0]]), "no shares"),
    ],
)
def test_values_that_are_no_shares_are_refused(tmp_path: Path, values, said: str) -> None:
    with pytest.raises(RequestError, match=said):
        open_footprint(image(tmp_path / "a.tif", values))


def test_a_person_says_what_values_mean(tmp_path: Path, nine) -> None:
    path = image(tmp_path / "a.tif", np.array([[0, 50, 255]] * 3, dtype=np.uint8))
    found = open_footprint(path, no_data=255.0, low=0.0, high=100.0)
    assert affected_people(found, nine).total == pytest.approx(15)
    clipped = open_footprint(path, no_data=float("nan"), low=0.0, high=100.0)
    assert any("3 cells" in str(note) and "count as 1" in str(note) for note in clipped.notes)


@pytest.mark.parametrize("fill", [-99999.0, 1e20, -9999.0, 9.969209968386869e36])
def test_fills_that_never_are_values_are_missing_and_said(tmp_path: Path, fill: float) -> None:
    path = image(tmp_path / "a.tif", np.array([[1.0, fill], [2.0, 3.0]]))
    layer = open_layer(path)
    assert layer.population == 6
    assert any("does not declare as missing" in str(note) for note in layer.notes)


def test_a_band_is_chosen(tmp_path: Path) -> None:
    path = image(tmp_path / "a.tif", np.stack([np.full((2, 2), 1.0), np.full((2, 2), 2.0)]))
    with pytest.raises(RequestError, match=r"2 bands.*--band"):
        open_layer(path)
    assert open_layer(path, band=2).population == 8
    with pytest.raises(RequestError, match="no band 3; it has 1, 2"):
        open_layer(path, band=3)


def test_only_the_part_with_data_is_read(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("boundaries.rasters.images.STRIP_CELLS", 64)
    values = np.full((40, 40), -1.0)
    values[10:12, 20:23] = [[1, 2, 3], [4, -1, 6]]
    grid = read_grid(image(tmp_path / "a.tif", values, bounds=(0.0, 0.0, 40.0, 40.0), nodata=-1.0))
    assert (grid.values.shape, grid.bounds) == ((2, 3), (20.0, 28.0, 23.0, 30.0))
    assert np.nansum(grid.values) == 16
