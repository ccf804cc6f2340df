"""Verify what geopolity published: say what a folder is, and re-check it from its files alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from geopolity.errors import RequestError
from services.audit import audit


class UnknownFolderError(RequestError):
    """There is nothing at the path that can be verified."""

    code = "unknown-folder"


def verify(path: Path) -> Iterator[str]:
    """Yield one sentence for each fact that holds.

    Raises
    ------
    UnknownFolderError
        If ``path`` is not a derivation folder.
    VerificationFailed
        At the first fact that does not hold.
    """
    if not path.is_dir():
        found = "a file" if path.exists() else "nothing"
        raise UnknownFolderError(f"{path} is {found}; give the folder that `geopolity derive --out` wrote.")
    if not any((path / name).exists() for name in ("problem.json", "certificate.json", "manifest.json")):
        raise UnknownFolderError(
            f"{path} holds neither problem.json nor certificate.json, so it is no derivation; "
            "give the folder that `geopolity derive --out` wrote.",
        )
    return audit(path)
