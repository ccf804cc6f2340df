"""The file that a person named: there, with something in it, and on this machine."""

from __future__ import annotations

from pathlib import Path

from boundaries.errors import FileError

FOLDERS = {".gdb"}
"""Folders that are one file to a person."""


def existing_file(path: Path) -> Path:
    """Return the path of a file with something in it."""
    if str(path).startswith("/vsi"):
        raise FileError("{path} is a virtual path; download or unpack the file and name it on disk.", path=path)
    if not path.exists():
        raise FileError(
            "There is no file {path}; check the name, or see `geopolity layer list`, `geopolity issue list`.", path=path
        )
    if path.is_dir() and path.suffix.lower() not in FOLDERS:
        raise FileError("{path} is a folder; name a file inside it.", path=path)
    if path.is_file() and path.stat().st_size == 0:
        raise FileError("{path} is empty; export it again.", path=path)
    return path
