"""All words of the pages, in every language the service speaks, and numbers and dates as that language writes them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from geopolity import prose

LANGUAGES = ("en", "es")
"""English first: it is spoken to whoever asks for none of the others."""
_HERE = Path(__file__).parent
_WORDS = ("million", "billion", "trillion")


class Texts:
    """The catalogue in one language; a key that is not there is a mistake of ours and raises ``KeyError``."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._said = catalogue(language)

    def __call__(self, key: str, **values: Any) -> str:
        """Say a key, its ``{names}`` filled in."""
        return self._said[key].format(**values)

    def knows(self, key: str) -> bool:
        """Whether there is such a key."""
        return key in self._said

    def count(self, key: str, number: float, **values: Any) -> str:
        """Say ``key.one`` or ``key.other``, with the number as ``{number}``."""
        form = "one" if round(number) == 1 else "other"
        return self(f"{key}.{form}", number=self.whole(number), **values)

    def part_of(self, prefix: str) -> dict[str, str]:
        """Give all keys under a prefix, without it: what a script on a page may say."""
        return {key[len(prefix) :]: text for key, text in self._said.items() if key.startswith(prefix)}

    def whole(self, number: float) -> str:
        """Whole number: ``3 142``."""
        return self._localised(prose.exact(number))

    def people(self, count: float) -> str:
        """Count of people, three significant digits: ``22.4 million``, ``22,4 millones``."""
        return self._localised(prose.people(count))

    def rounded(self, number: float) -> str:
        """Three significant digits."""
        return self._localised(prose.rounded(number))

    def percent(self, share: float, digits: int = 1) -> str:
        """Share (0..1) as per cent."""
        return self._localised(prose.percent(share, digits=digits))

    def gap(self, share: float) -> str:
        """Small share (0..1) as per cent, rounded upwards."""
        return self._localised(prose.tiny_percent(share))

    def between(self, low: float, high: float) -> str:
        """Range of people; empty where both ends read the same."""
        return self._localised(prose.between(low, high))

    def distance(self, metres: float) -> str:
        """Distance: metres below a kilometre, else kilometres."""
        if metres < 1000:
            return self("number.metres", number=self._localised(f"{metres:.0f}"))
        digits = 1 if metres < 100_000 else 0
        return self("number.km", number=self._localised(f"{metres / 1000:,.{digits}f}".replace(",", prose.THIN)))

    def day(self, moment: object) -> str:
        """Day of an ISO 8601 moment, ``23 Nov 2026``."""
        year, month, day = str(moment)[:10].split("-")
        return f"{int(day)}{prose.THIN}{self('date.months').split()[int(month) - 1]}{prose.THIN}{year}"

    def units(self, layer_name: str, number: int) -> str:
        """Name one or many units of a layer: ``county``, ``counties``."""
        one, many = prose.unit_words(layer_name)
        form = "one" if number == 1 else "other"
        key = f"unit.{one}.{form}"
        return self(key) if self.knows(key) else (one if number == 1 else many)

    def listed(self, words: Iterable[str]) -> str:
        """Join names with commas and a last *and*."""
        *front, last = words
        return f"{', '.join(front)} {self('site.and')} {last}" if front else last

    def _localised(self, text: str) -> str:
        if text == "unknown":
            return self("number.unknown")
        if text == "fewer than 1":
            return self("number.few")
        for word in _WORDS:
            text = text.replace(word, self(f"number.{word}"))
        return text.replace(".", self("number.decimal"))


@lru_cache(maxsize=len(LANGUAGES))
def texts(language: str) -> Texts:
    """Open the texts of a language; of English for any that is not spoken."""
    return Texts(language if language in LANGUAGES else LANGUAGES[0])


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: str) -> Mapping[str, str]:
    """Every key of a language with its text."""
    return _flat(tomllib.loads((_HERE / f"{language}.toml").read_text(encoding="utf-8")), "")


def spoken(wanted: str | None, kept: str | None, accepted: str | None) -> str:
    """Choose a language: the one asked for, else the one kept, else the first acceptable one that is spoken.

    Parameters
    ----------
    wanted, kept
        Of the address and of the cookie.
    accepted
        An ``Accept-Language`` header, ``es-MX,es;q=0.9,en;q=0.8``; its weights decide.
    """
    for one in (wanted, kept):
        if one in LANGUAGES:
            return one
    ranges = [_weighted(part) for part in (accepted or "").split(",")]
    spoken_ones = [(weight, name) for weight, name in ranges if name in LANGUAGES and weight > 0]
    return max(spoken_ones, key=lambda one: one[0])[1] if spoken_ones else LANGUAGES[0]


def _weighted(part: str) -> tuple[float, str]:
    name, _, weight = part.strip().partition(";q=")
    try:
        return (float(weight) if weight else 1.0), name.partition("-")[0].lower()
    except ValueError:
        return 0.0, ""


def _flat(table: Mapping[str, Any], prefix: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        found |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return found
