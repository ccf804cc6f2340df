"""An address as somebody writes it, in words that may be of its street, its place or its number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from boundaries.addresses.address import label
from boundaries.addresses.words import FILLING, is_ordinal, street_words, weight
from boundaries.gazetteer.areas import Area, areas_named
from boundaries.gazetteer.readings import parts_of
from boundaries.gazetteer.spelling import plain_words

LONGEST = 200
MOST_WORDS = 16
_UNIT = re.compile(
    r"(?:,\s*|\s+|^)(?:(?:apt|apartment|appt|appartement|unit|suite|ste|room|rm|floor|fl|flat|bldg|building|wohnung|whg"
    r"|piso|puerta|pta|apto|bte|lot|trlr|esc|bat|etage|étage|bâtiment|batiment|dpto)\.?\s*#?\s*"
    r"(?:[0-9]+[\w-]*|[a-z](?![\w])[\w-]*)|#\s*[\w-]+|[0-9]+(?:st|nd|rd|th|e|er|eme|ème)\s+(?:floor|fl|etage|étage))"
    r"(?=[\s,]|$)",
    re.IGNORECASE,
)
_ZIP4 = re.compile(r"\b([0-9]{5})-[0-9]{4}\b")
_NUMBER = re.compile(r"^[0-9]+[a-z]?$")
_SUFFIXES = frozenset(("bis", "ter", "quater", "a", "b", "c", "d", "e", "f", "g", "h"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word of an address: as streets are kept, and whether it is part of a region or country."""

    text: str
    weight: float
    is_ordinal: bool = False
    is_area: bool = False

    @property
    def is_number(self) -> bool:
        """Whether it may be a house's number."""
        return not self.is_ordinal and self.text[0].isdigit()


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """One way to read the house's number: its label, and the places of the words that it is made of."""

    label: str
    at: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written, once read.

    Attributes
    ----------
    words
        All words, apartments left out.
    numberings
        Ways to read the number, the likeliest first; none where no number is written.
    areas
        Regions and countries that are named.
    """

    words: tuple[Word, ...]
    numberings: tuple[Numbering, ...]
    areas: tuple[Area, ...] = ()

    @property
    def is_address(self) -> bool:
        """Whether it can be an address: a number, and a word besides it that is no area."""
        return any(
            not word.is_area and len(word.text) > 1 and not word.text.isdigit()
            for one in self.numberings
            for place, word in enumerate(self.words)
            if place not in one.at
        )


def read_address(text: str) -> Written:
    """Read what somebody wrote."""
    asked = _ZIP4.sub(r"\1", " ".join(text.split())[:LONGEST])
    asked = _UNIT.sub(" ", asked).strip(" ,")
    parts = parts_of(asked)
    area_words, areas = _areas_behind(parts)
    words: list[Word] = []
    for place, part in enumerate(parts):
        words += _words(part, area_words.get(place, 0))
    kept = tuple(words[:MOST_WORDS])
    return Written(words=kept, numberings=tuple(_numberings(kept)), areas=areas)


def _areas_behind(parts: list[str]) -> tuple[dict[int, int], tuple[Area, ...]]:
    """How many last words of the last parts name a region or country, and which."""
    counts: dict[int, int] = {}
    found: tuple[Area, ...] = ()
    for place in range(len(parts) - 1, max(len(parts) - 3, -1), -1):
        words = [word for word in parts[place].split() if not any(letter.isdigit() for letter in word)]
        most = min(3, len(words)) if place or len(words) < len(parts[place].split()) else len(words) - 1
        count = next((one for one in range(most, 0, -1) if areas_named(" ".join(words[-one:]))), 0)
        if not count:
            break
        counts[place] = count
        areas = areas_named(" ".join(words[-count:]))
        found = (*found, *areas)
        if any(area.admin1 for area in areas):
            break
    return counts, found


def _words(part: str, area_words: int) -> Iterator[Word]:
    plain = plain_words(part.replace("ß", "ss").replace("/", " "))
    ordinals = {street_words(word)[0] for word in plain if is_ordinal(word)}
    shorts = street_words(_hyphened(part))
    letters_from = len(shorts)
    left = area_words
    for place in range(len(shorts) - 1, -1, -1):
        if left and not shorts[place][0].isdigit():
            left, letters_from = left - 1, place
    for place, short in enumerate(shorts):
        is_area = area_words > 0 and place >= letters_from and not short[0].isdigit()
        yield Word(text=short, weight=weight(short), is_ordinal=short in ordinals, is_area=is_area)


def _hyphened(part: str) -> str:
    """Numbers with a hyphen as one word: ``37-12``."""
    return re.sub(r"\b([0-9]+)-([0-9]+[a-z]?)\b", r"\1\2", part, flags=re.IGNORECASE)


def _numberings(words: tuple[Word, ...]) -> Iterator[Numbering]:
    for place, word in enumerate(words):
        if not word.is_number or len(word.text) > 8:
            continue
        behind = words[place + 1].text if place + 1 < len(words) else ""
        if behind in _SUFFIXES and _NUMBER.match(word.text):
            yield Numbering(label=label(word.text + behind), at=frozenset((place, place + 1)))
        yield Numbering(label=label(word.text), at=frozenset((place,)))


def searched(written: Written) -> list[str]:
    """Words to search streets by: those that say something, numbers and areas aside."""
    return [word.text for word in written.words if not word.is_area and not word.is_number and word.weight >= 1.0]


def every(written: Written) -> list[str]:
    """The same with kinds of streets and sides of town."""
    return [word.text for word in written.words if not word.is_area and not word.is_number and word.text not in FILLING]


def weak(written: Written) -> list[str]:
    """Words to search by where there are no better ones."""
    return [word.text for word in written.words if not word.is_area and word.text not in FILLING]
