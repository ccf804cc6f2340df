"""What spellings of a name have in common: case, accents, blanks, punctuation and usual short forms left aside."""

from __future__ import annotations

import re
import unicodedata

WORDS = {
    **dict.fromkeys(("st", "ste", "saint", "sainte", "sankt", "sint"), "saint"),
    "sta": "santa",
    "sto": "santo",
    "mt": "mount",
    "ft": "fort",
    "pt": "point",
    "pto": "puerto",
    "cd": "ciudad",
    "gral": "general",
    "hts": "heights",
    "spgs": "springs",
    "jct": "junction",
    "bch": "beach",
}
"""Words that people write short, or that name the same saint in several languages."""
FOLDED = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ı": "i",
        "ħ": "h",
        "ŧ": "t",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ə": "e",
        "ʻ": "",
        "ʼ": "",
        "ʹ": "",
        "ʿ": "",
        "ʾ": "",
        "ـ": "",
        "ー": "",
        "ی": "ي",
        "ى": "ي",
        "ک": "ك",
        "ة": "ه",
        "ٱ": "ا",
        "\u200c": " ",
        "\u200d": "",
        **{chr(code): chr(code + 0x60) for code in range(0x3041, 0x3097)},
        **dict.fromkeys("'’‘`´′", ""),
        "&": " and ",
        "臺": "台",
    }
)
"""Letters that have no accent to lose but are written plainly too; hiragana as katakana."""
ACCENTS = ((0x0300, 0x036F), (0x0591, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F), (0x0670, 0x0670), (0x093C, 0x093C))
"""Marks that a reader may leave out. Other marks are vowels (Devanagari, Thai) or make another syllable (kana)."""
_ASCII = re.compile(r"[a-z0-9]+")


def letters(name: str) -> str:
    """The letters and digits of a name, its usual short words in full, a leading *the* left out."""
    return "".join(words(name))


def words(name: str) -> list[str]:
    """The words of a name, each plain and in full."""
    found = [WORDS.get(word, word) for word in plain_words(name)]
    return found[1:] if len(found) > 1 and found[0] == "the" else found


def plain_words(name: str) -> list[str]:
    """The words of a name without accents, as they were written."""
    text = name.casefold().translate(FOLDED)
    if text.isascii():
        return _ASCII.findall(text)
    kept = "".join(_plain(letter) for letter in unicodedata.normalize("NFKD", text))
    return kept.translate(FOLDED).split()


def _plain(letter: str) -> str:
    kind = unicodedata.category(letter)[0]
    if kind in "LN":
        return letter
    if kind == "M":
        code = ord(letter)
        return "" if any(low <= code <= high for low, high in ACCENTS) else letter
    return " "
