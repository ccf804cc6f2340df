"""Many issues at once: one table, a folder each, nothing done twice, the same bytes by one process or two."""

import json

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from boundaries.issue_rows import issue_rows
from geopolity.errors import RequestError
from services.derivation import many
from services.derivation.audit.folder import audit
from services.derivation.layers import Columns
from services.derivation.many import ManyError, derive_many, issue_files
from services.derivation.requests import made_of as requests_made_of
from services.derivation.requests.request import request_of
from tests.unit.polity.test_derivation import square_layer

TOML = 'title = "{}"\nlayer = "us-counties"\n[footprint]\nkind = "units"\nunits = {}\n'
ISSUES = {"one": '["01097", "01003"]', "two": '["22071", "22051"]', "isles": '["15001", "15003"]'}


@pytest.fixture
def asked(tmp_path):
    folder = tmp_path / "issues"
    folder.mkdir()
    for name, units in ISSUES.items():
        (folder / f"{name}.toml").write_text(TOML.format(name.title(), units))

    def requests():
        return [(file, request_of(tmp_path, issue=str(file), effort="interactive")) for file in issue_files(folder)]

    return requests


def contents(out):
    return {path.relative_to(out): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def test_every_issue_has_a_line_and_a_folder_or_a_reason(asked, tmp_path):
    table = derive_many(asked(), tmp_path / "out", tmp_path).set_index("issue")
    assert table.index.tolist() == ["isles", "one", "two"]
    assert table.loc["one", "units"] == 2
    assert table.loc["two", "failed"] == ""
    assert "in one connected part" in table.loc["isles", "failed"]
    assert pd.isna(table.loc["isles", "cost"])
    assert (tmp_path / "out" / "one" / "certificate.json").exists()
    assert not (tmp_path / "out" / "isles").exists()
    stored = pd.read_parquet(tmp_path / "out" / "results.parquet")
    assert stored["issue"].tolist() == pd.read_csv(tmp_path / "out" / "results.csv")["issue"].tolist()


def test_what_is_done_is_not_done_again_and_what_changed_is(asked, tmp_path, monkeypatch):
    out = tmp_path / "out"
    derive_many(asked(), out, tmp_path)
    before, made = contents(out), []
    whole = many.derive_one
    monkeypatch.setattr(many, "derive_one", lambda job: made.append(job.name) or whole(job))
    derive_many(asked(), out, tmp_path)
    assert made == []
    assert contents(out) == before
    (out / ".lines" / "one.json").unlink()
    (tmp_path / "issues" / "two.toml").write_text(TOML.format("Two", '["22071"]'))
    derive_many(asked(), out, tmp_path)
    assert made == ["one", "two"]


def made_again(monkeypatch, requests, out, home):
    """Names of the issues that a further run derives."""
    made, whole = [], many.derive_one
    with monkeypatch.context() as patched:
        patched.setattr(many, "derive_one", lambda job: made.append(job.name) or whole(job))
        derive_many(requests, out, home)
    return made


@pytest.fixture
def on_squares(tmp_path):
    """Two issues on a layer in a file; what the file holds can be changed."""
    file, folder = tmp_path / "squares.parquet", tmp_path / "issues"
    folder.mkdir()
    for name, units in {"left": '["00", "01"]', "right": '["43", "44"]'}.items():
        (folder / f"{name}.toml").write_text(TOML.format(name.title(), units))

    def requests(*, people=100.0, name="One", **how):
        units = square_layer().units.rename_axis("unit_id").reset_index()
        units.loc[0, ["population", "name"]] = [people, name]
        units.to_parquet(file)
        columns = Columns(id_column="unit_id", population_column="population", name_column="name")
        how = {"layers": (str(file),), "columns": columns, "effort": "interactive"} | how
        return [(each, request_of(tmp_path, issue=str(each), **how)) for each in issue_files(folder)]

    return requests


@pytest.mark.parametrize(
    "change",
    [
        {"people": 90.0},
        {"name": "Another"},
        {"seed": 1},
        {"effort": "standard"},
        {"seam_km": 0.5},
        {"options": {"crs": "EPSG:4326"}},
        {"changes": {"coverage": 0.8}},
        {"changes": {"conditions": {"must": ("00",)}}},
    ],
    ids=str,
)
def test_what_would_come_out_otherwise_is_derived_again(change, on_squares, tmp_path, monkeypatch):
    out = tmp_path / "out"
    derive_many(on_squares(), out, tmp_path)
    assert made_again(monkeypatch, on_squares(), out, tmp_path) == []
    assert made_again(monkeypatch, on_squares(**change), out, tmp_path) == ["left", "right"]


def test_another_program_derives_again(on_squares, tmp_path, monkeypatch):
    derive_many(on_squares(), tmp_path / "out", tmp_path)
    monkeypatch.setattr(requests_made_of, "program_stamp", lambda: "another")
    assert made_again(monkeypatch, on_squares(), tmp_path / "out", tmp_path) == ["left", "right"]


def _changed(folder):
    text = (folder / "units.csv").read_text()
    (folder / "units.csv").write_text(text.replace("100", "101", 1))


@pytest.mark.parametrize(
    "harm",
    [
        _changed,
        lambda folder: (folder / "edges.csv").unlink(),
        lambda folder: (folder / "more.txt").write_text("x"),
        lambda folder: (folder / "manifest.json").write_text("{}"),
    ],
    ids=["changed", "missing", "more", "manifest"],
)
def test_a_folder_that_is_not_as_it_was_written_is_derived_again_or_left_with_a_sentence(
    harm, on_squares, tmp_path, monkeypatch
):
    out = tmp_path / "out"
    derive_many(on_squares(), out, tmp_path)
    harm(out / "left")
    if (out / "left" / "more.txt").exists():
        with pytest.raises(RequestError, match=r"holds more\.txt, which is not part of a derivation"):
            derive_many(on_squares(), out, tmp_path)
        return
    before = contents(out / "right")
    assert made_again(monkeypatch, on_squares(), out, tmp_path) == ["left"]
    assert contents(out / "right") == before
    assert list(audit(out / "left"))


def test_figures_are_those_of_the_folder_and_not_of_what_was_noted_beside_it(on_squares, tmp_path):
    out = tmp_path / "out"
    table = derive_many(on_squares(), out, tmp_path)
    line = out / ".lines" / "left.json"
    record = json.loads(line.read_text())
    line.write_text(json.dumps(record | {"units": -5, "line": {"units": -5}}))
    assert derive_many(on_squares(), out, tmp_path).equals(table)


def test_every_optimum_of_many_is_proven_in_its_folder(on_squares, tmp_path):
    table = derive_many(on_squares(), tmp_path / "out", tmp_path)
    assert table["optimal"].all()
    for name in table["issue"]:
        assert (tmp_path / "out" / name / "proof.json.gz").exists()
        assert any("bound re-checked" in str(fact) for fact in audit(tmp_path / "out" / name))


def test_an_issue_that_has_no_polity_any_more_leaves_no_folder(asked, tmp_path):
    out = tmp_path / "out"
    derive_many(asked(), out, tmp_path)
    (tmp_path / "issues" / "one.toml").write_text(TOML.format("One", '["15001", "15003"]'))
    table = derive_many(asked(), out, tmp_path).set_index("issue")
    assert "in one connected part" in table.loc["one", "failed"]
    assert not (out / "one").exists()
    (tmp_path / "issues" / "one.toml").write_text(TOML.format("One", ISSUES["one"]))
    assert derive_many(asked(), out, tmp_path).set_index("issue").loc["one", "failed"] == ""


@pytest.mark.parametrize(
    "name",
    *[
        [
            "",
            " ",
            ".",
            "..",
            "../x",
            "/abs",
            ".lines",
            "results.csv",
            "Results.Parquet",
            "a/b",
            "a\\b",
            "x" * 201,
            "a\nb",
        ]
    ],
)
def test_a_name_that_can_be_no_folder_of_its_own_is_refused(name, tmp_path):
    with pytest.raises(ManyError, match="cannot be called"):
        derive_many(rows(tmp_path, name=[name, "drawn", "river"]), tmp_path / "out", tmp_path)
    assert not (tmp_path / "out").exists()


def test_names_that_some_file_systems_take_for_one_are_refused(tmp_path):
    with pytest.raises(ManyError, match="would share one folder"):
        derive_many(rows(tmp_path, name=["Río", "RI\u0301O", "river"]), tmp_path / "out", tmp_path)


def test_two_processes_write_the_same_bytes_as_one(asked, tmp_path):
    told = []
    derive_many(asked(), tmp_path / "alone", tmp_path)
    derive_many(asked(), tmp_path / "pair", tmp_path, workers=2, on_done=lambda *done: told.append(done))
    assert contents(tmp_path / "alone") == contents(tmp_path / "pair")
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_folder_without_issues_is_refused(tmp_path):
    with pytest.raises(ManyError, match="no folder of issues"):
        issue_files(tmp_path)


def rows(tmp_path, **changes):
    """Three issues in a Parquet file, and requests for them."""
    table = gpd.GeoDataFrame(
        {
            "name": ["listed", "drawn", "river"],
            "title": ["Listed", "Drawn", "River"],
            "layer": "us-counties",
            "coverage": ["0.8", None, None],
            "footprint": ['{"kind": "units", "units": ["01097", "01003"]}', None, None],
            "distance_km": [None, None, 20.0],
        }
        | changes,
        geometry=[None, shapely.box(-88.2, 30.4, -87.7, 31.0), shapely.LineString([(-90.9, 32.3), (-90.8, 32.4)])],
        crs=4326,
    )
    table.to_parquet(tmp_path / "issues.parquet")
    return [
        (row, request_of(tmp_path, issue=row.issue, effort="interactive"))
        for row in issue_rows(tmp_path / "issues.parquet")
    ]


def test_rows_of_a_table_are_issues_too_and_what_is_done_is_not_done_again(tmp_path, monkeypatch):
    out = tmp_path / "out"
    table = derive_many(rows(tmp_path), out, tmp_path).set_index("issue")
    assert table.index.tolist() == ["listed", "drawn", "river"]
    assert (table["failed"] == "").all()
    assert table.loc["listed", "coverage_target"] == 0.8
    made, whole = [], many.derive_one
    monkeypatch.setattr(many, "derive_one", lambda job: made.append(job.name) or whole(job))
    derive_many(rows(tmp_path), out, tmp_path)
    assert made == []
    derive_many(rows(tmp_path, distance_km=[None, None, 30.0]), out, tmp_path)
    assert made == ["river"]


def test_a_row_that_is_no_issue_is_named(tmp_path):
    with pytest.raises(RequestError, match=r"issues\.parquet \(listed\): the footprint is no JSON"):
        rows(tmp_path, footprint=["{", None, None])
    with pytest.raises(RequestError, match="names the issue 'drawn' twice"):
        rows(tmp_path, name=["drawn", "drawn", "river"])
    pd.DataFrame({"title": ["x"]}).to_parquet(tmp_path / "issues.parquet")
    with pytest.raises(RequestError, match="has no column name"):
        list(issue_rows(tmp_path / "issues.parquet"))
