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
exact    a number as it was given             ``-71.05821``
rounded  a number, three significant digits   ``1.23``
percent  a share, 0..1                        ``12.5%``
area     square kilometres                    ``41,200.0 km²``, ``850 m²``
quoted   something that was typed             ``'x'``
list     several texts                        ``a, b, c``
clauses  several parts of a sentence          ``a; b; c``
and, or  several texts                        ``a, b and c``, ``a, b or c``
day      a date or an ISO 8601 moment         ``2026-11-30``
moment   an ISO 8601 moment                   ``2026-11-30T12:00:00Z``
======== ==================================== ==========================

Any other kind is a family of words (``{state:state}``): a program's word, or several of them, which another language
says in its own; ``{states:state.or}`` joins several with a last *or*. A value may be a sentence itself (an error that
is handed on, a :class:`Message`); it is then said in the same language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

HOLE = re.compile(r"\{([a-z_][a-z0-9_]*)(?::([a-z]+(?:\.(?:and|or))?))?\}")
LONGEST_QUOTE = 200
"""So many letters of what somebody typed come back in an error."""
"""A named value in a template, and its kind."""


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


class Message:
    """A sentence or a part of one, with its values; ``str(message)`` is English.

    >>> str(Message("{rows:count} rows were empty", rows=1200))
    '1,200 rows were empty'
    """

    __slots__ = ("facts", "message")

    def __init__(self, message: Template, /, **facts: Any) -> None:
        self.message = message
        self.facts: Mapping[str, Any] = facts

    def __str__(self) -> str:
        return fill(self.message, self.facts)

    def __repr__(self) -> str:
        return f"Message({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and (self.message, self.facts) == (other.message, other.facts)

    def __hash__(self) -> int:
        return hash(str(self))


class Sayable(Protocol):
    """What has a sentence and its values: a message, an error."""

    @property
    def message(self) -> Template:
        """Its template."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """Its values by name."""


def as_record(said: Sayable) -> dict[str, Any]:
    """A sentence and its values as plain values that JSON can hold; :func:`of_record` reads them."""
    template = said.message
    message = [template.one, template.other, template.by] if isinstance(template, Counted) else template
    return {"message": message, "facts": {name: _plain(value) for name, value in said.facts.items()}}


def of_record(record: Mapping[str, Any]) -> Message:
    """The sentence of a record that :func:`as_record` made."""
    message = record["message"]
    facts = {name: _whole(value) for name, value in record["facts"].items()}
    return Message(message if isinstance(message, str) else Counted(*message), **facts)


def _plain(value: Any) -> Any:
    if hasattr(value, "message") and hasattr(value, "facts"):
        return as_record(value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    value = value.item() if hasattr(value, "item") else value
    return value if isinstance(value, int | float | str | None) else str(value)


def _whole(value: Any) -> Any:
    if isinstance(value, dict) and "message" in value:
        return of_record(value)
    return [_whole(one) for one in value] if isinstance(value, list) else value


Write = Callable[[str, Any], str]
"""How a language writes a value of a kind."""
Form = Callable[[Template, Mapping[str, Any]], str]
"""The form of a template in a language."""


def written(kind: str, value: Any) -> str:
    """A value of a kind as English writes it."""
    writer = KINDS.get(kind)
    if writer is not None:
        return writer(value)
    joined = KINDS[kind.partition(".")[2] or "list"]
    return str(value) if isinstance(value, str) or not isinstance(value, Sequence) else joined(value)


def fill(template: Template, facts: Mapping[str, Any], write: Write = written, form: Form = english) -> str:
    """Put values into a sentence; a brace that names none of them stays as it is.

    Parameters
    ----------
    write, form
        Of the reader's language; English by default.
    """

    def said(value: Any) -> Any:
        if hasattr(value, "message") and hasattr(value, "facts"):
            return fill(value.message, value.facts, write, form)
        return [said(one) for one in value] if isinstance(value, list | tuple) else value

    def filled(hole: re.Match[str]) -> str:
        name, kind = hole.group(1), hole.group(2) or ""
        return write(kind, said(facts[name])) if name in facts else hole.group(0)

    return HOLE.sub(filled, form(template, facts))


def _listed(last: str) -> Callable[[str | Sequence[Any]], str]:
    def join(words: str | Sequence[Any]) -> str:
        *front, end = [words] if isinstance(words, str) else [str(word) for word in words] or [""]
        return f"{', '.join(front)}{last}{end}" if front else end

    return join


def as_typed(value: Any) -> str:
    """What somebody typed, in quotes if it is text; what is very long is cut, for nobody finds a mistake in it."""
    plain = value.item() if hasattr(value, "item") else value
    written = repr(plain[: LONGEST_QUOTE + 1] if isinstance(plain, str) else plain)
    return written if len(written) <= LONGEST_QUOTE + 2 else f"{written[:LONGEST_QUOTE]}…{written[-1]}"


def _day(value: Any) -> str:
    return str(value)[:10]


def _area(km2: float) -> str:
    return f"{km2:,.1f} km²" if km2 >= 0.1 else f"{1e6 * km2:,.0f} m²"


def _number(value: Any) -> str:
    return f"{value:,.6g}" if isinstance(value, float) else f"{value:,}"


KINDS: Mapping[str, Callable[[Any], str]] = {
    "": str,
    "count": lambda value: f"{int(value):,}",
    "people": lambda value: f"{round(float(value)):,}",
    "number": _number,
    "exact": str,
    "rounded": lambda value: f"{float(value):.3g}",
    "percent": lambda value: f"{100 * float(value):.3g}%",
    "area": _area,
    "quoted": as_typed,
    "list": _listed(", "),
    "clauses": "; ".join,
    "and": _listed(" and "),
    "or": _listed(" or "),
    "day": _day,
    "moment": str,
}
"""How English writes each kind of value."""
