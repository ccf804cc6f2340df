"""Verify what geopolity published: say what a folder is, and re-check it from its files alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from geopolity.errors import RequestError
from services.assemblies.draw_audit import audit_draw
from services.derivation.audit import audit


class UnknownFolderError(RequestError):
    """There is nothing at the path that can be verified."""

    code = "unknown-folder"


def verify(path: Path) -> Iterator[str]:
    """Yield one sentence for each fact that holds.

    Raises
    ------
    UnknownFolderError
        If ``path`` is neither a derivation nor a draw.
    VerificationFailed
        At the first fact that does not hold.
    """
    if not path.is_dir():
        raise UnknownFolderError(
            "{path} is a file; give a folder that `geopolity derive` or `assembly draw` wrote."
            if path.exists()
            else "{path} is nothing; give a folder that `geopolity derive` or `assembly draw` wrote.",
            path=path,
        )
    if (path / "bundle.json").exists():
        return audit_draw(path)
    if not any((path / name).exists() for name in ("problem.json", "certificate.json", "manifest.json")):
        raise UnknownFolderError(
            "{path} holds no problem.json, certificate.json or bundle.json, so it is neither a derivation nor a "
            "draw; give a folder that `geopolity derive` or `assembly draw` wrote.",
            path=path,
        )
    return audit(path)
