"""Counts written as text: one notation for a whole column, proven by its cells; codes for missing and suppressed.

A cell such as ``1.234`` is 1,234 or 1.234. The other cells of its column tell: ``0.250``, ``1234.5`` or ``12.5`` prove
a decimal point, ``1.234.567`` or ``12,5`` a decimal comma. Where no cell tells, the column is refused with both
readings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from boundaries.how import Notation
from geopolity.arrays import BoolArray
from geopolity.errors import RequestError
from geopolity.messages import Counted, Message, Template

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
BLANKS = " \u00a0\u2009\u202f'’"
"""What parts thousands in either notation."""
WORLD = 9e9
"""More people than there are."""
_GROUPS = rf"[{BLANKS}][0-9]{{3}}"
_INDIAN = r"[1-9][0-9]?(?:,[0-9][0-9])*,[0-9]{3}"
_POINT = (
    rf"[+-]?(?:(?:[0-9]+|[1-9][0-9]{{0,2}}(?:(?:{_GROUPS})+|(?:,[0-9]{{3}})+)|{_INDIAN})(?:\.[0-9]*)?|\.[0-9]+)"
    r"(?:[eE][+-]?[0-9]+)?"
)
_COMMA = rf"[+-]?(?:(?:[0-9]+|[1-9][0-9]{{0,2}}(?:(?:{_GROUPS})+|(?:\.[0-9]{{3}})+))(?:,[0-9]*)?|,[0-9]+)"
_FORMS: dict[Notation, str] = {"point": _POINT, "comma": _COMMA}
_NAMES: dict[Notation, str] = {"point": "1,234.5", "comma": "1.234,5"}


class PeopleError(RequestError):
    """A column of people holds something that is not a count."""

    code = "people"


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
    telling = _Telling(asked=notation, separator=separator, usual=usual)
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
    coded = _coded(values)
    codes = values[coded].map("{:.0f}".format).value_counts(sort=False)
    return Counts(
        people=values.mask(coded),
        suppressed=coded.to_numpy(dtype=bool),
        notes=_code_note(pd.Series(codes.index), codes.reset_index(drop=True), column.name),
    )


def _coded(values: pd.Series) -> pd.Series:
    repeated = values.isin([-111111111.0 * digit for digit in range(2, 10)])
    return values.isin(NUMBERS_FOR_MISSING) | repeated | (values <= -1e15)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Telling:
    """What tells a notation beside the cells: a person, what parts the file's cells, the publisher's habit."""

    asked: Notation | None
    separator: str | None
    usual: Notation | None


def _from_text(column: pd.Series, where: object, telling: _Telling) -> Counts:
    """Counts of cells of text; each distinct cell is read once, however many rows hold it."""
    plain = column.astype("string") if column.dtype == object else column
    row, distinct = pd.factorize(plain, use_na_sentinel=False)
    cells = pd.Series(distinct, dtype="object", name=column.name)
    rows = pd.Series(np.bincount(row, minlength=len(cells)))
    text = _clean(cells)
    lower = text.str.lower()
    missing = lower.isna() | lower.isin(MISSING)
    suppressed = ~missing & (
        lower.isin(SUPPRESSED) | text.str.fullmatch(r"[0-9]+\s?\([a-z]\)|[<≤]\s?=?\s?[0-9]+").fillna(False).astype(bool)
    )
    told = text[~missing & ~suppressed]
    chosen = _notation(told, column.name, where, telling)
    values = pd.to_numeric(_plain(told, chosen), errors="coerce").astype("float64").reindex(cells.index)
    coded = _coded(values)
    notes = (
        *_separators_note(told, rows, chosen, column.name),
        *_code_note(text[suppressed | coded], rows, column.name),
    )
    return Counts(
        people=pd.Series(values.mask(coded).to_numpy()[row], index=column.index, name=column.name),
        suppressed=(suppressed | coded).to_numpy(dtype=bool)[row],
        notation=chosen if _has_signs(told) else None,
        notes=notes,
    )


def _clean(column: pd.Series) -> pd.Series:
    return column.astype("string").str.strip(" \t\r\n\u00a0\u202f\ufeff").str.replace("−", "-", regex=False)


def _notation(told: pd.Series, column: object, where: object, telling: _Telling) -> Notation:
    """The notation that every cell keeps; refused where two would give different numbers."""
    fits = {name: told.str.fullmatch(form).fillna(False).astype(bool) for name, form in _FORMS.items()}
    if telling.asked is not None:
        _check_fits(told, fits[telling.asked], column, where)
        return telling.asked
    whole = [name for name in _FORMS if fits[name].all()]
    if not whole:
        either = fits["point"] | fits["comma"]
        _check_fits(told, either if not either.all() else fits["point"], column, where)
    if len(whole) == 1:
        return whole[0]
    open_ = told[told.str.contains(r"[.,]", regex=True)]
    if open_.empty:
        return "point"
    if telling.usual is not None:
        return telling.usual
    if _commas_part_thousands(told, open_, telling.separator):
        return "point"
    raise _ambiguous(open_.iloc[0], column, where)


def _commas_part_thousands(told: pd.Series, open_: pd.Series, separator: str | None) -> bool:
    """Whether commas cannot well be decimal: no count of four digits goes without, and no semicolons part cells."""
    if separator == ";" or open_.str.contains(".", regex=False).any():
        return False
    return not told.str.fullmatch(r"[0-9]{4,}").fillna(False).any()


def _check_fits(told: pd.Series, fits: pd.Series, column: object, where: object) -> None:
    if fits.all():
        return
    raise PeopleError(
        "{path}: column {column:quoted} holds the text {text:quoted} where a count of people belongs; "
        "name another column or leave the cell empty.",
        path=where,
        column=column,
        text=str(told[~fits].iloc[0]),
    )


def _ambiguous(cell: str, column: object, where: object) -> PeopleError:
    readings: list[Any] = []
    for name in _FORMS:
        number = float(_plain(pd.Series([cell], dtype="string"), name).iloc[0])
        readings.append(Message("{number:number} (--notation {name})", number=number, name=_NAMES[name]))
    return PeopleError(
        "{path}: {cell:quoted} in column {column:quoted} is either {readings:or}, and no other cell tells which; "
        "say --notation.",
        path=where,
        cell=cell,
        column=column,
        readings=readings,
    )


def _plain(text: pd.Series, notation: Notation) -> pd.Series:
    """The numbers as a program writes them."""
    without = text.str.replace(rf"[{BLANKS}{',' if notation == 'point' else '.'}]", "", regex=True)
    return without if notation == "point" else without.str.replace(",", ".", regex=False)


def _has_signs(told: pd.Series) -> bool:
    return bool(told.str.contains(rf"[.,{BLANKS}]", regex=True).any())


def _separators_note(told: pd.Series, rows: pd.Series, notation: Notation, column: object) -> tuple[Message, ...]:
    sign = "," if notation == "point" else "."
    grouped = told[told.str.contains(rf"[{BLANKS}{sign}]", regex=True)]
    parts = told[told.str.contains("." if notation == "point" else ",", regex=False)]
    if len(grouped):
        said: Template = Counted(
            "Thousands separators in {number:count} count of the column {column:quoted} were left out: "
            "{text:quoted} is "
            "{people:number} people.",
            "Thousands separators in {number:count} counts of the column {column:quoted} were left out: "
            "{text:quoted} is "
            "{people:number} people.",
        )
        return (
            Message(
                said,
                number=int(rows[grouped.index].sum()),
                column=column,
                text=grouped.iloc[0],
                people=_one(grouped, notation),
            ),
        )
    if notation == "comma" and len(parts):
        said = "The column {column:quoted} has decimal commas: {text:quoted} is {people:number} people."
        return (Message(said, column=column, text=parts.iloc[0], people=_one(parts, notation)),)
    return ()


def _one(cells: pd.Series, notation: Notation) -> float | int:
    """What the first cell says."""
    read = float(_plain(cells.iloc[:1], notation).iloc[0])
    return int(read) if read.is_integer() else read


def _code_note(cells: pd.Series, rows: pd.Series, column: object) -> tuple[Message, ...]:
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
