"""A society on a small town: simulated, verified, tampered with, refused."""

import json
import os
from pathlib import Path

import pandas as pd
import pytest


@pytest.fixture
def simulated(command, files):
    """A town that was lived in for two years, and its folder."""
    command("layer", "add", files.layer, "--name", "hamlet")  # another test may have added it
    out = files.folder / "society"
    asked = ("simulate", "--layer", "hamlet", "--seed", "5", "--years", "2", "--families", "2,4", "--out", out)
    answer = command(*asked)
    assert answer.status == 0, answer.err
    return out, answer, asked


def test_a_society_is_simulated_verified_and_the_same_again(command, simulated):
    out, answer, asked = simulated
    assert "session days" in answer.out
    verified = command("verify", out)
    assert verified.status == 0, verified.err
    assert "add up over" in verified.out
    years = pd.read_parquet(out / "society.parquet")
    assert set(years.columns) == {"year", "family", "polity", "figure", "value"}
    assert set(years["family"]) == {2, 4}
    before = (out / "manifest.json").read_bytes()
    assert command(*asked).status == 0
    assert (out / "manifest.json").read_bytes() == before
    report = (out / "report.html").read_text()
    assert "With 4 issue domains" in report
    assert 'src="http' not in report


@pytest.mark.long
def test_the_workers_of_a_dask_cluster_give_the_same_bytes(command, simulated, monkeypatch):
    from distributed import LocalCluster

    from services.society import polities

    out, _, asked = simulated
    before = (out / "manifest.json").read_bytes()
    kept = Path(os.environ["GEOPOLITY_HOME"]) / "cache" / "society"
    made = set(kept.rglob("*.parquet"))
    monkeypatch.setattr(polities, "VERSION", "of this test")  # so that nothing is in the cache
    monkeypatch.setattr(polities, "BATCH", 2)
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as cluster:
        answer = command(*asked, "--scheduler", cluster.scheduler_address)
    assert answer.status == 0, answer.err
    assert len(set(kept.rglob("*.parquet")) - made) > 2
    assert (out / "manifest.json").read_bytes() == before


def test_a_cluster_that_does_not_answer_is_named(command, simulated, monkeypatch):
    from services.society import polities

    monkeypatch.setattr(polities, "VERSION", "of another test")
    answer = command(*simulated[2], "--scheduler", "tcp://127.0.0.1:9")
    assert answer.status == 2
    assert "No dask scheduler answers at tcp://127.0.0.1:9" in answer.err


@pytest.mark.parametrize("name", ["breaking.parquet", "sensitivity.parquet", "society.parquet", "parameters.json"])
def test_a_changed_table_is_refused(command, simulated, name):
    from services.society.folder import digests

    out, _, _ = simulated
    if name.endswith("json"):
        record = json.loads((out / name).read_text())
        record["seats"]["value"] = 60
        (out / name).write_text(json.dumps(record))
    else:
        table = pd.read_parquet(out / name)
        column = next(one for one in ("figure", "load", "value") if one in table and table[one].dtype == float)
        table.loc[table.index[0], column] += 1.0
        table.to_parquet(out / name)
    assert "manifest" in command("verify", out).err
    (out / "manifest.json").write_text(json.dumps({"files": digests(out)}))
    refused = command("verify", out)
    assert refused.status == 1
    assert "Traceback" not in refused.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--families", "six"), "whole numbers"),
        (("--families", "0"), "from 1 to"),
        (("--years", "0"), "1 to 100"),
        (("--seed", "-1"), "0 or more"),
    ],
)
def test_a_simulation_that_cannot_be_is_refused(command, options, said):
    given = dict(zip(options[::2], options[1::2], strict=True))
    asked = [part for pair in ({"--seed": "1"} | given).items() for part in pair]
    refused = command("simulate", *asked)
    assert refused.status == 2
    assert said in refused.err


def test_a_folder_that_holds_something_else_is_left_alone(command, tmp_path):
    (tmp_path / "mine").mkdir()
    refused = command("simulate", "--seed", "1", "--out", tmp_path / "mine")
    assert refused.status == 2
    assert "left alone" in refused.err


def test_own_assumptions_are_read_and_checked(command, files, tmp_path):
    command("layer", "add", files.layer, "--name", "hamlet")  # another test may have added it
    own = tmp_path / "own.toml"
    own.write_text('[consent]\nvalue = 2.0\nlow = 0.1\nhigh = 3.0\nunit = "share"\nsource = "mine"\n')
    refused = command("simulate", own, "--seed", "1", "--layer", "hamlet", "--out", tmp_path / "out")
    assert refused.status == 2
    assert "consent" in refused.err
