"""Read a column of people: counts as numbers, missing where unknown, never guessed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geopolity.errors import RequestError


class PeopleError(RequestError):
    """A column of people holds something that is not a count."""

    code = "people"


def people(column: pd.Series, where: str) -> pd.Series:
    """Read counts as float64, NaN where empty; thousands separators are understood, anything else is refused."""
    text = column.dtype == object or pd.api.types.is_string_dtype(column.dtype)
    numbers = _from_text(column, where) if text else column.astype("float64")
    if not np.isfinite(numbers.dropna()).all():
        raise PeopleError(f"{where}: column {column.name!r} holds an infinite count; correct it or leave it empty.")
    negative = numbers < 0
    if negative.any():
        raise PeopleError(
            f"{where}: column {column.name!r} holds a negative count, {numbers[negative].iloc[0]:g} in row "
            f"{column.index[negative][0]}; correct it or leave it empty."
        )
    return numbers


def _from_text(column: pd.Series, where: str) -> pd.Series:
    text = column.astype("string").str.strip()
    text = text.mask(text.isin(["", "NA", "NaN", "nan", "null", "None", "-"]))
    grouped = text.str.fullmatch(r"\d{1,3}([,\u00a0\u202f '.]\d{3})+").fillna(False).astype(bool)
    numbers = pd.to_numeric(text.mask(grouped, text.str.replace(r"\D", "", regex=True)), errors="coerce")
    unread = text.notna() & numbers.isna()
    if unread.any():
        raise PeopleError(
            f"{where}: column {column.name!r} holds the text {text[unread].iloc[0]!r} where a count of people belongs; "
            "name another column or leave the cell empty."
        )
    return numbers.astype("float64")
