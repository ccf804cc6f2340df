"""The coverage–size curve: what each share of coverage costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd

import maps.reports.figures
from geopolity.polity.borders import solve
from geopolity.polity.derivation import Derivation
from geopolity.polity.knees import knees
from geopolity.region import ConstraintsConflict, Effort, OnProgress, QuotaOutOfReach, Region
from maps.locale.catalogue import LANGUAGES
from maps.locale.texts import texts
from maps.scenes.curve import Paper
from services.derivation.folder import OutputFolderError

LEVELS = tuple(Decimal(level) for level in ("0.55", "0.6", "0.7", "0.75", "0.8", "0.85", "0.9", "0.95", "0.98", "1"))
LEVELS_IN_A_REPORT = tuple(Decimal(level) for level in ("0.6", "0.7", "0.8", "0.95"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """What one share of coverage costs: units, km², people, and the cost with its proven bound."""

    coverage_target: float
    coverage: float
    units: int
    area_km2: float
    population: float
    cost: int
    lower_bound: int
    gap: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Level(CurvePoint):
    """A point of the curve, and whether more coverage costs at least twice as much from there on."""

    knee: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Points of the curve and the derivation they belong to.

    Attributes
    ----------
    table
        One row per level of coverage, ascending: ``coverage_target, coverage, units, area_km2, population, cost,
        lower_bound, gap, knee`` (whether more coverage costs at least twice as much from there on).
    out_of_reach
        Levels that no connected part of the layer can hold.
    """

    derivation: Derivation
    table: pd.DataFrame
    out_of_reach: tuple[Decimal, ...]

    @property
    def levels(self) -> list[Level]:
        """The points as values."""
        rows = self.table.astype(object).to_dict("records")
        rows = self.table.astype(object).to_dict("records")
        return [Level(**{str(name): value for name, value in row.items()}) for row in rows]

    def svg(self, language: str) -> str:
        """Plot it, with words in a language."""
        issue = self.derivation.issue
        paper = Paper(title=issue.title, t=texts(language))
        return maps.reports.figures.curve(
            self.table, chosen=float(issue.coverage), smallest=issue.smallest, paper=paper
        )


def curve_of(
    derivation: Derivation,
    levels: Sequence[Decimal],
    *,
    effort: Effort = "interactive",
    seed: int = 0,
    on_progress: OnProgress | None = None,
) -> Curve:
    """Find the region at every level, from the integers of a derivation; its own level is taken as it is.

    A region that covers more also covers less, so a level never costs more than the one above it.
    """
    issue = derivation.issue
    regions: dict[Decimal, Region] = {issue.coverage: derivation.region}
    beyond = []
    for level in sorted(set(levels) - {issue.coverage}):
        try:
            asked = derivation.problem.but(coverage=level)
            regions[level], _ = solve(asked, derivation.weighing, effort, seed=seed, on_progress=on_progress)
        except (QuotaOutOfReach, ConstraintsConflict):
            beyond.append(level)
    points: list[CurvePoint] = []
    for level in sorted(regions, reverse=True):
        point = _point(derivation, level, regions[level])
        points.append(_cheaper(point, points[-1]) if points else point)
    table = pd.DataFrame([asdict(point) for point in reversed(points)])
    marked = knees(table["coverage_target"].to_numpy(np.float64), table["cost"].to_numpy(np.int64))
    return Curve(derivation=derivation, table=table.assign(knee=marked), out_of_reach=tuple(beyond))


def write_plot(curve: Curve, file: Path, language: str = LANGUAGES[0]) -> Path:
    """Plot the curve as an SVG file."""
    try:
        file.write_text(curve.svg(language), encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputFolderError(
            "{file} cannot be written ({reason}); choose another --out.",
            file=file,
            reason=error.strerror,
        ) from error
    return file


def _point(derivation: Derivation, level: Decimal, region: Region) -> CurvePoint:
    inside = region.members[: len(derivation.layer)]
    certificate = region.certificate
    return CurvePoint(
        coverage_target=float(level),
        coverage=certificate.coverage,
        units=int(np.count_nonzero(inside)),
        area_km2=derivation.terrain.km2(inside),
        population=float(derivation.units["population"].to_numpy(dtype=float)[inside].sum()),
        cost=certificate.cost,
        lower_bound=certificate.lower_bound,
        gap=certificate.gap,
    )


def _cheaper(point: CurvePoint, above: CurvePoint) -> CurvePoint:
    if point.cost <= above.cost:
        return point
    bound = point.lower_bound
    return replace(above, coverage_target=point.coverage_target, lower_bound=bound, gap=(above.cost - bound) / bound)
