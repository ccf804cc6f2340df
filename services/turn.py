"""Whose turn it is: of several processes on one folder of state, one looks after what is done once."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO


class Turn:
    """A turn that one process has until it ends; then another that asks has it.

    A folder that cannot be written keeps nobody from anything.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._held: IO[bytes] | None = None

    def is_mine(self) -> bool:
        """Whether this process has it, or just got it."""
        if self._held is not None:
            return True
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._held = _locked(self._file)
        except OSError:
            return True
        return self._held is not None

    def close(self) -> None:
        """Leave it to others."""
        if self._held is not None:
            self._held.close()
            self._held = None


def _locked(file: Path) -> IO[bytes] | None:
    """The file, held by this process alone; none while another holds it."""
    opened = file.open("ab")
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        opened.close()
        return None
    return opened
