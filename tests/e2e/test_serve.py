"""`geopolity serve` as a person starts it: one link, signed in once, a job done by the worker beside, a clean end."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from services.bootstrap import open_store
from services.derivation.layers import Columns, open_layer
from services.polities.lifecycle import load_proposal
from services.settings import Settings
from services.storage.layers.census import keep_layer
from services.storage.polities.steps import Proposal

ASKED = {"title": "Far away", "layer": "world-countries", "effort": "interactive"}


@contextmanager
def started(home: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """The service on some port, with a home of its own; whatever a test finds, it is ended."""
    with subprocess.Popen(
        [sys.executable, "-m", "services.cli", "serve", "--port", "0", *options],
        env=os.environ | {"GEOPOLITY_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise


def test_a_person_starts_the_service_and_stops_it(tmp_path):
    _one_polity(tmp_path)
    with started(tmp_path) as process:
        link = re.search(r"http://localhost:\d+/sign-in\?token=\S+", process.stdout.readline())[0]
        base = link.partition("/sign-in")[0]
        with httpx.Client(base_url=base, headers={"Sec-Fetch-Site": "same-origin"}, timeout=300) as client:
            _wait(lambda: client.get("/ready").status_code == 200)
            assert client.get(link).status_code == 200
            assert client.get("/api/v1/me").json()["roles"] == []
            token = {"token": link.partition("token=")[2]}
            assert client.post("/sign-in", data=token).status_code == 303
            assert client.get("/api/v1/me").json()["roles"] == ["administrator"]
            assert client.post("/sign-in", data=token).status_code == 401
            nowhere = {"kind": "units", "units": ["nowhere"]}
            order = client.post("/api/v1/derivations", json=ASKED | {"footprint": nowhere})
            where = order.headers["location"]
            _wait(lambda: client.get(where).json()["status"] == "failed")
            assert client.get(where).json()["problem"]["code"] == "units-unknown"
            assert 'geopolity_jobs{status="failed"} 1.0' in client.get("/metrics").text
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=40)[1]
    assert process.returncode in {0, -signal.SIGTERM}
    assert "Traceback" not in said
    assert "token=" not in said  # no secret is in the log


@pytest.mark.long
def test_several_processes_answer_at_one_address(tmp_path):
    _one_polity(tmp_path)
    with started(tmp_path, "--workers", "2", "--no-worker") as process:
        base = re.search(r"http://localhost:\d+", process.stdout.readline())[0]
        _wait(lambda: _is_ready(base))
        _wait(lambda: len(_answering(process.pid)) == 2)
        for stopped in _answering(process.pid):  # whichever stands still, the other answers
            os.kill(stopped, signal.SIGSTOP)
            try:
                _wait(lambda: _is_ready(base))
            finally:
                os.kill(stopped, signal.SIGCONT)
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=40)[1]
    assert process.returncode in {0, -signal.SIGTERM}
    assert "Traceback" not in said


def _is_ready(base):
    try:
        return httpx.get(f"{base}/ready", timeout=2).status_code == 200
    except httpx.TransportError:
        return False


def _answering(parent):
    """Processes of a service that answer."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


def test_an_address_that_is_taken_is_said(tmp_path):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "services.cli", "serve", "--port", port]
        done = subprocess.run(
            command, env=os.environ | {"GEOPOLITY_HOME": str(tmp_path)}, capture_output=True, text=True, check=False
        )
    assert (done.returncode, "choose another --port" in done.stderr) == (2, True), done.stderr


def _one_polity(home):
    """A store that is not empty, so that no samples are loaded."""
    import pandas as pd
    from shapely.geometry import box

    settings = Settings(home=home, workers=1)
    layer = open_layer(["world-countries"], Columns(), settings.home)
    with open_store(settings).writing() as session:
        keep_layer(session, layer, now="2026-01-01T00:00:00Z", is_base=True)
    unit = str(layer.units.index[0])
    load_proposal(
        Proposal(issue="x", title="X", members=pd.Series({unit: 1.0}), area_km2=1.0, population=1, affected=1.0,
                 coverage=1.0, gap=0.0, digest="d", boundary=box(0, 0, 1, 1)),
        layer,
        open_store(settings),
    )  # fmt: skip
    open_store(settings).close()


def _wait(happened, seconds=90.0):
    end = time.monotonic() + seconds
    while True:
        try:
            if happened():
                return
        except httpx.HTTPError:
            pass
        assert time.monotonic() < end
        time.sleep(0.1)
