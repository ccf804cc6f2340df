"""Ways to read a text: which part is the name, and what the name lies in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from boundaries.gazetteer import relaxed
from boundaries.gazetteer.areas import areas_named
from boundaries.gazetteer.spelling import letters

BREAKS = re.compile(r"\s*[,،、，;]\s*")
BRACKETS = re.compile(r"^(.+?)\s*[(（\[](.+?)[)）\]]\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to read a text: a name, what it lies in, and what of the text that is, if not all."""

    name: str
    within: tuple[str, ...] = ()
    read_as: str = ""


def readings(text: str) -> Iterator[Reading]:
    """Ways to read a text, the likeliest first."""
    parts = parts_of(text)
    if len(parts) == 1:
        yield Reading(name=parts[0])
        yield from _without_comma(parts[0])
        brackets = BRACKETS.match(parts[0])
        if brackets is not None:
            yield Reading(name=brackets[1], within=(brackets[2],))
    elif parts:
        yield Reading(name=parts[0], within=tuple(parts[1:]))
        yield Reading(name=text)
        is_street = len(parts) > 2 or any(letter.isdigit() for letter in parts[0])
        for start in range(1, len(parts) if is_street else 1):
            rest = tuple(parts[start:])
            if len(rest) > 1 or not areas_named(rest[0]):
                yield Reading(name=rest[0], within=rest[1:], read_as=", ".join(rest))


def looser(reading: Reading) -> Iterator[Reading]:
    """The same with other spellings of the name."""
    for name in relaxed.spellings(reading.name):
        yield replace(reading, name=name)


def parts_of(text: str) -> list[str]:
    """What stands between commas."""
    return [part for part in BREAKS.split(text) if letters(part)]


def _without_comma(text: str) -> Iterator[Reading]:
    """*Portland Maine*, *London UK*: last words that name an area."""
    words = text.split()
    for count in range(1, min(len(words), 5)):
        tail = " ".join(words[-count:])
        if areas_named(tail):
            yield Reading(name=" ".join(words[:-count]), within=(tail,))
