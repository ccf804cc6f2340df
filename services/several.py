"""Several processes that do the same, side by side: a killed one is followed by another, until a signal ends all."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from typing import Any

from geopolity.errors import NegativeAnswer
from services.ending import Ending, end_with_parent

CHECK_SECONDS = 0.5


class ProcessFailed(NegativeAnswer):
    """One of several processes ended by itself; the next would too."""

    code = "process-failed"


def side_by_side(count: int, act: Callable[..., None], arguments: tuple[Any, ...], *, patience: float) -> None:
    """Keep so many processes at it until a signal comes; then each has so many seconds to finish what was begun.

    Raises
    ------
    ProcessFailed
        If one of them fails, rather than being killed.
    """
    with Ending() as ending:
        running = [_begun(act, arguments) for _ in range(count)]
        try:
            while not ending.wait(CHECK_SECONDS):
                running = [_alive(one) or _begun(act, arguments) for one in running]
        finally:
            for one in running:
                one.terminate()
            for one in running:
                _end(one, patience)


def _begun(act: Callable[..., None], arguments: tuple[Any, ...]) -> BaseProcess:
    process = get_context("spawn").Process(target=_act, args=(act, arguments))
    process.start()
    return process


def _act(act: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    end_with_parent()
    act(*arguments)


def _alive(process: BaseProcess) -> BaseProcess | None:
    """The process while it lives; none once it was killed."""
    if process.exitcode is None:
        return process
    if process.exitcode >= 0:
        raise ProcessFailed(
            "One of the processes that answer ended by itself (code {code}); its reason is above.",
            code=process.exitcode,
        )
    return None


def _end(process: BaseProcess, patience: float) -> None:
    process.join(patience)
    if process.exitcode is None:
        process.kill()
        process.join()
