"""An exported log verifies with the program beside it, and one changed byte refuses it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from geopolity.publiclog import LogRefused
from services.settings import Settings
from services.storage.store import append, open_store, writing
from services.usecases.publiclog import LogFolderError, export_log, verify_export


def test_an_export_verifies_and_a_changed_byte_does_not(tmp_path):
    settings, folder = Settings(home=tmp_path / "home", workers=1), tmp_path / "log"
    with writing(open_store(settings)) as session:
        for number in range(3):
            append(session, "seat", {"number": number})
    assert export_log(folder, settings) == 3
    assert verify_export(folder).startswith("3 entries")
    program = [sys.executable, str(folder / "verify_log.py"), str(folder)]
    assert subprocess.run(program, check=False, capture_output=True).returncode == 0
    entries = folder / "entries.jsonl"
    entries.write_bytes(entries.read_bytes().replace(b'"number":2', b'"number":7'))
    with pytest.raises(LogRefused, match="entries 0 to 2"):
        verify_export(folder)
    assert subprocess.run(program, check=False, capture_output=True).returncode == 1
    with pytest.raises(LogFolderError, match="new folder"):
        export_log(folder, settings)
