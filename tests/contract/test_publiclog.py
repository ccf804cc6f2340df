"""An exported log verifies with the program beside it, one changed byte refuses it, and another host can go on with it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from geopolity.publiclog import merkle
from geopolity.publiclog.log import LogRefused
from services.bootstrap import open_store
from services.publiclog.export import LogFolderError, export_log, import_log, prove_entry, verify_export
from services.settings import Settings
from services.storage.publiclog import append, lines


def _grown(store, count=3):
    with store.writing() as session:
        for number in range(count):
            append(session, "seat", {"number": number})


def _program(folder):
    command = [sys.executable, str(folder / "verify_log.py"), str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode


def test_an_export_verifies_and_a_changed_byte_does_not(opened, tmp_path):
    folder = tmp_path / "log"
    _grown(opened)
    assert export_log(folder, opened) == 3
    assert verify_export(folder).startswith("3 entries")
    assert _program(folder) == 0
    entries = folder / "entries.jsonl"
    entries.write_bytes(entries.read_bytes().replace(b'"number":2', b'"number":7'))
    with pytest.raises(LogRefused, match="entries 0 to 2"):
        verify_export(folder)
    assert _program(folder) == 1
    with pytest.raises(LogFolderError, match="new folder"):
        export_log(folder, opened)


def test_every_export_keeps_the_checkpoints_before_it(opened, tmp_path):
    for number in range(3):
        _grown(opened, 2)
        export_log(tmp_path / str(number), opened)
    points = (tmp_path / "2" / "checkpoints.jsonl").read_text().splitlines()
    assert [json.loads(point)["size"] for point in points] == [2, 4, 6]
    assert points[:2] == (tmp_path / "1" / "checkpoints.jsonl").read_text().splitlines()


def test_another_host_with_the_key_takes_the_log_over_and_continues_it(settings, opened, tmp_path):
    other = open_store(Settings(home=tmp_path / "other", workers=1))
    _grown(opened)
    export_log(tmp_path / "log", opened)
    with pytest.raises(LogFolderError, match=r"copy keys/log.ed25519"):
        import_log(tmp_path / "log", other)
    shutil.copytree(settings.home / "keys", other.home / "keys")
    assert import_log(tmp_path / "log", other) == 3
    _grown(other, 1)
    assert export_log(tmp_path / "more", other) == 5  # a line says that it was taken over
    assert verify_export(tmp_path / "more", against=tmp_path / "log").startswith("5 entries")
    with pytest.raises(LogFolderError, match="has 5 entries already"):
        import_log(tmp_path / "log", other)


def test_an_entry_is_proved_and_so_is_that_the_log_only_grew(opened):
    _grown(opened, 5)
    said = prove_entry(2, opened, since=3)
    leaf, root = bytes.fromhex(said.leaf), bytes.fromhex(said.checkpoint["root"])
    proof = [bytes.fromhex(step) for step in said.inclusion]
    merkle.check_inclusion(leaf, 2, 5, proof, root)
    with pytest.raises(merkle.ProofRefused):
        merkle.check_inclusion(leaf, 3, 5, proof, root)
    with opened.reading() as session:
        earlier = merkle.root([merkle.leaf_hash(line) for line in lines(session)[:3]])
    merkle.check_consistency((3, 5), (earlier, root), [bytes.fromhex(step) for step in said.consistency])
    with pytest.raises(merkle.TreeRangeError, match="no leaf 5"):
        prove_entry(5, opened)


def test_a_tampered_export_is_not_taken_over(opened, tmp_path):
    _grown(opened)
    export_log(tmp_path / "log", opened)
    entries = tmp_path / "log" / "entries.jsonl"
    entries.write_bytes(entries.read_bytes().replace(b'"seat"', b'"Seat"', 1))
    with pytest.raises(LogRefused):
        import_log(tmp_path / "log", opened)
    with opened.reading() as session:
        assert len(lines(session)) == 3
