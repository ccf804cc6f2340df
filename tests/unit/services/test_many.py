"""Many issues at once: one table, a folder each, nothing done twice, the same bytes by one process or two."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from boundaries.issue_rows import issue_rows
from geopolity.errors import RequestError
from services.derivation import many
from services.derivation.many import ManyError, derive_many, issue_files
from services.derivation.requests.request import request_of

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
