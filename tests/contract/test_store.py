"""What the store promises: versions in time, one active, every act in the log, all or nothing."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pandas as pd
import pytest
from shapely.geometry import box
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.bootstrap import open_store
from services.settings import Settings
from services.storage import publiclog
from services.storage.layers.census import UnknownLayerError, find_layer, units_of
from services.storage.polities import steps, versions
from services.storage.polities.steps import Proposal, TransitionRefused
from services.storage.polities.versions import UnknownPolityError
from services.storage.store import StoreUnavailableError
from services.storage.tables import PolityRow
from tests.contract.conftest import NOW, town

LATER, LATEST = "2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z"
RIVER = Proposal(
    issue="river",
    title="River",
    members=pd.Series([7.5], index=["01"]),
    area_km2=1.0,
    population=1000,
    affected=8.0,
    coverage=0.9375,
    gap=0.0,
    digest="a",
    boundary=box(0, 0, 1, 1),
)


def _proposed(session, digest="a", days=0, now=NOW):
    row = steps.draft(session, replace(RIVER, digest=digest), layer=town().digest, proposer="ann")
    steps.propose(session, row, days=days, now=now)
    return row


def _activated(session, digest, now):
    row = _proposed(session, digest, now=now)
    steps.activate(session, row, activator="bob", now=now)
    return row


def _lines(store):
    with store.reading() as session:
        return [json.loads(line) for line in publiclog.lines(session)]


def test_a_layer_comes_back_as_it_was_kept(store):
    with store.reading() as session:
        kept = units_of(session, find_layer(session, "town").digest)
    assert kept.table.index.tolist() == ["01", "02", "03"]
    assert kept.table["population"].tolist() == [1000.0, 2000.0, 20.0]
    assert [shape.equals(drawn) for shape, drawn in zip(kept.shapes, town().units.geometry, strict=True)] == [True] * 3


def test_an_unknown_layer_is_named_with_those_there_are(store):
    with store.reading() as session, pytest.raises(UnknownLayerError, match="no layer lake; it keeps town"):
        find_layer(session, "lake")


def test_a_version_keeps_its_members_and_boundary(store):
    with store.writing() as session:
        _activated(session, "a", NOW)
    with store.reading() as session:
        row = versions.find(session, "river")
        assert versions.members(session, row).to_dict() == {"01": 7.5}
        assert versions.boundary(row).equals(box(0, 0, 1, 1))


def test_a_new_version_supersedes_the_old_at_one_instant(store):
    with store.writing() as session:
        first, second = _activated(session, "a", NOW), _activated(session, "b", LATER)
        assert (first.status, first.valid_to, second.status) == ("superseded", LATER, "active")
        assert versions.version_of(versions.find(session, "river")).version == 2
        assert versions.find(session, "river", 1).digest == "a"


def test_the_store_answers_as_of_a_moment(store):
    with store.writing() as session:
        _activated(session, "a", NOW)
        _activated(session, "b", LATER)
        steps.retire(session, versions.active(session, "river"), now=LATEST)
    moments = ["2025-12-31T23:59:59Z", NOW, "2026-12-31T23:59:59Z", LATER, LATEST]
    with store.reading() as session:
        valid = [session.scalars(select(PolityRow.digest).where(versions.valid_at(at))).all() for at in moments]
    assert valid == [[], ["a"], ["a"], ["b"], []]


def test_the_proposer_cannot_activate(store):
    with store.writing() as session:
        row = _proposed(session)
        with pytest.raises(TransitionRefused, match="ann proposed river"):
            steps.activate(session, row, activator="ann", now=LATER)


def test_a_proposal_waits_for_its_period_and_for_its_answers(store):
    with store.writing() as session:
        row = _proposed(session, days=30)
        with pytest.raises(TransitionRefused, match="open to objections until 2026-01-31"):
            steps.activate(session, row, activator="bob", now="2026-01-30T23:59:59Z")
        objection = steps.object_to(session, row, author="cy", text="The lake is missing.", now=NOW)
        with pytest.raises(TransitionRefused, match="was open to objections until 2026-01-31"):
            steps.object_to(session, row, author="cy", text="Too late.", now=LATER)
        with pytest.raises(TransitionRefused, match="has no answer"):
            steps.activate(session, row, activator="bob", now=LATER)
        with pytest.raises(TransitionRefused, match="another person must"):
            steps.answer(session, objection, answerer="cy", text="I agree.", now=NOW)
        steps.answer(session, objection, answerer="bob", text="It drains elsewhere.", now=NOW)
        with pytest.raises(TransitionRefused, match="an answer stands"):
            steps.answer(session, objection, answerer="bob", text="Or not.", now=NOW)
        steps.activate(session, row, activator="bob", now=LATER)
    kinds = [line["kind"] for line in _lines(store)]
    assert kinds[1:] == ["polity proposed", "polity objection", "polity objection answered", "polity activated"]
    assert "lake" not in json.dumps(_lines(store))


def test_a_withdrawn_proposal_is_never_activated_and_a_draft_leaves_no_entry(store):
    with store.writing() as session:
        row = _proposed(session)
        steps.withdraw(session, row)
        with pytest.raises(TransitionRefused, match="is withdrawn"):
            steps.activate(session, row, activator="bob", now=LATER)
        draft = steps.draft(session, RIVER, layer=town().digest, proposer="ann")
        steps.withdraw(session, draft)
    assert [line["kind"] for line in _lines(store)] == ["layer kept", "polity proposed", "polity withdrawn"]


def test_the_database_itself_refuses_a_second_active_version(store):
    with store.writing() as session:
        _activated(session, "a", NOW)
    with Session(store.engine.execution_options(writes=True)) as session:
        row = _proposed(session)
        row.status, row.valid_from = "active", LATER
        with pytest.raises(IntegrityError, match=r"one_active_version|polity_versions.issue"):
            session.flush()


def test_the_database_itself_refuses_a_validity_that_runs_backwards(store):
    with store.writing() as session:
        _activated(session, "a", LATER)
    with Session(store.engine.execution_options(writes=True)) as session:
        row = versions.active(session, "river")
        row.status, row.valid_to = "retired", NOW
        with pytest.raises(IntegrityError, match="validity_in_order"):
            session.flush()


def test_parallel_activations_leave_one_active_and_every_act_in_the_log(store):
    def act(number):
        with store.writing() as session:
            _activated(session, str(number), NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, range(8)))
    with store.reading() as session:
        statuses = session.scalars(select(PolityRow.status)).all()
    assert sorted(statuses) == ["active", *["superseded"] * 7]
    assert [line["index"] for line in _lines(store)] == list(range(17))


def test_a_failed_transaction_leaves_neither_polity_nor_log_entry(store):
    def fail():
        with store.writing() as session:
            _activated(session, "a", NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with store.reading() as session:
        assert versions.active(session, "river") is None
    assert len(_lines(store)) == 1


def test_a_retired_polity_has_no_active_version_and_cannot_retire_twice(store):
    with store.writing() as session:
        row = _activated(session, "a", NOW)
        steps.retire(session, row, now=LATER)
        session.flush()
        assert versions.active(session, "river") is None
        with pytest.raises(TransitionRefused, match="is retired"):
            steps.retire(session, row, now=LATER)
        with pytest.raises(UnknownPolityError, match="the list of polities"):
            versions.find(session, "lake")


def test_a_full_disk_is_said_and_changes_nothing(tmp_path):
    settings = Settings(home=tmp_path, workers=1)
    store = open_store(settings)

    def fill():
        with store.writing() as session:
            pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar()
            session.connection().exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
            publiclog.append(session, "seat", {"text": "x" * 60_000})

    with pytest.raises(StoreUnavailableError, match=r"disk is full\); nothing was changed"):
        fill()
    assert _lines(store) == []
    open_store(settings).close()


def test_a_database_that_restarts_in_a_transaction_loses_it_whole_and_serves_the_next(cluster, tmp_path):
    settings = Settings(home=tmp_path, workers=1, database_url=cluster.url())
    store = open_store(settings)

    def interrupted():
        with store.writing() as session:
            publiclog.append(session, "seat", {"number": 1})
            cluster.kill()
            publiclog.append(session, "seat", {"number": 2})

    with pytest.raises(StoreUnavailableError, match="nothing was changed"):
        interrupted()
    with pytest.raises(StoreUnavailableError, match="Check that the database runs"):
        store.prepared()
    cluster.start()
    with store.writing() as session:
        assert publiclog.append(session, "seat", {"number": 3}) == 0
    open_store(settings).close()
