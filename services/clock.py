"""The server's clock, the only one that counts: UTC, in seconds."""

from __future__ import annotations

from datetime import UTC, datetime

from services.storage.polities import MOMENT


def now() -> str:
    """Say what time it is."""
    return datetime.now(UTC).strftime(MOMENT)


def end_of(day: str) -> str:
    """Return the last moment of a day given as ``2026-11-25``; a moment stays as it is."""
    return day if "T" in day else f"{day}T23:59:59Z"
