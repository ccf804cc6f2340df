"""Seconds of a piece of work, and rows of a table."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np

Rows = list[tuple[str, ...]]
T = TypeVar("T")
REPEATS = 5


def once(work: Callable[[], T]) -> tuple[float, T]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def median(work: Callable[[], object], repeats: int = REPEATS) -> float:
    return float(np.median([once(work)[0] for _ in range(repeats)]))
