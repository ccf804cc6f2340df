"""Tiles over HTTP: typed, cached by generation, and refused in a sentence."""

from __future__ import annotations

import pytest

from services.bootstrap import open_store
from services.settings import Settings
from services.storage.layers.census import keep_layer
from tests.contract.conftest import NOW, town
from tests.served import served
from tests.vector_tile import read


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    settings = Settings(home=tmp_path_factory.mktemp("home"), workers=1)
    with open_store(settings).writing() as session:
        keep_layer(session, town(), now=NOW, is_base=True)
    with served(settings) as running:
        yield running.client()


def test_a_tile_is_a_vector_tile_and_known_by_its_etag(client):
    first = client.get("/tiles/town/6/32/31.mvt")
    assert first.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert len(read(first.content)["units"]) == 3
    again = client.get("/tiles/town/6/32/31.mvt", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_an_empty_tile_is_204(client):
    assert client.get("/tiles/town/6/0/0.mvt").status_code == 204


def test_tilejson_names_the_layers(client):
    said = client.get("/tiles/town.json").json()
    assert [layer["id"] for layer in said["vector_layers"]] == ["units", "borders", "labels"]
    assert said["bounds"] == [0, 0, 3, 1]


def test_wrong_tiles_are_refused_with_the_way_out(client):
    outside = client.get("/tiles/town/2/9/0.mvt")
    assert (outside.status_code, outside.json()["code"]) == (422, "tile")
    assert "0 to 3" in outside.json()["detail"]
    assert client.get("/tiles/nowhere/2/0/0.mvt").status_code == 404
