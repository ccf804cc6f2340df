"""Kernels: loops over arrays that numba compiles when one is first called, and not when its module is imported.

Importing numba takes longer than many a command, and most commands call no kernel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import update_wrapper
from threading import RLock
from typing import Any, cast

_once: ContextVar[bool] = ContextVar("once", default=False)
_lock = RLock()


def njit(**options: bool) -> Callable[[Callable[..., Any]], Any]:
    """What ``numba.njit`` is, put off until the function is called."""
    return lambda function: Kernel(function, options)


@contextmanager
def asked_once() -> Iterator[None]:
    """Within it, kernels that are not compiled yet are run as they stand: for one question that is sooner done."""
    token = _once.set(True)
    try:
        yield
    finally:
        _once.reset(token)


class Kernel:
    """A function that is compiled when it is first called."""

    def __init__(self, function: Callable[..., Any], options: dict[str, bool]) -> None:
        update_wrapper(self, function)
        self._function, self._options = function, options
        self._dispatcher: Callable[..., Any] | None = None
        self._is_ready = False

    def __call__(self, *arguments: Any) -> Any:
        """What the function returns."""
        if not self._is_ready:
            if _once.get():
                return self._function(*arguments)
            self.compiled()
        return cast("Callable[..., Any]", self._dispatcher)(*arguments)

    def compiled(self) -> Callable[..., Any]:
        """Numba's function; the kernels that its module speaks of become numba's too, as it knows no others."""
        with _lock:
            if self._dispatcher is None:
                from numba import njit as compiler  # noqa: PLC0415 - see above

                self._dispatcher = compiler(**self._options)(self._function)
                known = self._function.__globals__
                known.update({name: it.compiled() for name, it in known.items() if isinstance(it, Kernel)})
                self._is_ready = True
            return self._dispatcher
