"""The docket from the command line, as a clerk, a delegate and a civil servant use it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from services.auth.roles import Principal, Role
from services.auth.sessions import new_link
from services.bootstrap import bootstrap, open_store
from services.clock import after, now
from services.demo import cut_short
from services.settings import read_settings
from services.storage.layers.census import keep_layer
from tests.contract.conftest import NOW, town
from tests.contract.court import constitute


@pytest.fixture
def court(tmp_path, monkeypatch):
    monkeypatch.setenv("GEOPOLITY_HOME", str(tmp_path / "home"))
    settings = read_settings()
    store = open_store(settings)
    with store.writing() as session:
        keep_layer(session, town(), now=NOW, is_base=True)
    return constitute(store, settings)


def _file(command, tmp_path):
    (tmp_path / "law.txt").write_text("Weirs stay shut.")
    answer = command(
        "matter", "file", "--polity", "river", "--law", "weirs", "--title", "Weirs", "--harm", "No fish.",
        "--text", tmp_path / "law.txt",
    )  # fmt: skip
    assert "Filed river-1" in answer.out


def _link(store, delegate, tmp_path):
    file = tmp_path / f"{delegate}.txt"
    secret = new_link(Principal(name=delegate, roles=frozenset({Role.DELEGATE})), store)
    file.write_text(f"https://polity.example/sign-in?token={secret}\n")
    return file


def _vote(command, word, store, tmp_path):
    for number in range(1, 10):
        link = _link(store, f"d{number}", tmp_path)
        answer = command("vote", "cast", "river-1", "--link", link, "--choice", word)
        assert json.loads(answer.out)["delegate"] == f"d{number}"
        assert "tracker" in json.loads(answer.out)
    assert "Keep this receipt" in answer.err


def _hear(command):
    soon = command("matter", "hear", "river-1", "--until", now()[:10])
    assert (soon.status, "lasts a week at least" in soon.err) == (1, True)
    assert command("matter", "hear", "river-1", "--until", after(timedelta(days=7))[:10]).status == 0
    cut_short.hearing("river-1", bootstrap().store)
    assert command("matter", "testify", "river-1", "--by", "a fisher", "--text", "Empty nets.").status == 0
    assert "Kept" in command("matter", "evidence", "river-1", "--by", "x", "--text", "A study.", "--link", "doi").out
    assert command("matter", "brief", "river-1", "--text", "In plain words.").status == 0
    assert "9 delegates may vote" in command("matter", "ready", "river-1").out


def test_a_law_is_carried_through_by_commands_alone(command, court, tmp_path):
    _file(command, tmp_path)
    assert "admitted" in command("matter", "admit", "river-1").out
    _hear(command)
    assert "river-1/1 is open" in command("vote", "open", "river-1").out
    _vote(command, "yes", court.store, tmp_path)
    interim = command("vote", "result", "river-1")
    assert (interim.status, interim.out) == (1, "")
    assert "harm declared (9 yes, 0 no, 0 abstained, of 9)" in command("vote", "close", "river-1").out
    (tmp_path / "new.txt").write_text("Weirs open in spring.")
    proposal = ("remedy", "propose", "river-1", "--by", "office", "--effect", "less", "--cost", "1")
    missing = command(*proposal, "--law", tmp_path / "new.txt")
    assert (missing.status, "nothing of alternatives" in missing.err) == (2, True)
    assert command(*proposal, "--law", tmp_path / "new.txt", "--alternative", "nothing").status == 0
    _hear(command)
    command("vote", "open", "river-1")
    _vote(command, "no", court.store, tmp_path)
    assert "remedy approved" in command("vote", "close", "river-1").out
    assert (
        "in force; it is reviewed on 2099-01-01"
        in command("remedy", "enact", "river-1", "--review-at", "2099-01-01").out
    )
    assert json.loads(command("vote", "result", "river-1", "--json").out)["no"] == 9
    assert "No review is due." in command("review", "due").out
    (due,) = json.loads(command("review", "due", "--date", "2099-01-01", "--json").out)
    assert due["matter_id"] == "river-1"
    early = command("review", "begin", "river-1")
    assert (early.status, "reviewed on 2099-01-01, not before" in early.err) == (1, True)
    assert "in force" in command("matter", "list").out
    assert json.loads(command("matter", "show", "river-1").out)["question"] == "Does the law allow for harm?"
    assert "In force: Weirs, decided by the assembly of river" in command("lookup", "--lon", "0.5", "--lat", "0.5").out


def test_a_clerk_keeps_the_house(command, court, tmp_path):
    _file(command, tmp_path)
    assert "Called 9 delegates" in command("docket", "summon", "river").out
    assert command("docket", "accept", "river", "--link", _link(court.store, "d1", tmp_path)).status == 0
    refused = command("docket", "excuse", "river", "--delegate", "d2", "--ground", "lives abroad", "--refuse")
    assert "an appeal is decided by the same command" in refused.out
    wrong = command("docket", "excuse", "river", "--delegate", "d3", "--ground", "no time")
    assert (wrong.status, "closed list is" in wrong.err) == (2, True)
    assert "Nobody waits" in command("docket", "requests").out
    asked = command(
        "docket",
        "ask",
        "river",
        "--link",
        _link(court.store, "d5", tmp_path),
        "--ground",
        "incapacity",
        "--text",
        "My back.",
    )
    assert "Request 1 waits for the clerk" in asked.out
    assert "My back." in command("docket", "requests").out
    assert "needs its reason" in command("docket", "decide", "1", "--refuse").err
    assert "d5: excused." in command("docket", "decide", "1").out
    assert "Replaced 0 delegates" in command("docket", "silent", "river").out
    assert "meets on 2099-01-01" in command("docket", "session", "river", "--date", "2099-01-01").out
    assert "river" in command("docket", "load").out
    assert "12 people are taxed" in command("docket", "obligations", "river").out
    assert "0 votes closed, 0 reviews begun" in command("docket", "run").out
    command("matter", "admit", "river-1")
    command("matter", "recuse", "river-1", "--link", _link(court.store, "d9", tmp_path))
    assert "takes no part" in command("matter", "recuse", "river-1", "--link", _link(court.store, "d8", tmp_path)).out
    soon, later = (after(timedelta(days=days))[:10] for days in (30, 60))
    command("matter", "hear", "river-1", "--until", soon)
    assert f"until {later}" in command("matter", "extend", "river-1", "--until", later).out
    assert f"until {soon}" in command("matter", "shorten", "river-1", "--until", soon).out
    never = command("matter", "extend", "river-1", "--until", "2099-01-01")
    assert (never.status, "at most" in never.err) == (1, True)
    assert "is stayed" in command("matter", "stay", "river-1", "--text", "the polity splits").out
    assert "river-1 is hearing" in command("matter", "resume", "river-1").out
    late = command("docket", "defer", "river", "--delegate", "d4", "--ground", "illness", "--until", "2099-01-01")
    assert (late.status, "at most" in late.err) == (1, True)


@pytest.mark.parametrize(
    ("given", "status", "word"),
    [
        (("matter", "show", "lake-1"), 2, "no matter 'lake-1'"),
        (("vote", "open", "lake-1"), 2, "no matter 'lake-1'"),
        (("vote", "cast", "lake-1", "--link", "/dev/null", "--choice", "maybe"), 2, "'maybe' is no answer"),
        (("docket", "accept", "river", "--link", "/dev/null"), 2, "was used already"),
        (("matter", "reject", "lake-1", "--text", "x"), 2, "no matter"),
    ],
)
def test_what_cannot_be_done_is_said(command, court, given, status, word):
    answer = command(*given)
    assert (answer.status, answer.out) == (status, "")
    assert word in answer.err
    assert len(answer.err.strip().splitlines()) == 1
