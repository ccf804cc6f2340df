"""Many issues at once: each becomes a folder, all of them one table; what was done before a kill is not done again.

An issue is done once its line lies beside the folders; the line knows what the folder was made of, so what would come
out otherwise (another issue, layer, setting or program, a file that was changed) is derived again. No line and no table
holds a time: the same issues give the same bytes, on however many processes.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

import pandas as pd

from boundaries.issue_rows import IssueRow
from boundaries.tables.formulas import defused
from geopolity.errors import NegativeAnswer, RequestError
from services.cluster import spread_out
from services.derivation.derive import derive, layer_of
from services.derivation.folder import Pictures, check_writable, write_folder
from services.derivation.kept import figures_of, keep, kept
from services.derivation.layers import build
from services.derivation.requests.made_of import ground_of, made_of
from services.derivation.requests.request import Request
from services.derivation.terrain_cache import terrain_of
from services.records import Json

LINES = ".lines"
"""Folder of what is known of each issue that is done."""
TABLES = ("results.csv", "results.parquet")
LONGEST_NAME = 200
"""Bytes in the name of an issue; file systems have room for 255, and drafts have longer names."""
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
    jobs = _jobs(requests, out, home)
    lines = {job.name: _line(job) for job in jobs}
    missing = [job for job in jobs if lines[job.name] is None]
    for request in {_ground(job.request): job.request for job in missing}.values():
        terrain_of(layer_of(request, home), home)
    for done, _ in enumerate(spread_out(derive_one, missing, workers=workers, scheduler=scheduler), 1):
        if on_done is not None:
            on_done(len(jobs) - len(missing) + done, len(jobs))
    lines |= {job.name: _line(job) for job in missing}
    table = pd.DataFrame([lines[job.name] for job in jobs], columns=list(COLUMNS))
    table = table.astype({"units": "Int64", "population": "Int64", "cost": "Int64", "lower_bound": "Int64"})
    table.to_parquet(out / "results.parquet", compression="zstd")
    defused(table).to_csv(out / "results.csv", index=False, lineterminator="\n", encoding="utf-8")
    return table


def derive_one(job: Job) -> str:
    """Derive one issue, write its folder, and then its line; returns its name.

    An issue that has no polity has no folder: one of an earlier run is taken away.
    """
    folder = job.out / job.name
    try:
        made = derive(job.request, job.home, proven=True)
    except NegativeAnswer as answer:
        if folder.exists():
            check_writable(folder)
            shutil.rmtree(folder)
        keep(_file(job), job.made_of, None, title=job.request.issue.title, failed=str(answer))
    else:
        write_folder(folder, made.derivation, Pictures())
        keep(_file(job), job.made_of, folder)
    return job.name


def _jobs(requests: Sequence[tuple[Path | IssueRow, Request]], out: Path, home: Path) -> list[Job]:
    """One job an issue; each layer is opened once."""
    grounds: dict[Hashable, str] = {}
    jobs = []
    names = [_checked_name(source.stem if isinstance(source, Path) else source.name) for source, _ in requests]
    _check_apart(names)
    for name, (source, request) in zip(names, requests, strict=True):
        where = _ground(request)
        if where not in grounds:
            build(request.layer_names, home)
            grounds[where] = ground_of(layer_of(request, home))
        content = source.read_bytes() if isinstance(source, Path) else source.content
        jobs.append(
            Job(name=name, request=request, out=out, home=home, made_of=made_of(request, content, grounds[where]))
        )
    return jobs


def _ground(request: Request) -> Hashable:
    return request.layer_names, request.columns, request.seam_km


def _checked_name(name: str) -> str:
    """A name that can be that of a folder in the place to write, and is none of what lies there."""
    if not name.strip() or name.startswith(".") or name.casefold() in TABLES or _is_no_file_name(name):
        raise ManyError(
            "An issue cannot be called {name:quoted}: it names a folder of --out. Give it a name of letters, digits, "
            "hyphens and spaces.",
            name=name,
        )
    return name


def _is_no_file_name(name: str) -> bool:
    return (
        len(name.encode("utf-8", "replace")) > LONGEST_NAME
        or not name.isprintable()
        or bool(set(name) & set('/\\:*?"<>|'))
    )


def _check_apart(names: list[str]) -> None:
    """Refuse names that some file systems take for one."""
    seen: dict[str, str] = {}
    for name in names:
        alike = normalize("NFC", name).casefold()
        if alike in seen:
            raise ManyError(
                "The issues {one:quoted} and {other:quoted} would share one folder; give one of them another name.",
                one=seen[alike],
                other=name,
            )
        seen[alike] = name


def _file(job: Job) -> Path:
    return job.out / LINES / f"{job.name}.json"


def _line(job: Job) -> Json | None:
    """The row of an issue that is done and would come out the same, its figures as its folder has them."""
    folder = job.out / job.name
    record = kept(_file(job), job.made_of, folder)
    if record is None:
        return None
    if record["manifest"] is None:
        return {"issue": job.name, "title": record["title"], "failed": record["failed"]}
    return {key: value for key, value in figures_of(folder).items() if key in COLUMNS} | {
        "issue": job.name,
        "failed": "",
    }
