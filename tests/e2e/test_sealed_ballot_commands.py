"""A vote that no server reads, by commands alone: a delegate's key, a checked and a cast ballot, trustees, a stranger."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from time_machine import travel

from services.bootstrap import open_store
from services.clock import after
from services.docket import decisions
from services.settings import read_settings
from services.storage.layers.census import keep_layer
from tests.contract.conftest import NOW, town
from tests.contract.court import constitute
from tests.contract.sealed_court import TRUSTEES, WITNESSES, keyed_court, secret_of


@pytest.fixture
def house(tmp_path, monkeypatch):
    monkeypatch.setenv("GEOPOLITY_HOME", str(tmp_path / "home"))
    with travel("2026-11-26T12:00:00Z", tick=False) as clock:
        settings = read_settings()
        store = open_store(settings)
        with store.writing() as session:
            keep_layer(session, town(), now=NOW, is_base=True)
        yield keyed_court(constitute(store, settings), tmp_path), clock
        store.close()


def _key_file(delegate, folder):
    from geopolity.assembly.credential import words_of

    file = folder / f"{delegate}.key"
    file.write_text(words_of(secret_of(delegate)) + "\n")
    return file


def _seal(command, delegate, word, folder, *flags):
    file = folder / f"{delegate}{''.join(flags)}.json"
    answer = command(
        "vote", "seal", folder / "vote.json", _key_file(delegate, folder), "--delegate", delegate, "--choice", word,
        "--out", file, *flags,
    )  # fmt: skip
    assert answer.status == 0, answer.err
    return file, answer.out.strip()


def test_a_vote_is_sealed_checked_cast_opened_and_verified_by_commands(command, house, tmp_path):
    court, clock = house
    matter_id = court.ready()
    assert "is made by ada, ben, cleo, dan" in command("vote", "prepare", matter_id).out
    keys = [part for name in WITNESSES for part in ("--witness", court.witness(name))]
    for said in ("sent a part of the key", "confirmed the key"):
        for name in TRUSTEES:
            assert said in command("trustee", "step", tmp_path / name, matter_id).out
    decisions.open_vote(matter_id, court.store)
    (tmp_path / "vote.json").write_text(command("vote", "key", matter_id).out)
    shown, _ = _seal(command, "d1", "no", tmp_path, "--challenge")
    assert "This ballot holds 'no'." in command("vote", "audit", shown).out
    refused = command("vote", "post", matter_id, shown)
    assert (refused.status, "is not cast" in refused.err) == (1, True)
    for number in range(1, 8):
        file, fingerprint = _seal(command, f"d{number}", "yes" if number < 6 else "no", tmp_path)
        receipt = json.loads(command("vote", "post", matter_id, file).out)
        assert (receipt["ballot"], receipt["delegate"]) == (fingerprint, f"d{number}")
    again = command("vote", "post", matter_id, file)
    assert (again.status, "has voted" in again.err) == (1, True)
    clock.move_to(after(timedelta(days=4)))
    assert command("vote", "close", matter_id).status == 0
    court.cosign()
    alone = command("trustee", "step", tmp_path / "ada", matter_id)
    assert (alone.status, "at least two witnesses" in alone.err) == (1, True)
    for name in TRUSTEES[:3]:
        assert "opened a part" in command("trustee", "step", tmp_path / name, matter_id, *keys).out
    court.cosign()
    assert command("log", "export", "--out", tmp_path / "log").status == 0
    told = command("vote", "verify", tmp_path / "log", f"{matter_id}/1", *keys)
    assert "5 yes, 2 no, 0 abstained: harm declared; seen by 2 witnesses" in told.out
    assert "5 yes, 2 no" in command("vote", "verify", tmp_path / "log", f"{matter_id}/1").out
    stranger = command("vote", "verify", tmp_path / "log", f"{matter_id}/2")
    assert (stranger.status, "no closed vote" in stranger.err) == (1, True)


def test_a_key_is_made_shown_and_signs_a_consent_by_commands(command, house, tmp_path):
    court, _ = house
    public = command("credential", "new", tmp_path / "own.key").out.strip()
    assert command("credential", "new", tmp_path / "own.key").status == 2
    words = command("credential", "show", tmp_path / "own.key", "--card", tmp_path / "card.svg").out.splitlines()
    assert (words[1], len(words[0].split()), "<svg" in (tmp_path / "card.svg").read_text()) == (public, 17, True)
    citizen = command("citizen", "register", "--unit", "01").out.split()[-1]
    text = command("citizen", "statement", citizen, "consent", "--key", public)
    assert text.status == 0, text.err
    (tmp_path / "text").write_text(text.out)
    signed = command("credential", "sign", tmp_path / "own.key", tmp_path / "text").out
    (tmp_path / "act.json").write_text(signed)
    given = command("citizen", "consent", citizen, "--signed", tmp_path / "act.json")
    assert given.status == 0, given.err
    (tmp_path / "act.json").write_text(signed.replace(citizen, "0" * len(citizen)))
    forged = command("citizen", "consent", citizen, "--signed", tmp_path / "act.json")
    assert forged.status in {1, 2}
    assert court.store
