"""The log's key on both stores: changed, lost, or that of another log."""

from __future__ import annotations

import json
import shutil

import pytest

from geopolity.publiclog.log import LogRefused
from services.bootstrap import open_store
from services.publiclog.cosigning import add_witness, collect, log_vkey
from services.publiclog.export import export_log, import_log, newest_note, verify_export
from services.publiclog.keys import KeyChangeError, change_key, signing_key
from services.publiclog.witness import Answer, WitnessError, new_witness
from services.settings import Settings
from services.storage.publiclog import AnotherKeyError, append, lines
from services.storage.upkeep import backup, restore
from services.verifiers import verify_log


def grow(store, count=2):
    with store.writing() as session:
        for number in range(count):
            append(session, "seat", {"number": number})


def hexed(store):
    return signing_key(store.home).public_key().public_bytes_raw().hex()


def kinds(store):
    with store.reading() as session:
        return [json.loads(line)["kind"] for line in lines(session)]


@pytest.fixture
def changed(opened, tmp_path):
    """A log that grew, was exported, changed its key, and grew; with the key before."""
    grow(opened)
    export_log(tmp_path / "before", opened)
    old = hexed(opened)
    change_key(opened)
    grow(opened)
    return opened, old


def test_who_has_the_old_key_or_the_new_one_checks_what_was_signed_by_both(changed, tmp_path):
    store, old = changed
    assert hexed(store) != old
    export_log(tmp_path / "log", store)
    said = verify_export(tmp_path / "log", against=tmp_path / "before")
    assert f"entry 2 changed the key to {hexed(store)}" in said
    assert "from entry 2 on" in said
    assert f"under key {old}" in verify_log.check(tmp_path / "log", old)
    with pytest.raises(ValueError, match="signed nothing of this log"):
        verify_log.check(tmp_path / "log", "11" * 32)
    assert json.loads((tmp_path / "log" / "keys.json").read_text())["ed25519"] == hexed(store)


def test_the_log_keeps_its_name_and_its_witness_goes_on_with_the_new_key(opened, tmp_path):
    witness = new_witness(tmp_path / "w", "w.example/log")
    witness.follow(log_vkey(opened))
    add_witness(witness.verifier.vkey, "http://127.0.0.1:1", opened)

    def ask(_, body):
        answer: Answer = witness.answer(body)
        return answer.status, answer.body

    assert [one.signed for one in collect(opened, ask)] == [True]
    verifier = change_key(opened)
    assert (verifier.name, verifier.vkey) == (log_vkey(opened).partition("+")[0], log_vkey(opened))
    assert [(one.signed, one.answer[:3]) for one in collect(opened, ask)] == [(False, "403")]
    with pytest.raises(WitnessError, match="--instead"):
        witness.follow(verifier.vkey)
    witness.follow(verifier.vkey, instead=True)
    assert witness.last(verifier.name).size == 1  # what it saw stays known
    assert [one.signed for one in collect(opened, ask)] == [True]
    assert newest_note(opened).startswith(verifier.name)
    export_log(tmp_path / "log", opened)
    assert "w.example/log signed 3 entries" in verify_export(tmp_path / "log", witnesses=[witness.verifier.vkey])


def test_a_host_that_takes_over_a_log_with_two_keys_goes_on_with_it(changed, tmp_path):
    store, _ = changed
    export_log(tmp_path / "log", store)
    other = open_store(Settings(home=tmp_path / "other", workers=1))
    (tmp_path / "other" / "keys").mkdir(parents=True)
    shutil.copy(store.home / "keys" / "log.ed25519", tmp_path / "other" / "keys")
    import_log(tmp_path / "log", other)
    assert kinds(other)[-1] == "log restored"
    change_key(other)
    export_log(tmp_path / "again", other)
    said = verify_export(tmp_path / "again", against=tmp_path / "log")
    assert said.count("changed the key") == 2
    assert log_vkey(other).partition("+")[0] == log_vkey(store).partition("+")[0]


def test_another_key_signs_nothing_and_a_lost_one_is_told(opened, tmp_path):
    """Once a home that was restored without its keys made a new one, and a second history began with it."""
    grow(opened)
    export_log(tmp_path / "before", opened)
    with pytest.raises(KeyChangeError, match="here and not lost"):
        change_key(opened, lost=True)
    (opened.home / "keys" / "log.ed25519").unlink()
    with pytest.raises(AnotherKeyError, match="copy the log's own key"):
        export_log(tmp_path / "log", opened)
    with pytest.raises(AnotherKeyError):
        change_key(opened)
    change_key(opened, lost=True)
    export_log(tmp_path / "log", opened)
    said = verify_export(tmp_path / "log", key=hexed(opened), against=tmp_path / "before")
    assert "the old one being lost" in said
    with pytest.raises(LogRefused, match="give the new one"):
        verify_export(tmp_path / "log")
    other = open_store(Settings(home=tmp_path / "other", workers=1))
    (tmp_path / "other" / "keys").mkdir(parents=True)
    shutil.copy(opened.home / "keys" / "log.ed25519", tmp_path / "other" / "keys")
    assert import_log(tmp_path / "log", other) == len(kinds(opened))  # who holds the new key goes on with it
    assert kinds(opened)[-2:] == ["log key changed", "log key in use"]


def test_a_change_that_was_cut_short_is_ended_by_a_repeat(changed, tmp_path):
    store, _ = changed
    keys = store.home / "keys"
    (keys / "log.ed25519").rename(keys / "log.ed25519.next")  # as a kill after the commit leaves it
    said = kinds(store)
    change_key(store)
    assert kinds(store) == said
    export_log(tmp_path / "log", store)
    assert verify_export(tmp_path / "log").count("changed the key") == 1


def test_a_log_that_signed_nothing_has_a_key_to_change_all_the_same(opened, tmp_path):
    change_key(opened)
    grow(opened)
    export_log(tmp_path / "log", opened)
    assert "entry 0 changed the key" in verify_export(tmp_path / "log")


def test_a_restored_store_says_so_in_its_log(opened, tmp_path, request):
    grow(opened)
    backup(tmp_path / "copy", opened)
    url = request.getfixturevalue("cluster").url() if opened.is_postgresql else None
    other = open_store(Settings(home=tmp_path / "other", workers=1, database_url=url))
    restore(tmp_path / "copy", other)
    with other.reading() as session:
        last = json.loads(lines(session)[-1])
    assert (last["kind"], last["facts"]["entries"]) == ("store restored", 2)
    other.close()
