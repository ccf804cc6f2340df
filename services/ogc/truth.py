"""Conditions on the features of a collection: true, false or unknown of each, as in SQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from services.ogc.collections import Collection
from services.ogc.crs import OgcError

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


def compared(name: str, sign: str, value: Any) -> Condition:
    """A property compared with a value of its kind."""

    def holds(found: Collection) -> Truth:
        column = found.table[name]
        is_number = column.dtype.kind in "iuf"
        if is_number != isinstance(value, float):
            raise OgcError(
                "{name} is compared with {value:quoted}, which is of another kind; numbers stand bare, text in '…'.",
                name=name,
                value=str(value)[:40],
            )
        if not is_number:
            return _of_texts(found, name, lambda text: bool(SIGNS[sign](text, str(value))))
        there = column.notna().to_numpy()
        yes = np.asarray(SIGNS[sign](column.to_numpy(dtype=float), value), dtype=bool) & there
        return Truth(yes, ~yes & there)

    return holds


def like(name: str, text: str) -> Condition:
    """A property's text fits a pattern: ``%`` is any letters and ``_`` one, unless a backslash stands before."""
    parts = re.findall(r"\\.|%+|_|[^\\%_]+|\\", text, flags=re.DOTALL)
    signs = {"%": ".*", "_": "."}
    whole = "".join(signs.get(part[:1]) or re.escape(part.removeprefix("\\")) for part in parts)
    pattern = re.compile(whole, re.DOTALL)
    return lambda found: _of_texts(found, name, lambda text: bool(pattern.fullmatch(text)))


def _known(yes: np.ndarray) -> Truth:
    return Truth(yes, ~yes)


def _of_texts(found: Collection, name: str, holds: Callable[[str], bool]) -> Truth:
    column = found.table[name]
    there = column.notna().to_numpy()
    yes = np.array([is_there and holds(str(text)) for text, is_there in zip(column, there, strict=True)], dtype=bool)
    return Truth(yes, ~yes & there)
