"""Rasters and archives a person might have."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from boundaries import open_footprint
from boundaries.rasters import read_grid
from geopolity.errors import RequestError
from geopolity.footprint import Area, Raster

KML = """<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>Plume</name>
<Polygon><outerBoundaryIs><LinearRing><coordinates>0,0,5 1,0,5 1,1,5 0,0,5</coordinates></LinearRing></outerBoundaryIs>
</Polygon></Placemark></kml>"""


def geotiff(path: Path, epsg: int = 4326, *, placed: bool = True) -> Path:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    if placed:
        tags[33550] = (0.5, 0.25, 0.0)
        tags[33922] = (0.0, 0.0, 0.0, 10.0, 50.0, 0.0)
        key = 2048 if epsg == 4326 else 3072
        tags[34735] = (1, 1, 0, 1, key, 0, 1, epsg)
        tags.tagtype.update({33550: 12, 33922: 12, 34735: 3})
        tags[42113] = "-9"
    values = np.array([[1.0, 2.0], [-9.0, 4.0]], dtype=np.float32)
    Image.fromarray(values).save(path, tiffinfo=tags)
    return path


def test_a_geotiff_lies_where_its_tags_say(tmp_path: Path) -> None:
    grid = read_grid(geotiff(tmp_path / "plume.tif"))
    assert grid.bounds == (10.0, 49.5, 11.0, 50.0)
    assert grid.crs.to_epsg() == 4326
    assert grid.values.tolist() == pytest.approx(np.array([[1, 2], [np.nan, 4]]), nan_ok=True)
    assert isinstance(open_footprint(tmp_path / "plume.tif"), Raster)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda f: geotiff(f / "a.tif", placed=False), "where on Earth"),
        (lambda f: geotiff(f / "a.tif", epsg=32767), "no coordinate system by EPSG code"),
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
        read_grid(tmp_path / "a.asc", crs=4326)


def test_kml_and_kmz_are_read_without_their_heights(tmp_path: Path) -> None:
    (tmp_path / "plume.kml").write_text(KML)
    with zipfile.ZipFile(tmp_path / "plume.kmz", "w") as archive:
        archive.writestr("doc.kml", KML)
    one, other = open_footprint(tmp_path / "plume.kml"), open_footprint(tmp_path / "plume.kmz")
    assert isinstance(one, Area)
    assert one.digest == other.digest
