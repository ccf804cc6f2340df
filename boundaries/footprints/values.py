"""Cell values as intensities: shares already, between two values, or through levels; never clipped without a word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from boundaries.footprints.levels import Levels, intensities
from geopolity.affected.footprint import FootprintError, Raster
from geopolity.affected.raster import Grid
from geopolity.messages import Message

ROUNDING = 1e-6


def raster_of(
    grid: Grid, path: Path, *, low: float | None = None, high: float | None = None, levels: Levels | None = None
) -> Raster:
    """Footprint of a grid.

    Raises
    ------
    FootprintError
        If its values are no shares and nothing says what they mean.
    """
    if levels is not None:
        if low is not None or high is not None:
            raise FootprintError("{path}: levels say it all; leave low and high out.", path=path)
        return Raster(grid=replace(grid, values=intensities(grid.values, levels)), notes=grid.notes)
    if low is None and high is None:
        _check_shares(grid, path)
    first, last = 0.0 if low is None else low, 1.0 if high is None else high
    return Raster(grid=grid, low=first, high=last, notes=(*grid.notes, *_beyond(grid, path, first, last)))


def _check_shares(grid: Grid, path: Path) -> None:
    least, most = float(np.nanmin(grid.values)), float(np.nanmax(grid.values))
    if least >= -ROUNDING and most <= 1 + ROUNDING:
        return
    percent = Message(" (percentages, perhaps: low 0 and high 100)") if least >= 0 and 1 < most <= 100 else ""
    raise FootprintError(
        "{path} holds values from {least:number} to {most:number}, which are no shares between 0 and 1{percent}; "
        "say what "
        "they mean with low and high (--low, --high), with levels (--levels 5=0,8=1), or which is none with --no-data.",
        path=path,
        least=least,
        most=most,
        percent=percent,
    )


def _beyond(grid: Grid, path: Path, low: float, high: float) -> tuple[Message, ...]:
    with np.errstate(invalid="ignore"):
        above, below = int((grid.values > high + ROUNDING).sum()), int((grid.values < low - ROUNDING).sum())
    if not above and not below:
        return ()
    note = Message(
        "{above:count} cells of {file} above {high:number} count as 1, and {below:count} below {low:number} as 0.",
        above=above,
        high=high,
        below=below,
        low=low,
        file=path.name,
    )
    return (note,)
