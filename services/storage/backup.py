"""Copy the store out and back: ``VACUUM INTO`` for the file, ``pg_dump`` and ``pg_restore`` for PostGIS."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

from sqlalchemy import Engine, func, inspect, make_url, select

from geopolity.errors import RequestError
from services.storage.store import make_private
from services.storage.tables import LogRow, all_tables


class BackupError(RequestError):
    """A backup cannot be written or read, or would overwrite something."""

    code = "backup"


BESIDE = ("-wal", "-shm", "-journal")
"""Files that SQLite keeps beside a store: of a writer that died they hold what was written last."""


RESTORES = ("--clean", "--if-exists", "--no-owner", "--single-transaction")
"""How PostGIS is restored: all of it, or nothing."""


def backup(engine: Engine, file: Path) -> None:
    """Write a consistent copy of the store while it is in use."""
    if file.exists():
        raise BackupError(
            "{file} is there already and is left alone; give the name of a new file.",
            file=file,
        )
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.partial")
    draft.unlink(missing_ok=True)
    try:
        make_private(draft)
        if engine.dialect.name == "sqlite":
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.connection.execute("VACUUM INTO ?", (str(draft),))
        else:
            _run("pg_dump", engine, "--format=custom", f"--file={draft}")
        draft.rename(file)
    finally:
        draft.unlink(missing_ok=True)


def restore(engine: Engine, file: Path) -> None:
    """Put a backup into an empty place; a store that holds anything is never overwritten.

    Raises
    ------
    BackupError
        If there is something, or the file is no backup of this kind of store.
    """
    if not file.is_file():
        raise BackupError(
            "{file} is no file; give one that `geopolity db backup` wrote.",
            file=file,
        )
    if engine.dialect.name == "sqlite":
        _restore_file(Path(str(make_url(str(engine.url)).database)), file)
        return
    with engine.connect() as connection:
        there = set(inspect(connection).get_table_names()) & set(all_tables().tables)
        held = bool(there) and bool(connection.scalar(select(func.count()).select_from(LogRow)))
    if held:
        raise BackupError("The database holds a store already; restore into an empty database.")
    _run("pg_restore", engine, *RESTORES, str(file))


def _restore_file(store: Path, file: Path) -> None:
    there = [it for it in (store, *(store.with_name(store.name + end) for end in BESIDE)) if it.exists()]
    if there:
        raise BackupError(
            "{files:list} is there already; move all of it away together, since what was written last may stand in the "
            "files beside the store, or restore into another GEOPOLITY_HOME.",
            files=[str(it) for it in there],
        )
    try:
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
            sound = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        connection.close()
    except sqlite3.DatabaseError as error:
        raise BackupError(
            "{file} is no backup of a SQLite store ({reason}).",
            file=file,
            reason=str(error),
        ) from error
    if not sound or not set(all_tables().tables) <= tables:
        raise BackupError(
            "{file} is damaged or holds no store; use another backup.",
            file=file,
        )
    store.parent.mkdir(parents=True, exist_ok=True)
    draft = store.with_name(f".{store.name}.partial")
    make_private(draft)
    shutil.copyfile(file, draft)
    draft.rename(store)


def _run(program: str, engine: Engine, *arguments: str) -> None:
    url = engine.url
    if shutil.which(program) is None:
        raise BackupError(
            "{program} is not installed; it comes with the package postgresql-client.",
            program=program,
        )
    connection = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    done = subprocess.run(  # noqa: S603 - the program is one of two, the address our own setting
        [program, "--dbname", connection, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupError(
            "{program} failed: {reason}.",
            program=program,
            reason=done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "?",
        )
