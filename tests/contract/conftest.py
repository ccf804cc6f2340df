"""The two homes of the store: every contract test runs on both."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely.geometry import box

from geopolity.layers.layer import Layer
from services.bootstrap import open_store
from services.settings import Settings
from services.storage.layers.census import keep_layer
from tests.postgis import new_cluster, remove

NOW = "2026-01-01T00:00:00Z"


@pytest.fixture(scope="session")
def cluster():
    cluster = new_cluster()
    yield cluster
    remove(cluster)


@pytest.fixture(params=["sqlite", "postgis"])
def settings(request, tmp_path):
    """Settings of an empty store in either home."""
    url = request.getfixturevalue("cluster").url() if request.param == "postgis" else None
    settings = Settings(home=tmp_path / "home", workers=1, database_url=url)
    yield settings
    open_store(settings).close()


@pytest.fixture
def opened(settings):
    """The store of these settings: empty, unless another fixture keeps something in it."""
    return open_store(settings)


@pytest.fixture
def store(opened):
    """The same, with the town."""
    with opened.writing() as session:
        keep_layer(session, town(), now=NOW, is_base=True)
    return opened


def town():
    """Three squares in a row; unit ids keep their leading zeros, the last has too few people to be a home."""
    units = gpd.GeoDataFrame(
        {"name": ["A", "B", "C"], "population": [1000.0, 2000.0, 20.0], "parent": ["0", "0", "1"]},
        index=["01", "02", "03"],
        geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 0, 3, 1)],
        crs="EPSG:4326",
    )
    return Layer(name="town", title="Town", vintage="2026", source="drawn", licence="CC0", units=units)


@pytest.fixture
def court(store, settings):
    """An assembly of nine in either home."""
    from tests.contract.court import constitute

    return constitute(store, settings)


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands, to be moved; and the drand round that a freeze names is the one whose signature is known."""
    from tests.contract.lottery import standing

    with standing(monkeypatch) as clock:
        yield clock


@pytest.fixture
def people(store, clock):
    """Two polities, one inside the other, and 300 people of age with consent."""
    from tests.contract.lottery import settle

    return settle(store)


@pytest.fixture
def service(store, settings):
    """The service, with the town as a layer; without a worker."""
    from tests.contract.town_service import serving_town

    with serving_town(settings) as running:
        yield running
