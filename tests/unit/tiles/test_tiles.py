"""Vector tiles: valid by the format's rules, typed, whole, and with neighbours that never part."""

import gzip
from collections import Counter

import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from pmtiles.reader import MemorySource, Reader, all_tiles
from shapely import box

from boundaries import open_layer
from maps.tiles.address import TileAddress, TileError
from maps.tiles.content import LAYERS, TilePolity, TileSource
from maps.tiles.pyramid import pmtiles, pyramid
from tests.vector_tile import area, read


def source(shapes, *, names=None, people=None, inside=(0,)):
    names = names or [f"Unit {number}" for number in range(len(shapes))]
    units = pd.DataFrame(
        {"name": names, "population": people or [10.0] * len(shapes), "parent": ["0"] * (len(shapes) - 1) + ["1"]},
        index=pd.Index([f"{number:03}" for number in range(len(shapes))], name="unit_id"),
    )
    polity = TilePolity(
        id="rivers",
        title="Clean rivers",
        version=2,
        valid_from="2026-01-01T00:00:00Z",
        population=10,
        area_km2=1.5,
        coverage=0.9,
        inside=np.array(inside),
    )
    return TileSource(
        name="town", title="Town", licence="CC0", units=units, shapes=np.array(shapes, object), polities=[polity]
    )


SQUARES = [box(x, y, x + 10, y + 10) for x in (0, 10) for y in (0, 10)]


@pytest.fixture(scope="module")
def counties():
    layer = open_layer("us-counties")
    units = layer.units[["name", "population", "parent"]]
    polities = [
        TilePolity(
            id=name,
            title=name.title(),
            version=1,
            valid_from="2026-01-01T00:00:00Z",
            population=1,
            area_km2=1.0,
            coverage=0.9,
            inside=np.arange(first, first + 900),
        )
        for name, first in (("coast", 100), ("river", 700))
    ]
    shapes = layer.units.geometry.to_crs(4326).to_numpy()
    return pyramid(TileSource(name="us", title="US", licence="PD", units=units, shapes=shapes, polities=polities))


def test_every_layer_is_there_with_typed_attributes():
    tile = read(pyramid(source(SQUARES, people=[10.0, 20.0, 30.0, float("nan")])).tile(TileAddress(3, 4, 3)))
    assert set(tile) == set(LAYERS)
    said = {feature.said["unit_id"]: feature.said for feature in tile["units"]}
    assert said["001"] == {"unit_id": "001", "name": "Unit 1", "population": 20, "polities": 0}
    assert "population" not in said["003"]
    (polity,) = tile["polities"]
    assert (polity.said["version"], polity.said["area_km2"], polity.said["units"]) == (2, 1.5, 1)
    assert Counter(feature.said["kind"] for feature in tile["borders"]) == {"outer": 1, "parent": 1, "unit": 1}


def test_cells_are_named_as_look_ups_name_them():
    from geopolity.polity.membership import cell_name

    tile = read(pyramid(source(SQUARES)).tile(TileAddress(3, 4, 3)))
    assert {cell.said["cell_id"] for cell in tile["cells"]} == {cell_name(()), cell_name(("rivers",))}


def test_neighbours_share_every_vertex_of_their_border():
    wavy = [(10 + np.sin(k / 3) / 2, k / 10) for k in range(101)]
    left = shapely.Polygon([(0, 0), *wavy, (0, 10)])
    right = shapely.Polygon([(20, 0), (20, 10), *wavy[::-1]])
    tile = read(pyramid(source([left, right])).tile(TileAddress(3, 4, 3)))
    west, east = (set(feature.parts[0]) for feature in tile["units"])
    assert len(west & east) > 10
    assert sum(area(feature.parts[0]) for feature in tile["units"]) == area(_outline(tile["units"]))


def _outline(features):
    """Corners of the box around all features, which these two squares fill."""
    x, y = zip(*[point for feature in features for point in feature.parts[0]], strict=True)
    return [(min(x), min(y)), (max(x), min(y)), (max(x), max(y)), (min(x), max(y))]


def test_a_hole_follows_its_shell_and_is_wound_the_other_way():
    lake = shapely.Polygon(box(0, 0, 9, 9).exterior, [box(3, 3, 6, 6).exterior])
    (feature,) = [
        f for f in read(pyramid(source([lake, box(3, 3, 6, 6)])).tile(TileAddress(3, 4, 3)))["units"] if f.id == 1
    ]
    assert [area(ring) > 0 for ring in feature.parts] == [True, False]


def test_units_smaller_than_a_pixel_are_gathered_and_polities_are_kept():
    crowd = [box(x / 5, y / 5, (x + 1) / 5, (y + 1) / 5) for x in range(30) for y in range(30)]
    tile = read(pyramid(source(crowd)).tile(TileAddress(0, 0, 0)))
    assert 0 < len(tile["units"]) < 900
    assert [feature.said["id"] for feature in tile["polities"]] == ["rivers"]


def test_an_empty_tile_is_no_bytes_and_a_tile_outside_the_world_is_refused():
    tiles = pyramid(source(SQUARES))
    assert tiles.tile(TileAddress(8, 0, 0)) == b""
    with pytest.raises(TileError, match="columns and rows 0 to 7"):
        tiles.tile(TileAddress(3, 8, 0))
    with pytest.raises(TileError, match="Zooms 3 to 2"):
        pmtiles(tiles, first=3, last=2)


def test_every_tile_of_the_counties_keeps_the_rules(counties):
    archive = Reader(MemorySource(pmtiles(counties, last=4)))
    assert (archive.header()["min_zoom"], archive.header()["max_zoom"]) == (0, 4)
    seen = Counter()
    for (zoom, x, y), content in all_tiles(MemorySource(pmtiles(counties, last=4))):
        tile = read(gzip.decompress(content))
        seen.update(tile)
        assert gzip.decompress(content) == counties.tile(TileAddress(zoom, x, y))
    assert set(seen) == set(LAYERS)
    assert [layer["id"] for layer in archive.metadata()["vector_layers"]] == list(LAYERS)


def test_gdal_reads_the_archive_and_finds_every_county_with_its_area(counties, tmp_path):
    file = tmp_path / "us.pmtiles"
    file.write_bytes(pmtiles(counties, first=7, last=7))
    found = pyogrio.read_dataframe(file, layer="units", ZOOM_LEVEL=7)
    assert found["unit_id"].nunique() == 3142
    assert shapely.area(found.geometry.to_crs(6933)).sum() / 1e12 == pytest.approx(9.35, abs=0.1)


def test_the_same_tiles_give_the_same_bytes(counties):
    assert pmtiles(counties, last=4) == pmtiles(counties, last=4)


def test_the_antimeridian_is_no_border():
    halves = [box(170, 0, 180, 10), box(-180, 0, -170, 10)]
    tile = read(pyramid(source(halves)).tile(TileAddress(2, 3, 1)))
    assert all(x < 4096 + 64 for line in tile["borders"] for part in line.parts for x, _ in part)
    assert not any(
        part[k][0] == part[k + 1][0] == 4096
        for line in tile["borders"]
        for part in line.parts
        for k in range(len(part) - 1)
    )
