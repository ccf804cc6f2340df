"""Sentences with named values: written once, in English, where they are said; filled in for whoever reads them.

A template is its own id in the catalogues of other languages (gettext). Between braces stands the name of a value and,
after a colon, what kind of value it is, so that every language writes it its own way:

>>> fill("{path} has {rows:count} rows; fill {column:quoted}.", {"path": "a.csv", "rows": 1200, "column": "x"})
"a.csv has 1,200 rows; fill 'x'."

======== ==================================== ==========================
kind     value                                in English
======== ==================================== ==========================
(none)   text, an id, a path                  as it is
count    a whole number of anything           ``1,200``
people   people, rounded to whole ones        ``1,200``
number   any number                           ``0.25``
percent  a share, 0..1                        ``12.5 %``
quoted   something that was typed             ``'x'``
list     several texts                        ``a, b, c``
and, or  several texts                        ``a, b and c``, ``a, b or c``
day      a date or an ISO 8601 moment         ``2026-11-30``
======== ==================================== ==========================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_HOLE = re.compile(r"\{([a-z_][a-z0-9_]*)(?::([a-z]+))?\}")


@dataclass(frozen=True, slots=True)
class Counted:
    """A template that depends on a number: one form for one, another for all else.

    Attributes
    ----------
    one, other
        The forms in English; other languages may have more.
    by
        Name of the value that decides.
    """

    one: str
    other: str
    by: str = "number"


Template = str | Counted


def english(template: Template, facts: Mapping[str, Any]) -> str:
    """The English form of a template for these values."""
    if isinstance(template, Counted):
        return template.one if facts[template.by] == 1 else template.other
    return template


def fill(template: Template, facts: Mapping[str, Any], kinds: Mapping[str, Callable[[Any], str]] | None = None) -> str:
    """Put values into a sentence; a brace that names none of them stays as it is.

    Parameters
    ----------
    kinds
        How to write each kind of value; in English by default.
    """
    writers = KINDS if kinds is None else kinds

    def written(hole: re.Match[str]) -> str:
        name, kind = hole.groups()
        if name not in facts:
            return hole.group(0)
        return writers[kind](facts[name]) if kind else str(facts[name])

    return _HOLE.sub(written, english(template, facts))


def _listed(last: str) -> Callable[[Sequence[Any]], str]:
    def join(words: Sequence[Any]) -> str:
        *front, end = [str(word) for word in words] or [""]
        return f"{', '.join(front)}{last}{end}" if front else end

    return join


def _day(value: Any) -> str:
    return str(value)[:10]


KINDS: Mapping[str, Callable[[Any], str]] = {
    "count": lambda value: f"{int(value):,}",
    "people": lambda value: f"{round(float(value)):,}",
    "number": lambda value: f"{value:,.6g}" if isinstance(value, float) else f"{value:,}",
    "percent": lambda value: f"{100 * float(value):.3g} %",
    "quoted": repr,
    "list": _listed(", "),
    "and": _listed(" and "),
    "or": _listed(" or "),
    "day": _day,
}
"""How English writes each kind of value."""
