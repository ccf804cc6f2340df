"""Conditions on the features of a collection: true, false or unknown of each, as in SQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from services.ogc.collections import Collection
from services.ogc.moments import stored

SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "=": np.equal,
    "<>": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


@dataclass(frozen=True, slots=True)
class Truth:
    """Of which features a condition is true, and of which it is false; of the others it is unknown."""

    yes: np.ndarray
    no: np.ndarray


Condition = Callable[[Collection], Truth]
Value = float | bool | str | np.datetime64


def always(said: bool) -> Condition:
    """The same of every feature."""
    return lambda found: _known(np.full(len(found.table), said))


def meeting(shapes: Sequence[shapely.Geometry]) -> Condition:
    """A feature meets one of the shapes."""

    def meets(found: Collection) -> Truth:
        near = np.zeros(len(found.table), dtype=bool)
        for one in shapes:
            near[found.tree.query(one, predicate="intersects")] = True
        return _known(near)

    return meets


def missing(name: str) -> Condition:
    """A property has no value."""
    return lambda found: _known(found.table[name].isna().to_numpy())


def turned(inner: Condition) -> Condition:
    """Not so."""

    def turned_round(found: Collection) -> Truth:
        truth = inner(found)
        return Truth(truth.no, truth.yes)

    return turned_round


def all_of(parts: Sequence[Condition]) -> Condition:
    """Every one of the conditions."""

    def holds(found: Collection) -> Truth:
        truths = [part(found) for part in parts]
        return Truth(
            np.logical_and.reduce([one.yes for one in truths]), np.logical_or.reduce([one.no for one in truths])
        )

    return holds if len(parts) > 1 else parts[0]


def any_of(parts: Sequence[Condition]) -> Condition:
    """One of the conditions at least."""
    return turned(all_of([turned(part) for part in parts])) if len(parts) > 1 else parts[0]


def compared(name: str, sign: str, value: Value) -> Condition:
    """A property compared with a value of its kind; a moment is compared with a day by the day that it falls on."""

    def holds(found: Collection) -> Truth:
        values, there = _values(found.table[name], value)
        return _where_there(np.asarray(SIGNS[sign](values, value), dtype=bool), there)

    return holds


def among(name: str, values: Sequence[Value]) -> Condition:
    """A property has one of some values, all numbers or all texts."""

    def holds(found: Collection) -> Truth:
        own, there = _values(found.table[name], values[0])
        return _where_there(pd.Series(own).isin(values).to_numpy(), there)

    return holds


def like(name: str, text: str) -> Condition:
    """A property's text fits a pattern: ``%`` is any letters and ``_`` one, unless a backslash stands before."""
    fits = fitting(text)

    def holds(found: Collection) -> Truth:
        texts, there = _values(found.table[name], text)
        return _where_there(np.fromiter(map(fits, texts), dtype=bool, count=len(texts)), there)

    return holds


def fitting(pattern: str) -> Callable[[str], bool]:
    """Whether a text fits a pattern, piece by piece from the left: no text and no pattern makes it try again."""
    pieces = [""]
    for part in re.findall(r"\\.|[%_]+|[^\\%_]+|\\", pattern, flags=re.DOTALL):
        is_literal = part[0] not in "%_"
        pieces[-1] += re.escape(part.removeprefix("\\") or part) if is_literal else "." * part.count("_")
        if not is_literal and "%" in part:
            pieces.append("")
    first, *between = [re.compile(piece, re.DOTALL) for piece in pieces]
    if not between:
        return lambda text: first.fullmatch(text) is not None
    last = re.compile(rf"{pieces[-1]}\Z", re.DOTALL)
    return lambda text: _is_in_order(text, first, between[:-1], last)


def _is_in_order(text: str, first: re.Pattern[str], between: Sequence[re.Pattern[str]], last: re.Pattern[str]) -> bool:
    """The first piece stands at the beginning, the next ones each at the earliest place after, the last at the end."""
    found = first.match(text)
    for piece in between:
        if found is None:
            return False
        found = piece.search(text, found.end())
    return found is not None and last.search(text, found.end()) is not None


def _known(yes: np.ndarray) -> Truth:
    return Truth(yes, ~yes)


def _where_there(yes: np.ndarray, there: np.ndarray) -> Truth:
    return Truth(yes & there, ~yes & there)


def _values(column: pd.Series[Any], like_this: Value) -> tuple[np.ndarray, np.ndarray]:
    """A column's values as what they are compared with, and which of them are there."""
    there = column.notna().to_numpy()
    if isinstance(like_this, np.datetime64):
        return stored(column).astype(like_this.dtype), there
    if isinstance(like_this, str):
        return column.where(there, "").to_numpy(dtype=object), there
    return column.where(there, np.nan).to_numpy(dtype=float), there
