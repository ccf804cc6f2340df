"""A table as it was read: its rows, where they come from, and what to say about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from geopolity.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """Rows of a table.

    Attributes
    ----------
    frame
        Text as it stood in the file where the format has no types; each row one row of the file.
    encoding, separator, sheet
        How it was found; ``None`` where the format leaves no choice.
    notes
        Sentences on what was recognised or set aside.
    """

    frame: pd.DataFrame
    path: Path
    encoding: str | None = None
    separator: str | None = None
    sheet: str | None = None
    notes: tuple[Message, ...] = ()

    def with_frame(self, frame: pd.DataFrame, *notes: Message) -> Table:
        """The same table with other rows, and why."""
        return replace(self, frame=frame, notes=(*self.notes, *notes))
