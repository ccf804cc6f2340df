"""Words of streets and places as all their spellings have them in common: short forms, ordinals, accents aside."""

from __future__ import annotations

import re
from collections.abc import Mapping

from boundaries.gazetteer.spelling import plain_words

SHORT: Mapping[str, tuple[str, ...]] = {
    "st": ("street", "saint", "sainte", "sankt", "strasse", "str", "strs"),
    "ave": ("avenue", "av", "aven", "avenida", "avda", "avd"),
    "blvd": ("boulevard", "boul", "bd", "bld", "bvd", "bulevar"),
    "dr": ("drive", "driv", "drv", "doctor", "docteur"),
    "rd": ("road", "route", "rte"),
    "ln": ("lane",),
    "ct": ("court", "crt"),
    "pl": ("place", "plaza", "pza", "plz", "platz", "plc"),
    "sq": ("square", "sqr", "squ"),
    "ter": ("terrace", "terr"),
    "cir": ("circle", "circ", "crcl"),
    "hwy": ("highway", "hiway", "hway"),
    "pkwy": ("parkway", "parkwy", "pky", "pkway"),
    "expy": ("expressway", "expwy"),
    "fwy": ("freeway",),
    "trl": ("trail", "tr"),
    "way": ("wy", "weg"),
    "aly": ("alley", "allee", "all", "allée"),
    "brg": ("bridge",),
    "cres": ("crescent", "cresc"),
    "xing": ("crossing",),
    "hl": ("hill",),
    "hls": ("hills",),
    "hts": ("heights",),
    "lk": ("lake",),
    "mt": ("mount", "mont"),
    "mtn": ("mountain",),
    "pt": ("point", "pointe"),
    "rdg": ("ridge",),
    "rue": ("r",),
    "riv": ("river",),
    "spg": ("spring",),
    "spgs": ("springs",),
    "sta": ("station",),
    "vly": ("valley",),
    "vw": ("view",),
    "ft": ("fort",),
    "jct": ("junction",),
    "bch": ("beach",),
    "lndg": ("landing",),
    "cty": ("county", "cnty"),
    "cl": ("calle", "close", "c"),
    "ch": ("chemin", "che"),
    "imp": ("impasse",),
    "fg": ("faubourg", "fbg"),
    "gen": ("general", "gal", "gral"),
    "mal": ("marechal",),
    "pres": ("president",),
    "n": ("north", "nord", "norte", "no"),
    "s": ("south", "sud", "sur", "so"),
    "e": ("east", "est", "este", "ost"),
    "w": ("west", "ouest", "oeste"),
    "ne": ("northeast",),
    "nw": ("northwest",),
    "se": ("southeast",),
    "sw": ("southwest",),
    "jr": ("junior",),
    "1": ("first", "premier", "premiere", "primera", "primero"),
    "2": ("second", "deuxieme", "segunda"),
    "3": ("third", "tercera"),
    "4": ("fourth",),
    "5": ("fifth",),
    "6": ("sixth",),
    "7": ("seventh",),
    "8": ("eighth",),
    "9": ("ninth",),
    "10": ("tenth",),
    "11": ("eleventh",),
    "12": ("twelfth",),
    "13": ("thirteenth",),
    "14": ("fourteenth",),
    "15": ("fifteenth",),
    "16": ("sixteenth",),
    "17": ("seventeenth",),
    "18": ("eighteenth",),
    "19": ("nineteenth",),
    "20": ("twentieth",),
}
"""What each short form stands for. *St* is a street and a saint, *Dr* a drive and a doctor: both are kept as one."""
_SHORTEST = {word: short for short, words in SHORT.items() for word in words}
_ORDINAL = re.compile(r"([0-9]+)(?:st|nd|rd|th|er|ere|eme|nde|(?<![0-9]{3})e)$")
_STRASSE = re.compile(r"(.{3,})str(?:asse)?$")
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
FILLING = frozenset(("the", "of", "de", "la", "le", "les", "du", "des", "del", "el", "los", "las", "d", "l", "y", "et"))
"""Words that may stand or not."""
DIRECTIONS = frozenset(("n", "s", "e", "w", "ne", "nw", "se", "sw"))
KINDS = frozenset(
    [
        "st",
        "ave",
        "blvd",
        "dr",
        "rd",
        "ln",
        "ct",
        "pl",
        "sq",
        "ter",
        "cir",
        "hwy",
        "pkwy",
        "expy",
        "fwy",
        "trl",
        "way",
        "aly",
        "cres",
        "cl",
        "ch",
        "imp",
        "rue",
        "via",
        "row",
        "walk",
        "loop",
        "run",
        "path",
    ]
)
"""Words that say what kind of street it is."""


def street_words(text: str) -> list[str]:
    """The words of a street or place, each in its shortest form; ordinals are their numbers."""
    found: list[str] = []
    for word in plain_words(text.replace("ß", "ss").replace("/", " ").replace("º", "").replace("ª", "")):
        if found and found[-1] in TENS and (short := _SHORTEST.get(word, "")).isdigit() and int(short) < 10:
            found[-1] = str(TENS[found[-1]] + int(short))
            continue
        found.append(shortest(word))
    return found


def shortest(word: str) -> str:
    """One plain word in its shortest form."""
    if word[0].isdigit():
        ordinal = _ORDINAL.match(word)
        return ordinal[1] if ordinal else word
    if word in _SHORTEST:
        return _SHORTEST[word]
    compound = _STRASSE.match(word)
    return f"{compound[1]}str" if compound else word


def is_ordinal(word: str) -> bool:
    """Whether a plain word is a number that counts streets: ``5th``."""
    return _ORDINAL.match(word) is not None and word[-1].isalpha() and len(word) > 2


def weight(word: str) -> float:
    """How much a word says about which street is meant."""
    if word in FILLING:
        return 0.05
    if word in DIRECTIONS:
        return 0.4
    return 0.25 if word in KINDS else 1.0
