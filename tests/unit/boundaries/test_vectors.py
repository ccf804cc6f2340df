"""Vector files as people have them: several layers, odd Parquet, rows without a shape, shapefiles without a code page."""

from __future__ import annotations

import io
import json
import sqlite3
import warnings
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from boundaries import open_footprint, open_layer
from boundaries.how import How
from boundaries.vectors.readers import read_vector
from geopolity.errors import RequestError
from geopolity.layers.contiguity import contiguity

CELLS = [shapely.box(x, 0, x + 1, 1) for x in range(3)]


def units(**columns: object) -> gpd.GeoDataFrame:
    table = {"GEOID": ["001", "002", "003"], "NAME": ["A", "B", "C"], "POP": [10, 20, 30]} | columns
    return gpd.GeoDataFrame(table, geometry=CELLS, crs=4326)


def layered(path: Path, driver: str) -> Path:
    for name, rows in (("north", slice(0, 2)), ("south", slice(2, 3))):
        pyogrio.write_dataframe(
            units().astype({"POP": "int32"}).iloc[rows], path, layer=name, driver=driver, append=path.exists()
        )
    return path


@pytest.mark.parametrize(("suffix", "driver"), [(".gpkg", "GPKG"), (".gdb", "OpenFileGDB")])
def test_a_file_of_several_layers_needs_a_name(tmp_path: Path, suffix: str, driver: str) -> None:
    path = layered(tmp_path / f"units{suffix}", driver)
    with pytest.raises(RequestError, match="holds 2 layers, north, south"):
        open_layer(path)
    assert open_layer(path, layer_name="north").population == 30
    assert open_layer(path, layer_name="*").population == 60
    with pytest.raises(RequestError, match="no layer 'west'; it has north, south"):
        open_layer(path, layer_name="west")


def test_a_zipped_geodatabase_is_read(tmp_path: Path) -> None:
    layered(tmp_path / "units.gdb", "OpenFileGDB")
    with zipfile.ZipFile(tmp_path / "units.gdb.zip", "w") as archive:
        for file in (tmp_path / "units.gdb").iterdir():
            archive.write(file, f"units.gdb/{file.name}")
    assert open_layer(tmp_path / "units.gdb.zip", layer_name="north").population == 30


def test_folders_of_a_kml_are_layers_and_no_warning_reaches_a_person(tmp_path: Path) -> None:
    placemark = "<Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>{}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
    rings = ["0,0 1,0 1,1 0,0", "2,0 3,0 3,1 2,0"]
    folders = "".join(
        f"<Folder><name>Day {n}</name>{placemark.format(ring)}</Folder>" for n, ring in enumerate(rings, 1)
    )
    (tmp_path / "plume.kml").write_text(
        f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{folders}</Document></kml>'
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(RequestError, match="Day 1, Day 2"):
            open_footprint(tmp_path / "plume.kml")
        assert len(open_footprint(tmp_path / "plume.kml", layer_name="*").shapes) == 2


@pytest.mark.parametrize("suffix", [".parquet", ".gpkg", ".geojson"])
def test_a_row_without_a_shape_is_set_aside_with_its_people(tmp_path: Path, suffix: str) -> None:
    frame = units().set_geometry([CELLS[0], None, CELLS[2]], crs=4326)
    path = tmp_path / f"units{suffix}"
    frame.to_parquet(path) if suffix == ".parquet" else frame.to_file(path)
    layer = open_layer(path)
    assert (layer.population, layer.reading.rows_set_aside, layer.reading.people_set_aside) == (40, 1, 20)
    assert any("1 row of units" in str(note) and "no geometry" in str(note) for note in layer.notes)
    with pytest.raises(RequestError, match="first: row 2"):
        open_layer(path, on_empty_geometry="refuse")


def test_a_collection_of_polygons_is_an_area(tmp_path: Path) -> None:
    shape = shapely.GeometryCollection([CELLS[0], shapely.GeometryCollection([CELLS[2]])])
    gpd.GeoDataFrame(geometry=[shape], crs=4326).to_file(tmp_path / "a.geojson")
    assert shapely.area(open_footprint(tmp_path / "a.geojson").shapes.to_numpy()).sum() == 2


@pytest.mark.parametrize("name", ["geometry", "wkb_geometry", "the_geom"])
def test_parquet_with_a_column_of_wkb_is_read(tmp_path: Path, name: str) -> None:
    table = pd.DataFrame(units().drop(columns="geometry")).assign(**{name: shapely.to_wkb(CELLS)})
    table.to_parquet(tmp_path / "u.parquet")
    with pytest.raises(RequestError, match="names no coordinate system"):
        open_layer(tmp_path / "u.parquet")
    layer = open_layer(tmp_path / "u.parquet", crs="EPSG:4326")
    assert (layer.population, layer.reading.crs_from) == (60, "named")


def test_wkb_that_says_its_system_needs_no_option(tmp_path: Path) -> None:
    shapes = shapely.to_wkb(shapely.set_srid(CELLS, 4326), include_srid=True)
    pd.DataFrame(units().drop(columns="geometry")).assign(geom=shapes).to_parquet(tmp_path / "u.parquet")
    assert open_layer(tmp_path / "u.parquet").population == 60


def test_parquet_with_wkt_is_read(tmp_path: Path) -> None:
    table = pd.DataFrame(units().drop(columns="geometry")).assign(wkt=shapely.to_wkt(CELLS))
    table.to_parquet(tmp_path / "u.parquet")
    assert open_layer(tmp_path / "u.parquet", crs=4326).population == 60
    table.to_csv(tmp_path / "u.csv", index=False)
    assert open_layer(tmp_path / "u.csv", crs=4326).population == 60


def test_the_covering_of_geoparquet_is_no_attribute(tmp_path: Path) -> None:
    units().to_parquet(tmp_path / "u.parquet", write_covering_bbox=True)
    layer = open_layer(tmp_path / "u.parquet")
    assert (layer.population, "bbox" in layer.units) == (60, False)


class Wkb(pa.ExtensionType):
    """What makes pyarrow write a column of WKB as the type GEOMETRY of Parquet."""

    def __init__(self) -> None:
        super().__init__(pa.binary(), "geoarrow.wkb")

    def __arrow_ext_serialize__(self) -> bytes:
        return b'{"crs": "EPSG:4326"}'

    @classmethod
    def __arrow_ext_deserialize__(cls, _storage: pa.DataType, _serialized: bytes) -> pa.ExtensionType:
        return cls()


def test_native_geometry_of_parquet_is_read(tmp_path: Path) -> None:
    pa.register_extension_type(Wkb())
    try:
        shapes = pa.ExtensionArray.from_storage(Wkb(), pa.array(list(shapely.to_wkb(CELLS)), pa.binary()))
        table = pa.table({"GEOID": ["1", "2", "3"], "POP": [10, 20, 30], "place": shapes})
        pq.write_table(table, tmp_path / "u.parquet", store_schema=False)
        assert '"Geometry"' in pq.ParquetFile(tmp_path / "u.parquet").schema.column(2).logical_type.to_json()
        assert open_layer(tmp_path / "u.parquet").population == 60
    finally:
        pa.unregister_extension_type("geoarrow.wkb")
    layer = open_layer(tmp_path / "u.parquet")
    assert (layer.population, layer.reading.crs_from) == (60, "the file")


@pytest.mark.parametrize("said", [None, "ISO-8859-1"])
def test_a_shapefile_in_utf8_is_read_so_whatever_it_says(tmp_path: Path, said: str | None) -> None:
    units(NAME=["Åland", "São", "Łódź"]).to_file(tmp_path / "u.shp", encoding="UTF-8")
    (tmp_path / "u.cpg").unlink()
    if said is not None:
        (tmp_path / "u.cpg").write_text(said)
    layer = open_layer(tmp_path / "u.shp")
    assert layer.units["name"].tolist() == ["Åland", "São", "Łódź"]
    assert any("its text is UTF-8" in str(note) for note in layer.notes)


@pytest.mark.parametrize(
    "crs",
    [
        'LOCAL_CS["Undefined Cartesian SRS",UNIT["Meter",1]]',
        'ENGCRS["Local",EDATUM["x"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["metre",1]]',
    ],
)
def test_a_system_that_lies_nowhere_is_as_none(tmp_path: Path, crs: str) -> None:
    metres = gpd.GeoSeries([shapely.box(0, 0, 1, 1)], crs=4326).to_crs(3857)
    gpd.GeoDataFrame(geometry=metres.to_numpy(), crs=crs).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(RequestError, match="names no coordinate system"):
        open_footprint(tmp_path / "a.parquet")
    assert open_footprint(tmp_path / "a.parquet", crs="EPSG:3857").shapes.crs.to_epsg() == 3857


def test_points_past_180_are_brought_back(tmp_path: Path) -> None:
    from geopolity.geometry.crs import lonlat

    assert shapely.get_coordinates(lonlat(gpd.GeoSeries([shapely.Point(190, 5)], crs=4326))).tolist() == [[-170, 5]]


def test_a_layer_at_270_degrees_crossed_nothing(tmp_path: Path) -> None:
    shifted = units().set_geometry([shapely.box(270 + x, 0, 271 + x, 1) for x in range(3)], crs=4326)
    shifted.to_parquet(tmp_path / "u.parquet")
    layer = open_layer(tmp_path / "u.parquet")
    assert layer.units.total_bounds.tolist() == [-90, 0, -87, 1]
    assert any("lay beyond longitude 180°" in str(note) for note in layer.notes)
    assert not any("crossed the antimeridian" in str(note) for note in layer.notes)


def test_a_box_that_may_be_meant_in_two_ways_is_refused(tmp_path: Path) -> None:
    gpd.GeoDataFrame(geometry=[shapely.box(-179, -10, 179, 10)], crs=4326).to_file(tmp_path / "a.geojson")
    with pytest.raises(RequestError, match=r"358° wide, or 2° over the antimeridian"):
        open_footprint(tmp_path / "a.geojson")
    gpd.GeoDataFrame(geometry=[shapely.box(-180, -10, 180, 10)], crs=4326).to_file(tmp_path / "world.geojson")
    assert open_footprint(tmp_path / "world.geojson").zones().outlines[0].area == 7200


def test_a_unit_inside_another_is_its_neighbour(tmp_path: Path) -> None:
    inside = [shapely.box(0, 0, 3, 3), shapely.box(1, 1, 2, 2), shapely.box(2.5, 2.5, 4, 4)]
    units().set_geometry(inside, crs=4326).to_parquet(tmp_path / "u.parquet")
    layer = open_layer(tmp_path / "u.parquet")
    assert contiguity(layer).edges.tolist() == [[0, 1], [0, 2]]
    assert layer.reading.overlaps == 2


def test_a_gap_of_ten_centimetres_is_said(tmp_path: Path) -> None:
    apart = [shapely.box(0, 0, 1, 1), shapely.box(1.000001, 0, 2, 1), shapely.box(2, 0, 3, 1)]
    units().set_geometry(apart, crs=4326).to_parquet(tmp_path / "u.parquet")
    layer = open_layer(tmp_path / "u.parquet")
    assert layer.reading.near_misses == 1
    assert any("001 and 002" in str(note) and "a connector of 0.01 km" in str(note) for note in layer.notes)


def test_options_that_a_format_has_no_use_for_are_refused(tmp_path: Path) -> None:
    units().to_file(tmp_path / "u.fgb")
    for how in (How(layer_name="x"), How(encoding="cp1252")):
        with pytest.raises(RequestError, match="leave"):
            read_vector(tmp_path / "u.fgb", how)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("everyone", {"buffer_km": 5.0}),
        ("units=a", {"weight_column": "w"}),
        ("a.geojson", {"decay": "linear"}),
        ("a.geojson", {"low": 0.0}),
        ("a.geojson", {"levels": "1=0,2=1"}),
    ],
)
def test_a_footprint_option_without_effect_is_refused(tmp_path: Path, path: str, said: dict) -> None:
    gpd.GeoDataFrame(geometry=CELLS[:1], crs=4326).to_file(tmp_path / "a.geojson")
    with pytest.raises(RequestError, match="would change nothing"):
        open_footprint(tmp_path / path if path.endswith("json") else path, **said)


@pytest.mark.parametrize(
    "keys",
    [
        'file = "a.geojson"\npolygons = [[[0, 0], [1, 0], [1, 1]]]',
        'file = "a.geojson"\nintensity = 0.5\nintensity_column = "w"',
        'polygons = [[[0, 0], [1, 0], [1, 1]]]\nlayer_name = "x"',
    ],
)
def test_keys_of_which_one_is_idle_are_refused(tmp_path: Path, keys: str) -> None:
    gpd.GeoDataFrame({"w": [0.5]}, geometry=CELLS[:1], crs=4326).to_file(tmp_path / "a.geojson")
    (tmp_path / "a.toml").write_text(f'kind = "area"\n{keys}\n')
    with pytest.raises(RequestError, match="only one can count"):
        open_footprint(tmp_path / "a.toml")


def test_an_area_files_intensity_counts(tmp_path: Path) -> None:
    gpd.GeoDataFrame(geometry=CELLS[:1], crs=4326).to_file(tmp_path / "a.geojson")
    (tmp_path / "a.toml").write_text('kind = "area"\nfile = "a.geojson"\nintensity = 0.5\n')
    assert open_footprint(tmp_path / "a.toml").intensity == 0.5


def test_geojson_of_an_event_leaves_marks_out(tmp_path: Path) -> None:
    shapes = [
        (shapely.Point(0, 0), "Point_Centroid"),
        (CELLS[0], "Poly_Red"),
        (shapely.LineString([(0, 0), (1, 1)]), "Line_Track"),
    ]
    features = [
        {"type": "Feature", "properties": {"Class": kind}, "geometry": json.loads(shapely.to_geojson(shape))}
        for shape, kind in shapes
    ]
    (tmp_path / "gdacs.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    found = open_footprint(tmp_path / "gdacs.geojson")
    assert (len(found.shapes), "mark centres" in str(found.notes[0])) == (1, True)
    assert len(open_footprint(tmp_path / "gdacs.geojson", where=(("Class", "Poly_Red"),)).shapes) == 1


def test_a_package_whose_names_are_no_text_is_refused_with_a_sentence(tmp_path: Path) -> None:
    """Found by the fuzzer: the list of tables held a byte that is no UTF-8."""
    units().to_file(tmp_path / "u.gpkg")
    with sqlite3.connect(tmp_path / "u.gpkg") as connection:
        connection.execute("CREATE VIEW seen AS SELECT 1")
    connection.close()
    content = (tmp_path / "u.gpkg").read_bytes()
    (tmp_path / "u.gpkg").write_bytes(content.replace(b"viewseenseen", b"views\xa1ens\xa1en"))
    with pytest.raises(RequestError, match="cannot be read as GeoPackage"):
        open_layer(tmp_path / "u.gpkg")


@pytest.mark.parametrize("text", [b'file = "\xff"', b"kind = {a = 1}"])
def test_toml_that_is_none_is_refused_with_a_sentence(tmp_path: Path, text: bytes) -> None:
    """Found by the fuzzer: bytes that are no text, and a kind that is a table."""
    (tmp_path / "a.toml").write_bytes(text)
    for read in (open_layer, open_footprint):
        with pytest.raises(RequestError):
            read(tmp_path / "a.toml")


@pytest.mark.parametrize("name", [b"\xb6\xb7.kml", b"", b"a\x00b.kml"])
def test_an_archive_with_an_odd_name_in_it_is_refused(name: bytes, tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("näme.kml", "<kml/>")
    odd = content.getvalue().replace("näme.kml".encode(), name.ljust(9, b"x") if name else b"\x00" * 9)
    (tmp_path / "a.zip").write_bytes(odd)
    with pytest.raises(RequestError):
        open_layer(tmp_path / "a.zip")
