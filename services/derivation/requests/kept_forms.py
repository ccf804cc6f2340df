"""Forms that were sent without a script, kept for a day, so that what came of one has an address to come back to.

A form is kept under a digest of what it says: who sends the same again is at the same address.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geopolity.errors import NegativeAnswer
from services.records import Json
from services.whole import write_whole

KEPT_SECONDS = 24 * 3600
MOST_KEPT = 500
"""Forms that are kept at most; the oldest go first."""
_KEY = re.compile(r"[0-9a-f]{32}")


class FormGone(NegativeAnswer):
    """A form is not kept, or not any more."""

    code = "form-gone"


def keep_form(said: Mapping[str, Any], by: str, home: Path) -> str:
    """Keep what somebody's form says; returns the key that :func:`kept_form` finds it by."""
    content = json.dumps(said, sort_keys=True, ensure_ascii=True).encode()
    key = hashlib.sha256(by.encode() + b"\0" + content).hexdigest()[:32]
    file = _folder(home) / f"{key}.json"
    write_whole(file, content, private=True)
    os.utime(file, (time.time(), time.time()))  # its age is told by the server's clock, not by the disk's
    _forget_old(home)
    return key


def kept_form(key: str, home: Path) -> Json:
    """What a form said.

    Raises
    ------
    FormGone
        If none is kept under this key.
    """
    try:
        said: Json = json.loads((_folder(home) / f"{key}.json").read_bytes()) if _KEY.fullmatch(key) else {}
    except FileNotFoundError:
        said = {}
    if not said:
        raise FormGone(
            "There is no draft {key:quoted}; what is drawn without a script is kept for a day, so fill in the form "
            "again.",
            key=key[:40],
        )
    return said


def _forget_old(home: Path) -> None:
    dated = sorted(((_age(file), file) for file in _folder(home).glob("*.json")), key=lambda one: one[0])
    for place, (age, file) in enumerate(dated):
        if age > KEPT_SECONDS or place >= MOST_KEPT:
            file.unlink(missing_ok=True)


def _age(file: Path) -> float:
    """Seconds since a form was sent; endless where somebody has just taken it away."""
    try:
        return time.time() - file.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def _folder(home: Path) -> Path:
    return home / "forms"
