"""What is published is opened by others' programs: GDAL, DuckDB, and QGIS's own way to find a style."""

from __future__ import annotations

import sqlite3
from xml.etree import ElementTree as ET

import duckdb
import pyogrio
import pytest
from pyogrio.errors import DataSourceError

from maps.site.styles import BREAKS, affected_style, outline_style

BY_GDAL = {".geojson", ".gpkg", ".csv"}
BY_DUCKDB = {".parquet": "read_parquet", ".csv": "read_csv", ".json": "read_json_auto", ".jsonl": "read_json_auto"}


def _files(site, kinds):
    return [file for file in sorted(site.rglob("*")) if file.suffix in kinds]


def test_gdal_opens_every_table_and_every_shape(site):
    opened = set()
    for file in _files(site, BY_GDAL):
        for name, _ in pyogrio.list_layers(file):
            assert pyogrio.read_info(file, layer=name)["fields"] is not None
            opened.add(file.suffix)
    assert opened == BY_GDAL


def test_duckdb_opens_every_table(site):
    rows = {}
    with duckdb.connect() as memory:
        for file in _files(site, BY_DUCKDB):
            rows[file.name] = memory.execute(
                f"SELECT count(*) FROM {BY_DUCKDB[file.suffix]}(?)", [str(file)]
            ).fetchone()
    assert rows["units.parquet"] == rows["units.csv"] == (1,)
    assert all(count is not None for count in rows.values())


def test_a_geopackage_opens_styled(site):
    file = site / "polities/river/1/polity.gpkg"
    with sqlite3.connect(file) as opened:
        columns = 'f_table_name, f_geometry_column, "styleQML", "styleSLD", "useAsDefault"'
        found = {row[0]: row[1:] for row in opened.execute(f"SELECT {columns} FROM layer_styles")}
        shapes = dict(opened.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
    assert {name: column for name, (column, *_) in found.items()} == shapes
    for _, qml, sld, is_default in found.values():
        assert ET.fromstring(qml).tag == "qgis"
        assert ET.fromstring(sld).tag.endswith("StyledLayerDescriptor")
        assert is_default
    with pytest.raises(DataSourceError):
        pyogrio.read_info(file.with_name("polity.gpk"))


def test_a_style_has_a_symbol_for_every_class():
    renderer = ET.fromstring(affected_style().qml).find("renderer-v2")
    assert [float(one.get("lower")) for one in renderer.find("ranges")] == list(BREAKS[:-1])
    assert {one.get("symbol") for one in renderer.find("ranges")} == {
        one.get("name") for one in renderer.find("symbols")
    }
    assert len(ET.fromstring(affected_style().sld).findall(".//{*}Rule")) == len(BREAKS) - 1
    assert len(ET.fromstring(outline_style().qml).findall(".//symbol")) == 1
