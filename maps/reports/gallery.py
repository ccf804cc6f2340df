"""Preview pictures of derivations, small enough for a README."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from maps.reports.figures import described_scene
from maps.scenes.png import png

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geopolity.polity.derivation import Derivation

_SHAPE = (0.8, 0.8)
"""All previews have the same shape, so that they stand in rows."""


def write_gallery(derivations: Iterable[Derivation], folder: Path, *, pixels: int = 720) -> list[Path]:
    """Write one PNG per derivation, named after its issue, and return the files.

    Each is a map of the polity in equal area: affected people, footprint, outline.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for derivation in derivations:
        file = folder / f"{derivation.issue.name}.png"
        file.write_bytes(preview(derivation, pixels=pixels))
        files.append(file)
    return files


def preview(derivation: Derivation, *, pixels: int = 720) -> bytes:
    """PNG of one polity, so many pixels wide."""
    return png(described_scene(derivation, width=360.0, heights=_SHAPE), pixels=pixels)
