"""What costs, done apart: processes that may use so much memory and time, and are ended when they want more.

Files that strangers send are read there, and drafts are derived there, so that nothing of it can slow the service for
others or take it down. A process that was ended is followed by a fresh one.
"""

from __future__ import annotations

import atexit
import resource
import threading
from collections.abc import Callable
from concurrent.futures import TimeoutError as TooLate
from functools import lru_cache
from multiprocessing import get_context
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from geopolity.errors import NegativeAnswer
from services.ending import end_with_parent

MOST_PROCESSES = 2
SECONDS = 60.0
"""Longest that one request may take."""
LARGEST_FILE_MB = 4_000
T = TypeVar("T")


class TooCostly(NegativeAnswer):
    """A request wants more time or memory than one may take from all others."""

    code = "too-costly"


class Confinement:
    """Processes with limits; started when they are first needed.

    ``prepare`` is done once in each before its first request, and counts against none.
    """

    def __init__(self, most_mb: int, processes: int = 1, prepare: Callable[[], None] | None = None) -> None:
        self._most_mb, self._prepare = most_mb, prepare
        self._processes = min(processes, MOST_PROCESSES)
        self._starting = threading.Lock()
        self._pool: ProcessPool | None = None

    def run(self, function: Callable[..., T], *arguments: Any, seconds: float = SECONDS) -> T:
        """Result of a function of a module, done apart; its errors are raised here.

        Raises
        ------
        TooCostly
            If it takes longer, or needs more memory, than it may.
        """
        future = self._started().schedule(function, args=arguments, timeout=seconds)
        try:
            found: T = future.result()
        except TooLate as error:
            raise TooCostly(
                "This takes longer than the {seconds:count} seconds that one request may take; simplify it, order it "
                "as a derivation, or use `geopolity derive` on a machine of your own.",
                seconds=round(seconds),
            ) from error
        except (ProcessExpired, MemoryError) as error:
            raise TooCostly(
                "This needs more than the {most:count} MB of memory that one request may use; simplify it, or use "
                "`geopolity` on a machine of your own.",
                most=self._most_mb,
            ) from error
        return found

    def expect(self, ready: Callable[[], None]) -> None:
        """Start the processes if there are none yet, and let them get ready: somebody is about to send a request."""
        self._started(ready)

    def stop(self) -> None:
        """End the processes."""
        with self._starting:
            if self._pool is not None:
                self._pool.stop()  # type: ignore[no-untyped-call]
                self._pool.join()
                self._pool = None

    def _started(self, ready: Callable[[], None] | None = None) -> ProcessPool:
        with self._starting:
            if self._pool is None:
                self._pool = ProcessPool(
                    max_workers=self._processes,
                    initializer=_limit,
                    initargs=[self._most_mb, self._prepare],
                    context=get_context("spawn"),
                )
                atexit.register(self.stop)
                if ready is not None:
                    for _ in range(self._processes):
                        self._pool.schedule(ready)
            return self._pool


@lru_cache(maxsize=4)
def confinement(most_mb: int, processes: int, prepare: Callable[[], None]) -> Confinement:
    """The processes with a limit of so many MB, one set in this process."""
    return Confinement(most_mb, processes, prepare)


def limit(most_mb: int) -> None:
    """Let this process use so much memory at most, for good."""
    for what, most in (
        (resource.RLIMIT_AS, most_mb * 1_000_000),
        (resource.RLIMIT_FSIZE, LARGEST_FILE_MB * 1_000_000),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))


def too_large() -> TooCostly:
    """The sentence for work that this process had not the memory for."""
    most = resource.getrlimit(resource.RLIMIT_AS)[0]
    if most == resource.RLIM_INFINITY:
        return TooCostly("This needs more memory than there is here; simplify it, or use a larger machine.")
    return TooCostly(
        "This needs more than the {most:count} MB of memory that one derivation may use here; simplify it, or use "
        "`geopolity derive` on a machine of your own.",
        most=most // 1_000_000,
    )


def _limit(most_mb: int, prepare: Callable[[], None] | None) -> None:
    end_with_parent()
    limit(most_mb)
    if prepare is not None:
        prepare()
