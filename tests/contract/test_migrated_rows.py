"""A store full of rows goes back to before people's keys and up again, version by version, on SQLite and PostGIS."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from time_machine import travel

from services.docket import decisions
from services.publiclog.export import export_log, verify_export
from services.storage.publiclog import lines
from services.storage.schema import NEWEST, migrate, version
from services.storage.store import connect
from services.verifiers import verify_vote
from tests.contract.sealed_court import TRUSTEES, keyed_court

KEPT = (
    "citizens",
    "seats",
    "alternates",
    "matters",
    "laws",
    "votes",
    "log_entries",
    "log_checkpoints",
    "log_witnesses",
)
NEW = ("credentials", "sealed_ballots", "vote_keys", "key_messages")
VERSIONS = [f"{number:04}" for number in range(int(NEWEST) - 1, 15, -1)]


@pytest.fixture
def voted(court, tmp_path):
    """Opened seats, a key of five trustees, seven sealed ballots, a sum that three opened, two witnesses."""
    with travel("2026-11-26T12:00:00Z", tick=False) as clock:
        house = keyed_court(court, tmp_path)
        matter_id = house.ready()
        house.keyed(matter_id)
        decisions.open_vote(matter_id, house.store)
        house.cast(matter_id, ["yes"] * 5 + ["no", "abstain"])
        clock.shift(4 * 86400)
        decisions.close_vote(matter_id, house.store)
        house.cosign()
        for name in TRUSTEES[:3]:
            house.trustee(name)
        house.cosign()
        yield house


def _counts(engine, names):
    with engine.begin() as connection:
        return {name: connection.scalar(text(f"SELECT count(*) FROM {name}")) for name in names}


def test_rows_survive_the_way_down_to_0016_and_up_again(voted, tmp_path):
    store, engine = voted.store, connect(voted.store.url)
    before, new = _counts(engine, KEPT), _counts(engine, NEW)
    assert min(*before.values(), *new.values()) > 0, (before, new)
    with store.reading() as session:
        log = lines(session)
    for target in VERSIONS:
        migrate(engine, target)
        with engine.begin() as connection:
            assert version(connection) == target
        assert _counts(engine, KEPT) == before
    for target in [*reversed(VERSIONS), NEWEST]:
        migrate(engine, target)
        assert _counts(engine, KEPT) == before
    assert _counts(engine, NEW) == dict.fromkeys(NEW, 0)
    with store.reading() as session:
        assert lines(session) == log
    export_log(tmp_path / "log", store)  # what witnesses signed and delegates chose is still proven by the log alone
    assert "north signed" in verify_export(tmp_path / "log")
    assert "5 yes, 1 no, 1 abstained" in verify_vote.check(tmp_path / "log", "river-1/1")
    voted.court.file(law="nets", text="Nets are wide.")  # and life goes on
