"""The latest few values of something that is slow to make, each made once however many threads ask for it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class SingleFlightCache(Generic[K, V]):
    """Values by key; of those beyond ``most``, what was asked for longest ago is forgotten.

    A value is made outside the lock: only those who want the same one wait for it. What fails to be made is not kept,
    and everybody who waited gets the error.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: dict[K, Future[V]] = {}
        self._lock = Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """Return the value of a key, made now if it is not kept."""
        with self._lock:
            known = self._values.pop(key, None)
            value: Future[V] = known or Future()
            self._values[key] = value
            while len(self._values) > self._most:
                del self._values[next(iter(self._values))]
        if known is None:
            try:
                value.set_result(make())
            except BaseException as error:
                with self._lock:
                    if self._values.get(key) is value:
                        del self._values[key]
                value.set_exception(error)
                raise
        return value.result()
