"""Work on several groups at once: GEOS and the compiled kernels run without Python's lock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")
Result = TypeVar("Result")
THREADS = 4


def in_threads(work: Callable[[Given], Result], groups: Sequence[Given]) -> list[Result]:
    """Results of each group, in order; the answer does not depend on the threads."""
    if len(groups) < 2:
        return [work(group) for group in groups]
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, groups))
