"""Run an act in a process of its own that is killed before its n-th step, as a power cut would.

A step is a statement or a commit of the store, or what changes its files: a rename, a link, a removal, an fsync, a
folder made.
"""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context

from sqlalchemy import Engine, event

from services.bootstrap import open_store
from services.settings import Settings
from services.storage import store as storing
from services.storage.store import Store

PROCESSES = get_context("fork")
"""A copy of this process starts at once; it opens connections of its own and never closes those it inherits."""
OF_FILES = ("rename", "replace", "link", "unlink", "fsync", "mkdir", "rmdir")


inherited: list[storing.Engines] = []


@dataclass(frozen=True)
class Ending:
    """How the process ended: minus 9 if it was killed; and how many steps it took if it was not."""

    status: int
    steps: int


def ended(act: Callable[[Store], object], settings: Settings, *, kill_before: int = 0) -> Ending:
    """Do something in a process of its own, which is killed before a step, counted from one; 0 lets it end."""
    counted = PROCESSES.SimpleQueue()
    process = PROCESSES.Process(target=_act, args=(kill_before, act, settings, counted))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # pytest-xdist's threads hold none of our locks
        process.start()
    process.join()
    assert process.exitcode is not None
    return Ending(status=process.exitcode, steps=counted.get() if process.exitcode == 0 else 0)


def _act(kill_before: int, act: Callable, settings: Settings, counted) -> None:
    inherited.append(storing.ENGINES)
    storing.ENGINES = storing.Engines(most=1)
    steps = 0

    def step(*_, **__):
        nonlocal steps
        steps += 1
        if steps == kill_before:
            os.kill(os.getpid(), signal.SIGKILL)

    def counting(of_files):
        def counted_call(place, *arguments, **options):
            if isinstance(place, int) or str(place).startswith(str(settings.home)):
                step()
            return of_files(place, *arguments, **options)

        return counted_call

    store = open_store(settings)
    event.listen(Engine, "before_cursor_execute", step)
    event.listen(Engine, "commit", step)
    for name in OF_FILES:
        setattr(os, name, counting(getattr(os, name)))
    act(store)
    counted.put(steps)
