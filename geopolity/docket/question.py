"""The one question, in frozen words: nobody rewords it, and every ballot holds its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from types import MappingProxyType

from geopolity.errors import RequestError

QUESTION: Mapping[str, str] = MappingProxyType(
    {
        "de": "Lässt das Gesetz Schaden zu?",
        "en": "Does the law allow for harm?",
        "es": "¿Permite la ley que se cause daño?",
        "fr": "La loi permet-elle un préjudice ?",
        "pt": "A lei permite que haja dano?",
    }
)
"""Language to text. Both votes ask the same: the first of the law as it is, the second of the law as amended."""


class LanguageError(RequestError):
    """The question has not been put into this language."""

    code = "language"


def question(language: str = "en") -> str:
    """Return the question as it is shown.

    Raises
    ------
    LanguageError
        If there is no such text; none is made up.
    """
    if language not in QUESTION:
        raise LanguageError(
            "The question has no words in {language:quoted}; it has in {languages:list}.",
            language=language,
            languages=list(QUESTION),
        )
    return QUESTION[language]


def question_hash() -> str:
    """SHA-256 over the whole table, languages in order: the same whichever language was shown."""
    lines = "\n".join(f"{language}\t{QUESTION[language]}" for language in sorted(QUESTION))
    return hashlib.sha256(lines.encode()).hexdigest()
