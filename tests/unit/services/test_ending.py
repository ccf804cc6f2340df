"""How processes end: by a signal at whatever moment it comes, and with the one that began them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from services.ending import ENDS, Ending


def run(program):
    """What a program prints, in a process of its own: signals end only that."""
    command = [sys.executable, "-c", textwrap.dedent(program)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip()


@pytest.mark.parametrize("number", ENDS)
def test_a_signal_is_told_at_once_and_what_it_did_before_is_put_back(number):
    before = signal.getsignal(number)
    with Ending() as ending:
        assert (ending.wait(0.01), ending.came) == (False, False)
        os.kill(os.getpid(), number)
        began = time.monotonic()
        assert (ending.wait(600), ending.wait(600), ending.came) == (True, True, True)
    assert time.monotonic() - began < 60
    assert signal.getsignal(number) == before


def test_signals_at_every_step_of_waiting_lock_nothing():
    """Thousands of signals while the main thread begins to wait, waits, and ends to wait; and more than a pipe holds."""
    assert (
        run("""
        import os, signal, threading, time
        from services.ending import Ending

        end = time.monotonic() + 3
        def kick(number):
            while time.monotonic() < end:
                os.kill(os.getpid(), number)
                time.sleep(0.00005)

        told = 0
        with Ending() as first:
            kicking = [threading.Thread(target=kick, args=(number,)) for number in (signal.SIGTERM, signal.SIGINT)]
            for one in kicking:
                one.start()
            while time.monotonic() < end:
                with Ending() as ending:
                    told += ending.wait(0.0001)
            for _ in range(70_000):
                first._tell()
            for one in kicking:
                one.join()
        print(told > 100)
    """)
        == "True"
    )


WHO_BEGIN = {
    "one process": """
        from multiprocessing import get_context
        get_context("spawn").Process(target=children.followed, args=(folder,)).start()
    """,
    "a pool": """
        from services.ending import fresh_processes
        pool = fresh_processes(1)
        pool.submit(children.waiting, folder)
    """,
    "confined": """
        from services.confined import Confinement
        Confinement(4_000).run(children.waiting, folder)
    """,
    "side by side": """
        from services.several import side_by_side
        side_by_side(1, children.waiting, (folder,), patience=1)
    """,
    "the samples": """
        from multiprocessing import active_children
        from services.bootstrap import open_store
        from services.serving import load_samples_meanwhile
        from services.settings import Settings
        load_samples_meanwhile(open_store(Settings(home=Path(folder) / "home", workers=1)))
        (Path(folder) / "pid").write_text(str(active_children()[0].pid))
    """,
}
PROGRAM = """
if __name__ == "__main__":
    import sys, time
    from pathlib import Path
    from tests.unit.services import children

    folder = sys.argv[1]
{begin}
    time.sleep(600)
"""


@pytest.mark.parametrize("begin", WHO_BEGIN.values(), ids=WHO_BEGIN)
def test_whatever_a_killed_process_began_ends_too(tmp_path, begin):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM.format(begin=textwrap.indent(textwrap.dedent(begin), "    ")))
    root = Path(__file__).parents[3]
    told = tmp_path / "pid"
    with subprocess.Popen([sys.executable, program, tmp_path], env=os.environ | {"PYTHONPATH": str(root)}) as parent:
        try:
            _until(lambda: told.exists() and told.read_text())
        finally:
            parent.kill()
    _until(lambda: not _is_alive(int(told.read_text())))


def _is_alive(pid):
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def _until(happened, seconds=60.0):
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)
