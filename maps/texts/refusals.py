"""Sentences of errors in the reader's language: each is known by its pattern, and its values are carried over.

An error is raised with an English sentence that names its values and the way out. ``refusals.LANGUAGE.toml`` holds
these sentences with their translations, by error code. Nothing is raised differently for it, and a test finds every
sentence of a translated code in the source; one that is not known is said in English, and marked as English.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from geopolity import prose
from maps.texts import LANGUAGES, texts

_HERE = Path(__file__).parent
_HOLE = re.compile(r"\{([a-z_]+)(?::([a-z_]+))?\}")
_GROUPED = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+\.\d+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?")
_SEPARATORS = re.compile(r"(, | or | and )")
LONGEST = 4_000
"""Longer sentences are left as they are: they quote what was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A sentence and the language it is in."""

    text: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A sentence with holes: the words between them, and what the holes are called and hold."""

    words: tuple[str, ...]
    holes: tuple[tuple[str, str], ...]
    translation: str

    def values(self, sentence: str) -> Mapping[str, tuple[str, str]] | None:
        """Return what fills the holes, by name, with the kind of each; ``None`` if it is another sentence.

        Each run of words is looked for once, from the left, so that a long sentence costs no more than its length.
        """
        first, *rest = self.words
        if not sentence.startswith(first):
            return None
        found, at = [], len(first)
        for place, words in enumerate(rest):
            is_last = place == len(rest) - 1
            end = len(sentence) - len(words) if is_last else sentence.find(words, at)
            if end < at or not sentence.startswith(words, end):
                return None
            found.append(sentence[at:end])
            at = end + len(words)
        if at != len(sentence):
            return None
        return {name: (value, kind) for (name, kind), value in zip(self.holes, found, strict=True)}


def say(sentence: str, code: str, language: str) -> Said:
    """Say an error's sentence in a language, or as it is where it has no translation."""
    if language == LANGUAGES[0] or len(sentence) > LONGEST:
        return Said(text=sentence, language=LANGUAGES[0])
    text = _translated(sentence, _patterns(language, code), language)
    return Said(text=sentence, language=LANGUAGES[0]) if text is None else Said(text=text, language=language)


@lru_cache(maxsize=len(LANGUAGES))
def refusals(language: str) -> Mapping[str, Mapping[str, str]]:
    """Read every sentence and its translation by error code; the tables of words are under ``words``."""
    return tomllib.loads((_HERE / f"refusals.{language}.toml").read_text(encoding="utf-8"))


def pattern_of(sentence: str, translation: str) -> Pattern:
    """Take a sentence with named holes apart."""
    pieces = _HOLE.split(sentence)
    return Pattern(
        words=tuple(pieces[::3]),
        holes=tuple((name, kind or "") for name, kind in zip(pieces[1::3], pieces[2::3], strict=True)),
        translation=translation,
    )


@lru_cache(maxsize=256)
def _patterns(language: str, code: str) -> Sequence[Pattern]:
    """Patterns of a code first, then of all others: an error may hand the sentence of another one on."""
    tables = {name: table for name, table in refusals(language).items() if name != "words"}
    own = tables.pop(code, {})
    return tuple(pattern_of(*item) for table in (own, *tables.values()) for item in table.items())


@lru_cache(maxsize=64)
def _words(language: str, kind: str) -> Sequence[Pattern]:
    table: Any = refusals(language)["words"].get(kind, {})
    return tuple(pattern_of(*item) for item in table.items())


def _translated(sentence: str, patterns: Sequence[Pattern], language: str) -> str | None:
    for pattern in patterns:
        values = pattern.values(sentence)
        if values is not None:
            said = {name: _value(value, kind, language) for name, (value, kind) in values.items()}
            return pattern.translation.format(**said)
    return None


def _value(value: str, kind: str, language: str) -> str:
    if kind:
        whole = _translated(value, _words(language, kind), language)
        return whole if whole is not None else "".join(_each(value, kind, language))
    if _DAY.fullmatch(value):
        return texts(language).day(value)
    if _GROUPED.fullmatch(value):
        return value.replace(",", prose.THIN).replace(".", texts(language)("number.decimal"))
    return value


def _each(value: str, kind: str, language: str) -> Iterator[str]:
    """Say each word of a list, and what joins them."""
    t = texts(language)
    for word in _SEPARATORS.split(value):
        key = f"{kind}.{word.replace(' ', '_')}"
        if word in {" or ", " and "}:
            yield f" {t('site.or' if word == ' or ' else 'site.and')} "
        elif t.knows(key):
            yield t(key)
        else:
            known = _translated(word, _words(language, kind), language)
            yield word if known is None else known
