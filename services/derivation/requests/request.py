"""A request to derive: an opened issue, what to derive it on, and how hard to try.

Whatever it was written as (an issue's TOML file, flags of the command line, JSON, the studio's form with an upload), it
becomes one of these, its values checked in one place: by the issue and the footprint themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from boundaries.spreads import open_spread
from geopolity.polity.issue import Issue
from geopolity.region import Effort
from services.derivation.layers import SEAM_KM, Columns
from services.derivation.requests.issues import FootprintFile, choose_issue, with_changes

if TYPE_CHECKING:
    from services.derivation.requests.spec import DerivationSpec
    from services.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Request:
    """What to derive, on what, and how hard to try.

    Attributes
    ----------
    layers
        Names or files; none takes the issue's own layer, several are joined.
    columns
        Which columns of a layer's file hold what.
    seam_km
        How far apart joined layers may have drawn the same border, km.
    previous
        By unit id, whether an earlier version whose boundary is preferred held it.
    groups
        File of groups of people to say who is affected by.
    bands_km
        Where bands of distance end in which these groups are counted; none leaves them out.
    uncertainty
        Re-derivations with the affected people drawn from their ranges; 0 leaves them out.
    options
        What was said about how files are to be read, as the command line names it; ``verify`` takes it from there.
    """

    issue: Issue
    layers: tuple[str, ...] = ()
    columns: Columns = field(default_factory=Columns)
    seam_km: float = SEAM_KM
    effort: Effort = "standard"
    seed: int = 0
    previous: pd.Series[bool] | None = None
    uncertainty: int = 0
    groups: Path | None = None
    bands_km: tuple[float, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def layer_names(self) -> tuple[str, ...]:
        """Layers to derive on."""
        return self.layers or (str(self.issue.layer),)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadFile:
    """A population raster, or points with a column of people."""

    path: str
    people_column: str | None = None
    reading: Mapping[str, Any] = field(default_factory=dict)


def request_of(
    home: Path,
    *,
    issue: str | Issue | None = None,
    footprint: FootprintFile | None = None,
    spread: SpreadFile | None = None,
    changes: Mapping[str, Any] | None = None,
    **how: Any,
) -> Request:
    """Request for a known issue, a TOML file, or a footprint: exactly one of them.

    Parameters
    ----------
    spread
        Finer data on where in their units people live, instead of the issue's.
    changes
        Values of the issue to replace: coverage, smallest, compactness, connector_km, fill_holes, and in
        ``conditions`` what it has to keep to; ``None`` keeps one.
    how
        Everything else a ``Request`` has.
    """
    finer = {} if spread is None else {"spread": _spread(spread)}
    opened = with_changes(choose_issue(issue, footprint, home), dict(changes or {}) | finer)
    return Request(issue=opened, **how)


def request_of_spec(spec: DerivationSpec, store: Store) -> Request:
    """Request for what a program or the studio wrote as JSON."""
    from services.derivation.requests.opened_spec import issue_of  # noqa: PLC0415 - the command line needs no such parts

    return Request(
        issue=issue_of(spec, store.home),
        layers=(spec.layer,),
        effort=spec.effort,
        seed=spec.seed,
        previous=_version(spec.previous, store),
        uncertainty=spec.uncertainty,
    )


def _spread(file: SpreadFile) -> Any:
    return open_spread(file.path, people_column=file.people_column, **file.reading)


def _version(polity_id: str | None, store: Store) -> pd.Series[bool] | None:
    if polity_id is None:
        return None
    from services.storage.polities import versions  # noqa: PLC0415 - most requests need no database

    with store.reading() as session:
        members = versions.members(session, versions.find(session, polity_id))
    return pd.Series(data=True, index=members.index)
