"""From what was measured (shaking, wind, depth) to intensity: named values, and straight lines between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from geopolity.affected.footprint import FootprintError
from geopolity.arrays import FloatArray

Levels = tuple[tuple[float, float], ...]
"""Measured values, ascending, each with its intensity 0..1; below the first and above the last theirs hold."""


def levels_of(given: Any, source: object) -> Levels:
    """Levels from pairs of numbers, or from text such as ``5=0, 6.5=0.4, 8=1``."""
    pairs = _pairs(given) if isinstance(given, str) else given
    try:
        levels = tuple((float(value), float(intensity)) for value, intensity in pairs)
    except (TypeError, ValueError):
        levels = ()
    values, shares = [value for value, _ in levels], [share for _, share in levels]
    if (
        len(levels) < 1
        or not np.isfinite(values + shares).all()
        or values != sorted(set(values))
        or not _are_shares(shares)
    ):
        raise FootprintError(
            "{source}: {given:quoted} are no levels; give measured values from low to high, each with an "
            "intensity from "
            "0 to 1, such as 5=0, 6.5=0.4, 8=1.",
            source=source,
            given=str(given)[:80],
        )
    return levels


def _pairs(text: str) -> list[Sequence[str]]:
    return [part.split("=") for part in text.split(",") if part.strip()]


def _are_shares(shares: list[float]) -> bool:
    return all(0 <= share <= 1 for share in shares)


def intensities(values: FloatArray, levels: Levels) -> FloatArray:
    """Intensity of each measured value; NaN stays NaN."""
    known, share = np.array(levels).T
    found = np.interp(values, known, share)
    return np.asarray(np.where(np.isnan(values), np.nan, found))
