"""A society on a small town: simulated, verified, tampered with, refused."""

import json

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
