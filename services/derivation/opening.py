"""A request to derive, and the issue and layer it opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from boundaries.spreads import open_spread
from geopolity.layers.layer import Layer
from geopolity.polity.issue import Issue
from geopolity.region import Effort
from services.derivation.issues import FootprintFile, choose_issue, with_changes
from services.derivation.layers import SEAM_KM, Columns, open_layer


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadFile:
    """A population raster, or points with a column of people."""

    path: str
    people_column: str | None = None
    reading: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeriveRequest:
    """What to derive, on what, and how hard to try.

    Attributes
    ----------
    issue, footprint
        Exactly one of them: an issue's name or file, or a footprint.
    layers
        Names or files; none takes the issue's own layer, several are joined.
    spread
        Finer data on where in their units people live, instead of the issue's.
    seam_km
        How far apart joined layers may have drawn the same border, km.
    changes
        Settings of the issue to replace: coverage, smallest, compactness, connector_km, fill_holes.
    previous
        Folder of an earlier derivation whose boundary is preferred.
    uncertainty
        Re-derivations with the affected people drawn from their ranges; 0 leaves them out.
    out
        Folder to write; ``None`` writes nothing.
    """

    issue: str | None = None
    footprint: FootprintFile | None = None
    layers: Sequence[str] = ()
    seam_km: float = SEAM_KM
    spread: SpreadFile | None = None
    columns: Columns = field(default_factory=Columns)
    changes: dict[str, Any] = field(default_factory=dict)
    effort: Effort = "standard"
    seed: int = 0
    previous: Path | None = None
    uncertainty: int = 0
    out: Path | None = None


def open_request(request: DeriveRequest, home: Path) -> tuple[Issue, Layer]:
    """Open the issue and its layer, with the requested changes."""
    issue = choose_issue(request.issue, request.footprint, home)
    issue = with_changes(issue, request.changes | _finer(request.spread))
    return issue, open_layer(request.layers or [str(issue.layer)], request.columns, home, seam_km=request.seam_km)


def _finer(spread: SpreadFile | None) -> dict[str, Any]:
    if spread is None:
        return {}
    return {"spread": open_spread(spread.path, people_column=spread.people_column, **spread.reading)}
