"""The server's clock, the only one that counts: UTC, in whole seconds, and how the store writes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

FORMAT = "%Y-%m-%dT%H:%M:%SZ"
"""Moments sort as text: ``2026-11-25T08:00:00Z``."""


def now() -> str:
    """The present moment."""
    return datetime.now(UTC).strftime(FORMAT)


def today() -> str:
    """The present day: ``2026-11-25``."""
    return now()[:10]


def after(span: timedelta, moment: str | None = None) -> str:
    """The moment a span after another, by default after this one; a span below nothing is before it."""
    return (read(moment or now()) + span).strftime(FORMAT)


def read(moment: str) -> datetime:
    """A moment as a time in UTC."""
    return datetime.strptime(moment, FORMAT).replace(tzinfo=UTC)


def end_of(day: str) -> str:
    """The last moment of a day given as ``2026-11-25``; a moment stays as it is."""
    return day if "T" in day else f"{day}T23:59:59Z"
