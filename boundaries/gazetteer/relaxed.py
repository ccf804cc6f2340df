"""Other spellings to try where a name is not found as it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundaries.gazetteer.spelling import plain_words

UMLAUTS = (("ue", "u"), ("oe", "o"), ("ae", "a"), ("aa", "a"), ("ss", "s"))
HEADS = (
    "greater",
    "downtown",
    r"(?:the )?city of",
    "(?:town|village|municipality) of",
    "(?:ville|commune) de",
    "(?:ciudad|cidade) de",
    "(?:città|comune) di",
    "stadt|gemeinde|city",
    "la|le|les|el|los|las|al|il|lo|o|os|as|a",
)
ENDS = ("city", "town", "township", "village", "stad", "stadt", "shi", "municipality", "kommune", "area", "metro")
BEFORE = re.compile(rf"(?i)^(?:{'|'.join(HEADS)})\s+(?=\S{{2}})")
AFTER = re.compile(rf"(?i)(?<=\S)(?:\s+(?:{'|'.join(ENDS)})|[市都府県縣县区區町村]|시|군|구|도)$")
CODE = re.compile(r"^[A-Z]{0,2}-?\d[\d -]{2,8}\s+(?=\D)|(?<=\D)\s+[A-Z]{0,2}\d[\d -]{2,8}$")


def as_written(name: str) -> str:
    """The letters of a name whose last word is not finished yet: *St* may become Stockholm."""
    return "".join(plain_words(name))


def spellings(name: str) -> Iterator[str]:
    """Other spellings: without postcode, *City of*, article, ending, and with *ue* for *ü*."""
    for pattern in (CODE, BEFORE, AFTER):
        shorter = pattern.sub("", name).strip()
        if shorter and shorter != name:
            yield shorter
    if (county := re.sub(r"(?i)\s+co\.?$", " County", name)) != name:
        yield county
    plain = name.casefold()
    for long, short in UMLAUTS:
        if long in plain:
            yield plain.replace(long, short)
    every = plain
    for long, short in UMLAUTS[:3]:
        every = every.replace(long, short)
    if every != plain:
        yield every
    for separator in ("-", "/", " "):
        if separator in name.strip():
            yield name.replace(separator, "")
