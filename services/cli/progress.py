"""A progress bar on stderr, when a person watches and it takes more than a second."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Self, TextIO

PATIENCE = 1.0
"""Seconds before the bar appears."""
WIDTH = 24


class ProgressBar:
    """Draws what a computation reports; leaves no trace when it ends."""

    def __init__(self, screen: TextIO | None = None) -> None:
        self._screen = screen or sys.stderr
        self._watched = self._screen.isatty()
        self._start = time.monotonic()
        self._drawn = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._drawn:
            self._screen.write("\r\x1b[K")
            self._screen.flush()

    def __call__(self, progress: Any) -> None:
        """Draw one report of the engine: phase, share done and, where known, the gap so far."""
        gap = "" if progress.gap is None else f"  at most {progress.gap:.2%} above the smallest possible"
        self.draw(f"{progress.phase}{gap}", progress.done)

    def draw(self, text: str, done: float) -> None:
        """Draw ``text`` beside a bar that is ``done`` (0..1) full."""
        if not self._watched or time.monotonic() - self._start < PATIENCE:
            return
        full = round(WIDTH * min(max(done, 0.0), 1.0))
        self._screen.write(f"\r\x1b[K{'█' * full}{'░' * (WIDTH - full)} {text}"[:110])
        self._screen.flush()
        self._drawn = True
