"""Rows of the demo's table, each kept beside its folder, so that what would come out the same is not derived again.

A derivation has the same bytes each time. So its row stands as long as this program, the issue, its layer and the
folder are the same: a row knows the digest of what it was made of, and that of its folder's manifest.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from boundaries.issue_tables import issue_path
from services.clock import now
from services.derivation.requests.request import Request, request_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoRow:
    """One issue of the demo's table.

    Attributes
    ----------
    gap
        (cost − bound)/bound.
    times_all, times_greedy, times_states
        Cost of the alternative over the polity's cost; ``None`` where there is no such alternative.
    kept_since
        The moment of an earlier run that derived it; empty if this one did.
    """

    name: str
    title: str
    affected: float
    coverage: float
    units: int
    area_km2: float
    gap: float
    optimal: bool
    times_all: float | None
    times_greedy: float | None
    times_states: float | None
    folder: Path
    has_pdf: bool
    kept_since: str = ""


def folder_of(name: str, home: Path) -> Path:
    """Where the demo derives an issue."""
    return home / "out" / "demo" / name


def made_of_issue(name: str, request: Request, home: Path) -> str:
    """Digest of all that decides the bytes of an issue's folder."""
    from services.derivation.derive import layer_of  # noqa: PLC0415 - slow to import
    from services.derivation.requests.made_of import ground_of, made_of  # noqa: PLC0415

    return made_of(request, issue_path(name).read_bytes(), ground_of(layer_of(request, home)))


def keep_row(row: DemoRow, made_of: str, home: Path) -> None:
    """Keep a row for the next run; its folder is written already."""
    told = dataclasses.asdict(row)
    del told["folder"], told["kept_since"]
    record = {"made_of": made_of, "manifest": _manifest(row.folder), "since": now(), "row": told}
    file = _file(row.name, home)
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.write_text(json.dumps(record, sort_keys=True, ensure_ascii=False), encoding="utf-8")
    draft.replace(file)


def kept_row(name: str, home: Path) -> DemoRow | None:
    """The row of an earlier run; none if anything that decided it has changed, or its folder has.

    A row without a report in PDF is none once this machine can print one.
    """
    try:
        record = json.loads(_file(name, home).read_text(encoding="utf-8"))
        row = DemoRow(**record["row"], folder=folder_of(name, home), kept_since=record["since"])
        as_written = record["manifest"] == _manifest(row.folder) and _is_whole(row.folder)
    except (OSError, ValueError, LookupError, TypeError):
        return None
    if not as_written or not (row.has_pdf or _without_pdf()):
        return None
    return row if record["made_of"] == made_of_issue(name, request_of(home, issue=name), home) else None


def _file(name: str, home: Path) -> Path:
    return home / "cache" / "demo" / f"{name}.json"


def _manifest(folder: Path) -> str:
    return hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()


def _is_whole(folder: Path) -> bool:
    from services.derivation.audit.evidence import VerificationFailed  # noqa: PLC0415 - only where something is kept
    from services.derivation.audit.folder import files_are_those_of_the_manifest  # noqa: PLC0415

    try:
        files_are_those_of_the_manifest(folder)
    except VerificationFailed:
        return False
    return True


def _without_pdf() -> bool:
    """Whether this machine still lacks what reports are printed with."""
    try:
        import weasyprint  # noqa: F401, PLC0415 - half a second
    except OSError:
        return True
    return False
