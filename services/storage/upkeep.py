"""Look after the store: version of its tables, what it holds, backup and restore."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, make_url, select

from services.clock import now
from services.records import Json
from services.storage import backup as files
from services.storage.publiclog import append
from services.storage.schema import NEWEST, migrate, version
from services.storage.store import Store, reading_as_it_is
from services.storage.tables import CitizenRow, LayerRow, LogRow, PolityRow, Table

COUNTED: tuple[tuple[str, type[Table]], ...] = (
    ("layers", LayerRow),
    ("polity versions", PolityRow),
    ("people registered", CitizenRow),
    ("log entries", LogRow),
)


def upgrade(store: Store) -> str:
    """Move the tables to the version of this program; returns it."""
    migrate(store.engine, "head")
    return NEWEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Where a store is, which version its tables have, and, if that is this program's, how much of what it holds."""

    store: str
    version: str | None
    newest: str
    counts: Mapping[str, int]

    def as_json(self) -> Json:
        """As ``db status`` prints it."""
        return {"store": self.store, "version": self.version, "newest": self.newest} | dict(self.counts)


def status(store: Store) -> Status:
    """Look at a store; nothing is made."""
    place = make_url(store.url).render_as_string(hide_password=True)
    with reading_as_it_is(store.engine) as session:
        found = version(session.connection())
        counted = COUNTED if found == NEWEST else ()
        counts = {name: session.scalar(select(func.count()).select_from(row)) or 0 for name, row in counted}
    return Status(store=place, version=found, newest=NEWEST, counts=counts)


def backup(file: Path, store: Store) -> None:
    """Write a copy of the store. The log's key and the caches are files beside it and are not in it."""
    files.backup(store.prepared(), file)


def restore(file: Path, store: Store) -> None:
    """Put a copy into an empty store; the log says that this was done, and how many lines the copy had."""
    files.restore(store.engine, file)
    with store.writing() as session:
        entries = session.scalar(select(func.count()).select_from(LogRow))
        append(session, "store restored", {"entries": entries, "at": now()})
