"""Bundles of draws that the service held, under ``GEOPOLITY_HOME/out/draws``: listed, and handed out file by file."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any


def bundle_folder(home: Path) -> Path:
    """Name a new folder for a bundle."""
    (home / "out").mkdir(parents=True, exist_ok=True)
    return home / "out" / "draws" / secrets.token_hex(8)


def list_bundles(home: Path) -> list[dict[str, Any]]:
    """List the bundles there are, by epoch, with their files."""
    return [
        {
            "epoch": said["epoch"],
            "rehearsal": said["rehearsal"],
            "files": sorted(file.name for file in folder.iterdir()),
        }
        for folder, said in _bundles(home)
    ]


def bundle_file(epoch: str, name: str, home: Path) -> Path | None:
    """Find a file of a bundle by the names that are there, so that no name can lead elsewhere."""
    for folder, said in _bundles(home):
        if said["epoch"] == epoch:
            return next((file for file in folder.iterdir() if file.name == name and file.is_file()), None)
    return None


def _bundles(home: Path) -> list[tuple[Path, dict[str, Any]]]:
    files = [*(home / "out" / "draws").glob("*/bundle.json"), *(home / "out").glob("demo/draw/bundle.json")]
    found = [(file.parent, json.loads(file.read_text(encoding="utf-8"))) for file in files]
    return sorted(found, key=lambda one: str(one[1]["epoch"]))
