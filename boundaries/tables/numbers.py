"""Counts of people, read from a column of text or numbers: missing and suppressed ones told apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from boundaries.how import Notation
from boundaries.tables import codes
from boundaries.tables.notation import PeopleError, Telling, canonical, has_signs, notation_of, separators_note
from geopolity.arrays import BoolArray
from geopolity.messages import Message

WORLD = 9e9
"""More people than there are."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counts:
    """A column read as numbers.

    Attributes
    ----------
    people
        float64, NaN where nothing is known.
    suppressed
        Which cells hold a code for a count that is kept back; a part of those that are NaN.
    notation
        What parted whole people from parts, where the column was text with either sign in it.
    """

    people: pd.Series
    suppressed: BoolArray
    notation: Notation | None = None
    notes: tuple[Message, ...] = ()

    @property
    def missing(self) -> int:
        """How many cells say nothing at all."""
        return int(self.people.isna().sum()) - int(self.suppressed.sum())


def counts(
    column: pd.Series,
    where: object,
    notation: Notation | None = None,
    *,
    separator: str | None = None,
    usual: Notation | None = None,
) -> Counts:
    """Read a column of counts.

    Parameters
    ----------
    where
        File that holds the column, for sentences.
    notation
        What a person said of it; ``None`` lets the cells tell.
    separator
        What parts the cells of the file: where it is a semicolon, a comma in a number may be either sign.
    usual
        How the publisher writes numbers, where the cells leave it open.

    Raises
    ------
    PeopleError
        If a cell is no number, negative or infinite, or the notation is not told by the column.
    """
    telling = Telling(asked=notation, separator=separator, usual=usual)
    read = _from_text(column, where, telling) if is_text(column) else _from_numbers(column)
    _check(read.people, column.name, where)
    return read


def is_text(column: pd.Series) -> bool:
    """Whether the cells are text."""
    kinds = column.cat.categories.dtype if isinstance(column.dtype, pd.CategoricalDtype) else column.dtype
    return pd.api.types.is_object_dtype(kinds) or pd.api.types.is_string_dtype(kinds)


def check_world(values: pd.Series, column: object, where: object) -> None:
    """Refuse counts that no planet holds: a fill, or thousands read as decimals the wrong way round."""
    total = float(values.sum())
    if total > WORLD:
        worst = values.idxmax()
        raise PeopleError(
            "{path}: column {column:quoted} holds {total:people} people in all (most: {most:people} in row "
            "{row}), more "
            "than the world; a fill, a total, or a notation such as 1.234,5 (--notation) may stand behind it.",
            path=where,
            column=column,
            total=total,
            most=float(values.max()),
            row=worst,
        )


def _from_numbers(column: pd.Series) -> Counts:
    values = column.astype("float64")
    coded = codes.coded(values)
    written = values[coded].map("{:.0f}".format).value_counts(sort=False)
    return Counts(
        people=values.mask(coded),
        suppressed=coded.to_numpy(dtype=bool),
        notes=codes.code_note(pd.Series(written.index), written.reset_index(drop=True), column.name),
    )


def _from_text(column: pd.Series, where: object, telling: Telling) -> Counts:
    """Counts of cells of text; each distinct cell is read once, however many rows hold it."""
    plain = column.astype("string") if column.dtype == object else column
    row, distinct = pd.factorize(plain, use_na_sentinel=False)
    cells = pd.Series(distinct, dtype="object", name=column.name)
    rows = pd.Series(np.bincount(row, minlength=len(cells)))
    text = _clean(cells)
    missing = codes.missing(text)
    suppressed = ~missing & codes.suppressed(text)
    told = text[~missing & ~suppressed]
    chosen = notation_of(told, column.name, where, telling)
    values = pd.to_numeric(canonical(told, chosen), errors="coerce").astype("float64").reindex(cells.index)
    coded = codes.coded(values)
    notes = (
        *separators_note(told, rows, chosen, column.name),
        *codes.code_note(text[suppressed | coded], rows, column.name),
    )
    return Counts(
        people=pd.Series(values.mask(coded).to_numpy()[row], index=column.index, name=column.name),
        suppressed=(suppressed | coded).to_numpy(dtype=bool)[row],
        notation=chosen if has_signs(told) else None,
        notes=notes,
    )


def _clean(column: pd.Series) -> pd.Series:
    return column.astype("string").str.strip(" \t\r\n\u00a0\u202f\ufeff").str.replace("−", "-", regex=False)


def _check(values: pd.Series, column: object, where: object) -> None:
    if not np.isfinite(values.dropna()).all():
        raise PeopleError(
            "{path}: column {column:quoted} holds an infinite count; correct it or leave it empty.",
            path=where,
            column=column,
        )
    negative = values < 0
    if negative.any():
        raise PeopleError(
            "{path}: column {column:quoted} holds a negative count, {number:number} in row {row}; correct it or "
            "leave it empty.",
            path=where,
            column=column,
            number=float(values[negative].iloc[0]),
            row=column_row(values, negative),
        )


def column_row(values: pd.Series, where: pd.Series) -> Any:
    """What to call the first row of a kind."""
    return values.index[where.to_numpy(dtype=bool)][0]
