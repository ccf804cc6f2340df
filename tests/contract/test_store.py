"""What the store promises: versions in time, one active, every act in the log, all or nothing."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import geopandas as gpd
import pytest
from shapely.geometry import box
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from geopolity.layer import Layer
from services.settings import Settings
from services.storage.polities import (
    Proposal,
    TransitionRefused,
    UnknownPolityError,
    activate,
    active,
    find,
    keep_layer,
    propose,
    record,
    retire,
)
from services.storage.store import open_store, writing
from services.storage.tables import LogRow, PolityRow

UNITS = gpd.GeoDataFrame(
    {"name": ["A", "B"], "population": [10.0, 20.0]},
    index=["01", "02"],
    geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)],
    crs="EPSG:4326",
)
LAYER = Layer(name="town", title="Town", vintage="2026", source="drawn", licence="CC0", units=UNITS)
RIVER = Proposal(
    issue="river", title="River", members=["01"], population=10, coverage=0.9, gap=0.0, digest="a", boundary="{}"
)


@pytest.fixture
def store(tmp_path):
    engine = open_store(Settings(home=tmp_path, workers=1))
    with writing(engine) as session:
        keep_layer(session, LAYER)
    yield engine
    engine.dispose()


def _activated(session, digest, now):
    row = propose(session, replace(RIVER, digest=digest), layer=LAYER.digest, proposer="ann")
    activate(session, row, activator="bob", now=now)
    return row


def test_a_new_version_supersedes_the_old_at_one_instant(store):
    with writing(store) as session:
        first, second = _activated(session, "a", "2026-01-01"), _activated(session, "b", "2027-01-01")
        assert (first.status, first.valid_to, second.status) == ("superseded", "2027-01-01", "active")
        assert record(find(session, "river"))["version"] == 2


def test_the_proposer_cannot_activate(store):
    with writing(store) as session:
        row = propose(session, RIVER, layer=LAYER.digest, proposer="ann")
        with pytest.raises(TransitionRefused, match="ann proposed river"):
            activate(session, row, activator="ann", now="2026-01-01")


def test_the_database_itself_refuses_a_second_active_version(store):
    with writing(store) as session:
        _activated(session, "a", "2026-01-01")
    with Session(store) as session:
        row = propose(session, RIVER, layer=LAYER.digest, proposer="ann")
        row.status = "active"
        with pytest.raises(IntegrityError, match="issue"):
            session.flush()


def test_parallel_activations_leave_one_active_and_every_act_in_the_log(store):
    def act(number):
        with writing(store) as session:
            _activated(session, str(number), "2026-01-01")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, range(8)))
    with Session(store) as session:
        statuses = session.scalars(select(PolityRow.status)).all()
        lines = session.scalars(select(LogRow.line).order_by(LogRow.index)).all()
    assert sorted(statuses) == ["active", *["superseded"] * 7]
    assert [json.loads(line)["index"] for line in lines] == list(range(17))


def test_a_failed_transaction_leaves_neither_polity_nor_log_entry(store):
    def fail():
        with writing(store) as session:
            _activated(session, "a", "2026-01-01")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with Session(store) as session:
        assert active(session, "river") is None
        assert session.scalar(select(func.count()).select_from(LogRow)) == 1


def test_a_retired_polity_has_no_active_version_and_cannot_retire_twice(store):
    with writing(store) as session:
        row = _activated(session, "a", "2026-01-01")
        retire(session, row, now="2026-02-01")
        session.flush()
        assert active(session, "river") is None
        with pytest.raises(TransitionRefused, match="is retired"):
            retire(session, row, now="2026-02-01")
        with pytest.raises(UnknownPolityError, match="polity list"):
            find(session, "lake")
