"""A folder that was derived before, kept as long as it is what was written and would come out the same.

What is remembered of it is a digest of what it was made of and one of its manifest. Its figures are read from the
folder itself, so nothing that was noted beside it can say anything else.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from services.derivation.audit.evidence import VerificationFailed
from services.derivation.audit.folder import files_are_those_of_the_manifest
from services.records import Json
from services.whole import write_whole


def keep(file: Path, made_of: str, folder: Path | None, **also: object) -> None:
    """Remember in ``file`` what a folder was made of; where there is none, that nothing came of it."""
    manifest = None if folder is None else _manifest(folder)
    record = {"made_of": made_of, "manifest": manifest, **also}
    write_whole(file, json.dumps(record, sort_keys=True, ensure_ascii=False).encode())


def kept(file: Path, made_of: str, folder: Path) -> Json | None:
    """What was remembered of a folder; nothing if it was made of something else, or is not as it was written."""
    try:
        record: Json = json.loads(file.read_text(encoding="utf-8"))
        if record["made_of"] != made_of:
            return None
        if record["manifest"] is None:
            return record
        if record["manifest"] != _manifest(folder):
            return None
        files_are_those_of_the_manifest(folder)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, VerificationFailed):
        return None
    return record


def figures_of(folder: Path) -> Json:
    """Key figures of a written derivation: ``services.derivation.summary.Summary.as_json``."""
    (feature,) = json.loads((folder / "polity.geojson").read_text(encoding="utf-8"))["features"]
    figures: Json = feature["properties"]
    return figures


def _manifest(folder: Path) -> str:
    return hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
