"""Numbers as people read them: at most three significant digits, thin spaces, a word for the magnitude."""

from __future__ import annotations

import math
from collections.abc import Iterable

THIN = "\N{NARROW NO-BREAK SPACE}"
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MAGNITUDES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
_NOUNS = frozenset(
    {
        "counties",
        "countries",
        "communes",
        "municipalities",
        "tracts",
        "blocks",
        "cells",
        "precincts",
        "districts",
        "states",
        "provinces",
        "regions",
        "parishes",
        "wards",
        "towns",
        "cities",
        "departments",
        "cantons",
        "parcels",
        "villages",
    }
)


def tiny(number: float) -> str:
    """Very small number in two digits and a power of ten: ``2.8e-11`` is ``2.8 × 10⁻¹¹``; nothing at all is ``0``."""
    if number == 0:
        return "0"
    digits, power = f"{number:.1e}".split("e")
    return f"{digits}{THIN}×{THIN}10{str(int(power)).translate(RAISED)}"


def exact(number: float) -> str:
    """Whole number with thin spaces: ``3142`` is ``3 142``."""
    if not math.isfinite(number):
        return "unknown"
    return f"{round(number):,}".replace(",", THIN)


def rounded(number: float) -> str:
    """Three significant digits: ``22_431_987`` is ``22.4 million``, ``41_234`` is ``41 200``."""
    if not math.isfinite(number):
        return "unknown"
    number = _significant(number)
    for size, word in _MAGNITUDES:
        if abs(number) >= size:
            return f"{_plain(number / size)}{THIN}{word}"
    return _plain(number)


def people(count: float) -> str:
    """Count of people in prose; between nobody and one person it says ``fewer than 1``."""
    return "fewer than 1" if 0 < count < 0.5 else rounded(float(count) if count < 100 else round(count))


def percent(share: float, *, digits: int = 1) -> str:
    """Share (0..1) as per cent; a share short of the whole is never rounded up to 100."""
    shown = round(100 * share, digits)
    if shown >= 100 > 100 * share:
        shown = 100 - 10.0**-digits
    return f"{shown:.{digits}f}{THIN}%"


def tiny_percent(share: float) -> str:
    """Small share (0..1) as per cent with two significant digits, rounded upwards so that it stays a bound."""
    if share <= 0:
        return f"0{THIN}%"
    scaled = 100 * share
    step = 10.0 ** (math.floor(math.log10(scaled)) - 1)
    upward = math.ceil(scaled / step - 1e-9) * step
    return f"{_plain(max(_significant(upward), 0.0001))}{THIN}%"


def between(low: float, high: float) -> str:
    """Write a range of people, ``21.8–22.9 million`` or ``980–1 020``; empty where both ends read the same."""
    left, right = rounded(low), rounded(high)
    if left == right:
        return ""
    (_, _, left_word), (_, _, right_word) = left.partition(THIN), right.partition(THIN)
    if left_word == right_word and left_word.isalpha():
        left = left.removesuffix(THIN + left_word)
    return f"{left}–{right}"


def plural(count: int, one: str, many: str) -> str:
    """``1 county``, ``214 counties``."""
    return f"{exact(count)}{THIN}{one if count == 1 else many}"


def unit_words(layer_name: str) -> tuple[str, str]:
    """Name one and many units of a layer, read from its name: ``us-counties`` has counties."""
    last = layer_name.replace("_", "-").rpartition("-")[2].lower()
    if last not in _NOUNS:
        return "unit", "units"
    return (f"{last[:-3]}y" if last.endswith("ies") else last[:-1]), last


def listed(words: Iterable[str]) -> str:
    """Join as ``a``, ``a and b``, ``a, b and c``."""
    *front, last = words
    return f"{', '.join(front)} and {last}" if front else last


def _significant(number: float) -> float:
    return float(f"{number:.3g}")


def _plain(number: float) -> str:
    return f"{number:,.10f}".rstrip("0").rstrip(".").replace(",", THIN)
