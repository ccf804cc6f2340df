"""How the active polities lie to each other, and how many people they share."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from geopolity.geometry.crs import equal_area
from geopolity.layers.extents import LiveExtents
from geopolity.layers.relations import Relation, relation, relations
from geopolity.messages import Message
from services.clock import end_of, now
from services.lookup.index import open_lookup_index
from services.records import of_row
from services.storage.layers.census import unit_table
from services.storage.polities import versions
from services.storage.polities.versions import UnknownPolityError
from services.storage.store import Store
from services.storage.tables import PolityRow


@dataclass(frozen=True, slots=True, kw_only=True)
class PolityRelations:
    """The active polities by what they are to one of them."""

    id: str
    covers: tuple[str, ...]
    covered: tuple[str, ...]
    overlaps: tuple[str, ...]
    touches: tuple[str, ...]
    same: tuple[str, ...]
    children: tuple[str, ...]


def polity_relations(polity_id: str, store: Store, date: str | None = None) -> PolityRelations:
    """Sort the active polities by what one of them is to them: covers, covered, overlaps, touches, children."""
    with store.reading() as session:
        rows = _active(session, end_of(date) if date else now())
        if polity_id not in rows:
            raise UnknownPolityError(
                "There is no active polity {polity:quoted}; there are: {polities:list}.",
                polity=polity_id,
                polities=list(rows) or Message("none"),
            )
        neighbourhood = _near(rows, polity_id)
        found = _relations_of(session, neighbourhood)
    others = set(neighbourhood) - {polity_id}
    mine = {other: found[polity_id, other] for other in others}
    nested = [(inner, outer) for inner, outer in permutations(others, 2) if found[inner, outer] is Relation.COVERED]
    return of_row(PolityRelations, relations(mine, nested), id=polity_id)


def overlap_matrix(store: Store, date: str | None = None) -> dict[str, pd.DataFrame]:
    """People that each two active polities share, layer by layer; on the diagonal, all people of one."""
    moment = end_of(date) if date else now()
    with store.reading() as session:
        index = open_lookup_index(session, store.home, moment)
        return {
            layer.name: index.memberships[layer.digest].overlap(
                unit_table(session, layer.digest)["population"].to_numpy(dtype=float)
            )
            for layer in index.layers
            if index.polities[layer.digest]
        }


def _active(session: Session, moment: str) -> dict[str, PolityRow]:
    rows = session.scalars(select(PolityRow).where(versions.valid_at(moment)).order_by(PolityRow.issue))
    return {row.issue: row for row in rows}


def _near(rows: dict[str, PolityRow], polity_id: str) -> dict[str, PolityRow]:
    """Polities whose extents meet this one's: no others can be more than apart."""
    extents = LiveExtents()
    for name, row in rows.items():
        extents.put(name, versions.boundary(row))
    mine = versions.boundary(rows[polity_id])
    parts = shapely.get_parts(mine)
    near = {name for part in parts for name in extents.meeting(part.bounds)} | {polity_id}
    return {name: row for name, row in rows.items() if name in near}


def _relations_of(session: Session, rows: dict[str, PolityRow]) -> dict[tuple[str, str], Relation]:
    units = {name: frozenset(versions.members(session, row).index) for name, row in rows.items()}
    shapes = gpd.GeoSeries({name: versions.boundary(row) for name, row in rows.items()}, crs=4326)
    flat = dict(zip(shapes.index, equal_area(shapes), strict=True))
    found = {}
    for one, other in permutations(rows, 2):
        if rows[one].layer == rows[other].layer:
            shared = len(units[one] & units[other])
            inside = (shared / len(units[one]), shared / len(units[other]))
        else:
            area = shapely.area(shapely.intersection(flat[one], flat[other]))
            inside = tuple(np.divide(area, shapely.area([flat[one], flat[other]])))
        meet = inside == (0.0, 0.0) and bool(shapely.intersects(shapes[one], shapes[other]))
        found[one, other] = relation(*inside, meet=meet)
    return found
