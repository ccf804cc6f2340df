"""Derive a polity and write its folder."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

import maps.report
from geopolity.baselines import baselines
from geopolity.derivation import Derivation, derive_polity
from geopolity.footprint import Everyone
from geopolity.region import OnProgress
from maps import polity_map
from services.derivation_folder import Pictures, check_writable, read_inside, summary, write_folder
from services.layer_cache import warm
from services.settings import Settings
from services.usecases.curve import LEVELS_IN_A_REPORT, curve_of
from services.usecases.opening import DeriveRequest, open_request


@dataclass(frozen=True, slots=True, kw_only=True)
class DeriveOutcome:
    """A derivation, how long it took, and what was written where.

    Attributes
    ----------
    seconds
        Time to derive, without opening files and without drawing.
    comparison
        ``geopolity.baselines.baselines``; ``None`` where nothing was written.
    """

    derivation: Derivation
    seconds: float
    folder: Path | None = None
    comparison: pd.DataFrame | None = None
    has_pdf: bool = False
    previous: pd.Series[bool] | None = None

    @property
    def change(self) -> dict[str, int]:
        """Units and residents that joined and left since the previous derivation; empty where there was none."""
        if self.previous is None:
            return {}
        units = self.derivation.units
        before = self.previous.reindex(units.index, fill_value=False)
        joined, left = units[units["inside"] & ~before], units[before & ~units["inside"]]
        return {
            "units_joined": len(joined),
            "population_joined": round(float(joined["population"].sum())),
            "units_left": len(left),
            "population_left": round(float(left["population"].sum())),
        }

    @property
    def record(self) -> dict[str, Any]:
        """What ``derive --json`` prints."""
        return (
            summary(self.derivation)
            | self.change
            | {
                "seconds": round(self.seconds, 3),
                "folder": None if self.folder is None else str(self.folder),
            }
        )


def derive(request: DeriveRequest, settings: Settings, on_progress: OnProgress | None = None) -> DeriveOutcome:
    """Derive, draw and write; the place to write is checked before any work is done."""
    if request.out is not None:
        check_writable(request.out)
    issue, layer = open_request(request, settings)
    previous = None if request.previous is None else read_inside(request.previous)
    warm(layer, settings, drawing=request.out is not None)
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
        return DeriveOutcome(derivation=derivation, seconds=seconds, previous=previous)
    comparison = baselines(derivation)
    pictures = draw(derivation, comparison)
    write_folder(request.out, derivation, pictures)
    return DeriveOutcome(
        derivation=derivation,
        seconds=seconds,
        folder=request.out,
        comparison=comparison,
        has_pdf=pictures.report_pdf is not None,
        previous=previous,
    )


def draw(derivation: Derivation, comparison: pd.DataFrame) -> Pictures:
    """Draw the map and the report, with the curve unless everyone is affected."""
    everyone = isinstance(derivation.issue.footprint, Everyone)
    curve = None if everyone else curve_of(derivation, LEVELS_IN_A_REPORT).table
    html = maps.report.report_html(derivation, curve=curve, baselines=comparison)
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
