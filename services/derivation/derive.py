"""Derive a polity and write its folder."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

import maps.reports.polity
from geopolity.polity.baselines import baselines
from geopolity.polity.change import Change, as_before, change_since
from geopolity.polity.derivation import Derivation, derive_polity
from geopolity.polity.stability import with_stability
from geopolity.region import OnProgress
from maps import diff_map, polity_map
from services.derivation.curve import LEVELS_IN_A_REPORT, curve_of
from services.derivation.folder import Pictures, check_writable, read_inside, summary, write_folder
from services.derivation.opening import DeriveRequest, open_request
from services.derivation.terrain_cache import terrain_of, warm_display


@dataclass(frozen=True, slots=True, kw_only=True)
class DeriveOutcome:
    """A derivation, how long it took, and what was written where.

    Attributes
    ----------
    seconds
        Time to derive, without opening files and without drawing.
    comparison
        ``geopolity.polity.baselines.baselines``; ``None`` where nothing was written.
    """

    derivation: Derivation
    seconds: float
    folder: Path | None = None
    comparison: pd.DataFrame | None = None
    has_pdf: bool = False
    change: Change | None = None

    @property
    def record(self) -> dict[str, Any]:
        """What ``derive --json`` prints."""
        return (
            summary(self.derivation)
            | ({} if self.change is None else self.change.totals)
            | {
                "seconds": round(self.seconds, 3),
                "folder": None if self.folder is None else str(self.folder),
            }
        )


def derive(request: DeriveRequest, home: Path, on_progress: OnProgress | None = None) -> DeriveOutcome:
    """Derive, draw and write; the place to write is checked before any work is done."""
    if request.out is not None:
        check_writable(request.out)
    issue, layer = open_request(request, home)
    previous = None if request.previous is None else read_inside(request.previous)
    terrain = terrain_of(layer, home)
    if request.out is not None:
        warm_display(layer, home)
    start = time.perf_counter()
    derivation = derive_polity(
        issue,
        layer,
        terrain=terrain,
        effort=request.effort,
        seed=request.seed,
        previous=previous,
        on_progress=on_progress,
    )
    seconds = time.perf_counter() - start
    if request.uncertainty:
        derivation = with_stability(derivation, runs=request.uncertainty, seed=request.seed)
    change = None if previous is None else change_since(previous, derivation)
    if request.out is None:
        return DeriveOutcome(derivation=derivation, seconds=seconds, change=change)
    comparison = baselines(derivation)
    pictures = draw(derivation, comparison, previous)
    write_folder(request.out, derivation, pictures, change)
    return DeriveOutcome(
        derivation=derivation,
        seconds=seconds,
        folder=request.out,
        comparison=comparison,
        has_pdf=pictures.report_pdf is not None,
        change=change,
    )


def draw(derivation: Derivation, comparison: pd.DataFrame, previous: pd.Series[bool] | None = None) -> Pictures:
    """Draw the map, the report with the curve unless everyone is affected, and what changed since an earlier one."""
    curve = None if derivation.issue.affects_everyone else curve_of(derivation, LEVELS_IN_A_REPORT).table
    html = maps.reports.polity.report_html(derivation, curve=curve, baselines=comparison)
    return Pictures(
        map_html=polity_map(derivation).get_root().render(),
        report_html=html,
        report_pdf=_pdf(html),
        diff_html=None if previous is None else _diff(derivation, previous),
    )


def _diff(derivation: Derivation, previous: pd.Series[bool]) -> str:
    page: str = diff_map(as_before(previous, derivation), derivation).get_root().render()
    return page


def _pdf(html: str) -> bytes | None:
    try:
        return maps.reports.polity.report_pdf(html)
    except OSError as error:  # WeasyPrint cannot load Pango: the one part that Python packages do not bring
        logging.getLogger(__name__).info("report.pdf left out: %s", error)
        return None
