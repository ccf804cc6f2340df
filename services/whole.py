"""Write a file whole or not at all: a kill, a full disk or a reader at the same moment finds the old one or the new."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write_whole(file: Path, content: bytes, *, lasting: bool = False, private: bool = False) -> None:
    """Write a draft beside a file, which then takes its place; the folder is made if it is missing.

    Parameters
    ----------
    lasting
        It is on the disk once this returns: a power cut does not take back what somebody was told.
    private
        Nobody but the owner may read it.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        mode = 0o600 if private else 0o666
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:  # noqa: PTH123 - its mode
            out.write(content)
            if lasting:
                out.flush()
                os.fsync(out.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
