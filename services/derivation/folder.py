"""Write a derivation as a folder that anyone can read, and nobody finds half-written.

The files and their columns are described in docs/reference/files.md. The same derivation gives the
same bytes on every run: keys are sorted, floats are written in their shortest exact form, lines
end with a single newline, and there is no clock in any file.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from boundaries.tables.formulas import defused, plain_text
from geopolity.errors import RequestError
from services.derivation.audit.folder import CHECKERS, bound_files
from services.derivation.contents import certificate_record, edge_table, outline_geojson, proof_record, unit_table
from services.records import Json
from services.whole import write_whole

if TYPE_CHECKING:
    from geopolity.polity.change import Change
    from geopolity.polity.derivation import Derivation

FILES = (
    "problem.json",
    "units.parquet",
    "units.csv",
    "edges.csv",
    "connectors.csv",
    "rest.json",
    "certificate.json",
    "dual.json.gz",
    "proof.json.gz",
    "check_bound.py",
    "check_proof.py",
    "check_rules.py",
    "polity.geojson",
    "footprint.geojson",
    "profile.json",
    "alternatives.json",
    "comparison.csv",
    "map.html",
    "report.html",
    "report.pdf",
    "manifest.json",
)
CHANGE_FILES = ("diff.csv", "diff.html")
"""Written too where there was an earlier derivation."""


class OutputFolderError(RequestError):
    """The output folder cannot be used."""

    code = "output-folder"


class PreviousFolderError(RequestError):
    """The folder of the previous derivation cannot be read."""

    code = "previous-folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """What a person looks at: finished documents, written as they are.

    Attributes
    ----------
    map_html, report_html
        ``None`` where nobody wants to look at it.
    report_pdf
        ``None`` too where the machine lacks the libraries for it.
    diff_html
        What changed, where there was an earlier derivation.
    profile
        Who is affected, where groups were named.
    comparison
        What people do without an engine beside the polity (``geopolity.polity.baselines``); nothing where there is
        nothing to compare.
    """

    map_html: str | None = None
    report_html: str | None = None
    report_pdf: bytes | None = None
    diff_html: str | None = None
    profile: Json | None = None
    comparison: pd.DataFrame | None = None


def check_writable(folder: Path) -> None:
    """Refuse a place that holds anything but an earlier derivation.

    Raises
    ------
    OutputFolderError
        If ``folder`` is a file, or holds files that no derivation writes.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise OutputFolderError(
            "{folder} is not a folder; give --out the name of a new folder.",
            folder=folder,
        )
    if not folder.exists():
        return
    foreign = sorted(path.name for path in folder.iterdir() if path.name not in (*FILES, *CHANGE_FILES))
    if foreign:
        raise OutputFolderError(
            "{folder} holds {name}, which is not part of a derivation, so it is left alone; give --out the name "
            "of a new folder.",
            foreign=foreign,
            folder=folder,
            name=foreign[0],
        )


def as_published(derivation: Derivation, seed: int = 0) -> Derivation:
    """The derivation as a folder holds it: of a very large layer the ground in reach, with a proof of its own."""
    from geopolity.polity.abridged import abridged  # noqa: PLC0415 - what reads folders does not need the engine
    from geopolity.region import prove  # noqa: PLC0415

    published = abridged(derivation)
    if published.rest is None or published.region.tree is not None:
        return published
    return replace(published, region=prove(published.problem, published.region, seed=seed))


def write_folder(folder: Path, derivation: Derivation, pictures: Pictures, change: Change | None = None) -> None:
    """Write all files, or none: into a sibling folder first, which then takes the place of ``folder``."""
    check_writable(folder)
    published = as_published(derivation)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise OutputFolderError(
            "{folder} cannot be written ({reason}); choose another --out.",
            folder=folder,
            reason=error.strerror,
        ) from error
    try:
        draft.chmod(0o755)
        for name, write in _writers(published, pictures, change).items():
            write(draft / name)
        _write_json(draft / "certificate.json", certificate_record(published) | {"files": bound_files(draft)})
        _write_json(draft / "manifest.json", {"files": _fingerprints(draft)})
        put_in_place(folder, draft)
    except OSError as error:
        raise OutputFolderError(
            "{folder} cannot be written ({reason}); choose another --out.",
            folder=folder,
            reason=error.strerror,
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def files_of(folder: Path) -> dict[str, bytes]:
    """Read all files of a derivation, by name."""
    there = [folder / name for name in (*FILES, *CHANGE_FILES)]
    return {file.name: file.read_bytes() for file in there if file.is_file()}


def files_without_pictures(derivation: Derivation) -> dict[str, bytes]:
    """Files of a derivation that was never written to a folder, by name."""
    with tempfile.TemporaryDirectory(prefix="geopolity-") as home:
        folder = Path(home) / "derivation"
        write_folder(folder, derivation, Pictures())
        return files_of(folder)


def read_inside(folder: Path) -> pd.Series[bool]:
    """Which units an earlier derivation placed inside, by unit id.

    Raises
    ------
    PreviousFolderError
        If there is no unit table in ``folder``.
    """
    table = folder / "units.csv"
    try:
        units = pd.read_csv(table, dtype={"unit_id": str}, index_col="unit_id", usecols=["unit_id", "inside"])
    except (OSError, ValueError) as error:
        raise PreviousFolderError(
            "{folder} holds no readable units.csv; give --previous the folder of an earlier derivation.",
            folder=folder,
        ) from error
    return units["inside"].astype(bool).rename(index=plain_text)


def _writers(derivation: Derivation, pictures: Pictures, change: Change | None) -> Mapping[str, Callable[[Path], None]]:
    units = unit_table(derivation)
    writers: dict[str, Callable[[Path], None]] = {
        "problem.json": lambda path: _write_json(path, derivation.problem_record),
        "units.parquet": lambda path: units.to_parquet(path, index=True, compression="zstd"),
        "units.csv": lambda path: _write_csv(path, units.reset_index()),
        "edges.csv": lambda path: _write_csv(path, edge_table(derivation)),
        "connectors.csv": lambda path: _write_csv(
            path, derivation.connectors[["connector_id", "km", "cost", "inside"]]
        ),
        "polity.geojson": lambda path: _write_text(path, outline_geojson(derivation)),
    }
    if derivation.rest is not None:
        rest = derivation.rest
        writers["rest.json"] = lambda path: _write_json(path, rest)
    extent = derivation.issue.footprint.extent()
    if extent is not None and not extent.empty:
        writers["footprint.geojson"] = lambda path: _write_text(path, extent.to_crs(4326).to_json(drop_id=True) + "\n")
    dual = derivation.region.dual
    published = {"dual.json.gz": None if dual is None else dual.record(), "proof.json.gz": proof_record(derivation)}
    for name, record in published.items():
        if record is not None:
            writers[name] = partial(_write_bytes, content=_packed(record))
            writers |= {own.name: partial(_write_text, text=own.read_text(encoding="utf-8")) for own in CHECKERS}
    if change is not None:
        writers["diff.csv"] = lambda path: _write_csv(path, change.table.reset_index())
    return writers | _pictured(pictures)


def _pictured(pictures: Pictures) -> dict[str, Callable[[Path], None]]:
    """What is written of pictures, where there are any."""
    writers: dict[str, Callable[[Path], None]] = {}
    looked_at = {
        "map.html": pictures.map_html,
        "report.html": pictures.report_html,
        "diff.html": pictures.diff_html,
    }
    for name, html in looked_at.items():
        if html is not None:
            writers[name] = partial(_write_text, text=html)
    if pictures.profile is not None:
        writers["profile.json"] = partial(_write_json, record=pictures.profile)
    if pictures.comparison is not None and not pictures.comparison.empty:
        compared = pictures.comparison.rename_axis("alternative").reset_index()
        writers["comparison.csv"] = lambda path: _write_csv(path, compared)
    if pictures.report_pdf is not None:
        pdf = pictures.report_pdf
        writers["report.pdf"] = lambda path: _write_bytes(path, pdf)
    return writers


def add_file(folder: Path, name: str, content: bytes) -> None:
    """Put one more file into a folder that was written, and into its manifest, which says of all others what it said.

    Raises
    ------
    OutputFolderError
        If the folder has no manifest, or cannot be written.
    """
    try:
        listed = dict(json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise OutputFolderError(
            "{folder} has no manifest.json that lists its files; get a fresh copy of it, or derive it again.",
            folder=folder,
        ) from error
    try:
        write_whole(folder / name, content)
        write_whole(folder / "manifest.json", _json_text({"files": listed | {name: _fingerprint(content)}}).encode())
    except OSError as error:
        raise OutputFolderError(
            "{folder} cannot be written ({reason}); choose another --out.", folder=folder, reason=error.strerror
        ) from error


def _fingerprints(folder: Path) -> dict[str, dict[str, int | str]]:
    return {path.name: _fingerprint(path.read_bytes()) for path in sorted(folder.iterdir())}


def _fingerprint(content: bytes) -> dict[str, int | str]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def put_in_place(folder: Path, draft: Path) -> None:
    """Let a draft take the place of a folder of an earlier derivation, or of nothing."""
    check_writable(folder)
    if not folder.exists():
        draft.rename(folder)
        return
    retired = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        folder.rename(retired / "old")
        draft.rename(folder)
    finally:
        shutil.rmtree(retired, ignore_errors=True)


def _write_json(path: Path, record: Mapping[str, Any]) -> None:
    _write_text(path, _json_text(record))


def _json_text(record: Mapping[str, Any]) -> str:
    return json.dumps(record, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _write_csv(path: Path, table: pd.DataFrame) -> None:
    defused(table).to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _packed(record: Mapping[str, Any]) -> bytes:
    """Compress without the clock, so that the same record gives the same bytes."""
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return gzip.compress(text.encode("utf-8"), mtime=0)


def _write_bytes(path: Path, content: bytes) -> None:
    path.write_bytes(content)
