"""How processes end: when a signal says so, and when the one that began them is gone."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from types import TracebackType
from typing import Self

ENDS = (signal.SIGINT, signal.SIGTERM)


class Ending:
    """Whether a signal came that ends this process; what signals did before is put back at the end.

    A signal may come at any step of the main thread, also while another is told: so what it does takes no lock. It
    writes a byte into a pipe, which whoever waits wakes up by.
    """

    def __init__(self) -> None:
        self._came = False
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._tell) for number in ENDS}
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self._reader)
        os.close(self._writer)

    @property
    def came(self) -> bool:
        """Whether one came."""
        return self._came

    def wait(self, seconds: float) -> bool:
        """Wait for one, so long at most; returns whether one came."""
        if not self._came:
            select.select([self._reader], [], [], seconds)
        return self._came

    def _tell(self, *_: object) -> None:
        self._came = True
        with contextlib.suppress(BlockingIOError):  # it is full of signals already
            os.write(self._writer, b".")


def fresh_processes(count: int) -> ProcessPoolExecutor:
    """So many processes for what is submitted to them, which end with this one."""
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=end_with_parent)


def end_with_parent() -> None:
    """From now on this process ends as by SIGTERM once the one that began it is gone, however it went.

    Nobody else would end it: a killed process ends none of those that it began.
    """
    threading.Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
