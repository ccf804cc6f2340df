"""In which encoding a text was written: proven by its bytes, recognised and said, or left to a person.

UTF-8 and a byte order mark prove themselves. Every other encoding of one byte a letter reads any bytes, so Windows-1252
is taken only where its letters make plausible words, another only where charset-normalizer is sure of a language; else
the possible readings are shown, and ``--encoding`` decides.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from boundaries.errors import FileError
from geopolity.messages import Message

BLOCK = 1 << 22
SAMPLE = 1 << 18
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
CANDIDATES = (
    "cp1252",
    "cp850",
    "mac_roman",
    "cp1250",
    "cp1251",
    "cp932",
    "gb18030",
    "big5",
    "cp949",
    "iso8859_7",
    "cp1254",
)
SHOWN = 5
SURE, CLEAR = 0.5, 0.1
"""How much of a language must be recognised, and by how much before the next encoding."""
_WORD = re.compile(r"(?:(?<![^\W\d_])|(?<=[^\x00-\x7f]))[^\W\d_]*[^\x00-\x7f]+[^\W\d_]*[^\x00-\x7f]*")
"""Tried at the beginning of a run of letters only: a long one is not read again from each of its letters."""
_SIGNS = (
    "\u00a1-\u00a9\u00ac-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u0192\u201a-\u2026\u2030\u2039\u203a"
    "\u20ac\u02dc\u2122"
)
_SYMBOL_IN_WORD = re.compile(
    f"[A-Za-z\u00c0-\u00ff][\u00ab{_SIGNS}][a-z\u00e0-\u00ff]|[{_SIGNS}][A-Za-z\u00c0-\u00ff]{{2}}"
)
MOST_ACCENTED = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """Name of an encoding, and the sentence to say about it where it was recognised rather than proven."""

    name: str
    notes: tuple[Message, ...] = ()

    @property
    def is_recognised(self) -> bool:
        """Whether it was inferred from how the text reads."""
        return bool(self.notes)


def encoding_of(path: Path, asked: str | None = None) -> Encoding:
    """Encoding of a text file.

    Raises
    ------
    FileError
        If it is not the one that was asked for, or several read the file and none is clearly right.
    """
    if asked is not None:
        return _asked(path, asked)
    with path.open("rb") as file:
        head = file.read(BLOCK)
    mark = next((mark for mark in MARKS if head.startswith(mark)), None)
    if mark is not None:
        _check_reads(path, MARKS[mark])
        return Encoding(name=MARKS[mark])
    wide = _without_mark(head)
    if wide is not None and _reads(path, wide):
        return Encoding(name=wide, notes=(_bare(path, wide),))
    if _reads(path, "utf-8"):
        return Encoding(name="utf-8")
    found = recognised(_telling(path), path)
    _check_reads(path, found.name)
    return found


def recognised(text: bytes, path: Path) -> Encoding:
    """Encoding of bytes that are not UTF-8, by the words that they make."""
    if _is_plausible(text, "cp1252"):
        return _said(path, "cp1252", text)
    best = _by_language(text)
    if best is not None:
        return _said(path, best, text)
    fitting = [name for name in CANDIDATES if _letters(text, name) > 0]
    fitting.sort(key=lambda name: -round(_letters(text, name), 1))
    shown = [f"{name}: {_sample(text, name)!r}" for name in fitting[:SHOWN]]
    raise FileError(
        "{path} is not in UTF-8, and its letters can be read in several ways ({readings:list}); say which with "
        "--encoding, or save it as UTF-8.",
        path=path,
        readings=shown,
    )


def _bare(path: Path, name: str) -> Message:
    return Message(
        "{file} was recognised as {encoding} without a byte order mark. --encoding names another.",
        file=path.name,
        encoding=name.upper(),
    )


def _said(path: Path, name: str, text: bytes) -> Encoding:
    note = Message(
        "{file} is not in UTF-8; it was read as {encoding} (such as {sample:quoted}). --encoding names another.",
        file=path.name,
        encoding=name,
        sample=_sample(text, name),
    )
    return Encoding(name=name, notes=(note,))


def _asked(path: Path, asked: str) -> Encoding:
    try:
        codecs.lookup(asked)
    except LookupError as error:
        raise FileError(
            "There is no encoding {name:quoted}; give one such as utf-8, cp1252, cp850, mac_roman, cp1251 or "
            "shift_jis.",
            name=asked,
        ) from error
    _check_reads(path, asked)
    return Encoding(name=asked)


def _check_reads(path: Path, name: str) -> None:
    if not _reads(path, name):
        raise FileError(
            "{path} cannot be read in the encoding {name}; name another with --encoding.", path=path, name=name
        )


def _reads(path: Path, name: str) -> bool:
    try:
        decoder = codecs.getincrementaldecoder(name)()
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except (UnicodeError, LookupError, AttributeError, TypeError):
        return False
    return True


def _without_mark(head: bytes) -> str | None:
    """UTF-16 whose byte order mark was lost: every other byte of plain text is 0."""
    sample = head[: SAMPLE - SAMPLE % 2]
    if len(sample) < 4 or 0 not in sample:
        return None
    even, odd = sample[0::2].count(0) / len(sample), sample[1::2].count(0) / len(sample)
    if max(even, odd) < 0.35:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _telling(path: Path) -> bytes:
    """Lines with a letter beyond ASCII, up to a sample's worth."""
    found: list[bytes] = []
    size = 0
    with path.open("rb") as file:
        for line in file:
            if not line.isascii():
                found.append(line[:2_000])
                size += len(found[-1])
            if size > SAMPLE:
                break
    return b"".join(found)


def _decoded(text: bytes, name: str) -> str | None:
    try:
        decoded = text.decode(name)
    except UnicodeDecodeError:
        return None
    return None if any("\x7f" <= letter <= "\x9f" for letter in decoded) else decoded


def _letters(text: bytes, name: str) -> float:
    """Share of what is beyond ASCII that are letters; 0 if the encoding does not read it."""
    decoded = [letter for letter in _decoded(text, name) or "" if not letter.isascii()]
    return sum(letter.isalpha() for letter in decoded) / max(len(decoded), 1)


def _is_plausible(text: bytes, name: str) -> bool:
    """Whether accented letters stand in words between plain ones, and no sign stands inside a word."""
    decoded = _decoded(text, name)
    if decoded is None or _SYMBOL_IN_WORD.search(decoded):
        return False
    words = [word for word in _WORD.findall(decoded) if any(letter.isalpha() for letter in word)]
    accented = sum(not letter.isascii() for word in words for letter in word)
    return accented <= MOST_ACCENTED * sum(map(len, words)) or not words


def _by_language(text: bytes) -> str | None:
    import charset_normalizer  # noqa: PLC0415 - only where a text is not UTF-8

    found = list(charset_normalizer.from_bytes(text, cp_isolation=list(CANDIDATES)))
    if not found or found[0].coherence < SURE:
        return None
    if len(found) > 1 and found[0].coherence - found[1].coherence < CLEAR:
        return None
    return str(found[0].encoding)


def _sample(text: bytes, name: str) -> str:
    decoded = _decoded(text, name) or ""
    word = _WORD.search(decoded)
    start = max(decoded.rfind("\n", 0, word.start()) + 1, word.start() - 12) if word else 0
    return decoded[start : start + 24].splitlines()[0] if decoded else ""
