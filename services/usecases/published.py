"""Find the derivation folder that a version was published from, by its certificate's digest."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from geopolity.interval import sum_interval
from services.settings import Settings

DEPTH = ("*/certificate.json", "*/*/certificate.json", "*/*/*/certificate.json")
OPEN_FILES = {
    "report_pdf": "report.pdf",
    "report_html": "report.html",
    "map": "map.html",
    "certificate": "certificate.json",
    "table": "units.parquet",
    "dual": "dual.json.gz",
}
"""Files of a folder that the public may take, by their name in the catalogue."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PublishedFolder:
    """A derivation folder: what it says of every unit, and what was asked.

    Attributes
    ----------
    units
        By ``unit_id``: ``name, population, affected, affected_low, affected_high, inside``.
    total_range
        Range of all affected people; ``None`` of a folder that an earlier version wrote.
    """

    path: Path
    units: pd.DataFrame
    asked: float
    footprint_digest: str
    total_range: tuple[float, float] | None

    @property
    def inside_range(self) -> tuple[float, float]:
        """Range of the affected people inside, as reports say it."""
        inside = self.units[self.units["inside"]]
        columns = (inside[name].to_numpy(dtype=np.float64) for name in ("affected", "affected_low", "affected_high"))
        together = sum_interval(*columns)
        return together.low, together.high


def folder_of(digest: str, settings: Settings) -> PublishedFolder | None:
    """Open the folder under ``GEOPOLITY_HOME/out`` whose certificate has the digest; ``None`` if there is none."""
    path = _paths(settings).get(digest)
    return None if path is None else _opened(path, (path / "units.parquet").stat().st_mtime_ns)


def _paths(settings: Settings) -> dict[str, Path]:
    found = {}
    for pattern in DEPTH:
        for file in settings.out.glob(pattern):
            digest = _digest(file, file.stat().st_mtime_ns)
            if digest and (file.parent / "units.parquet").is_file():
                found[digest] = file.parent
    return found


@lru_cache(maxsize=512)
def _digest(certificate: Path, _changed: int) -> str:
    try:
        return str(json.loads(certificate.read_text(encoding="utf-8"))["digest"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


@lru_cache(maxsize=32)
def _opened(path: Path, _changed: int) -> PublishedFolder | None:
    try:
        problem = json.loads((path / "problem.json").read_text(encoding="utf-8"))
        units = pd.read_parquet(path / "units.parquet")
        table = units.set_index("unit_id") if "unit_id" in units.columns else units
        return PublishedFolder(
            path=path,
            units=table,
            asked=float(problem["coverage_target"]),
            footprint_digest=str(problem["footprint"]["digest"]),
            total_range=tuple(problem["affected_range"]) if "affected_range" in problem else None,
        )
    except (OSError, ValueError, KeyError):
        return None
