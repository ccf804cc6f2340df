"""How a column of text writes its numbers: one notation for all its cells, proven by them.

A cell such as ``1.234`` is 1,234 or 1.234. The other cells of its column tell: ``0.250``, ``1234.5`` or ``12.5`` prove
a decimal point, ``1.234.567`` or ``12,5`` a decimal comma. Where no cell tells, the column is refused with both
readings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from boundaries.how import Notation
from geopolity.errors import RequestError
from geopolity.messages import Counted, Message, Template

BLANKS = " \u00a0\u2009\u202f'’"
"""What parts thousands in either notation."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What tells a notation beside the cells: a person, what parts the file's cells, the publisher's habit."""

    asked: Notation | None
    separator: str | None
    usual: Notation | None


def notation_of(told: pd.Series, column: object, where: object, telling: Telling) -> Notation:
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


def canonical(text: pd.Series, notation: Notation) -> pd.Series:
    """The numbers as a program writes them."""
    without = text.str.replace(rf"[{BLANKS}{',' if notation == 'point' else '.'}]", "", regex=True)
    return without if notation == "point" else without.str.replace(",", ".", regex=False)


def has_signs(told: pd.Series) -> bool:
    """Whether any cell holds a sign that a notation gives a meaning."""
    return bool(told.str.contains(rf"[.,{BLANKS}]", regex=True).any())


def separators_note(told: pd.Series, rows: pd.Series, notation: Notation, column: object) -> tuple[Message, ...]:
    """A sentence on signs that were read as thousands, or as the decimal comma."""
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
        number = float(canonical(pd.Series([cell], dtype="string"), name).iloc[0])
        readings.append(Message("{number:number} (--notation {name})", number=number, name=_NAMES[name]))
    return PeopleError(
        "{path}: {cell:quoted} in column {column:quoted} is either {readings:or}, and no other cell tells which; "
        "say --notation.",
        path=where,
        cell=cell,
        column=column,
        readings=readings,
    )


def _one(cells: pd.Series, notation: Notation) -> float | int:
    """What the first cell says."""
    read = float(canonical(cells.iloc[:1], notation).iloc[0])
    return int(read) if read.is_integer() else read
