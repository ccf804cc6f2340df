"""Bundles of draws that the service held, under ``GEOPOLITY_HOME/out/draws``: listed, and handed out file by file."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path


def bundle_folder(home: Path) -> Path:
    """Name a new folder for a bundle."""
    (home / "out").mkdir(parents=True, exist_ok=True)
    return home / "out" / "draws" / secrets.token_hex(8)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedBundle:
    """The bundle of a draw: its epoch, whether it was a rehearsal, and the files it has."""

    epoch: str
    rehearsal: bool
    files: list[str]


def list_bundles(home: Path) -> list[PublishedBundle]:
    """List the bundles there are, by epoch, with their files."""
    return [bundle for _, bundle in _bundles(home)]


def bundle_file(epoch: str, name: str, home: Path) -> Path | None:
    """Find a file of a bundle by the names that are there, so that no name can lead elsewhere."""
    for folder, bundle in _bundles(home):
        if bundle.epoch == epoch:
            return next((file for file in folder.iterdir() if file.name == name and file.is_file()), None)
    return None


def _bundles(home: Path) -> list[tuple[Path, PublishedBundle]]:
    files = [*(home / "out" / "draws").glob("*/bundle.json"), *(home / "out").glob("demo/draw/bundle.json")]
    return sorted(((file.parent, _read(file)) for file in files), key=lambda one: one[1].epoch)


def _read(file: Path) -> PublishedBundle:
    said = json.loads(file.read_text(encoding="utf-8"))
    names = sorted(beside.name for beside in file.parent.iterdir())
    return PublishedBundle(epoch=said["epoch"], rehearsal=said["rehearsal"], files=names)
