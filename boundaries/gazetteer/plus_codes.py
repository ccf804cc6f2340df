"""Plus codes (Open Location Code, Apache 2.0): full ones, and short ones beside a place."""

from __future__ import annotations

import re

DIGITS = "23456789CFGHJMPQRVWX"
FULL = re.compile(rf"(?i)^(?=.{{8}}\+)((?:[{DIGITS}]{{2}})+)((?:00)*)\+([{DIGITS}]{{0,7}})$")
SHORT = re.compile(rf"(?i)^([{DIGITS}]{{2}}|[{DIGITS}]{{4}}|[{DIGITS}]{{6}})\+([{DIGITS}]{{2,7}})[,\s]+(\S.*)$")


def full_code(text: str) -> tuple[float, float] | None:
    """Longitude and latitude of the middle of a full code; ``None`` if the text is none."""
    found = FULL.match(text)
    if found is None or len(found[3]) == 1 or (found[2] and found[3]):
        return None
    digits = f"{found[1]}{found[3]}".upper()
    if DIGITS.index(digits[0]) > 8 or DIGITS.index(digits[1]) > 17:
        return None
    west, south, wide, high = _box(digits)
    return west + wide / 2, south + high / 2


def short_code(text: str) -> tuple[str, str] | None:
    """A short code and the place that it is near to."""
    found = SHORT.match(text)
    return None if found is None else (f"{found[1]}+{found[2]}".upper(), found[3])


def near(code: str, lon: float, lat: float) -> tuple[float, float]:
    """The place with a short code that is nearest to a point in degrees."""
    missing = 8 - code.index("+")
    step = 20.0 ** (2 - missing / 2)
    west, south, wide, high = _box(f"{_code(lon, lat)[:missing]}{code}".replace("+", ""))
    x, y = west + wide / 2, south + high / 2
    north = y + step * round((lat - y) / step)
    return x + step * round((lon - x) / step), y if abs(north) > 90 else north


def _box(digits: str) -> tuple[float, float, float, float]:
    """West, south, width and height of a code in degrees: five pairs of digits, then a grid of 4 by 5."""
    west, south, wide, high = -180.0, -90.0, 400.0, 400.0
    for pair in range(0, min(len(digits), 10), 2):
        wide, high = wide / 20, high / 20
        south += high * DIGITS.index(digits[pair])
        west += wide * DIGITS.index(digits[pair + 1])
    for digit in digits[10:]:
        wide, high = wide / 4, high / 5
        row, column = divmod(DIGITS.index(digit), 4)
        south, west = south + high * row, west + wide * column
    return west, south, wide, high


def _code(lon: float, lat: float) -> str:
    """The first eight digits of the code of a point."""
    x, y, step, found = (lon + 180) % 360, min(max(lat + 90, 0.0), 179.999999), 20.0, ""
    for _ in range(4):
        found += DIGITS[int(y // step)] + DIGITS[int(x // step)]
        x, y, step = x % step, y % step, step / 20
    return found
