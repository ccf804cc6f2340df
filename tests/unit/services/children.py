"""What processes do that tests begin: say who they are, and wait."""

from __future__ import annotations

import os
import time
from pathlib import Path

from services.ending import end_with_parent


def waiting(folder: str) -> None:
    """Write the process's number into a folder, and wait."""
    (Path(folder) / "pid").write_text(str(os.getpid()))
    time.sleep(600)


def followed(folder: str) -> None:
    """The same, ending with the one that began it."""
    end_with_parent()
    waiting(folder)
