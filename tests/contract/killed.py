"""Run a write in a process of its own that is killed before its n-th statement, as a power cut would."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Callable
from multiprocessing import get_context

from sqlalchemy import event

from services.bootstrap import open_store
from services.settings import Settings
from services.storage import store as storing

PROCESSES = get_context("fork")
"""A copy of this process starts at once; it opens connections of its own and never closes those it inherits."""


inherited: list[storing.Engines] = []


def killed_before(statement: int, act: Callable, settings: Settings) -> int:
    """Exit code of the process: minus 9 if it was killed, 0 if it ended before that statement."""
    process = PROCESSES.Process(target=_act, args=(statement, act, settings))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # pytest-xdist's threads hold none of our locks
        process.start()
    process.join()
    assert process.exitcode is not None
    return process.exitcode


def _act(left: int, act: Callable, settings: Settings) -> None:
    inherited.append(storing.ENGINES)
    storing.ENGINES = storing.Engines(most=1)
    store = open_store(settings)
    engine = store.prepared()

    def count(*_):
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", count)
    with store.writing() as session:
        act(session)
