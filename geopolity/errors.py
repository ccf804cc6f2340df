"""Every error geopolity raises on purpose, as one small tree.

    GeopolityError                 a stable code, facts as attributes, a sentence with the way out
    ├── RequestError               the request is wrong: argument, file, value          (exit 2)
    └── NegativeAnswer             the request is well formed and the answer is no      (exit 1)

Concrete errors live beside the idea that raises them and derive from one of the two.
"""

from __future__ import annotations

from typing import Any, ClassVar

from geopolity.messages import Template, fill


class GeopolityError(Exception):
    """Base of all deliberate errors.

    ``message`` is one sentence for a person, with holes for its values: what was found, and the way out. ``facts`` are
    those values, for a program and for whoever says the sentence in another language. ``code`` never changes once
    published. ``str(error)`` is the sentence in English.

    >>> str(GeopolityError("{path} has {rows:count} rows.", path="a.csv", rows=1200))
    'a.csv has 1,200 rows.'
    """

    code: ClassVar[str] = "geopolity"
    exit_status: ClassVar[int] = 1

    def __init__(self, message: Template, /, **facts: Any) -> None:
        super().__init__(fill(message, facts))
        self.message = message
        self.facts = facts

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.message, self.facts), self.__dict__


class RequestError(GeopolityError):
    """The request is wrong; the sentence names the value and how to mend it."""

    code = "request"
    exit_status = 2


class NegativeAnswer(GeopolityError):
    """The request is well formed and the answer is no; the sentence says why and what would help."""

    code = "negative-answer"
    exit_status = 1


def _again(kind: type[GeopolityError], message: Template, facts: dict[str, Any]) -> GeopolityError:
    """Make an error anew on the other side of a process border."""
    error = kind.__new__(kind)
    GeopolityError.__init__(error, message, **facts)
    return error
