"""Rows of the demo's table, each kept beside its folder, so that what would come out the same is not derived again.

A derivation has the same bytes each time. So its row stands as long as this program, the issue, its layer and the
folder are the same: what is kept is the digest of what it was made of, and that of its folder's manifest. The figures
are the folder's own.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from boundaries.issue_tables import issue_path
from services.clock import FORMAT, now
from services.derivation.kept import figures_of, keep, kept
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


def row_of(folder: Path, *, kept_since: str = "") -> DemoRow:
    """The row of an issue as its folder tells it."""
    figures, certificate = figures_of(folder), json.loads((folder / "certificate.json").read_text(encoding="utf-8"))
    cost = int(certificate["cost"])
    beside = _costs_beside(folder)

    def times(alternative: str) -> float | None:
        return beside[alternative] / cost if alternative in beside else None

    return DemoRow(
        name=folder.name,
        title=str(figures["title"]),
        affected=float(figures["affected_total"]),
        coverage=float(figures["coverage"]),
        units=int(figures["units"]),
        area_km2=float(figures["area_km2"]),
        gap=float(certificate["gap"]),
        optimal=bool(certificate["optimal"]),
        times_all=times("all intersecting"),
        times_greedy=times("greedy"),
        times_states=times("whole states"),
        folder=folder,
        has_pdf=(folder / "report.pdf").is_file(),
        kept_since=kept_since,
    )


def keep_row(row: DemoRow, made_of: str, home: Path) -> None:
    """Keep a row for the next run; its folder is written already."""
    keep(_file(row.name, home), made_of, row.folder, since=now())


def kept_row(name: str, home: Path) -> DemoRow | None:
    """The row of an earlier run; none if anything that decided it has changed, or its folder has.

    A row without a report in PDF is none once this machine can print one.
    """
    folder = folder_of(name, home)
    if not _file(name, home).is_file():
        return None
    record = kept(_file(name, home), made_of_issue(name, request_of(home, issue=name), home), folder)
    try:
        if record is None or record["manifest"] is None:
            return None
        since = datetime.fromisoformat(record["since"])
        row = row_of(folder, kept_since=since.strftime(FORMAT))
    except (OSError, ValueError, LookupError, TypeError, ZeroDivisionError):
        return None
    return row if row.has_pdf or _without_pdf() else None


def _costs_beside(folder: Path) -> dict[str, int]:
    """Cost of each alternative; none where everyone is affected."""
    file = folder / "comparison.csv"
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8", newline="") as lines:
        return {one["alternative"]: int(one["cost"]) for one in csv.DictReader(lines)}


def _file(name: str, home: Path) -> Path:
    return home / "cache" / "demo" / f"{name}.json"


def _without_pdf() -> bool:
    """Whether this machine still lacks what reports are printed with."""
    try:
        import weasyprint  # noqa: F401, PLC0415 - half a second
    except OSError:
        return True
    return False
