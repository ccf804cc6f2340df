"""Versions of polities as they are shown: the list of them all, and one with its objections and its boundary."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from geopolity.exports import later
from services.clock import end_of
from services.records import Json
from services.storage.polities import versions
from services.storage.polities.versions import Version, version_of
from services.storage.store import Store
from services.storage.tables import PolityRow

if TYPE_CHECKING:
    import shapely

    from services.storage.polities import steps
else:
    shapely, steps = later("shapely"), later("services.storage.polities.steps")


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """An objection to a proposal, and its answer."""

    objection: int
    made_at: str
    text: str
    answered_at: str | None
    answer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One version of a polity, its objections with their answers, and its boundary as GeoJSON."""

    version: Version
    objections: tuple[Objection, ...]
    boundary: str

    def as_json(self) -> Json:
        """Record that the command line and the interface answer."""
        return self.version.as_json() | {"objections": [asdict(one) for one in self.objections]}


def list_polities(store: Store, date: str | None = None) -> list[Version]:
    """Return all versions by issue and version, or those that were active at the end of a day."""
    query = select(PolityRow).order_by(PolityRow.issue, PolityRow.version)
    if date is not None:
        query = query.where(versions.valid_at(end_of(date)))
    with store.reading() as session:
        return [version_of(row) for row in session.scalars(query)]


def show_polity(polity_id: str, store: Store, version: int | None = None) -> Shown:
    """Return a version of a polity with its objections."""
    with store.reading() as session:
        row = versions.find(session, polity_id, version)
        shown = version_of(row)
        objections = tuple(
            Objection(objection=it.key, made_at=it.made_at, text=it.text, answered_at=it.answered_at, answer=it.answer)
            for it in steps.objections(session, row)
        )
        return Shown(version=shown, objections=objections, boundary=_feature(shown, versions.boundary(row)))


def _feature(version: Version, boundary: shapely.Geometry) -> str:
    properties = json.dumps(version.as_json(), sort_keys=True, ensure_ascii=False, allow_nan=False)
    feature = f'{{"type": "Feature", "properties": {properties}, "geometry": {shapely.to_geojson(boundary)}}}'
    return f'{{"type": "FeatureCollection", "features": [\n{feature}\n]}}\n'
