"""The story of one law on the real counties, and its log in a stranger's hands."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

from services.bootstrap import open_store
from services.demo.story import POLITY, tell
from services.derivation.derive import derive_into
from services.derivation.requests.request import request_of
from services.polities.lifecycle import load_demo
from services.settings import Settings


def test_the_story_is_told_and_its_log_refuses_a_single_changed_byte(tmp_path):
    settings = Settings(home=tmp_path, workers=1)
    derive_into(tmp_path / "polity", request_of(settings.home, issue=POLITY, effort="interactive"), settings.home)
    load_demo([tmp_path / "polity"], open_store(settings))
    chapters = list(tell(open_store(settings)))
    told = " ".join(line for chapter in chapters for line in chapter.lines)
    assert [chapter.title for chapter in chapters][-1] == "Anyone can check"
    assert "harm declared" in told
    assert "remedy approved" in told
    assert "Three of five trustees" in told
    assert "2 witnesses sign the closed board" in told
    folder = tmp_path / "out" / "demo-assembly" / "log"
    kinds = " ".join(json.loads(line)["kind"] for line in (folder / "entries.jsonl").read_bytes().splitlines())
    assert all(word in kinds for word in ("draw", "seat", "vote", "harm", "remedy", "review"))
    assert _verified(folder)
    whole = (folder / "entries.jsonl").read_bytes()
    for place in (0, len(whole) // 3, len(whole) // 2, len(whole) - 2):
        copy = tmp_path / f"flipped-{place}"
        shutil.copytree(folder, copy)
        changed = bytearray(whole)
        changed[place] ^= 1
        (copy / "entries.jsonl").write_bytes(bytes(changed))
        assert not _verified(copy)
    open_store(settings).close()


def _verified(folder):
    command = [sys.executable, str(folder / "verify_log.py"), str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0
