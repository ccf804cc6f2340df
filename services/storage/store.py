"""Open the store, and write to it in one transaction with the public log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.orm import Session

from geopolity.publiclog import Entry
from services.settings import Settings
from services.storage.tables import LogRow, Table

WAIT_SECONDS = 30


def open_store(settings: Settings) -> Engine:
    """Open ``GEOPOLITY_HOME/geopolity.sqlite``, created on first use."""
    settings.home.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{settings.home / 'geopolity.sqlite'}", connect_args={"timeout": WAIT_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    Table.metadata.create_all(engine)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One transaction: all of it is kept, or none."""
    with Session(engine) as session, session.begin():
        yield session


def append(session: Session, kind: str, facts: dict[str, Any]) -> None:
    """Add a public act to the log, in the transaction of what it records."""
    index = session.scalar(select(func.count()).select_from(LogRow)) or 0
    session.add(LogRow(index=index, line=Entry(index=index, kind=kind, facts=facts).line))
    session.flush()


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are ours: see _begin
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")  # a second writer waits, and reads what the first wrote
