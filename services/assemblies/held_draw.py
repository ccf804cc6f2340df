"""A draw that was held, with all that went into it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from geopolity.sortition.lot import Draw
from geopolity.sortition.randomness import Randomness
from services.storage.offices.epochs import Frozen


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Held:
    """A draw that was held, or rehearsed.

    Attributes
    ----------
    vacated
        Delegates who had lost their consent between freeze and draw, and were replaced.
    """

    frozen: Frozen
    draw: Draw
    randomness: Randomness
    folder: Path
    vacated: int
