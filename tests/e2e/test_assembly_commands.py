"""The lot from the command line: plan, open, draw, check, and what is refused with a sentence."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import pandas as pd
import pytest

from services.bootstrap import open_store
from services.clock import now
from services.settings import read_settings
from services.storage.layers.census import find_layer, keep_layer
from services.storage.people import citizens
from services.storage.people.citizens import Newcomer
from services.storage.polities import steps
from tests.contract.conftest import NOW, town
from tests.contract.test_store import RIVER


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A store with two polities and 200 citizens, one unit inside both."""
    monkeypatch.setenv("GEOPOLITY_HOME", str(tmp_path / "home"))
    settings = read_settings()
    with open_store(settings).writing() as session:
        keep_layer(session, town(), now=NOW, is_base=True)
        layer = find_layer(session)
        for name, members in (("river", ["01"]), ("town", ["01", "02"])):
            proposal = replace(RIVER, issue=name, title=name.title(), members=pd.Series(1.0, index=members))
            row = steps.draft(session, proposal, layer=layer.digest, proposer="ann")
            steps.propose(session, row, days=0, now=NOW)
            steps.activate(session, row, activator="bob", now=NOW)
        newcomers = [
            Newcomer(unit_id=("01", "02")[k % 2], stratum={"age": "ab"[k % 4 > 1], "sex": "fm"[k % 8 > 3]})
            for k in range(200)
        ]
        ids = citizens.register(session, layer, newcomers, now=now())
        citizens.give_all_consent(session, ids, now=now())
    yield ids
    open_store(settings).close()


def test_plan_says_seats_loads_and_whether_equal_chances_are_possible(home, command):
    answer = command("assembly", "plan", "--load-cap", "0.3")
    assert answer.status == 0
    assert "equal chances for all are possible" in answer.out
    record = json.loads(command("assembly", "plan", "--load-cap", "0.3", "--json").out)
    assert record["load_max"] <= 0.3
    assert record["feasible"]
    assert [polity["eligible"] for polity in record["polities"]] == [100, 200]
    crowded = command("assembly", "plan", "--seats", "90", "--load-cap", "0.5")
    assert "river" in crowded.out
    assert "would be enough" in crowded.out


def test_a_rehearsal_writes_a_bundle_that_everybody_can_check(home, command, tmp_path):
    bundle = tmp_path / "bundle"
    answer = command("assembly", "draw", "--rehearsal", "7", "--strata", "age", "--out", bundle)
    assert answer.status == 0
    assert "nobody is seated" in answer.out
    checked = subprocess.run([sys.executable, "-I", bundle / "verify_draw.py", bundle, "7"], check=False)
    assert checked.returncode == 0
    assert "recomputed" in command("verify", bundle).out
    page = (bundle / "report.html").read_text()
    assert "Rehearsal" in page
    assert "sex: f" in page
    assert "expectation only" in page
    assert "Nobody sits yet" in command("assembly", "seats").out
    assert command("assembly", "draw", "--rehearsal", "7", "--out", bundle).status == 2
    (bundle / "seats.csv").write_text("polity_id,pool_id,pseudonym,rank,kind\n")
    refused = command("verify", bundle)
    assert refused.status == 1
    assert "seats.csv is not what the lot gives" in refused.err


def test_open_names_a_future_round_and_a_receipt_proves_the_roll(home, command, tmp_path):
    record = json.loads(command("assembly", "open", "--json").out)
    assert record["status"] == "frozen"
    assert record["round"] > 30_000_000
    assert command("assembly", "open").status == 1
    receipt = command("assembly", "receipt", home[0], "--epoch", record["epoch"])
    (tmp_path / "receipt.json").write_text(receipt.out)
    bundle = tmp_path / "bundle"
    rehearsal = json.loads(command("assembly", "draw", "--rehearsal", "x", "--out", bundle, "--json").out)
    assert rehearsal["epoch"] == record["epoch"]
    assert rehearsal["commitment"] == record["commitment"]
    assert "You are on the roll" in command("assembly", "check", bundle, tmp_path / "receipt.json").out
    early = tmp_path / "round.json"
    early.write_text(json.dumps({"round": record["round"], "signature": "00"}))
    refused = command("assembly", "draw", "--randomness", early, "--out", tmp_path / "binding")
    assert refused.status == 1
    assert "draw then" in refused.err
    assert not (tmp_path / "binding").exists()
    assert command("assembly", "lapse").status == 0
    assert command("assembly", "lapse").status == 2


def test_universal_service_from_the_command_line(home, command, tmp_path):
    answer = command("assembly", "draw", "--rehearsal", "1", "--universal", "--out", tmp_path / "bundle", "--json")
    assert json.loads(answer.out)["assemblies"] == {"river": 50, "town": 150}
    assert command("verify", tmp_path / "bundle").status == 0


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["draw", "--out", "x"], 2, "either --randomness"),
        (["draw", "--rehearsal", "1", "--randomness", "f", "--out", "x"], 2, "either --randomness"),
        (["draw", "--rehearsal", "1", "--seats", "151", "--out", "x"], 2, "1 to 150"),
        (
            ["draw", "--rehearsal", "1", "--seats", "150", "--out", "x"],
            1,
            "Polity river has 150 open seats but only 100",
        ),
        (["draw", "--rehearsal", "1", "--seats", "80", "--out", "x"], 1, "--unequal"),
        (["draw", "--rehearsal", "1", "--polity", "sea", "--out", "x"], 2, "No polity 'sea' is active"),
        (["draw", "--rehearsal", "1", "--strata", "age,,sex", "--out", "x"], 2, "name each once"),
        (["draw", "--randomness", "nothing.json", "--out", "x"], 2, "holds no JSON"),
        (["plan", "--load-cap", "2"], 2, "above 0 and at most 1"),
        (["vacate", "river", "1", "--reason", "death"], 2, "Nobody holds seat 1"),
        (["defer", "nobody", "--ground", "illness", "--until", "2027-01-01"], 2, "not registered"),
        (["receipt", "nobody", "--epoch", "x"], 2, "not registered"),
        (["check", "nowhere", "nothing"], 2, "no receipt"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_is_refused_with_a_sentence(home, command, tmp_path, monkeypatch, arguments, status, words):
    monkeypatch.chdir(tmp_path)
    answer = command("assembly", *arguments)
    assert answer.status == status
    assert words in answer.err
    assert "Traceback" not in answer.err
    assert not (tmp_path / "x").exists()
