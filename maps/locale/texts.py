"""Sentences in a reader's language, their values written as that language writes them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from geopolity.messages import HOLE, Counted, Sayable, Template, as_typed, english, fill, written
from maps.locale import figures
from maps.locale.catalogue import LANGUAGES, catalogue
from maps.locale.terms import TERMS, UNITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A sentence and the language it is in."""

    text: str
    language: str


class Texts:
    """What is said in one language. Sentences are asked for by their English form, as gettext does."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = catalogue(language)
        self._joins = language != LANGUAGES[0]
        self._writers: Mapping[str, Callable[[Any], str]] = {
            "": str,
            "count": self.whole,
            "people": self.whole,
            "number": lambda value: figures.plain(float(f"{float(value):.6g}"), language),
            "exact": self.as_given,
            "rounded": self.rounded,
            "percent": self.percent,
            "area": lambda value: figures.ground(value, language),
            "quoted": self.quoted,
            "of": self.before_noun,
            "list": figures.joined,
            "clauses": "; ".join,
            "and": self.listed,
            "or": self.either,
            "day": self.day,
            "moment": self.day,
        }

    def __call__(self, text: str, /, **values: Any) -> str:
        """A sentence with its named values."""
        return fill(text, values, self._write, self._form)

    def count(self, one: str, other: str, number: float, /, **values: Any) -> str:
        """A sentence in the form that its number takes; the number is written for ``{number}``."""
        template = Counted(one, other)
        form = self._form(template, {"number": round(number)})
        return fill(form, {"number": self.whole(number), **values}, self._write, lambda text, _: english(text, {}))

    def term(self, family: str, word: str, /, **values: Any) -> str:
        """A program's word as people say it, by the family it belongs to; as it is where nobody has named it."""
        label = TERMS[family].get(str(word).replace(" ", "_"))
        if label is None:
            return str(word)
        return fill(self._catalogue.pgettext(family, label), values, self._write, lambda text, _: english(text, {}))

    def words(self, vocabulary: Mapping[str, str]) -> dict[str, str]:
        """Sentences by the name a script on a page calls them."""
        return {name: self._catalogue.gettext(text) for name, text in vocabulary.items()}

    def said(self, message: Sayable | str) -> Said:
        """An error's or a message's sentence, or in English where it has no translation."""
        if isinstance(message, str):
            return Said(text=message, language=LANGUAGES[0])
        first = message.message.one if isinstance(message.message, Counted) else message.message
        known = self.language != LANGUAGES[0] and self._knows(first)
        text = self(message.message, **message.facts) if known else str(message)  # type: ignore[arg-type]
        return Said(text=text, language=self.language if known else LANGUAGES[0])

    def say(self, message: Sayable | str) -> str:
        """A message's sentence, or in English where it has no translation."""
        return self.said(message).text

    def whole(self, number: float) -> str:
        """Whole number: ``3,142``."""
        return figures.whole(number, self.language) if math.isfinite(number) else self("unknown")

    def people(self, count: float) -> str:
        """Count of people, three significant digits: ``22.4 million``, ``22,4 millones``."""
        if 0 < count < 0.5:
            return self("fewer than 1")
        return self.rounded(float(count) if count < 100 else round(count) if math.isfinite(count) else count)

    def rounded(self, number: float) -> str:
        """Three significant digits."""
        return figures.rounded(number, self.language) if math.isfinite(number) else self("unknown")

    def percent(self, share: float, digits: int = 1) -> str:
        """Share (0..1) as per cent."""
        return figures.percent(share, self.language, digits)

    def gap(self, share: float) -> str:
        """Small share (0..1) as per cent, rounded upwards."""
        return figures.tiny_percent(share, self.language)

    def slack(self, share: float) -> str:
        """Small share (0..1) as people say it: tenths of a per cent, rounded upwards; whole ones from ten on."""
        return figures.slack(share, self.language)

    def tiny(self, number: float) -> str:
        """Very small number in two digits and a power of ten."""
        return figures.tiny(number, self.language)

    def fixed(self, number: float, digits: int) -> str:
        """A number with so many digits after the mark."""
        return self.as_given(f"{number:.{digits}f}")

    def grouped(self, number: float, digits: int) -> str:
        """A number with so many digits after the mark, thousands separated."""
        return figures.grouped(number, digits, self.language)

    def as_given(self, number: object) -> str:
        """A number as it was written, with the mark of the language."""
        return figures.as_given(number, self.language)

    def between(self, low: float, high: float) -> str:
        """Range of people; empty where both ends read the same."""
        if not (math.isfinite(low) and math.isfinite(high)):
            return f"{self.rounded(low)}–{self.rounded(high)}"
        return figures.between(low, high, self.language)

    def distance(self, metres: float) -> str:
        """Distance: metres below a kilometre, else kilometres."""
        return figures.distance(metres, self.language)

    def kilometres(self, km: float) -> str:
        """Kilometres as they were given."""
        return figures.kilometres(km, self.language)

    def area(self, km2: float) -> str:
        """Square kilometres, three significant digits."""
        written = figures.square_kilometres(km2, self.language)
        number, _, unit = written.rpartition(figures.FIXED)
        return f"{self.before_noun(number)}{figures.FIXED}{unit}"

    def day(self, moment: object) -> str:
        """Day of an ISO 8601 moment, ``23 Nov 2026``; a word in its place stays as it is."""
        text = str(moment)
        return figures.day(text, self.language) if text[:4].isdigit() else text

    def country(self, code: str, otherwise: str) -> str:
        """A country by its ISO 3166 alpha-2, as CLDR names it."""
        return figures.country(code, self.language) or otherwise

    def units(self, layer_name: str, number: float) -> str:
        """Name one or many units of a layer: ``county``, ``counties``."""
        one, many = UNITS.get(layer_name.replace("_", "-").rpartition("-")[2].lower(), UNITS["units"])
        return self._catalogue.npgettext("unit", one, many, int(number))

    def number_of(self, number: float, one: str, many: str) -> str:
        """How many of something: ``1 polity``, ``12 polities``."""
        return f"{self.whole(number)}{figures.FIXED}{one if number == 1 else many}"

    def unit_count(self, layer_name: str, number: float) -> str:
        """How many units of a layer: ``214 counties``."""
        return f"{self.whole(number)}{figures.FIXED}{self.units(layer_name, number)}"

    def listed(self, words: str | Iterable[object]) -> str:
        """Join names with commas and a last *and*."""
        return words if isinstance(words, str) else figures.listed(words, self.language)

    def either(self, words: str | Iterable[object]) -> str:
        """Join names with commas and a last *or*."""
        return words if isinstance(words, str) else figures.listed(words, self.language, "or")

    def quoted(self, typed: object) -> str:
        """What somebody typed, in the quotation marks of the language."""
        said = as_typed(typed)
        return self(noop("'{typed}'"), typed=said[1:-1]) if isinstance(typed, str) else said

    def before_noun(self, number: object) -> str:
        """A written number before what it counts: Romance languages say ``43,9 millones de personas``."""
        text = str(number)
        return f"{text}{figures.FIXED}{self.term('million', 'of')}" if text[-1:].isalpha() and self._joins else text

    def _knows(self, text: str) -> bool:
        """Whether the catalogue has a sentence; one without words of its own needs none."""
        if not any(letter.isalpha() for letter in HOLE.sub("", text)):
            return True
        return self._catalogue.gettext(text) != text or self._catalogue.ngettext(text, "", 1) != text

    def _form(self, template: Template, facts: Mapping[str, Any]) -> str:
        if isinstance(template, Counted):
            return self._catalogue.ngettext(template.one, template.other, int(facts[template.by]))
        return self._catalogue.gettext(template) if template else template

    def _write(self, kind: str, value: Any) -> str:
        writer = self._writers.get(kind)
        if writer is not None:
            return writer(value)
        family, _, join = kind.partition(".")
        if family not in TERMS:
            return written(kind, value)
        if isinstance(value, str) or not isinstance(value, Iterable):
            return self.term(family, value)
        return self._writers[join or "list"]([self.term(family, one) for one in value])


def noop(text: str) -> str:
    """A sentence that is said elsewhere; here it only enters the catalogues."""
    return text


@lru_cache(maxsize=32)
def texts(language: str) -> Texts:
    """The texts of a language; of English for any that is not spoken."""
    return Texts(language if language in LANGUAGES else LANGUAGES[0])


def said(message: Sayable | str, language: str) -> Said:
    """A sentence in a language, or in English where it has no translation there."""
    return texts(language).said(message)
