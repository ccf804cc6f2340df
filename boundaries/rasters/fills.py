"""Values that stand for nothing known though the file does not say so: 255, −9999, 1e20 and their like."""

from __future__ import annotations

import numpy as np

from boundaries.errors import FileError
from geopolity.arrays import FloatArray
from geopolity.messages import Message

NEVER = (-200.0, -999.0, -9999.0, -32768.0, -99999.0, -999999.0, -9999999.0, -2147483648.0, -2147483647.0)
"""Neither a count of people nor a share: taken as missing, and said."""
HUGE = 1e15
"""No cell holds so much of anything; floats are filled with 1e20, 9.97e36 or 3.4e38."""
AMBIGUOUS = (127.0, 255.0, 999.0, 9999.0, 32767.0, 65535.0, 99999.0, 999999.0, 2147483647.0, 4294967295.0)
"""A count or a fill: refused until somebody says which."""
FAR = 0.8
"""A value of these is suspicious if every other is below this part of it."""


def without_fills(values: FloatArray, no_data: float | None, name: object) -> tuple[FloatArray, tuple[Message, ...]]:
    """Cell values with what never is one as NaN, and sentences on it.

    Parameters
    ----------
    no_data
        What a person says means nothing known; NaN says that every value is one.

    Raises
    ------
    FileError
        If the highest value looks like a fill that is not declared.
    """
    if no_data is not None:
        return np.where(values == no_data, np.nan, values), ()
    with np.errstate(invalid="ignore"):
        never = np.isin(values, NEVER) | (np.abs(values) >= HUGE)
    kept = np.where(never, np.nan, values)
    notes: tuple[Message, ...] = ()
    if never.any():
        note = Message(
            "{number:count} cells hold {values:list}, which the file does not declare as missing; they are.",
            number=int(never.sum()),
            values=[f"{value:g}" for value in np.unique(values[never])[:3]],
        )
        notes = (note,)
    _check_highest(kept, name)
    return kept, notes


def _check_highest(values: FloatArray, name: object) -> None:
    highest = np.nanmax(values, initial=-np.inf)
    if highest not in AMBIGUOUS:
        return
    count, next_ = int((values == highest).sum()), np.nanmax(values[values < highest], initial=-np.inf)
    if next_ > FAR * highest:
        return
    beside = Message(", and no other value is there")
    if np.isfinite(next_):
        beside = Message("; the next lower value is {value:number}", value=float(next_))
    raise FileError(
        "{path} holds {highest:number} in {count:count} cells{beside}: a fill that the file does not declare, or a "
        "value; say --no-data {highest:number} or --no-data none.",
        path=name,
        highest=float(highest),
        count=count,
        beside=beside,
    )
