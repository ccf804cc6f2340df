"""Derive a polity and write its folder."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

import maps.report
from geopolity.derivation import Derivation, baselines, derive_polity
from geopolity.issue import Issue
from geopolity.layer import Layer
from geopolity.region import Effort, OnProgress
from maps import polity_map
from services.derivation_folder import Pictures, check_writable, read_inside, summary, write_folder
from services.settings import Settings
from services.usecases.issues import FootprintFile, choose_issue, with_changes
from services.usecases.layers import Columns, open_layer


@dataclass(frozen=True, slots=True, kw_only=True)
class DeriveRequest:
    """What to derive, on what, and how hard to try.

    Attributes
    ----------
    issue, footprint
        Exactly one of them: an issue's name or file, or a footprint.
    layers
        Names or files; none takes the issue's own layer.
    changes
        Settings of the issue to replace: coverage, smallest, compactness, connector_km, fill_holes.
    previous
        Folder of an earlier derivation whose boundary is preferred.
    out
        Folder to write; ``None`` writes nothing.
    """

    issue: str | None = None
    footprint: FootprintFile | None = None
    layers: Sequence[str] = ()
    columns: Columns = field(default_factory=Columns)
    changes: dict[str, Any] = field(default_factory=dict)
    effort: Effort = "standard"
    seed: int = 0
    previous: Path | None = None
    out: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeriveOutcome:
    """A derivation, how long it took, and where it was written."""

    derivation: Derivation
    seconds: float
    folder: Path | None
    comparison: pd.DataFrame | None
    has_pdf: bool

    @property
    def record(self) -> dict[str, Any]:
        """What ``derive --json`` prints."""
        return summary(self.derivation) | {
            "seconds": round(self.seconds, 3),
            "folder": None if self.folder is None else str(self.folder),
        }


def derive(request: DeriveRequest, settings: Settings, on_progress: OnProgress | None = None) -> DeriveOutcome:
    """Derive, draw and write; the place to write is checked before any work is done."""
    if request.out is not None:
        check_writable(request.out)
    issue, layer = open_request(request, settings)
    previous = None if request.previous is None else read_inside(request.previous)
    start = time.perf_counter()
    derivation = derive_polity(
        issue,
        layer,
        effort=request.effort,
        seed=request.seed,
        previous=previous,
        on_progress=on_progress,
    )
    seconds = time.perf_counter() - start
    if request.out is None:
        return DeriveOutcome(derivation=derivation, seconds=seconds, folder=None, comparison=None, has_pdf=False)
    comparison = baselines(derivation)
    pictures = draw(derivation, comparison)
    write_folder(request.out, derivation, pictures)
    return DeriveOutcome(
        derivation=derivation,
        seconds=seconds,
        folder=request.out,
        comparison=comparison,
        has_pdf=pictures.report_pdf is not None,
    )


def open_request(request: DeriveRequest, settings: Settings) -> tuple[Issue, Layer]:
    """Open the issue and its layer, with the requested changes."""
    issue = choose_issue(request.issue, request.footprint, settings)
    issue = with_changes(issue, request.changes)
    return issue, open_layer(request.layers or [str(issue.layer)], request.columns, settings)


def draw(derivation: Derivation, comparison: pd.DataFrame) -> Pictures:
    """Draw the map and the report."""
    html = maps.report.report_html(derivation, baselines=comparison)
    return Pictures(
        map_html=polity_map(derivation).get_root().render(),
        report_html=html,
        report_pdf=_pdf(html),
    )


def _pdf(html: str) -> bytes | None:
    try:
        return maps.report.report_pdf(html)
    except OSError as error:  # WeasyPrint cannot load Pango: the one part that Python packages do not bring
        logging.getLogger(__name__).info("report.pdf left out: %s", error)
        return None
