"""The shared cases: small inputs, each of a kind that once gave a wrong number, through the command line."""

from __future__ import annotations

import json

import pytest

from services.cli import main
from tests.oracles.shared import SHARED

CASES = SHARED / "cases"
COUNTED = [
    ("01-raster-lon-0-360", ["--layer", "world-countries", "--footprint", "americas-0-360.tif"], 925_780_000, 2e-4),
    (
        "02-raster-web-mercator",
        ["--layer", "tall.parquet", "--footprint", "north-of-60-80000-cells.tif"],
        498_000,
        5e-3,
    ),
    ("03-raster-share-above-one", ["--footprint", "ones-1deg.tif"], 328_239_523, 1e-9),
    ("03-raster-share-above-one", ["--layer", "north.parquet", "--footprint", "ones-1deg.tif"], 4_000, 1e-9),
    ("05-raster-scale", ["--layer", "units.parquet", "--footprint", "half-scaled.tif"], 22_500, 1e-9),
    ("06-area-file-ignores-intensity", ["--layer", "units.parquet", "--footprint", "half.toml"], 7_500, 1e-9),
    (
        "08-csv-trailing-delimiter",
        ["--layer", "world-countries", "--footprint", "sites.csv", "--buffer-km", "300"],
        10_426_809,
        1e-6,
    ),
    (
        "09-only-first-layer-read",
        ["--layer", "units.parquet", "--footprint", "plume.kml", "--layer-name", "*"],
        30_000,
        1e-9,
    ),
    (
        "18-contained-unit-not-a-neighbour",
        ["--layer", "city-over-county.parquet", "--footprint", "all.toml"],
        2_000,
        1e-9,
    ),
    *(
        (
            "20-undefined-crs",
            ["--layer", "units.parquet", "--footprint", name, "--crs", "EPSG:3857"],
            15_000,
            1e-6,
        )
        for name in ("undefined-cartesian.gpkg", "local.shp", "unknown-unit.parquet")
    ),
    ("25-row-without-geometry", ["--layer", "units.parquet", "--footprint", "area-and-null.geojson"], 15_000, 1e-6),
    ("25-row-without-geometry", ["--layer", "units.parquet", "--footprint", "collection.geojson"], 15_000, 1e-6),
]
PEOPLE = [
    ("05-raster-scale", ["people-scaled.tif"], 11_110.5),
    ("07-decimals-read-as-thousands", ["units.parquet", "--people-file", "people.csv"], 6_346.125),
    ("07-decimals-read-as-thousands", ["units.parquet", "--people-file", "leading-zero.csv"], 38.25),
    ("07-decimals-read-as-thousands", ["units.parquet", "--people-file", "two-separators.csv"], 11_111.103),
    ("08-csv-trailing-delimiter", ["places.csv"], 45_000),
    ("09-only-first-layer-read", ["states.gpkg", "--layer-name", "*"], 45_000),
    ("21-people-file-encodings", ["units.parquet", "--people-file", "utf-16.csv"], 45_000),
    (
        "21-people-file-encodings",
        ["units.parquet", "--people-file", "shift-jis.csv", "--encoding", "shift_jis"],
        45_000,
    ),
]
REFUSED = [
    ("06-area-file-ignores-intensity", ["--layer", "units.parquet", "--footprint", "both.toml"], "file and polygons"),
    ("09-only-first-layer-read", ["--layer", "units.parquet", "--footprint", "plume.kml"], "Day 1, Day 2"),
    ("10-out-of-reach-counts-times-1000", ["--footprint", "two.toml"], "1,645,783 affected people"),
    ("17-raster-above-one-clipped", ["--layer", "units.parquet", "--footprint", "percent-50.tif"], "percentages"),
    ("17-raster-above-one-clipped", ["--layer", "units.parquet", "--footprint", "fill-255.tif"], "--no-data 255"),
    ("20-undefined-crs", ["--layer", "units.parquet", "--footprint", "local.shp"], "names no coordinate system"),
]
UNREAD = [
    *(
        ("21-people-file-encodings", f"{name}.csv", "--encoding")
        for name in ("shift-jis", "cp850", "mac-roman", "cp1251")
    ),
    ("21-people-file-encodings", "sheet.xlsx", "workbook"),
    ("22-people-file-broken", "not-parquet.parquet", "cannot be read as Parquet"),
    ("22-people-file-broken", "header-only.csv", "no rows"),
]


@pytest.fixture
def ask(capsys, monkeypatch):
    def call(case, *arguments):
        monkeypatch.chdir(CASES / case)
        with pytest.raises(SystemExit) as left:
            main(list(arguments))
        said = capsys.readouterr()
        assert "unexpected" not in said.err
        return int(left.value.code or 0), said.out, said.err

    return call


@pytest.mark.parametrize(("case", "given", "people", "within"), COUNTED)
def test_the_right_people_are_affected(ask, case, given, people, within):
    status, out, err = ask(case, "derive", "--effort", "interactive", "--json", *given)
    assert status == 0, err
    assert json.loads(out)["affected_total"] == pytest.approx(people, rel=within)


@pytest.mark.parametrize(("case", "given", "people"), PEOPLE)
def test_the_right_people_are_counted(ask, case, given, people):
    status, out, err = ask(case, "layer", "check", "--json", *given)
    assert status in (0, 1), err
    assert json.loads(out)["people"] == pytest.approx(people)


@pytest.mark.parametrize(("case", "given", "said"), REFUSED)
def test_what_has_two_readings_is_refused_with_the_way_out(ask, case, given, said):
    status, _, err = ask(case, "derive", "--effort", "interactive", "--json", *given)
    assert status in (1, 2)
    assert said in err


@pytest.mark.parametrize(("case", "table", "said"), UNREAD)
def test_a_table_that_cannot_be_read_says_how_it_could(ask, case, table, said):
    status, _, err = ask(case, "layer", "show", "units.parquet", "--people-file", table)
    assert status == 2
    assert said in err
