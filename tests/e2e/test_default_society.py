"""The default society of an announced seed: its figures are those of ``tests/golden/society_2027.json``."""

import json
from pathlib import Path

import pandas as pd
import pytest

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "society_2027.json").read_text(encoding="utf-8"))


@pytest.mark.long
def test_the_default_society_is_the_one_that_was_published(command, tmp_path):
    out = tmp_path / "society"
    answer = command("simulate", "--seed", GOLDEN["seed"], "--out", out)
    assert answer.status == 0, answer.err
    years = pd.read_parquet(out / "society.parquet")
    means = years[(years["polity"] == "") & (years["family"] == 60)].groupby("figure")["value"].mean()
    for name, value in GOLDEN["years"].items():
        assert means[name] == pytest.approx(value, rel=GOLDEN["tolerance"]), name
    frontier = pd.read_parquet(out / "frontier.parquet")
    middle = frontier[frontier["coverage"] == 0.9].groupby("constituency")[["exclusion", "over_inclusion"]].median()
    for name, measures in GOLDEN["frontier"].items():
        for measure, value in measures.items():
            assert middle.loc[name, measure] == pytest.approx(value, abs=0.01), (name, measure)
