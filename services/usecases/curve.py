"""The coverage–size curve: what each share of coverage costs."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

import maps.figures
from geopolity.derivation import Derivation, derive_polity
from geopolity.region import OnProgress
from services.settings import Settings
from services.usecases.derive import DeriveRequest, open_request

LEVELS = tuple(Decimal(level) for level in ("0.55", "0.6", "0.7", "0.75", "0.8", "0.85", "0.9", "0.95", "0.98", "1"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Points of the curve, and the issue they belong to."""

    title: str
    table: pd.DataFrame


def coverage_curve(request: DeriveRequest, settings: Settings, on_progress: OnProgress | None = None) -> Curve:
    """Derive the polity at every level of coverage."""
    issue, layer = open_request(request, settings)
    points = []
    for level in LEVELS:
        at_level = dataclasses.replace(issue, coverage=level)
        derivation = derive_polity(at_level, layer, effort=request.effort, seed=request.seed, on_progress=on_progress)
        points.append(_point(derivation))
    return Curve(title=issue.title, table=pd.DataFrame(points))


def write_plot(curve: Curve, file: Path) -> Path:
    """Plot the curve as SVG."""
    file.write_text(maps.figures.curve(curve.table, title=curve.title), encoding="utf-8", newline="\n")
    return file


def _point(derivation: Derivation) -> dict[str, Any]:
    certificate = derivation.certificate
    return {
        "coverage_target": float(certificate.coverage_target),
        "coverage": derivation.coverage,
        "units": int(derivation.units["inside"].sum()),
        "area_km2": derivation.area_km2,
        "population": derivation.population,
        "cost": certificate.cost,
        "lower_bound": certificate.lower_bound,
        "gap": certificate.gap,
    }
