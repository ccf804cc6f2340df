"""How soon there is an answer: short commands, the service, a worker that was not there, the demo a second time.

Each is a process of its own on a copy of the store, begun anew; files are in the memory of the system, as they are for
anybody who asks twice.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from services.settings import Settings
from tests.benchmarks.bench_service import _circle, _home, _served, _table

REPEATS = 7
DRAWING_SECONDS = 10
"""Of somebody who opens the studio, draws, and orders then."""
COMMANDS = {
    "--help": 0.5,
    "issue list": 0.5,
    "polity list": 0.5,
    "lookup --lon -90.2 --lat 38.6": 0.5,
    "polity show hurricane-relief": 0.5,
}


def commands() -> str:
    """Seconds of short commands."""
    with _home() as settings:
        rows = [(f"`{words}`", _seconds(words.split(), settings), f"{goal}") for words, goal in COMMANDS.items()]
    head = f"From the call to the end, s, and seconds of processor in brackets: the least of {REPEATS}."
    return f"### commands\n\n{head}\n\n{_table(rows)}"


def service() -> str:
    """Seconds from the command to the first answer, and from an order to the result while no worker is there."""
    with _home() as settings:
        starts = []
        for _ in range(3):
            with _served(settings) as running:
                starts.append(running.ready_seconds)
        with _served(settings) as running, running.client("analyst") as analyst:
            asked = {"title": "Bench", "footprint": _circle("us-counties", 0)}
            waits = {
                name: _derived(analyst, asked | {"seed": seed})
                for seed, name in enumerate(("first job, with a worker to start, s", "the next, s"))
            }
        with _served(settings) as running, running.client("analyst") as analyst:
            analyst.get("/studio").raise_for_status()
            time.sleep(DRAWING_SECONDS)
            waits["first job of who drew in the studio before, s"] = _derived(analyst, asked | {"seed": 2})
    rows = [("`serve` to the first answer, s", f"{min(starts):.1f}", "2.5")]
    rows += [(name, f"{wait:.1f}", "2" if "first" in name else "") for name, wait in waits.items()]
    return f"### service\n\n{_table(rows)}"


def demo() -> str:
    """Seconds of the demo on a machine that ran it before."""
    with _empty() as home:
        rows = [
            (f"`./run demo`, time {number}, s (processor)", "{:.1f} ({:.1f})".format(*_spent(["demo"], home)), goal)
            for number, goal in ((1, ""), (2, "10"))
        ]
    return f"### demo\n\nKernels are compiled; the store is new the first time.\n\n{_table(rows)}"


PARTS = {"commands": commands, "service": service, "demo": demo}


def run() -> str:
    """Return every figure as Markdown."""
    return "\n\n".join(part() for part in PARTS.values())


def _seconds(words: list[str], settings: Settings) -> str:
    """The quickest of some runs: what others do on the machine makes none quicker."""
    found = [_spent(words, settings.home) for _ in range(REPEATS)]
    return f"{min(wall for wall, _ in found):.2f} ({min(processor for _, processor in found):.2f})"


def _spent(words: list[str], home: Path) -> tuple[float, float]:
    """Seconds of a command, by the clock and of the processor."""
    environment = os.environ | {"GEOPOLITY_HOME": str(home)}
    environment.pop("GEOPOLITY_DATABASE_URL", None)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-m", "services.cli", *words], env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - begun, processor


def _derived(analyst, asked: dict) -> float:
    begun = time.perf_counter()
    order = analyst.post("/api/v1/derivations", json=asked)
    while (state := analyst.get(order.headers["location"]).json()["status"]) not in {"done", "failed"}:
        time.sleep(0.02)
    assert state == "done"
    return time.perf_counter() - begun


@contextlib.contextmanager
def _empty() -> Iterator[Path]:
    """A home with compiled kernels, and nothing else."""
    with tempfile.TemporaryDirectory(prefix="geopolity-bench-") as folder, _home() as settings:
        (Path(folder) / "cache").mkdir()
        shutil.copytree(settings.home / "cache/numba", Path(folder) / "cache/numba")
        yield Path(folder)
