"""Who belongs where, asked of the store: by point, unit and file, as of a date, over several layers."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from shapely.geometry import box

from geopolity.lookup import PointError
from services.lookup.answer import answer_of_several, lookup, lookup_unit
from services.lookup.bulk import parts as jobs
from services.lookup.bulk.resolve import BulkRequest, resolve_file
from services.lookup.bulk.source import BulkFileError, open_source
from services.lookup.index import open_lookup_index
from services.storage.layers.census import UnknownLayerError, find_layer, keep_layer
from services.storage.layers.crosswalks import link_to_base
from services.storage.polities import steps
from tests.contract.conftest import NOW, town
from tests.contract.test_citizens import _halves
from tests.contract.test_store import LATER, RIVER

DAY = "2026-06-01"


def _active(session, issue, layer, members, now=NOW):
    shape = box(0, 0, len(members), 1)
    proposal = replace(
        RIVER, issue=issue, title=issue.title(), members=pd.Series(members, dtype=float), digest=now, boundary=shape
    )
    row = steps.draft(session, proposal, layer=layer, proposer="ann")
    steps.propose(session, row, days=0, now=now)
    steps.activate(session, row, activator="bob", now=now)


@pytest.fixture
def world(store):
    """River in 01 since 2026, in 01 and 02 since 2027; lake in the western half of another layer."""
    with store.writing() as session:
        other = keep_layer(session, _halves(), now=NOW)
        link_to_base(session, other)
        _active(session, "river", town().digest, {"01": 780.0})
        _active(session, "river", town().digest, {"01": 780.0, "02": 0.1}, now=LATER)
        _active(session, "lake", other.digest, {"w": 10.0})
    return store


def test_a_point_has_its_units_and_polities_with_reason_and_distance(world, opened):
    found = lookup(0.5, 0.5, DAY, opened).as_json()
    assert found["units"] == [
        {"layer": "town", "unit_id": "01", "name": "A"},
        {"layer": "halves", "unit_id": "w", "name": "East"},
    ]
    river, lake = found["polities"]
    assert (river["id"], river["version"], river["unit_id"], river["certainty"]) == ("river", 1, "01", "certain")
    assert river["reason"] == "A: 78 % of its people are affected; inside since 2026-01-01"
    assert river["border_distance_m"] == pytest.approx(55_300, rel=1e-2)
    assert lake["reason"].startswith("East: 0.5 % of its people")


def test_the_answer_is_as_of_the_day(world, opened):
    def versions(day):
        return [(p["id"], p["version"]) for p in lookup(1.5, 0.5, day, opened).as_json()["polities"]]

    assert versions("2025-12-31") == []
    assert versions(DAY) == []
    assert versions("2027-01-01") == [("river", 2)]
    assert "connects those who are" in lookup(1.5, 0.5, "2027-01-01", opened).as_json()["polities"][0]["reason"]


def test_near_the_border_is_said(world, opened):
    assert lookup(0.9995, 0.5, DAY, opened).as_json()["polities"][0]["certainty"] == "near the border"


def test_at_sea_the_nearest_unit_and_its_distance_are_given(world, opened):
    found = lookup(-1, 0.5, DAY, opened).as_json()
    assert found["units"] == found["polities"] == []
    town_unit = found["nearest"][0]
    assert (town_unit["layer"], town_unit["unit_id"]) == ("town", "01")
    assert town_unit["distance_m"] == pytest.approx(111_315, rel=1e-3)


def test_a_unit_has_the_polities_of_other_layers_through_the_crosswalk(world, opened):
    found = lookup_unit("02", "2027-06-01", opened).as_json()["polities"]
    assert [(p["id"], p["unit_id"], p["border_distance_m"]) for p in found] == [("river", "02", None)]
    first = lookup_unit("01", DAY, opened).as_json()["polities"]
    assert [(p["id"], p["unit_id"], p["certainty"]) for p in first] == [
        ("river", "01", "certain"),
        ("lake", "w", "certain"),
    ]
    with pytest.raises(UnknownLayerError, match=r"no unit '1'; ids are text.*'01'"):
        lookup_unit("1", DAY, opened)


def test_a_proposal_is_named_where_it_would_take_people_in(world, opened):
    with world.writing() as session:
        proposal = replace(RIVER, issue="dam", title="Dam", members=pd.Series([1.0], index=["01"]))
        steps.propose(session, steps.draft(session, proposal, layer=town().digest, proposer="ann"), days=30, now=NOW)
    said = lookup(0.5, 0.5, DAY, opened).as_json()["proposals"]
    assert said == [{"id": "dam", "title": "Dam", "version": 1, "open_until": "2026-01-31T00:00:00Z"}]
    assert lookup(1.5, 0.5, DAY, opened).as_json()["proposals"] == []


def _files(inside, affected):
    """Files of a derivation over the town whose units are A, B and C in a row."""
    units = town().units[["name", "population"]].rename_axis("unit_id")
    units = units.assign(affected=affected, affected_low=affected, affected_high=affected, inside=inside)
    table = io.BytesIO()
    units.to_parquet(table)
    problem = {"coverage_target": "0.9", "affected_range": [sum(affected), sum(affected)]}
    return {
        "problem.json": json.dumps(problem).encode(),
        "units.parquet": table.getvalue(),
        "edges.csv": b"from,to,kind\n01,02,rook\n02,03,rook\n",
    }


@pytest.fixture
def fringed(store):
    """Dam: A inside, B outside with people affected. Road: A and C affected, B a bridge between them."""
    with store.writing() as session:
        keep_layer(session, town(), now=NOW)
        for name, members, files in (
            ("dam", {"01": 780.0}, _files([True, False, False], [780.0, 150.0, 0.2])),
            ("road", {"01": 500.0, "02": 0.6, "03": 10.0}, _files([True, True, True], [500.0, 0.6, 10.0])),
        ):
            proposal = replace(
                RIVER, issue=name, title=name.title(), question="Why?", members=pd.Series(members), files=files
            )
            row = steps.draft(session, proposal, layer=town().digest, proposer="ann")
            steps.propose(session, row, days=0, now=NOW)
            steps.activate(session, row, activator="bob", now=NOW)
    return store


def test_who_is_affected_outside_is_told_how_many_and_why(fringed, opened):
    found = lookup(1.5, 0.5, DAY, opened).as_json()
    assert [one["id"] for one in found["polities"]] == ["road"]
    (dam,) = found["near"]
    assert (dam["id"], dam["affected"], dam["question"]) == ("dam", 150, "Why?")
    assert dam["why"] == "outside: the polity holds 93.8 % of all people affected without it, and is smaller so"
    assert dam["units"] == [
        {
            "unit_id": "02",
            "name": "B",
            "inside": False,
            "population": 2000,
            "affected": 150,
            "affected_share": 0.075,
        }
    ]
    assert lookup(2.5, 0.5, DAY, opened).as_json()["near"] == []  # a fifth of a person is nobody


def test_a_bridge_names_what_it_connects_and_how_many_of_it_are_affected(fringed, opened):
    (road,) = lookup(1.5, 0.5, DAY, opened).as_json()["polities"]
    assert road["bridge_between"] == ["A", "C"]
    assert road["reason"] == "B: a bridge between A and C; 1 of its people is affected; inside since 2026-01-01"
    assert "bridge_between" not in lookup(0.5, 0.5, DAY, opened).as_json()["polities"][1]


def test_units_together_say_each_ones_share_and_people(fringed, opened):
    with opened.reading() as session:
        index = open_lookup_index(session, opened.home, f"{DAY}T00:00:00Z")
        found = answer_of_several(session, find_layer(session, None), ["01", "02"], DAY, index)
    dam, road = found.as_json()["polities"]
    assert dam["certainty"] == "depends on where: yes in A"
    assert [(one["name"], one["inside"], one["affected"]) for one in dam["units"]] == [
        ("A", True, 780),
        ("B", False, 150),
    ]
    assert dam["reason"] == (
        "A: 78 % of its people are affected; B: outside, 150 of its people are affected; inside since 2026-01-01"
    )
    assert [(one["name"], one["affected_share"]) for one in road["units"]] == [("A", 0.5), ("B", 0.0003)]
    assert found.near == []


def test_swapped_coordinates_are_refused(world, opened):
    with pytest.raises(PointError, match="swapped"):
        lookup(0.5, 100, DAY, opened)


def _write(path, groups):
    with pq.ParquetWriter(path, pa.schema([("lon", pa.float64()), ("lat", pa.float64())])) as writer:
        for lon in groups:
            writer.write_table(pa.table({"lon": np.asarray(lon, float), "lat": np.full(len(lon), 0.5)}))
    return path


def test_a_file_is_answered_row_by_row_in_order_with_counts_pairs_and_rejects(world, opened, tmp_path):
    source = _write(tmp_path / "points.parquet", [[0.5, 1.5, -7], [np.nan, 2.5], [999, 0.5]])
    request = BulkRequest(source=source, out=tmp_path / "out.parquet", date="2027-06-01", wants_pairs=True)
    done = resolve_file(request, opened)
    answer = pd.read_parquet(done.out)
    assert answer["unit_id"].astype(object).where(answer["unit_id"].notna(), None).tolist() == [
        "01", "02", None, None, "03", None, "01",
    ]  # fmt: skip
    assert answer["cell_id"][0] == answer["cell_id"][1]
    assert answer["cell_id"][0] != answer["cell_id"][4]
    assert (done.tally.rows, done.tally.outside, done.tally.rejected, done.tally.counts) == (7, 1, 2, {"river": 3})
    assert pd.read_parquet(done.pairs).astype({"polity_id": str}).to_numpy().tolist() == [
        [0, "river"], [1, "river"], [6, "river"],
    ]  # fmt: skip
    rejects = pd.read_csv(done.rejects)
    assert rejects.to_numpy().tolist() == [[3, "lon or lat is no number"], [5, "lon and lat are no place on Earth"]]
    assert not list(tmp_path.glob(".*"))


def test_a_csv_with_broken_lines_answers_all_others_in_their_place(world, opened, tmp_path):
    source = tmp_path / "points.csv"
    source.write_text("lat,lon,note\n0.5,0.5,ok\n0.5,1.5,one,too,many\n0.5,abc,word\n0.5,2.5,ok\n")
    done = resolve_file(BulkRequest(source=source, out=tmp_path / "out.parquet", date=DAY), opened)
    units = pd.read_parquet(done.out)["unit_id"].astype(object)
    assert units.where(units.notna(), None).tolist() == ["01", None, None, "03"]
    assert pd.read_csv(done.rejects)["row"].tolist() == [1, 2]


def test_unit_ids_are_answered_too_and_unknown_ones_rejected(world, opened, tmp_path):
    source = tmp_path / "people.csv"
    source.write_text("unit_id\n01\n1\n02\n")
    done = resolve_file(BulkRequest(source=source, out=tmp_path / "out.parquet", date=DAY), opened)
    assert (done.tally.counts, done.tally.rejected) == ({"river": 1}, 1)
    assert pd.read_csv(done.rejects).to_numpy().tolist() == [[1, "no unit has this id"]]


def test_a_killed_run_goes_on_with_the_parts_that_are_missing(world, opened, tmp_path, monkeypatch):
    source = _write(tmp_path / "points.parquet", [[0.5, 1.5], [2.5], [-7, 0.5]])
    request = BulkRequest(source=source, out=tmp_path / "out.parquet", date=DAY)
    whole, honest = resolve_file(request, opened).out.read_bytes(), jobs.resolve_part
    calls = []

    def stops(job, number, *rest):
        calls.append(number)
        if calls == [0, 1]:
            raise KeyboardInterrupt
        return honest(job, number, *rest)

    monkeypatch.setattr(jobs, "resolve_part", stops)
    with pytest.raises(KeyboardInterrupt):
        resolve_file(request, opened)
    assert resolve_file(request, opened).out.read_bytes() == whole
    assert calls == [0, 1, 1, 2]


def test_parts_of_other_polities_are_not_taken_over(world, settings, tmp_path):
    source = _write(tmp_path / "points.parquet", [[0.5]])
    with world.reading() as session:
        index = open_lookup_index(session, settings.home, NOW)
        layer = find_layer(session, "town").digest
    job = jobs.Job(source=open_source(source), out=tmp_path / "out.parquet", layer=layer, generation=index.generation)
    jobs.prepare(job)
    list(jobs.tallies(job, index))
    jobs.prepare(replace(job, generation="another"))
    assert jobs.done(job, 0) is None
    with pytest.raises(BulkFileError, match="polities changed"):
        list(jobs.tallies(replace(job, generation="another"), index))


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("points.txt", "lon,lat\n1,1\n", "no CSV or Parquet"),
        ("points.csv", "x,y\n1,1\n", "has the columns x, y; it needs lon and lat"),
        ("points.parquet", "not parquet", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_resolved_is_said(world, opened, tmp_path, name, content, word):
    source = tmp_path / name
    source.write_text(content)
    with pytest.raises(BulkFileError, match=word):
        resolve_file(BulkRequest(source=source, out=tmp_path / "out.parquet", date=DAY), opened)


def test_two_workers_of_a_dask_cluster_give_the_same_answer(world, opened, tmp_path):
    from distributed import LocalCluster

    source = _write(tmp_path / "points.parquet", [[0.5, 1.5], [2.5, np.nan], [-7, 0.5]])
    alone = resolve_file(BulkRequest(source=source, out=tmp_path / "alone.parquet", date=DAY, wants_pairs=True), opened)
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None, "local_directory": str(tmp_path)}
    with LocalCluster(**options) as cluster:
        request = BulkRequest(
            source=source, out=tmp_path / "out.parquet", date=DAY, wants_pairs=True, scheduler=cluster.scheduler_address
        )
        done = resolve_file(request, opened)
    assert done.tally == alone.tally
    for mine, theirs in ((done.out, alone.out), (done.pairs, alone.pairs), (done.rejects, alone.rejects)):
        assert mine.read_bytes() == theirs.read_bytes()
