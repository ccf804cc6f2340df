"""Read a column of people: counts as numbers, missing where unknown, never guessed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geopolity.errors import RequestError
from geopolity.messages import Counted, Message


class PeopleError(RequestError):
    """A column of people holds something that is not a count."""

    code = "people"


def people(column: pd.Series, where: str) -> pd.Series:
    """Read counts as float64, NaN where empty; thousands separators are understood, anything else is refused."""
    numbers = _from_text(column, where) if _is_text(column) else column.astype("float64")
    if not np.isfinite(numbers.dropna()).all():
        raise PeopleError(
            "{path}: column {column:quoted} holds an infinite count; correct it or leave it empty.",
            path=where,
            column=column.name,
        )
    negative = numbers < 0
    if negative.any():
        raise PeopleError(
            "{path}: column {column:quoted} holds a negative count, {value:number} in row {row}; correct it or "
            "leave it empty.",
            path=where,
            column=column.name,
            value=numbers[negative].iloc[0],
            row=column.index[negative][0],
        )
    return numbers


def separators_note(column: pd.Series) -> tuple[Message, ...]:
    """Sentence on the thousands separators in a column of people; none if it has none."""
    if not _is_text(column):
        return ()
    text = _text(column)
    grouped = _grouped(text)
    if not grouped.any():
        return ()
    first = text[grouped].iloc[0]
    read = int(_digits(text[grouped].iloc[:1]).iloc[0])
    return (
        Message(
            Counted(
                "Thousands separators in {number:count} count of the column {column:quoted} were left out: "
                "{text:quoted} is {people:count} people.",
                "Thousands separators in {number:count} counts of the column {column:quoted} were left out: "
                "{text:quoted} is {people:count} people.",
            ),
            number=int(grouped.sum()),
            column=column.name,
            text=first,
            people=read,
        ),
    )


def _is_text(column: pd.Series) -> bool:
    return bool(column.dtype == object or pd.api.types.is_string_dtype(column.dtype))


def _text(column: pd.Series) -> pd.Series:
    text = column.astype("string").str.strip()
    return text.mask(text.isin(["", "NA", "NaN", "nan", "null", "None", "-"]))


def _grouped(text: pd.Series) -> pd.Series:
    """Which cells are digits in groups of three."""
    return text.str.fullmatch(r"\d{1,3}([,\u00a0\u202f '.]\d{3})+").fillna(False).astype(bool)


def _digits(text: pd.Series) -> pd.Series:
    return text.str.replace(r"\D", "", regex=True)


def _from_text(column: pd.Series, where: str) -> pd.Series:
    text = _text(column)
    numbers = pd.to_numeric(text.mask(_grouped(text), _digits(text)), errors="coerce")
    unread = text.notna() & numbers.isna()
    if unread.any():
        raise PeopleError(
            "{path}: column {column:quoted} holds the text {text:quoted} where a count of people belongs; name "
            "another column or leave the cell empty.",
            path=where,
            column=column.name,
            text=text[unread].iloc[0],
        )
    return numbers.astype("float64")
