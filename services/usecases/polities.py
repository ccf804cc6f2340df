"""List, show, activate and retire polities; load the demo's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from geopolity.layer import Layer
from services.derivation_folder import read_inside
from services.settings import Settings
from services.storage import polities
from services.storage.store import open_store, writing
from services.storage.tables import PolityRow
from services.usecases.layers import Columns, open_layer

NOT_LOADED = "human-rights-world"
"""Derived by the demo on another layer, and not part of its store."""
PROPOSER, ACTIVATOR = "demo-analyst", "demo-clerk"


def list_polities(settings: Settings) -> list[dict[str, Any]]:
    """Return all versions, by issue and version."""
    with Session(open_store(settings)) as session:
        rows = session.scalars(select(PolityRow).order_by(PolityRow.issue, PolityRow.version))
        return [polities.record(row) for row in rows]


def show_polity(polity_id: str, settings: Settings) -> tuple[dict[str, Any], str]:
    """Return the record of a polity, and its unsimplified boundary as GeoJSON."""
    with Session(open_store(settings)) as session:
        row = polities.find(session, polity_id)
        return polities.record(row), row.boundary


def retire_polity(polity_id: str, settings: Settings) -> dict[str, Any]:
    """End the validity of an active polity now."""
    with writing(open_store(settings)) as session:
        row = polities.find(session, polity_id)
        polities.retire(session, row, now=_now())
        return polities.record(row)


def load_demo(folders: Sequence[Path], settings: Settings) -> None:
    """Load derivation folders as active polities; what is active already stays as it is."""
    engine = open_store(settings)
    layers: dict[str, Layer] = {}
    for folder in folders:
        if folder.name == NOT_LOADED:
            continue
        name = json.loads((folder / "problem.json").read_text(encoding="utf-8"))["layer"]["name"]
        layer = layers.setdefault(name, open_layer([name], Columns(), settings))
        proposal = read_proposal(folder)
        with writing(engine) as session:
            polities.keep_layer(session, layer)
            before = polities.active(session, proposal.issue)
            if before is not None and before.digest == proposal.digest:
                continue
            row = polities.propose(session, proposal, layer=layer.digest, proposer=PROPOSER)
            polities.activate(session, row, activator=ACTIVATOR, now=_now())


def read_proposal(folder: Path) -> polities.Proposal:
    """Read a derivation folder as a proposal."""
    boundary = (folder / "polity.geojson").read_text(encoding="utf-8")
    said = json.loads(boundary)["features"][0]["properties"]
    certificate = json.loads((folder / "certificate.json").read_text(encoding="utf-8"))
    inside = read_inside(folder)
    return polities.Proposal(
        issue=said["issue"],
        title=said["title"],
        members=[str(unit_id) for unit_id in inside.index[inside]],
        population=said["population"],
        coverage=certificate["coverage"],
        gap=certificate["gap"],
        digest=certificate["digest"],
        boundary=boundary,
    )


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
