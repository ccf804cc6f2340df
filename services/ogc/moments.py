"""Days and moments as RFC 3339 writes them, in UTC: what filters and the ``datetime`` of a request are read by."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd

from services.ogc.crs import OgcError

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(rf"{_DAY.pattern}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(\.[0-9]+)?(Z|[-+][0-9]{{2}}:[0-9]{{2}})")
_INSTANT = np.timedelta64(1, "us")
_OPEN = {"", ".."}

Span = tuple[np.datetime64 | None, np.datetime64 | None]


def day(text: str) -> np.datetime64:
    """Read a day, such as 2026-11-26."""
    if not _DAY.fullmatch(text):
        raise OgcError("{text:quoted} is no day; give one as 2026-11-26.", text=text[:40])
    try:
        return np.datetime64(date.fromisoformat(text), "D")
    except ValueError as error:
        raise _beside_the_calendar(text) from error


def moment(text: str) -> np.datetime64:
    """Read a moment, such as 2026-11-26T12:00:00Z or 2026-11-26T12:00:00.5+01:00, to microseconds in UTC."""
    if not _MOMENT.fullmatch(text):
        raise OgcError("{text:quoted} is no moment; give one as 2026-11-26T12:00:00Z.", text=text[:40])
    try:
        return np.datetime64(datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None), "us")
    except (ValueError, OverflowError) as error:
        raise _beside_the_calendar(text) from error


def span(text: str) -> Span:
    """Read the ``datetime`` of a request: its first and last moment, ``None`` where it is open."""
    parts = text.split("/")
    if len(parts) == 1:
        parts *= 2
    if len(parts) != 2 or not all(part in _OPEN or _DAY.fullmatch(part) or _MOMENT.fullmatch(part) for part in parts):
        raise OgcError(
            "datetime={text} is no time; give 2026-11-26, 2026-11-26T12:00:00Z, or two with / between.",
            text=text[:60],
        )
    first, last = _edge(parts[0], days=0), _edge(parts[1], days=1)
    if first is not None and last is not None and first > last:
        raise OgcError("datetime={text} ends before it begins.", text=text[:60])
    return first, last


def lies_in(one: np.datetime64, within: Span) -> bool:
    """Whether a moment is neither before a span nor after it."""
    first, last = within
    return bool((first is None or first <= one) and (last is None or one <= last))


def stored(column: pd.Series[Any]) -> np.ndarray:
    """Moments in UTC as the store writes them, to microseconds; not-a-time where there is none."""
    texts = ["NaT" if pd.isna(text) else str(text).removesuffix("Z") for text in column]
    return np.array(texts, dtype="datetime64[us]")


def _edge(text: str, *, days: int) -> np.datetime64 | None:
    """A moment, or the first or last one of a day."""
    if text in _OPEN:
        return None
    if "T" in text:
        return moment(text)
    edge: np.datetime64 = (day(text) + np.timedelta64(days, "D")).astype("datetime64[us]")
    return edge - days * _INSTANT


def _beside_the_calendar(text: str) -> OgcError:
    return OgcError("{text} is no day of the calendar.", text=text[:40])
