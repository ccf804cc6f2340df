"""Coordinates as people write them: decimal degrees, decimal commas, degrees with minutes and seconds, either order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from boundaries.gazetteer import plus_codes

NUMBER = r"\d{1,3}(?:[.,]\d+)?"
PAIR = re.compile(r"^([-+]?\d{1,3}(?:\.\d+)?)(?:\s*[,;]\s*|\s+)([-+]?\d{1,3}(?:\.\d+)?)$")
COMMAS = re.compile(r"^([-+]?\d{1,3},\d+)(?:\s*[;/]\s*|,?\s+|,)([-+]?\d{1,3},\d+)$")
DEGREES = rf"([-+]?{NUMBER})\s*(?:[°D\s]\s*(?:({NUMBER})\s*(?:['M\s]\s*(?:({NUMBER})\s*[\"S]?\s*)?)?)?)?"
BETWEEN = r"\s*[,;/]?\s*"
BEHIND = re.compile(rf"^{DEGREES}([NSEWO]){BETWEEN}{DEGREES}([NSEWO])$")
BEFORE = re.compile(rf"^([NSEWO])\s*{DEGREES}{BETWEEN}([NSEWO])\s*{DEGREES}$")
DECIMALS = re.compile(rf"^([-+]?{NUMBER})\s*°{BETWEEN}([-+]?{NUMBER})\s*°$")
MARKED = re.compile(rf"^(?=.*°.*°){DEGREES}{BETWEEN}{DEGREES}$")
PLAIN = str.maketrans({"−": "-", "–": "-", "′": "'", "’": "'", "‘": "'", "″": '"', "”": '"', "“": '"', "º": "°"})
WEST_OR_SOUTH = frozenset("SWO")
"""O is oeste and ouest."""
Note = Literal["", "swapped", "west"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPoint:
    """A point in degrees, and what had to be understood of it.

    Attributes
    ----------
    note
        ``swapped``: longitude was written first; ``west``: an O was read as west.
    """

    lon: float
    lat: float
    note: Note = ""


def written_point(text: str) -> WrittenPoint | None:
    """The point that a text names; ``None`` if it names none. Latitude comes first, unless it cannot be one."""
    plain = text.strip().removeprefix("geo:").translate(PLAIN).replace("''", '"').upper()
    code = plus_codes.full_code(plain)
    if code is not None:
        return WrittenPoint(lon=round(code[0], 7), lat=round(code[1], 7))
    for pattern in (PAIR, COMMAS, DECIMALS):
        pair = pattern.match(plain)
        if pair is not None:
            return _ordered(_number(pair[1]), _number(pair[2]))
    if (found := BEHIND.match(plain)) is not None:
        return _lettered(found.group(4, 1, 2, 3), found.group(8, 5, 6, 7))
    if (found := BEFORE.match(plain)) is not None:
        return _lettered(found.group(1, 2, 3, 4), found.group(5, 6, 7, 8))
    if (found := MARKED.match(plain)) is not None:
        first, second = _degrees("N", *found.group(1, 2, 3)), _degrees("N", *found.group(4, 5, 6))
        return None if first is None or second is None else _ordered(first, second)
    return None


def _ordered(first: float, second: float) -> WrittenPoint:
    if abs(first) > 90 >= abs(second):
        return WrittenPoint(lon=first, lat=second, note="swapped")
    return WrittenPoint(lon=second, lat=first)


def _lettered(one: tuple[str | Any, ...], other: tuple[str | Any, ...]) -> WrittenPoint | None:
    """A point from two coordinates, each the letter of its hemisphere, degrees, minutes and seconds."""
    first, second = _degrees(*one), _degrees(*other)
    is_latitude = one[0] in "NS"
    if first is None or second is None or is_latitude == (other[0] in "NS"):
        return None
    lat, lon = (first, second) if is_latitude else (second, first)
    return WrittenPoint(lon=lon, lat=lat, note="west" if "O" in one[0] + other[0] else "")


def _degrees(letter: str, degrees: str, minutes: str | None, seconds: str | None) -> float | None:
    """Degrees of one coordinate; ``None`` where minutes or seconds are no such."""
    small = [_number(part or "0") for part in (minutes, seconds)]
    if max(small) >= 60 or (minutes and re.search("[.,]", degrees)):
        return None
    size = abs(_number(degrees)) + small[0] / 60 + small[1] / 3600
    return round(-size if degrees.startswith("-") or letter in WEST_OR_SOUTH else size, 7)


def _number(text: str) -> float:
    return float(text.replace(",", "."))
