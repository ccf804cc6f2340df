"""Unpack a zipped shapefile or a KMZ, trusting nothing in it."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from boundaries.errors import FileError
from geopolity.messages import Message

LARGEST_BYTES = 1_000_000_000
LARGEST_RATIO = 200
MOST_MEMBERS = 1_000
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError, OSError),
    *(LookupError, ValueError, OverflowError),
)
"""What a damaged archive raises, in its directory (names that are no text, empty names) or while it is unpacked."""
WANTED = (".shp", ".kml", ".geojson", ".gpkg", ".fgb", ".parquet", ".gdb")


@contextmanager
def unpacked(path: Path, chosen: str | None = None) -> Iterator[Path]:
    """Unpack into a temporary folder; gives the one file in it that holds features, or the one of the chosen name."""
    with TemporaryDirectory() as folder:
        _unpack(path, folder)
        yield _wanted(Path(folder), path, chosen)


def _unpack(path: Path, folder: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if member.filename and not member.is_dir()]
            _check(members, path)
            archive.extractall(folder, [member.filename for member in members])
    except BROKEN as error:
        raise FileError(
            "{path} is not a zip archive ({reason}); pack it again.",
            path=path,
            reason=str(error),
        ) from error


def _check(members: list[zipfile.ZipInfo], path: Path) -> None:
    if len(members) > MOST_MEMBERS:
        raise FileError(
            "{path} holds {number:count} files, above the limit of {most}; unpack it and name one.",
            path=path,
            number=len(members),
            most=MOST_MEMBERS,
        )
    for member in members:
        name = member.filename
        if name.startswith(("/", "\\")) or ":" in name or "\\" in name or ".." in PurePosixPath(name).parts:
            raise FileError(
                "{path} holds the name {name:quoted}, which points outside the archive; pack it again.",
                path=path,
                name=name,
            )
        if "vsi" in name.lower().split("/")[0]:
            raise FileError(
                "{path} holds the virtual path {name:quoted}; pack the plain files.",
                path=path,
                name=name,
            )
        if member.flag_bits & 1:
            raise FileError(
                "{path} is encrypted ({name:quoted}); pack it without a password.",
                path=path,
                name=name,
            )
    _check_size(members, path)


def _check_size(members: list[zipfile.ZipInfo], path: Path) -> None:
    size = sum(member.file_size for member in members)
    ratio = size / max(sum(member.compress_size for member in members), 1)
    if size > LARGEST_BYTES or (ratio > LARGEST_RATIO and size > LARGEST_BYTES / 100):
        raise FileError(
            "{path} would unpack to {size:count} MB ({ratio:count} times its size), above the limit of "
            "{most:count} MB or {times} times; unpack it yourself if you trust it.",
            path=path,
            size=round(size / 1e6),
            ratio=round(ratio),
            most=round(LARGEST_BYTES / 1e6),
            times=LARGEST_RATIO,
        )


def _wanted(folder: Path, path: Path, chosen: str | None) -> Path:
    found = sorted(
        file for file in folder.rglob("*") if file.suffix.lower() in WANTED and not file.name.startswith(".")
    )
    named = [file for file in found if chosen in (file.stem, file.name)]
    if len(found) > 1 and len(named) == 1:
        return named[0]
    if len(found) != 1:
        raise FileError(
            "{path} should hold one file of features and holds {names:list}; pack exactly one, or name one with "
            "--layer-name.",
            path=path,
            names=[file.name for file in found] or Message("none"),
        )
    return found[0]
