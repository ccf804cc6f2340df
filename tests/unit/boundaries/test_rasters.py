"""Rasters and archives a person might have."""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

from boundaries import open_footprint, open_layer, open_spread
from boundaries.how import How
from boundaries.rasters.grids import read_grid
from geopolity.affected.footprint import Area, Raster
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
