"""Tables as people have them: notations, codes, encodings, titles, separators, sheets, rows that fit no unit."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from boundaries import open_layer, open_spread
from boundaries.tables.encoding import encoding_of
from boundaries.tables.notation import PeopleError
from boundaries.tables.numbers import counts
from boundaries.tables.opening import read_table
from geopolity.errors import RequestError

CELLS = [shapely.box(x, 0, x + 1, 1) for x in range(3)]
PLAIN = "GEOID,population\n001,10\n002,20\n003,30\n"


@pytest.fixture
def units(tmp_path: Path) -> Path:
    frame = gpd.GeoDataFrame({"GEOID": ["001", "002", "003"], "NAME": ["A", "B", "C"]}, geometry=CELLS, crs=4326)
    frame.to_parquet(tmp_path / "units.parquet")
    return tmp_path / "units.parquet"


def people(units: Path, text: str | bytes, **said: object) -> object:
    table = units.with_name("people.csv")
    table.write_bytes(text if isinstance(text, bytes) else text.encode())
    return open_layer(units, people_file=table, **said)


READ = [
    (["12.125", "1234.500", "0.250"], [12.125, 1234.5, 0.25]),
    (["0,250", "12,5", "7"], [0.25, 12.5, 7]),
    (["1.234,5", "3"], [1234.5, 3]),
    (["1,234.567", "8"], [1234.567, 8]),
    (["1.234.567", "3.456"], [1234567, 3456]),
    (["1,234", "10", ""], [1234, 10, np.nan]),
    (["12,34,567", "1"], [1234567, 1]),
    (["1 234", "567"], [1234, 567]),
    (["1'234.5", "2"], [1234.5, 2]),
    (["1\u202f234,5", "2"], [1234.5, 2]),
    (["1e3", "5.0"], [1000, 5]),
    (["−9999", "5"], [np.nan, 5]),
]


@pytest.mark.parametrize(("cells", "numbers"), READ)
def test_the_whole_column_decides_the_notation(cells: list[str], numbers: list[float]) -> None:
    assert counts(pd.Series(cells, name="p"), "f").people.tolist() == pytest.approx(numbers, nan_ok=True)


@pytest.mark.parametrize(
    ("cells", "separator"),
    [(["1.234", "10"], ","), (["412.375", "88.125"], ","), (["1,234", "5"], ";"), (["1,234", "12345"], ",")],
)
def test_an_ambiguous_column_is_refused_with_both_readings(cells: list[str], separator: str) -> None:
    with pytest.raises(PeopleError, match=r"is either .*\(--notation 1,234\.5\) or .*\(--notation 1\.234,5\)"):
        counts(pd.Series(cells, name="p"), "f", separator=separator)


@pytest.mark.parametrize(("notation", "number"), [("point", 1.234), ("comma", 1234)])
def test_a_person_decides_an_ambiguous_column(notation: str, number: float) -> None:
    assert counts(pd.Series(["1.234"], name="p"), "f", notation).people.tolist() == [number]


@pytest.mark.parametrize("cells", [["1,5", "1.5"], ["many"], ["-5"], ["٣"], ["1,23,4"], ["inf"]])
def test_what_is_no_count_is_refused(cells: list[str]) -> None:
    with pytest.raises(PeopleError):
        counts(pd.Series(cells, name="p"), "f")


@pytest.mark.parametrize(
    "code", ["X", "x", "F", "(D)", "12(r)", "*****", "-666666666", "-222222222", "-9999", "-99", "[c]", "<5", "np"]
)
def test_codes_for_suppressed_counts_are_missing_and_told_apart_from_empty(code: str) -> None:
    read = counts(pd.Series([code, "", "..", "7"], name="p"), "f")
    assert read.people.tolist() == pytest.approx([np.nan, np.nan, np.nan, 7], nan_ok=True)
    assert (int(read.suppressed.sum()), read.missing) == (1, 2)
    assert code.replace("−", "-") in str(read.notes[0])


@pytest.mark.parametrize("values", [[1.0, -666666666.0], [1.0, -9999.0]])
def test_numbers_for_missing_are_missing_in_columns_of_numbers_too(values: list[float]) -> None:
    assert counts(pd.Series(values, name="p"), "f").people.tolist() == pytest.approx([1, np.nan], nan_ok=True)


def test_the_peoples_file_is_named_when_its_column_is_wrong(units: Path) -> None:
    with pytest.raises(RequestError, match=r"people\.csv: column 'population' holds the text 'many'"):
        people(units, "GEOID,population\n001,many\n")


def test_more_people_than_the_world_are_refused(units: Path) -> None:
    with pytest.raises(RequestError, match="more than the world"):
        people(units, "GEOID,population\n001,99999999999\n")


@pytest.mark.parametrize(
    ("text", "total"),
    [
        (PLAIN, 60),
        ("GEOID,population,\n001,10,\n002,20,\n003,30,\n", 60),
        ("GEOID,population\n001,10,\n002,20,\n003,30,\n", 60),
        ("GEOID;population\n001;10\n002;20\n003;30\n", 60),
        ("GEOID\tpopulation\n001\t10\n002\t20\n003\t30\n", 60),
        ("Census of 2021,\n,\nGEOID,population\n001,10\n002,20\n003,30\n", 60),
        ("Table 1. People\n\nGEOID,population\n001,10\n002,20\n003,30\nSource: the office\n", 60),
        ("GEO_ID,B01003_001E\nGeography,Estimate!!Total\n001,10\n002,20\n003,30\n", 60),
        ("GEOID,population\n001,10\n002,20\n003,30\nTotal,60\n", 60),
        ('GEOID,population\n001,"1,010"\n002,20\n003,30\n', 1060),
        ("\ufeffGEOID,population\n001,10\n002,20\n003,30\n", 60),
        ("GEOID ,population \n001 ,10\n 002,20\n003,30\n", 60),
        ("GEOID,population\r\n001,10\r\n\r\n002,20\r\n003,30\r\n", 60),
    ],
)
def test_tables_as_they_come_have_their_people(units: Path, text: str, total: int) -> None:
    assert people(units, text).population == total


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("GEOID,name,population\n001,a,b,10\n002,c,20\n", "line 2 has 4 cells where the header has 3"),
        ("GEOID,name,population\n001,a,10\n002,20\n", "has 2 cells where the header has 3"),
        ("GEOID,population\n", "no rows"),
        ("GEOID,population,population\n001,1,2\n", "twice"),
        ('GEOID,name,population\n001,"a,10\n002,b,20\n003,"c,30\n', "quotation mark"),
        ("GEOID,population\n,10\n001,5\n", "no id in 'GEOID'"),
        ("GEOID,sex,population\n001,f,1\n001,m,2\n", "--where sex=f, or add them up with --repeated join"),
        ("GEOID,sex,population\n001,total,3\n001,f,1\n001,m,2\n", "--where sex=total"),
    ],
)
def test_a_table_that_would_shift_or_lose_rows_is_refused(units: Path, text: str, said: str) -> None:
    with pytest.raises(RequestError, match=said):
        people(units, text)


def test_long_tables_are_filtered_or_added_up(units: Path) -> None:
    long = "GEOID,sex,population\n001,f,1\n001,m,2\n002,f,3\n002,m,4\n003,f,5\n003,m,6\n"
    assert people(units, long, where=(("sex", "f"),)).population == 9
    assert people(units, long, repeated="join").population == 21


def test_rows_that_fit_no_unit_are_said_with_their_people(units: Path) -> None:
    layer = people(units, PLAIN + "004,57087\n")
    assert layer.population == 60
    assert (layer.reading.rows_set_aside, layer.reading.people_set_aside) == (1, 57087)
    assert any("1 rows of people.csv fit no unit (004); the 57,087 people" in str(note) for note in layer.notes)
    assert layer.reading.needs_a_look


def test_the_tables_own_id_column_can_be_named(units: Path) -> None:
    text = "GEOID,code,population\n9,001,10\n8,002,20\n7,003,30\n"
    assert people(units, text, table_id_column="code").population == 60


def test_id_and_population_are_refused_together(tmp_path: Path) -> None:
    gpd.GeoDataFrame({"a": ["1"], "b": [2]}, geometry=CELLS[:1], crs=4326).to_parquet(tmp_path / "u.parquet")
    with pytest.raises(RequestError, match="id or population; name one with --id-column and --population-column"):
        open_layer(tmp_path / "u.parquet")


ENCODED = [
    ("utf-8", "Île", "utf-8"),
    ("utf-16", "Île", "utf-16"),
    ("utf-8-sig", "Île", "utf-8-sig"),
    ("cp1252", "Île-de-France", "cp1252"),
]


@pytest.mark.parametrize(("written", "name", "read"), ENCODED)
def test_encodings_are_recognised(tmp_path: Path, written: str, name: str, read: str) -> None:
    (tmp_path / "t.csv").write_bytes(f"id,name,population\n1,{name},5\n".encode(written))
    assert encoding_of(tmp_path / "t.csv").name == read
    assert read_table(tmp_path / "t.csv").frame["name"].tolist() == [name]


@pytest.mark.parametrize(
    ("written", "name"),
    [("cp850", "Muñoz ì"), ("mac_roman", "Åland"), ("shift_jis", "川崎市"), ("cp1250", "Łódź"), ("cp1251", "Село")],
)
def test_an_encoding_that_is_not_clear_is_shown_and_asked_for(tmp_path: Path, written: str, name: str) -> None:
    (tmp_path / "t.csv").write_bytes(f"id,name,population\n1,{name},5\n".encode(written))
    with pytest.raises(RequestError, match="--encoding"):
        read_table(tmp_path / "t.csv")
    assert read_table(tmp_path / "t.csv", encoding=written).frame["name"].tolist() == [name]


def test_a_wrong_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"id,name\n1,\xff\n")
    for name, said in (("utf-8", "cannot be read in the encoding utf-8"), ("klingon", "no encoding 'klingon'")):
        with pytest.raises(RequestError, match=said):
            read_table(tmp_path / "t.csv", encoding=name)


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    """A minimal .xlsx, written by hand: inline strings and numbers."""

    def cell(value: object) -> str:
        if isinstance(value, int | float):
            return f"<c><v>{value}</v></c>"
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'

    names = list(sheets)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/s{n}.xml" ContentType="{kind}.worksheet+xml"/>'
            for n in range(len(names))
        )
        + "</Types>",
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        + "".join(f'<sheet name="{name}" sheetId="{n + 1}" r:id="r{n}"/>' for n, name in enumerate(names))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(
            f'<Relationship Id="r{n}" Type="{office}/worksheet" Target="worksheets/s{n}.xml"/>'
            for n in range(len(names))
        )
        + "</Relationships>",
    }
    for n, rows in enumerate(sheets.values()):
        body = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
        parts[f"xl/worksheets/s{n}.xml"] = f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>'
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


ROWS = [["GEOID", "population"], ["001", 10], ["002", 20.5], ["003", 30]]


def test_a_sheet_of_a_workbook_is_read(units: Path) -> None:
    book = workbook(units.with_name("people.xlsx"), {"People": [["Census of 2021"], *ROWS]})
    layer = open_layer(units, people_file=book)
    assert layer.units["population"].tolist() == [10, 20.5, 30]
    assert any("'People'" in str(note) for note in layer.notes)


def test_a_workbook_of_several_sheets_needs_a_name(units: Path) -> None:
    book = workbook(units.with_name("people.xlsx"), {"Notes": [["see", "below"]], "People": ROWS})
    with pytest.raises(RequestError, match="the sheets Notes, People"):
        open_layer(units, people_file=book)
    assert open_layer(units, people_file=book, sheet="People").population == 60


def test_ids_may_be_decimal_or_have_blanks(tmp_path: Path) -> None:
    for ids in ([1000.0, 1001.0], ["1000.0", "1001.0"], [" 1000", "1001 "]):
        frame = gpd.GeoDataFrame({"GEOID": ids, "POP": [1, 2]}, geometry=CELLS[:2], crs=4326)
        frame.to_parquet(tmp_path / "u.parquet")
        assert open_layer(tmp_path / "u.parquet").units.index.tolist() == ["1000", "1001"]


def test_a_unique_id_is_guessed_before_a_repeated_one(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"GEOID": ["1", "1", "2"], "id": ["a", "b", "c"], "POP": [1, 2, 3]}, geometry=CELLS, crs=4326
    )
    frame.to_parquet(tmp_path / "u.parquet")
    assert open_layer(tmp_path / "u.parquet").units.index.tolist() == ["a", "b", "c"]


@pytest.mark.parametrize(("people_of_rows", "total"), [([5, 5, 7], 12), ([5, 6, 7], 18)])
def test_rows_of_one_id_are_joined_when_asked(tmp_path: Path, people_of_rows: list[int], total: int) -> None:
    frame = gpd.GeoDataFrame({"GEOID": ["1", "1", "2"], "POP": people_of_rows}, geometry=CELLS, crs=4326)
    frame.to_parquet(tmp_path / "u.parquet")
    with pytest.raises(RequestError, match="--repeated join"):
        open_layer(tmp_path / "u.parquet")
    layer = open_layer(tmp_path / "u.parquet", repeated="join")
    assert (layer.population, shapely.area(layer.units.geometry.to_numpy()).tolist()) == (total, [2, 1])


def test_names_of_units_can_be_named(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"CD_MUN": ["1302603"], "lugar": ["Manaus"], "POP": [1]}, geometry=CELLS[:1], crs=4326)
    frame.to_parquet(tmp_path / "u.parquet")
    assert open_layer(tmp_path / "u.parquet", name_column="lugar").units["name"].tolist() == ["Manaus"]


def test_what_would_change_nothing_is_refused(units: Path) -> None:
    for said in ({"people_file": units}, {"id_column": "GEOID"}, {"notation": "comma"}):
        with pytest.raises(RequestError, match="would change nothing"):
            open_layer("us-counties", **said)
    with pytest.raises(RequestError, match="--table-id-column"):
        open_layer(units, table_id_column="a")


def test_ids_that_lost_their_zeros_are_refused_with_theirs(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"GEOID": ["01001", "02002", "10001"]}, geometry=CELLS, crs=4326)
    frame.to_parquet(tmp_path / "units.parquet")
    (tmp_path / "people.csv").write_text("GEOID,population\n1001,10\n2002,20\n10001,30\n")
    with pytest.raises(RequestError, match=r"2 ids of .*'1001'.* lost the leading zeros .*'01001'"):
        open_layer(tmp_path / "units.parquet", people_file=tmp_path / "people.csv")


def test_long_codes_of_the_census_bureau_are_those_of_its_units(units: Path) -> None:
    text = "GEO_ID,B01003_001E\n0500000US001,10\n0500000US002,20\n0500000US003,30\n"
    layer = people(units, text)
    assert layer.population == 60
    assert any("0500000US001" in str(note) for note in layer.notes)


def test_notes_on_finer_data_reach_the_count(tmp_path: Path) -> None:
    from boundaries import open_footprint, open_spread
    from geopolity.affected.people import affected_people

    frame = gpd.GeoDataFrame({"GEOID": ["1"], "POP": [10]}, geometry=CELLS[:1], crs=4326)
    frame.to_parquet(tmp_path / "u.parquet")
    frame.to_file(tmp_path / "f.geojson")
    (tmp_path / "s.csv").write_text("lon,lat,population\n0.2,0.5,5\n0.8,0.5,X\n")
    spread = open_spread(tmp_path / "s.csv")
    found = affected_people(open_footprint(tmp_path / "f.geojson"), open_layer(tmp_path / "u.parquet"), spread=spread)
    said = [str(flag.sentence) for flag in found.flags]
    assert any("suppressed" in sentence for sentence in said)
    assert any("1 rows of s.csv have no count" in sentence for sentence in said)


def test_of_a_very_large_table_only_what_means_something_is_read(units: Path, monkeypatch) -> None:
    monkeypatch.setattr("boundaries.tables.delimited.LARGEST_BYTES", 10)
    text = "GEOID,a,population,b\n001,x,10,y\n002,x,20,y\n003,x,30,y\n"
    layer = people(units, text)
    assert layer.population == 60
    assert any("of its 4 columns GEOID, population were read" in str(note) for note in layer.notes)
    assert people(units, text.replace("population", "mine"), population_column="mine").population == 60
    with pytest.raises(RequestError, match="has 5 cells where the header has 4"):
        people(units, text + "004,x,1,y,z\n")


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        (["0.5,0.5,5", "0.6,0.5,X", "0.7,0.5,5"], None),
        (["0.5,0.5,5", "0.6,0.5,", "0.7,0.5,1 234"], None),
        (['"0,5","0,5",5', '"0,6","0,25",7'], None),
        (["0.5,0.5,5", "east,0.5,7"], "'east' in column 'lon' \\(row 2\\)"),
        (["0.5,0.5,5", "200,0.5,7"], "'200' in column 'lon' \\(row 2\\)"),
        (["0.5,0.5,5", "0.6,0.5,-7"], "negative count"),
        (["0.5,0.5,5", "0.6,0.5,many"], "'many' where a count"),
        (["0.5,0.5,1.234", "0.6,0.5,12.345"], "either"),
        (["0.5,0.5,5", "0.6,0.5,5,5"], "cells where the header has"),
        (["0.5,0.5,5", "\x1c0.6,\u00a00.5 ,5"], None),
    ],
)
def test_points_of_a_very_large_text_are_read_as_those_of_a_small_one(
    rows: list[str], refused: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "people.csv"
    path.write_text("\n".join(["lon,lat,POP", *rows]) + "\n")
    small = _said_of(path)
    monkeypatch.setattr("boundaries.tables.delimited.LARGEST_BYTES", 0)
    assert _said_of(path) == small
    assert re.search(refused or r"^[0-9a-f]{64}", small[0])


def _said_of(path: Path) -> list[str]:
    """Digest and notes of a spread, or why it is refused."""
    try:
        spread = open_spread(path)
    except RequestError as error:
        return [str(error)]
    return [spread.digest, *map(str, spread.notes)]


def test_an_encoding_that_fits_the_beginning_and_not_the_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    words = ("señor año mañana " * 200).encode("cp1252")
    path.write_bytes(b"lon,lat,POP,name\n0.5,0.5,5," + words + b"\x81\n")
    with pytest.raises(RequestError, match="cannot be read in the encoding cp1252; name another"):
        open_spread(path)
