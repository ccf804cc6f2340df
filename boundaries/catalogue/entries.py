"""Known layers as TOML: whose file it is, and which of its columns mean what.

A file whose name fits the ``pattern`` of an entry in ``catalogue/`` needs no column named. A person's own entry is
a TOML file with ``file`` (and ``people_file``) beside it, opened like a layer:

    title = "Wards of Springfield"
    file = "wards.gpkg"
    id = "WARD"
    population = "RESIDENTS"
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, fields
from fnmatch import fnmatch
from functools import lru_cache
from importlib import resources
from pathlib import Path

from boundaries.errors import FileError
from boundaries.how import Notation


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is known of a layer.

    Attributes
    ----------
    pattern
        Name of the files it describes, with ``*`` for what varies.
    id, label, population, parent
        Columns; ``*`` stands for what varies from year to year.
    id_after
        Ids are what follows this text (``US`` in 0500000US01001).
    crs
        Coordinate system of files that name none.
    notation
        How its publisher writes numbers, ``point`` or ``comma``, where the text leaves it open.
    """

    title: str = ""
    vintage: str = ""
    source: str = ""
    licence: str = ""
    pattern: str = ""
    file: str | None = None
    people_file: str | None = None
    sha256: str | None = None
    id: str | None = None
    id_after: str | None = None
    label: str | None = None
    population: str | None = None
    parent: str | None = None
    crs: str | None = None
    notation: Notation | None = None


@lru_cache(maxsize=1)
def entries() -> tuple[Entry, ...]:
    """Entries that travel with geopolity, in the order of their names."""
    folder = resources.files("boundaries.catalogue")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return tuple(_entry(file.read_text(encoding="utf-8"), file.name) for file in files)


def known(path: Path) -> Entry:
    """Entry that describes a file by its name; an empty one if none does."""
    return next((entry for entry in entries() if entry.pattern and fnmatch(path.name, entry.pattern)), Entry())


def read_entry(path: Path) -> Entry:
    """Entry written by a person, naming the file it describes."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise FileError("{file} is not TOML ({reason}); correct it.", file=str(path), reason=str(error)) from error
    entry = _entry(text, str(path))
    if entry.file is None:
        raise FileError(
            '{path} names no file; add file = "…" with the file of units beside it.',
            path=path,
        )
    return entry


def column(table_columns: list[str], wanted: str | None) -> str | None:
    """Return the column an entry means in a table, or None if the table has none such."""
    if wanted is None:
        return None
    return next((name for name in table_columns if fnmatch(name, wanted)), None)


def check_sha256(path: Path, entry: Entry) -> None:
    """Refuse a file that is not the one its entry describes."""
    if entry.sha256 is None:
        return
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != entry.sha256.lower():
        raise FileError(
            "{path} has the SHA-256 {found}, not {wanted}; fetch it again or correct the entry.",
            path=path,
            found=found,
            wanted=entry.sha256,
        )


def _entry(text: str, name: str) -> Entry:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FileError(
            "{file} is not TOML ({reason}); correct it.",
            file=name,
            reason=str(error),
        ) from error
    keys = [field.name for field in fields(Entry)]
    unknown = sorted(set(table) - set(keys))
    if unknown:
        raise FileError(
            "{file} has the unknown key {key:quoted}; a layer entry has {keys:list}.",
            file=name,
            key=unknown[0],
            keys=list(keys),
        )
    if table.get("notation") not in (None, "point", "comma"):
        raise FileError(
            '{name} has notation {value:quoted}; write "point" or "comma".', name=name, value=table["notation"]
        )
    return Entry(**{key: str(value) for key, value in table.items()})  # type: ignore[arg-type]
