"""The files of a shapefile: whether they are together, and in which encoding its table is written."""

from __future__ import annotations

from pathlib import Path

from boundaries.errors import FileError
from boundaries.tables.encoding import recognised
from geopolity.messages import Message

SAMPLE = 1 << 20
LANGUAGE_AT = 29
"""Byte of a dBASE header that names its code page; 0 for none."""


def table_encoding(path: Path) -> tuple[str | None, tuple[Message, ...]]:
    """Encoding to read a shapefile's text in (``None``: the one that it says), and a sentence where it was inferred.

    Text that is UTF-8 and not ASCII is UTF-8, whatever a file beside it says: other text is so by no chance.
    """
    table = next((other for other in _beside(path, ".dbf")), None)
    if table is None:
        return None, ()
    with table.open("rb") as file:
        content = file.read(SAMPLE)
    header_size = int.from_bytes(content[8:10], "little")
    text = content[header_size:]
    if text.isascii():
        return None, ()
    said = next((other.read_text(encoding="ascii", errors="replace").strip() for other in _beside(path, ".cpg")), "")
    if _is_utf8(text):
        if said.upper().replace("-", "") == "UTF8":
            return None, ()
        note = Message("{file} says no encoding, and its text is UTF-8; it was read so.", file=path.name)
        if said:
            note = Message("{file} says {said}, and its text is UTF-8; it was read so.", file=path.name, said=said)
        return "UTF-8", (note,)
    if said or (len(content) > LANGUAGE_AT and content[LANGUAGE_AT] != 0):
        return None, ()
    found = recognised(b"\n".join(text.split()), path)
    return found.name, found.notes


def check_companions(path: Path, named: Path) -> None:
    """Refuse the one file of shapes without the index beside it, as a mail or an upload leaves it.

    Parameters
    ----------
    named
        What the person called it.
    """
    if path.suffix.lower() == ".shp" and not _beside(path, ".shx"):
        raise FileError(
            "{path} is one of the files of a shapefile, and the .shx beside it is missing; keep all of them together, "
            "or put them in one .zip.",
            path=named,
        )


def _beside(path: Path, suffix: str) -> list[Path]:
    return [
        other for other in sorted(path.parent.iterdir()) if other.stem == path.stem and other.suffix.lower() == suffix
    ]


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(text) - 4 and len(text) >= SAMPLE // 2
    return True
