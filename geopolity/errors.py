"""Every error geopolity raises on purpose, as one small tree.

    GeopolityError                 a stable code, facts as attributes, a sentence with the way out
    ├── RequestError               the request is wrong: argument, file, value          (exit 2)
    └── NegativeAnswer             the request is well formed and the answer is no      (exit 1)

Concrete errors live beside the idea that raises them and derive from one of the two.
"""

from __future__ import annotations

from typing import Any, ClassVar


class GeopolityError(Exception):
    """Base of all deliberate errors.

    The message is one sentence for a person: what was found, with its value, and the way out.
    ``facts`` carries the same values for a program; ``code`` never changes once published.
    """

    code: ClassVar[str] = "geopolity"
    exit_status: ClassVar[int] = 1

    def __init__(self, sentence: str, **facts: Any) -> None:
        super().__init__(sentence)
        self.facts = facts


class RequestError(GeopolityError):
    """The request is wrong; the sentence names the value and how to mend it."""

    code = "request"
    exit_status = 2


class NegativeAnswer(GeopolityError):
    """The request is well formed and the answer is no; the sentence says why and what would help."""

    code = "negative-answer"
    exit_status = 1
