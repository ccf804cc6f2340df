"""Cells that a spreadsheet would run as formulas, made harmless in tables written for people, and read back.

A text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line end gets an apostrophe in front, and so does one
that begins with apostrophes before such a sign; whoever reads it back takes one off. Numbers stay as they are.

>>> [defused_text(name) for name in ("=1+1", "'=x", "'s-Hertogenbosch")]
["'=1+1", "''=x", "'s-Hertogenbosch"]
>>> plain_text("''=x")
"'=x"
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

_RUN = re.compile(r"'*[=+\-@\t\r\n]")
_DEFUSED = re.compile(r"'+[=+\-@\t\r\n]")


def defused_text(text: str) -> str:
    """A text that no spreadsheet runs."""
    return f"'{text}" if _RUN.match(text) else text


def plain_text(text: str) -> str:
    """A text as it was before it was defused."""
    return text[1:] if _DEFUSED.match(text) else text


def defused(table: pd.DataFrame) -> pd.DataFrame:
    """A table whose texts, names of columns and index among them, no spreadsheet runs."""
    texts = table.select_dtypes(exclude=["number", "bool", "datetime"]).columns
    safe = table.assign(**{column: table[column].map(_cell) for column in texts})
    return safe.set_axis(safe.columns.map(_cell), axis="columns").set_axis(safe.index.map(_cell), axis="index")


def _cell(value: Any) -> Any:
    return defused_text(value) if isinstance(value, str) else value
