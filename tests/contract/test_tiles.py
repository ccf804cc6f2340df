"""Live tiles: PostGIS and memory say the same with the same schema."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geopolity.layers.layer import Layer
from maps.tiles.address import TileAddress
from services.storage.layers.census import keep_layer
from services.storage.polities import steps
from services.views.tiles import tile, write_tiles
from tests.contract.conftest import NOW
from tests.contract.test_store import RIVER
from tests.vector_tile import area, read

LAYERS = {"units", "borders", "polities", "polity_borders", "cells", "labels"}


@pytest.fixture
def town_with_river(store):
    with store.writing() as session:
        row = steps.draft(session, RIVER, layer=_layer(session), proposer="ann")
        steps.propose(session, row, days=0, now=NOW)
        steps.activate(session, row, activator="bob", now=NOW)
    return store


def _layer(session):
    from services.storage.layers.census import find_layer

    return find_layer(session).digest


def _said(features, key):
    return sorted((feature.said[key] for feature in features), key=str)


def test_a_tile_has_the_town_with_one_schema_in_both_homes(town_with_river, opened):
    live = read(tile("town", TileAddress(6, 32, 31), opened).content)
    assert set(live) == LAYERS
    assert _said(live["units"], "unit_id") == ["01", "02", "03"]
    assert {name: sorted(set().union(*(f.said for f in live[name]))) for name in live} == {
        "units": ["name", "polities", "population", "unit_id"],
        "borders": ["kind"],
        "polities": ["area_km2", "coverage", "id", "population", "title", "units", "valid_from", "version"],
        "polity_borders": ["id", "title"],
        "cells": ["cell_id", "polities", "polity_ids", "population"],
        "labels": ["id", "kind", "name"],
    }
    assert _said(live["borders"], "kind") == ["outer", "parent", "unit"]


def test_what_a_tile_says_is_the_same_in_both_homes(town_with_river, opened):
    live = read(tile("town", TileAddress(6, 32, 31), opened).content)
    members = set(RIVER.members.index)
    assert {f.said["unit_id"]: f.said["polities"] for f in live["units"]} == {
        unit: int(unit in members) for unit in ("01", "02", "03")
    }
    cells = {f.said["polity_ids"]: (f.said["polities"], f.said["population"]) for f in live["cells"]}
    people = {"01": 1000, "02": 2000, "03": 20}
    assert cells[RIVER.issue] == (1, sum(people[unit] for unit in members))
    square = {f.said["unit_id"]: sum(area(ring) for ring in f.parts) for f in live["units"]}
    assert square["01"] == pytest.approx(square["02"], rel=0.02)


def test_a_tile_as_of_an_earlier_day_has_no_polity(town_with_river, opened):
    early, late = (
        tile("town", TileAddress(6, 32, 31), opened, date="2025-12-31"),
        tile("town", TileAddress(6, 32, 31), opened),
    )
    assert set(read(early.content)) == {"units", "borders", "labels"}
    assert early.generation != late.generation
    assert tile("town", TileAddress(6, 32, 31), opened).generation == late.generation


def test_nothing_lies_far_away(town_with_river, opened):
    assert tile("town", TileAddress(6, 0, 0), opened).content == b""


def test_archives_are_written_for_every_layer(town_with_river, opened, tmp_path):
    (written,) = write_tiles(tmp_path / "tiles", opened, zooms=(0, 4))
    assert written.file.read_bytes()[:7] == b"PMTiles"
    assert written.size == written.file.stat().st_size


def test_a_new_version_changes_the_generation(town_with_river, opened):
    before = tile("town", TileAddress(6, 32, 31), opened).generation
    with town_with_river.writing() as session:
        again = replace(RIVER, digest="another")
        row = steps.draft(session, again, layer=_layer(session), proposer="ann")
        steps.propose(session, row, days=0, now=NOW)
        steps.activate(session, row, activator="bob", now="2026-02-01T00:00:00Z")
    assert tile("town", TileAddress(6, 32, 31), opened).generation != before


def _wiggling():
    """Four units around a middle, all borders of hundreds of vertices that no straight line follows."""
    rng = np.random.default_rng(5)
    steps_along = np.linspace(0, 1, 300)
    wave = 0.02 * np.cumsum(rng.normal(size=(4, 300)), axis=1) / 17
    wave -= np.linspace(wave[:, 0], wave[:, -1], 300).T
    arms = [np.column_stack([steps_along, row]) for row in wave]
    turned = [np.column_stack([x, y]) for x, y in (
        (arms[0][:, 0], arms[0][:, 1]), (-arms[1][:, 1], arms[1][:, 0]),
        (-arms[2][:, 0], arms[2][:, 1]), (arms[3][:, 1], -arms[3][:, 0]),
    )]  # fmt: skip
    corners = [(1, 1), (-1, 1), (-1, -1), (1, -1)]
    shapes = [shapely.Polygon([*turned[k], corners[k], *turned[(k + 1) % 4][::-1][:-1]]) for k in range(4)]
    units = gpd.GeoDataFrame(
        {"name": list("ABCD"), "population": [100.0] * 4}, index=list("abcd"), geometry=shapes, crs=4326
    )
    return Layer(name="wiggling", title="W", vintage="2026", source="drawn", licence="CC0", units=units)


@pytest.mark.parametrize("at", [TileAddress(5, 16, 15), TileAddress(6, 32, 31), TileAddress(8, 128, 127)], ids=str)
def test_neighbours_share_their_border_in_a_tile_and_every_polygon_is_valid(opened, at):
    """Once PostGIS simplified each unit by itself: neighbours parted by half a pixel, and overlapped."""
    with opened.writing() as session:
        keep_layer(session, _wiggling(), now=NOW, is_base=True)
    drawn = [_polygon(feature) for feature in read(tile("wiggling", at, opened).content)["units"]]
    assert len(drawn) > 1
    assert all(shape.is_valid for shape in drawn)
    whole = shapely.union_all(drawn)
    assert sum(shape.area for shape in drawn) == pytest.approx(whole.area, rel=1e-9)
    assert len(shapely.get_parts(whole)) == 1
    assert not shapely.get_parts(whole)[0].interiors


def _polygon(feature):
    parts = []
    for ring in feature.parts:
        if area(ring) > 0:
            parts.append(shapely.Polygon(ring))
        else:
            parts[-1] -= shapely.Polygon(ring)
    return shapely.union_all(parts)
