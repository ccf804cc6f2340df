"""Many issues at once: each becomes a folder, all of them one table; what was done before a kill is not done again.

An issue is done once its line lies beside the folders; the line knows what it was made of, so an issue that changed is
derived again. No line and no table holds a time: the same issues give the same bytes, on however many processes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from boundaries.issue_rows import IssueRow
from boundaries.tables.formulas import defused
from geopolity.errors import NegativeAnswer, RequestError
from services.cluster import spread_out
from services.derivation.derive import derive, layer_of
from services.derivation.folder import Pictures, write_folder
from services.derivation.layers import build
from services.derivation.requests.made_of import made_of
from services.derivation.requests.request import Request
from services.derivation.terrain_cache import terrain_of
from services.records import Json

LINES = ".lines"
"""Folder of what is known of each issue that is done."""
COLUMNS = (
    *("issue", "title", "units", "area_km2", "population", "affected_total", "affected_inside", "coverage_target"),
    *("coverage", "cost", "lower_bound", "gap", "optimal", "failed"),
)

OnDone = Callable[[int, int], None]


class ManyError(RequestError):
    """Many issues are asked for, and there are none, or two of one name."""

    code = "many-issues"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One issue to derive: its name, what is asked, where it goes, and what its line has to be made of."""

    name: str
    request: Request
    out: Path
    home: Path
    made_of: str


def issue_files(folder: Path) -> list[Path]:
    """Files of issues in a folder, by name.

    Raises
    ------
    ManyError
        If it is no folder, or holds none.
    """
    found = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    if not found:
        raise ManyError("{folder} is no folder of issues; give one that holds TOML files, one an issue.", folder=folder)
    return found


def derive_many(  # noqa: PLR0913 - what, where to, and by whom
    requests: Sequence[tuple[Path | IssueRow, Request]],
    out: Path,
    home: Path,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    on_done: OnDone | None = None,
) -> pd.DataFrame:
    """Derive every issue that is not done yet; one row an issue, as ``results.csv`` and ``results.parquet`` hold them.

    ``failed`` says why an issue has no polity; its figures are empty then.
    """
    jobs = [_job(file, request, out, home) for file, request in requests]
    missing = [job for job in jobs if _line(job) is None]
    for request in {job.request.layer_names: job.request for job in missing}.values():
        build(request.layer_names, home)
        terrain_of(layer_of(request, home), home)
    for done, _ in enumerate(spread_out(derive_one, missing, workers=workers, scheduler=scheduler), 1):
        if on_done is not None:
            on_done(len(jobs) - len(missing) + done, len(jobs))
    table = pd.DataFrame([_line(job) for job in jobs], columns=list(COLUMNS))
    table = table.astype({"units": "Int64", "population": "Int64", "cost": "Int64", "lower_bound": "Int64"})
    table.to_parquet(out / "results.parquet", compression="zstd")
    defused(table).to_csv(out / "results.csv", index=False, lineterminator="\n", encoding="utf-8")
    return table


def derive_one(job: Job) -> str:
    """Derive one issue, write its folder, and then its line; returns its name."""
    try:
        made = derive(job.request, job.home, proven=job.request.issue.pieces > 1)
        write_folder(job.out / job.name, made.derivation, Pictures())
        line = {key: value for key, value in made.summary.as_json().items() if key in COLUMNS} | {"failed": ""}
    except NegativeAnswer as answer:
        line = {"title": job.request.issue.title, "failed": str(answer)}
    file = _file(job)
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    record = {"made_of": job.made_of, "line": line | {"issue": job.name}}
    draft.write_text(json.dumps(record, sort_keys=True, ensure_ascii=False), encoding="utf-8")
    draft.replace(file)
    return job.name


def _job(source: Path | IssueRow, request: Request, out: Path, home: Path) -> Job:
    content = source.read_bytes() if isinstance(source, Path) else source.content
    name = source.stem if isinstance(source, Path) else source.name
    return Job(name=name, request=request, out=out, home=home, made_of=made_of(request, content))


def _file(job: Job) -> Path:
    return job.out / LINES / f"{job.name}.json"


def _line(job: Job) -> Json | None:
    """What is known of an issue that is done and has not changed since; its folder has to be there."""
    try:
        record = json.loads(_file(job).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if record.get("made_of") != job.made_of:
        return None
    line: Json = record["line"]
    return line if line["failed"] or (job.out / job.name / "manifest.json").exists() else None
