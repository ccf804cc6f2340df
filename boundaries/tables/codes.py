"""Codes that people write where they know nothing, or keep a count back: as text, and as numbers."""

from __future__ import annotations

import pandas as pd

from geopolity.messages import Message

MISSING = frozenset(
    [
        "",
        "na",
        "n/a",
        "#n/a",
        "n.a.",
        "nan",
        "null",
        "none",
        "\\n",
        "nil",
        "nd",
        "n.d.",
        "-",
        "--",
        "–",
        "—",
        ".",
        "..",
        "...",
        "…",
        ":",
        "?",
    ]
)
SUPPRESSED = frozenset(
    [
        *(
            "x",
            "(x)",
            "[x]",
            "f",
            "s",
            "(s)",
            "d",
            "(d)",
            "c",
            "[c]",
            "(c)",
            "..c",
            "n",
            "(n)",
            "(na)",
            "np",
            "n.p.",
            "z",
            "(z)",
            "[z]",
        ),
        *("*", "**", "***", "****", "*****", "/", "supp", "suppressed", "secret", "confidential"),
    ]
)
NUMBERS_FOR_MISSING = frozenset([-99.0, -999.0, -9998.0, -9999.0, -99999.0, -999999.0, -9999999.0, -99999999.0])
"""Negative numbers that people write where they know nothing; −222222222 to −999999999 are the Census Bureau's."""


def missing(cells: pd.Series) -> pd.Series:
    """Which cells of text say nothing."""
    return cells.isna() | cells.str.lower().isin(MISSING)


def suppressed(cells: pd.Series) -> pd.Series:
    """Which cells of text say that a count is kept back, such as ``x``, ``(D)``, ``12 (s)`` or ``< 5``."""
    said = cells.str.fullmatch(r"[0-9]+\s?\([a-z]\)|[<≤]\s?=?\s?[0-9]+").fillna(False).astype(bool)
    return cells.str.lower().isin(SUPPRESSED) | said


def coded(values: pd.Series) -> pd.Series:
    """Which numbers stand for missing counts."""
    repeated = values.isin([-111111111.0 * digit for digit in range(2, 10)])
    return values.isin(NUMBERS_FOR_MISSING) | repeated | (values <= -1e15)


def code_note(cells: pd.Series, rows: pd.Series, column: object) -> tuple[Message, ...]:
    """Sentence on codes, each with the number of rows that hold it."""
    if cells.empty:
        return ()
    kinds = rows[cells.index].groupby(cells.astype(str), sort=False).sum()
    codes = [f"{code!r}: {count}" for code, count in list(kinds.items())[:6]] + (["…"] if len(kinds) > 6 else [])
    note = Message(
        "{number:count} counts of the column {column:quoted} are suppressed or coded as unknown ({codes:list}); they "
        "are missing, not 0.",
        number=int(kinds.sum()),
        column=column,
        codes=codes,
    )
    return (note,)
