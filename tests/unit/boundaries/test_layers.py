"""Layers opened from files that a person might have: good ones, odd ones, and wrong ones."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from boundaries import layer_names, open_layer
from geopolity.errors import RequestError

CELLS = [shapely.box(x, 0, x + 1, 1) for x in range(3)]


def units(**columns: object) -> gpd.GeoDataFrame:
    table = {"GEOID": ["003", "001", "002"], "NAME": ["C", "A", "B"], "POP": [30, 10, 20]} | columns
    return gpd.GeoDataFrame(table, geometry=CELLS, crs=4326)


def write(frame: gpd.GeoDataFrame, path: Path) -> Path:
    frame.to_parquet(path) if path.suffix == ".parquet" else frame.to_file(path)
    return path


def test_the_embedded_layers_have_their_people() -> None:
    assert layer_names()[:2] == ["us-counties", "world-countries"]
    counties = open_layer("us-counties")
    assert (len(counties), counties.population) == (3142, 328_239_523)
    assert counties.units["population_2016"].sum() == 322_941_311
    assert counties.units.loc["01001", "name"] == "Autauga County, Alabama"
    assert (counties.units["parent"] == counties.units.index.str[:2]).all()
    assert len(open_layer("world-countries")) == 177


@pytest.mark.parametrize("suffix", [".parquet", ".gpkg", ".geojson", ".fgb", ".shp"])
def test_every_common_format_is_read_in_id_order(tmp_path: Path, suffix: str) -> None:
    layer = open_layer(write(units(), tmp_path / f"cells{suffix}"))
    assert layer.units.index.tolist() == ["001", "002", "003"]
    assert layer.units["population"].tolist() == [10, 20, 30]
    assert layer.units["name"].tolist() == ["A", "B", "C"]
    assert any("'GEOID'" in str(note) for note in layer.notes)


def test_a_zipped_shapefile_is_read(tmp_path: Path) -> None:
    write(units(), tmp_path / "cells.shp")
    with zipfile.ZipFile(tmp_path / "cells.zip", "w") as archive:
        for part in tmp_path.glob("cells.*"):
            if part.suffix != ".zip":
                archive.write(part, part.name)
    assert open_layer(tmp_path / "cells.zip").population == 60


def test_permuted_rows_give_the_same_layer(tmp_path: Path) -> None:
    straight = open_layer(write(units(), tmp_path / "cells.parquet"))
    shuffled = open_layer(write(units().iloc[[2, 0, 1]], tmp_path / "shuffled.parquet"))
    assert straight.digest == shuffled.digest


def test_a_raster_becomes_grid_units(tmp_path: Path) -> None:
    (tmp_path / "grid.asc").write_text(
        "ncols 2\nnrows 2\nxllcorner 5\nyllcorner 50\ncellsize 0.1\nNODATA_value -9\n1 2\n-9 4\n"
    )
    layer = open_layer(tmp_path / "grid.asc", crs="EPSG:4326")
    assert layer.units["population"].to_dict() == {"r00000c00000": 1, "r00000c00001": 2, "r00001c00001": 4}


def test_people_are_joined_by_id_as_text(tmp_path: Path) -> None:
    path = write(units().drop(columns="POP"), tmp_path / "cells.parquet")
    (tmp_path / "people.csv").write_text("GEOID;population\n001;1 010\n003;30\n", encoding="cp1252")
    layer = open_layer(path, people_file=tmp_path / "people.csv")
    assert layer.units["population"].tolist() == pytest.approx([1010, np.nan, 30], nan_ok=True)
    assert any("1 units have no row in people.csv" in str(note) for note in layer.notes)


def test_windows_text_is_read(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes("GEOID,NAME,population\n001,Île-de-France,5\n".encode("cp1252"))
    path = write(units().drop(columns=["POP", "NAME"]).iloc[[1]], tmp_path / "cells.parquet")
    assert open_layer(path, people_file=tmp_path / "people.csv").population == 5


@pytest.mark.parametrize("text", ["1,234", "1 234", "1'234", "1\u202f234"])
def test_thousands_with_separators_are_understood(tmp_path: Path, text: str) -> None:
    layer = open_layer(write(units(POP=[text, "10", ""]), tmp_path / "cells.parquet"))
    assert layer.units["population"].tolist() == pytest.approx([10, np.nan, 1234], nan_ok=True)
    said = f"Thousands separators in 1 count of the column 'POP' were left out: {text!r} is 1,234 people."
    assert said in map(str, layer.notes)


def test_counts_without_separators_need_no_word(tmp_path: Path) -> None:
    layer = open_layer(write(units(POP=["1234", "10", "2.5"]), tmp_path / "cells.parquet"))
    assert not any("separators" in str(note) for note in layer.notes)


def test_further_columns_come_along_and_missing_stays_missing(tmp_path: Path) -> None:
    strata = units().assign(women=[5.0, np.nan, 15.0], over_60=[1, 2, 3], region=["north", None, "south"])
    layer = open_layer(write(strata, tmp_path / "cells.parquet"))
    by_id = layer.units.loc[strata.set_index("GEOID").index]
    assert by_id["women"].tolist() == pytest.approx([5, np.nan, 15], nan_ok=True)
    assert by_id["over_60"].tolist() == [1, 2, 3]
    assert by_id["region"].isna().tolist() == [False, True, False]


@pytest.mark.parametrize("suffix", [".parquet", ".gpkg", ".fgb"])
def test_coordinates_that_are_no_numbers_get_the_sentence_and_no_warning(tmp_path: Path, suffix: str) -> None:
    with np.errstate(invalid="ignore"):
        broken = shapely.Polygon([(0, 0), (1, np.nan), (1, 1), (0, 1)])
        write(units().set_geometry([broken, *CELLS[1:]], crs=4326), tmp_path / f"nan{suffix}")
    with pytest.raises(RequestError, match="1 coordinates that are not finite numbers"):
        open_layer(tmp_path / f"nan{suffix}")


def test_a_polygon_that_crosses_itself_is_mended_and_said(tmp_path: Path) -> None:
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    frame = units().set_geometry([bow, *CELLS[1:]], crs=4326)
    layer = open_layer(write(frame, tmp_path / "bow.parquet"))
    assert layer.units.is_valid.all()
    assert any("crossed themselves" in str(note) for note in layer.notes)


def test_overlaps_are_said_with_their_size(tmp_path: Path) -> None:
    frame = units().set_geometry([shapely.box(0, 0, 1.5, 1), *CELLS[1:]], crs=4326)
    layer = open_layer(write(frame, tmp_path / "overlap.parquet"))
    assert any("1 pairs of units overlap, by" in str(note) for note in layer.notes)


def test_both_antimeridian_conventions_make_the_same_unit(tmp_path: Path) -> None:
    jump = shapely.Polygon([(179, 0), (-179, 0), (-179, 1), (179, 1)])
    for name, shape in {"jump": jump, "beyond": shapely.box(179, 0, 181, 1)}.items():
        frame = units().iloc[:1].set_geometry([shape], crs=4326)
        layer = open_layer(write(frame, tmp_path / f"{name}.parquet"))
        assert layer.units.geometry.iloc[0].equals(
            shapely.MultiPolygon([shapely.box(179, 0, 180, 1), shapely.box(-180, 0, -179, 1)])
        )
        assert any("antimeridian" in str(note) for note in layer.notes)


def no_crs(folder: Path) -> Path:
    return write(units().set_crs(None, allow_override=True), folder / "nocrs.parquet")


def empty_file(folder: Path) -> Path:
    (folder / "empty.geojson").touch()
    return folder / "empty.geojson"


def huge_geojson(folder: Path) -> Path:
    with (folder / "huge.geojson").open("wb") as file:
        file.truncate(200_000_000)
    return folder / "huge.geojson"


def archive(folder: Path, name: str, content: bytes = b"x") -> Path:
    with zipfile.ZipFile(folder / "odd.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return folder / "odd.zip"


def nan_coordinates(folder: Path) -> Path:
    document = {"type": "Polygon", "coordinates": [[[0, 0], [1, float("nan")], [1, 1], [0, 0]]]}
    (folder / "nan.geojson").write_text(json.dumps(document))
    return folder / "nan.geojson"


def infinite_coordinates(folder: Path) -> Path:
    return write(units().set_geometry([shapely.box(0, 0, np.inf, 1), *CELLS[1:]], crs=4326), folder / "inf.parquet")


def swapped_axes(folder: Path) -> Path:
    return write(units().set_geometry([shapely.box(40, -100, 41, -99), *CELLS[1:]], crs=4326), folder / "swap.parquet")


WRONG = {
    "no CRS": (no_crs, {}, "names no coordinate system"),
    "wrong id column": (
        lambda f: write(units(), f / "c.gpkg"),
        {"id_column": "FIPS"},
        "no column 'FIPS'; it has GEOID",
    ),
    "wrong population column": (lambda f: write(units(), f / "c.gpkg"), {"population_column": "P"}, "no column 'P'"),
    "text in population": (lambda f: write(units(POP=["many", "1", "2"]), f / "c.gpkg"), {}, "text 'many'"),
    "negative population": (lambda f: write(units(POP=[1, -5, 2]), f / "c.gpkg"), {}, "negative count, -5"),
    "infinite population": (lambda f: write(units(POP=[1, np.inf, 2]), f / "c.parquet"), {}, "infinite"),
    "duplicate ids": (lambda f: write(units(GEOID=["1", "1", "2"]), f / "c.gpkg"), {}, "'1' in 'GEOID' occurs more"),
    "missing ids": (lambda f: write(units(GEOID=["1", None, "2"]), f / "c.gpkg"), {}, "empty in 1 rows"),
    "ids as floats": (lambda f: write(units(GEOID=[1.5, 2.0, 3.0]), f / "c.parquet"), {}, "decimal numbers"),
    "points for polygons": (
        lambda f: write(units().set_geometry(gpd.points_from_xy([1, 2, 3], [1, 2, 3]), crs=4326), f / "p.gpkg"),
        {},
        "holds Point geometry where units need polygons",
    ),
    "mixed geometry": (
        lambda f: write(units().set_geometry([shapely.Point(0, 0), *CELLS[1:]], crs=4326), f / "m.parquet"),
        {},
        "holds Point",
    ),
    "an empty geometry": (
        lambda f: write(units().set_geometry([None, *CELLS[1:]], crs=4326), f / "e.parquet"),
        {"on_empty_geometry": "refuse"},
        "1 rows have no geometry",
    ),
    "empty file": (empty_file, {}, "is empty"),
    "no features": (lambda f: write(units().iloc[:0], f / "none.gpkg"), {}, "no features"),
    "a folder": (lambda f: f, {}, "is a folder"),
    "no such file": (lambda f: f / "nowhere.gpkg", {}, "There is no file"),
    "no such layer": (lambda f: Path("us-countys"), {}, "choose one of us-counties"),
    "unknown suffix": (lambda f: write(units(), f / "c.gpkg").rename(f / "c.docx"), {}, "suffix '.docx'"),
    "not what it says": (
        lambda f: write(units(), f / "c.gpkg").rename(f / "c.parquet"),
        {},
        "cannot be read as GeoParquet",
    ),
    "200 MB GeoJSON": (huge_geojson, {}, "it does not begin as an object"),
    "zip bomb": (lambda f: archive(f, "a.shp", bytes(40_000_000)), {}, "times its size"),
    "path traversal": (lambda f: archive(f, "../../a.shp"), {}, "outside the archive"),
    "absolute name": (lambda f: archive(f, "/etc/a.shp"), {}, "outside the archive"),
    "virtual name": (lambda f: archive(f, "vsicurl/a.shp"), {}, "virtual path"),
    "virtual path": (lambda f: Path("/vsizip/a.zip/a.shp"), {}, "virtual path"),
    "not a zip": (lambda f: (f / "a.zip").write_text("no") and f / "a.zip", {}, "not a zip archive"),
    "nothing in the zip": (lambda f: archive(f, "readme.txt"), {}, "holds none"),
    "NaN coordinates": (nan_coordinates, {}, "NaN is not a finite number"),
    "infinite coordinates": (infinite_coordinates, {}, "not finite numbers"),
    "swapped axes": (swapped_axes, {}, "axes swapped"),
    "metres said to be degrees": (
        lambda f: write(units().set_geometry([shapely.box(5e5, 5e6, 6e5, 6e6)] * 3, crs=4326), f / "c.parquet"),
        {},
        "name the coordinate system they are really in",
    ),
    "degrees said to be metres": (
        lambda f: write(units().set_crs(3857, allow_override=True), f / "c.parquet"),
        {},
        "look like degrees",
    ),
    "unknown CRS": (no_crs, {"crs": "EPSG:999999"}, "'EPSG:999999' is unknown"),
    "CRS against the file's": (lambda f: write(units(), f / "c.gpkg"), {"crs": 3857}, "not 3857"),
    "a table without areas": (lambda f: (f / "t.csv").write_text("id,pop\n1,2\n") and f / "t.csv", {}, "without areas"),
}


@pytest.mark.parametrize(("make", "options", "says"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_file_gets_one_sentence_with_the_way_out(tmp_path: Path, make, options: dict, says: str) -> None:
    with pytest.raises(RequestError) as caught:
        open_layer(make(tmp_path), **options)
    sentence = str(caught.value)
    assert says in sentence
    assert "\n" not in sentence
    assert any(sign in sentence for sign in ";,")


def test_ids_of_the_people_that_match_nothing_are_shown(tmp_path: Path) -> None:
    path = write(units().drop(columns="POP"), tmp_path / "cells.parquet")
    (tmp_path / "people.csv").write_text("GEOID,population\n1,10\n2,20\n")
    with pytest.raises(RequestError, match=r"'003'.*'1'.*leading zeros"):
        open_layer(path, people_file=tmp_path / "people.csv")


def test_an_unnamed_column_is_recognised_in_any_case(tmp_path: Path) -> None:
    frame = units().rename(columns={"GEOID": "GeoId", "POP": "TotPop"})
    assert open_layer(write(frame, tmp_path / "cells.gpkg")).population == 60
