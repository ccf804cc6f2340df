"""Bundles of draws that the service held, under ``GEOPOLITY_HOME/out/draws``: listed, and handed out file by file."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from services.settings import Settings


def bundle_folder(settings: Settings) -> Path:
    """Name a new folder for a bundle."""
    settings.out.mkdir(parents=True, exist_ok=True)
    return settings.out / "draws" / secrets.token_hex(8)


def list_bundles(settings: Settings) -> list[dict[str, Any]]:
    """List the bundles there are, by epoch, with their files."""
    return [
        {
            "epoch": said["epoch"],
            "rehearsal": said["rehearsal"],
            "files": sorted(file.name for file in folder.iterdir()),
        }
        for folder, said in _bundles(settings)
    ]


def bundle_file(epoch: str, name: str, settings: Settings) -> Path | None:
    """Find a file of a bundle by the names that are there, so that no name can lead elsewhere."""
    for folder, said in _bundles(settings):
        if said["epoch"] == epoch:
            return next((file for file in folder.iterdir() if file.name == name and file.is_file()), None)
    return None


def _bundles(settings: Settings) -> list[tuple[Path, dict[str, Any]]]:
    files = [*(settings.out / "draws").glob("*/bundle.json"), *settings.out.glob("demo/draw/bundle.json")]
    found = [(file.parent, json.loads(file.read_text(encoding="utf-8"))) for file in files]
    return sorted(found, key=lambda one: str(one[1]["epoch"]))
