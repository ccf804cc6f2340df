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

LARGEST_BYTES = 1_000_000_000
LARGEST_RATIO = 200
MOST_MEMBERS = 1_000
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError, OSError)
"""What a damaged archive raises, in its directory or while it is unpacked."""
WANTED = (".shp", ".kml", ".geojson", ".gpkg", ".fgb", ".parquet")


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Unpack into a temporary folder; gives the one file in it that holds features."""
    try:
        with zipfile.ZipFile(path) as archive, TemporaryDirectory() as folder:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _check(members, path)
            archive.extractall(folder, [member.filename for member in members])
            yield _wanted(Path(folder), path)
    except BROKEN as error:
        raise FileError(f"{path} is not a zip archive ({error}); pack it again.") from error


def _check(members: list[zipfile.ZipInfo], path: Path) -> None:
    if len(members) > MOST_MEMBERS:
        raise FileError(
            f"{path} holds {len(members)} files, above the limit of {MOST_MEMBERS}; unpack it and name one."
        )
    for member in members:
        name = member.filename
        if name.startswith(("/", "\\")) or ":" in name or "\\" in name or ".." in PurePosixPath(name).parts:
            raise FileError(f"{path} holds the name {name!r}, which points outside the archive; pack it again.")
        if "vsi" in name.lower().split("/")[0]:
            raise FileError(f"{path} holds the virtual path {name!r}; pack the plain files.")
        if member.flag_bits & 1:
            raise FileError(f"{path} is encrypted ({name!r}); pack it without a password.")
    _check_size(members, path)


def _check_size(members: list[zipfile.ZipInfo], path: Path) -> None:
    size = sum(member.file_size for member in members)
    ratio = size / max(sum(member.compress_size for member in members), 1)
    if size > LARGEST_BYTES or (ratio > LARGEST_RATIO and size > LARGEST_BYTES / 100):
        raise FileError(
            f"{path} would unpack to {size / 1e6:,.0f} MB ({ratio:.0f} times its size), above the limit of "
            f"{LARGEST_BYTES / 1e6:,.0f} MB or {LARGEST_RATIO} times; unpack it yourself if you trust it."
        )


def _wanted(folder: Path, path: Path) -> Path:
    found = sorted(
        file for file in folder.rglob("*") if file.suffix.lower() in WANTED and not file.name.startswith(".")
    )
    if len(found) != 1:
        names = ", ".join(file.name for file in found[:5]) or "none"
        raise FileError(f"{path} should hold one file of features and holds {names}; pack exactly one.")
    return found[0]
