"""Versions of polities: proposed, active, superseded, retired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from geopolity.errors import NegativeAnswer, RequestError
from geopolity.layer import Layer
from services.storage.store import append
from services.storage.tables import LayerRow, MemberRow, PolityRow, UnitRow


class UnknownPolityError(RequestError):
    """The store holds no such polity."""

    code = "unknown-polity"


class TransitionRefused(NegativeAnswer):
    """A polity cannot take this step."""

    code = "polity-transition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A derived boundary to be proposed; ``boundary`` is GeoJSON, ``digest`` the certificate's."""

    issue: str
    title: str
    members: Sequence[str]
    population: int
    coverage: float
    gap: float
    digest: str
    boundary: str


def keep_layer(session: Session, layer: Layer) -> None:
    """Keep a layer and its units, unless they are there."""
    if session.get(LayerRow, layer.digest) is not None:
        return
    session.add(LayerRow(digest=layer.digest, name=str(layer.name), title=layer.title, vintage=layer.vintage))
    session.flush()
    shapes = shapely.to_wkb(layer.units.geometry.to_crs(4326).to_numpy())
    columns = (layer.units.index, layer.units["name"], layer.units["population"], shapes)
    rows = [
        {"layer": layer.digest, "unit_id": unit_id, "name": name, "population": people, "shape": shape}
        for unit_id, name, people, shape in zip(*columns, strict=True)
    ]
    session.execute(insert(UnitRow), rows)
    append(session, "layer", {"name": str(layer.name), "digest": layer.digest, "units": len(layer)})


def propose(session: Session, proposal: Proposal, *, layer: str, proposer: str) -> PolityRow:
    """Add the next version of the issue's polity, as proposed."""
    last = session.scalar(select(func.max(PolityRow.version)).where(PolityRow.issue == proposal.issue)) or 0
    row = PolityRow(
        issue=proposal.issue,
        title=proposal.title,
        version=last + 1,
        status="proposed",
        proposer=proposer,
        layer=layer,
        units=len(proposal.members),
        population=proposal.population,
        coverage=proposal.coverage,
        gap=proposal.gap,
        digest=proposal.digest,
        boundary=proposal.boundary,
    )
    session.add(row)
    session.flush()
    session.execute(insert(MemberRow), [{"polity": row.key, "unit_id": unit_id} for unit_id in proposal.members])
    append(session, "polity proposed", {"issue": row.issue, "version": row.version, "digest": row.digest})
    return row


def activate(session: Session, row: PolityRow, *, activator: str, now: str) -> None:
    """Make a proposed version the active one; the version before it is superseded at the same instant.

    Raises
    ------
    TransitionRefused
        If it is not proposed, or its proposer would activate it.
    """
    if row.status != "proposed":
        raise TransitionRefused(f"Version {row.version} of {row.issue} is {row.status}; only a proposed one activates.")
    if activator == row.proposer:
        raise TransitionRefused(f"{activator} proposed {row.issue} and cannot activate it; another person must.")
    before = active(session, row.issue)
    if before is not None:
        before.status, before.valid_to = "superseded", now
        session.flush()
    row.status, row.valid_from, row.activator = "active", now, activator
    append(session, "polity activated", {"issue": row.issue, "version": row.version, "valid_from": now})


def retire(session: Session, row: PolityRow, *, now: str) -> None:
    """End an active version with none after it."""
    if row.status != "active":
        raise TransitionRefused(f"Version {row.version} of {row.issue} is {row.status}; only an active one retires.")
    row.status, row.valid_to = "retired", now
    append(session, "polity retired", {"issue": row.issue, "version": row.version, "valid_to": now})


def active(session: Session, issue: str) -> PolityRow | None:
    """Return the active version of an issue's polity, if there is one."""
    return session.scalar(select(PolityRow).where(PolityRow.issue == issue, PolityRow.status == "active"))


def find(session: Session, polity_id: str) -> PolityRow:
    """Return the active version of a polity, or else its latest."""
    versions = select(PolityRow).where(PolityRow.issue == polity_id).order_by(PolityRow.version.desc())
    row = active(session, polity_id) or session.scalar(versions.limit(1))
    if row is None:
        raise UnknownPolityError(f"There is no polity {polity_id!r}; `geopolity polity list` prints the ids.")
    return row


def record(row: PolityRow) -> dict[str, Any]:
    """Say one version as ``polity list --json`` prints it."""
    keys = ("issue", "title", "version", "status", "valid_from", "units", "population", "coverage", "gap")
    return {"id": row.issue} | {key: getattr(row, key) for key in keys}
