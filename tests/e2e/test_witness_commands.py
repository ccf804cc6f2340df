"""A witness and an operator at their command lines, each with a home of its own."""

from __future__ import annotations

import threading

import pytest

from services.bootstrap import bootstrap
from services.publiclog.witness import Witness, serving
from services.storage.publiclog import append


@pytest.fixture
def watching(command, tmp_path, monkeypatch):
    monkeypatch.setenv("GEOPOLITY_HOME", str(tmp_path / "home"))
    key = command("witness", "new", tmp_path / "w", "--name", "w.example/ann").out.strip()
    server = serving(Witness(tmp_path / "w"), "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield key, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_log_is_watched_by_commands_alone(command, watching, tmp_path):
    key, url = watching
    assert "No witness." in command("log", "witnesses").out
    with bootstrap().store.writing() as session:
        append(session, "session set", {"number": 1})
    assert "Follows geopolity/" in command("witness", "follow", tmp_path / "w", command("log", "key").out.strip()).out
    assert "w.example/ann" in command("log", "witnesses", "--add", key, "--url", url).out
    assert "w.example/ann signed 2 lines." in command("log", "cosign").out
    command("log", "export", "--out", tmp_path / "log")
    seen = command("log", "verify", tmp_path / "log", "--witness", key, "--against", tmp_path / "log" / "checkpoint")
    assert (seen.status, "w.example/ann signed 2 entries" in seen.out) == (0, True)
    assert "No witness." in command("log", "witnesses", "--remove", "w.example/ann").out
    assert command("log", "cosign").status == 1


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (("witness", "new", "{w}", "--name", "ann"), "is there already"),
        (("witness", "new", "{w}/x", "--name", "a b"), "no name of a key"),
        (("witness", "follow", "{w}/none", "ann"), "no key of a log"),
        (("log", "witnesses", "--remove", "bob"), "no witness 'bob'"),
        (("log", "witnesses", "--add", "bob"), "no key of a log"),
    ],
)
def test_what_is_wrong_is_said(command, watching, tmp_path, given, word):
    answer = command(*(part.format(w=tmp_path / "w") for part in given))
    assert (answer.status, word in answer.err) == (2, True), answer
