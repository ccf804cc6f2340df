"""Say which unit and which polities a point belongs to, and why. Nothing here is logged or stored."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from geopolity.lookup import distance_m, locate, snapped
from services.settings import Settings
from services.storage.layers import read_shapes
from services.storage.polities import boundary
from services.storage.store import open_store, reading
from services.storage.tables import LayerRow, MemberRow, PolityRow, UnitRow

NEAR_M = 100.0
"""Closer to a polity's border than this, a place is said to be near it."""


def lookup(lon: float, lat: float, date: str, settings: Settings) -> dict[str, Any]:
    """Look a point up as of a date (ISO 8601)."""
    point = snapped(lon, lat)
    record: dict[str, Any] = {"point": {"lon": point.x, "lat": point.y}, "date": date, "units": [], "polities": []}
    with reading(open_store(settings)) as session:
        for layer in session.scalars(select(LayerRow).order_by(LayerRow.name, LayerRow.digest)):
            rows = session.scalars(select(UnitRow).where(UnitRow.layer == layer.digest).order_by(UnitRow.unit_id)).all()
            shapes = read_shapes([row.shape for row in rows])
            place = locate(point, gpd.GeoSeries(shapes, index=[row.unit_id for row in rows], crs=4326))
            names = {row.unit_id: row.name for row in rows}
            if place.unit_id is None:
                outside = {"layer": layer.name, "unit_id": place.nearest, "name": names[place.nearest]}
                record.setdefault("nearest", []).append(outside | {"distance_m": round(place.distance_m, 1)})
                continue
            name = names[place.unit_id]
            record["units"].append({"layer": layer.name, "unit_id": place.unit_id, "name": name})
            for row in _members(session, layer.digest, place.unit_id, date):
                record["polities"].append(_belongs(row, point, place.unit_id, name))
    return record


def _members(session: Session, layer: str, unit_id: str, date: str) -> list[PolityRow]:
    end_of_day = f"{date}T23:59:59Z" if "T" not in date else date
    query = (
        select(PolityRow)
        .join(MemberRow, MemberRow.polity == PolityRow.key)
        .where(PolityRow.layer == layer, MemberRow.unit_id == unit_id, PolityRow.valid_from <= end_of_day)
        .where((PolityRow.valid_to.is_(None)) | (PolityRow.valid_to > end_of_day))
    )
    return list(session.scalars(query.order_by(PolityRow.issue)))


def _belongs(row: PolityRow, point: shapely.Point, unit_id: str, name: str) -> dict[str, Any]:
    border = shapely.boundary(boundary(row))
    metres = distance_m(point, border)
    return {
        "id": row.issue,
        "issue": row.issue,
        "title": row.title,
        "version": row.version,
        "valid_from": row.valid_from,
        "reason": f"{name} is inside {row.title} since {str(row.valid_from)[:10]}.",
        "unit_id": unit_id,
        "border_distance_m": round(metres, 1),
        "certainty": "certain" if metres > NEAR_M else "near the border",
    }
