"""Vector tiles straight from PostGIS, with the layers and attributes of those that are drawn in memory."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import text
from sqlalchemy.orm import Session

from maps.tiles.address import TileAddress

FINEST = 4.0
"""Detail kept, in 4,096ths of a tile, as in ``maps.tiles.layer``."""
PIXEL = 8.0

_TILE = """
WITH box AS (
    SELECT ST_TileEnvelope(:zoom, :x, :y) AS tile,
           ST_Transform(ST_TileEnvelope(:zoom, :x, :y, margin => 0.015625), 4326) AS around,
           40075016.6855785 / (4096 * power(2, :zoom)) AS step,
           40075016.6855785 / (4096 * power(2, :zoom)) * :finest AS cell,
           -20037508.34278925 AS west, 20037508.34278925 AS north
), versions AS (
    SELECT key, issue, title, version, valid_from, population, area_km2, coverage, units, shape
    FROM polity_versions
    WHERE layer = :layer AND valid_from <= :moment AND (valid_to IS NULL OR valid_to > :moment)
), near AS (
    SELECT u.unit_id, u.name, u.population, u.parent, u.shape, ST_Transform(u.shape, 3857) AS flat,
           count(v.key) AS polities,
           coalesce(string_agg(v.issue, ',' ORDER BY v.issue COLLATE "C"), '') AS polity_ids
    FROM units u CROSS JOIN box
    LEFT JOIN (polity_units m JOIN versions v ON v.key = m.polity) ON m.unit_id = u.unit_id
    WHERE u.layer = :layer AND u.shape && box.around
    GROUP BY u.layer, u.unit_id
), unit_rows AS (
    SELECT ST_AsMVTGeom(ST_SnapToGrid(flat, west, north, cell, cell), tile, 4096, 64) AS geom,
           unit_id, name, population, polities
    FROM near, box WHERE ST_Area(flat) >= power(step * :pixel, 2)
), edges AS (
    SELECT CASE WHEN b.unit_id IS NULL THEN 'outer' WHEN a.parent IS DISTINCT FROM b.parent THEN 'parent' ELSE 'unit'
           END AS kind, ST_Intersection(ST_Boundary(a.flat), ST_Boundary(b.flat)) AS line
    FROM near a JOIN near b ON a.unit_id < b.unit_id AND a.flat && b.flat AND ST_Intersects(a.flat, b.flat)
    UNION ALL
    SELECT 'outer', ST_Boundary(ST_Union(flat)) FROM near
), border_rows AS (
    SELECT ST_AsMVTGeom(
               ST_SnapToGrid(ST_Collect(ST_CollectionExtract(line, 2)), west, north, cell, cell), tile, 4096, 64
           ) AS geom, kind
    FROM edges, box GROUP BY kind, tile, cell, west, north
), polity_shapes AS (
    SELECT issue AS id, title, version, valid_from, population, area_km2, coverage, units,
           ST_Transform(shape, 3857) AS flat
    FROM versions, box WHERE shape && around
), polity_rows AS (
    SELECT ST_AsMVTGeom(ST_SnapToGrid(flat, west, north, cell, cell), tile, 4096, 64) AS geom,
           id, title, version, valid_from, population, area_km2, coverage, units
    FROM polity_shapes, box
), polity_border_rows AS (
    SELECT ST_AsMVTGeom(ST_SnapToGrid(ST_Boundary(flat), west, north, cell, cell), tile, 4096, 64) AS geom, id, title
    FROM polity_shapes, box
), cell_people AS (
    SELECT polity_ids, sum(population) AS population FROM (
        SELECT u.population, coalesce(string_agg(v.issue, ',' ORDER BY v.issue COLLATE "C"), '') AS polity_ids
        FROM units u LEFT JOIN (polity_units m JOIN versions v ON v.key = m.polity) ON m.unit_id = u.unit_id
        WHERE u.layer = :layer GROUP BY u.layer, u.unit_id) AS everywhere
    GROUP BY polity_ids
), cell_rows AS (
    SELECT ST_AsMVTGeom(ST_SnapToGrid(ST_Union(n.flat), west, north, cell, cell), tile, 4096, 64) AS geom,
           left(encode(sha256(convert_to(replace(n.polity_ids, ',', E'\\n'), 'UTF8')), 'hex'), 12) AS cell_id,
           min(n.polities) AS polities, n.polity_ids, min(c.population) AS population
    FROM near n JOIN cell_people c USING (polity_ids), box
    WHERE EXISTS (SELECT 1 FROM versions)
    GROUP BY n.polity_ids, tile, cell, west, north
), label_rows AS (
    SELECT ST_AsMVTGeom(ST_PointOnSurface(flat), tile, 4096, 0) AS geom, 'unit' AS kind, unit_id AS id, name
    FROM near, box WHERE sqrt(ST_Area(shape)) / 360 * power(2, :zoom) >= 32 / 512.0
    UNION ALL
    SELECT ST_AsMVTGeom(ST_PointOnSurface(flat), tile, 4096, 0), 'polity', id, title FROM polity_shapes, box
)
"""
_ROWS = {
    "units": "unit_rows",
    "borders": "border_rows",
    "polities": "polity_rows",
    "polity_borders": "polity_border_rows",
    "cells": "cell_rows",
    "labels": "label_rows",
}
_LAYER = "coalesce((SELECT ST_AsMVT(r, '{}', 4096, 'geom') FROM {} r WHERE geom IS NOT NULL), '')"
_QUERY = text(_TILE + "SELECT " + " || ".join(_LAYER.format(*pair) for pair in _ROWS.items()))


def live_tile(session: Session, layer: str, at: TileAddress, moment: str) -> bytes:
    """Mapbox Vector Tile of a layer (by digest) and the polities valid at a moment; empty where nothing lies.

    Every vertex goes to the nearest point of a grid of half a pixel, whichever unit's it is: so neighbours that share a
    border share it in the tile, and where tiles meet it is the same.
    """
    given = {"layer": layer, "moment": moment, "finest": FINEST, "pixel": PIXEL} | asdict(at)
    return bytes(session.execute(_QUERY, given).scalar_one())
