"""A copy of the store restored elsewhere gives the same answers, and nothing is ever overwritten."""

from __future__ import annotations

import shutil
import subprocess
import time
from dataclasses import replace

import psycopg
import pytest

from services.bootstrap import open_store
from services.lookup.answer import lookup
from services.polities.shown import list_polities
from services.publiclog.export import export_log
from services.settings import Settings
from services.storage.backup import RESTORES, BackupError
from services.storage.upkeep import backup, restore, status
from tests.contract.conftest import town
from tests.contract.test_lookup import _active


@pytest.fixture
def elsewhere(request, settings, tmp_path):
    """Settings of an empty place of the same kind."""
    url = None
    if settings.database_url is not None:
        url = request.getfixturevalue("cluster").url(template="template0")
    other = replace(settings, home=tmp_path / "elsewhere", database_url=url)
    yield open_store(other)
    open_store(other).close()


def counted(store):
    """How much of what a store holds, under which version."""
    told = status(store).as_json()
    del told["store"]
    return told


def test_backup_and_restore_give_identical_answers(store, elsewhere, tmp_path):
    with store.writing() as session:
        _active(session, "river", town().digest, {"01": 780.0})
    backup(tmp_path / "copy", store)
    restore(tmp_path / "copy", elsewhere)
    assert list_polities(elsewhere) == list_polities(store)
    assert lookup(0.5, 0.5, "2026-06-01", elsewhere) == lookup(0.5, 0.5, "2026-06-01", store)
    assert counted(elsewhere) == counted(store) | {"log entries": counted(store)["log entries"] + 1}
    logs = []
    for number, place in enumerate((store, elsewhere)):
        export_log(tmp_path / f"log{number}", place)
        logs.append((tmp_path / f"log{number}" / "entries.jsonl").read_bytes())
    assert logs[1].startswith(logs[0])  # and then the line that says so


def test_a_restore_on_postgis_that_is_killed_half_way_leaves_nothing_and_is_repeated(store, elsewhere, tmp_path):
    """Once it left people without units, `db status` was content, and a repeat was refused."""
    if not store.is_postgresql:
        return  # a file is restored by renaming its copy
    backup(tmp_path / "copy", store)
    address = elsewhere.url.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "CREATE FUNCTION halt() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); END'"
        )
        connection.execute(
            "CREATE EVENT TRIGGER halt ON ddl_command_end WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION halt()"
        )
        command = [shutil.which("pg_restore"), "--dbname", address, *RESTORES, str(tmp_path / "copy")]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            waits = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
            while (halted := connection.execute(waits).fetchone()) is None:
                assert process.poll() is None
                time.sleep(0.02)
            process.kill()
        connection.execute("SELECT pg_terminate_backend(%s, 10000)", halted)
        connection.execute("DROP EVENT TRIGGER halt")
        connection.execute("DROP FUNCTION halt")
    assert status(elsewhere).version is None
    restore(tmp_path / "copy", elsewhere)
    assert counted(elsewhere) == counted(store) | {"log entries": counted(store)["log entries"] + 1}


def test_neither_a_copy_nor_a_store_is_overwritten(store, settings, tmp_path):
    backup(tmp_path / "copy", store)
    with pytest.raises(BackupError, match="is there already"):
        backup(tmp_path / "copy", store)
    with pytest.raises(BackupError, match=r"is there already; move all of it|holds a store already"):
        restore(tmp_path / "copy", store)


def test_a_restore_beside_what_a_dead_writer_left_is_refused(tmp_path):
    """Once it mixed that into the backup, and moving the SQLite file alone away lost what stood beside it."""
    store = open_store(Settings(home=tmp_path / "home", workers=1))
    backup(tmp_path / "copy", store)
    store.close()
    left = tmp_path / "other"
    left.mkdir()
    for end in ("-wal", "-shm"):
        file = left / f"geopolity.sqlite{end}"
        file.write_bytes(b"left")
        with pytest.raises(BackupError, match=f"sqlite{end} is there already; move all of it"):
            restore(tmp_path / "copy", open_store(Settings(home=left, workers=1)))
        file.unlink()


def test_what_is_no_backup_is_refused(tmp_path):
    settings = Settings(home=tmp_path / "home", workers=1)
    with pytest.raises(BackupError, match="is no file"):
        restore(tmp_path / "nothing", open_store(settings))
    (tmp_path / "rubbish").write_text("rubbish" * 1000)
    with pytest.raises(BackupError, match="is no backup of a SQLite store"):
        restore(tmp_path / "rubbish", open_store(settings))
    with open_store(settings).reading():
        pass
    open_store(settings).close()
