"""Look after the store: version of its tables, what it holds, backup and restore."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import func, make_url, select

from services.storage import backup as files
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


def status(store: Store) -> dict[str, Any]:
    """Where the store is, which version its tables have, and what it holds; nothing is made."""
    record: dict[str, Any] = {"store": make_url(store.url).render_as_string(hide_password=True)}
    with reading_as_it_is(store.engine) as session:
        found = version(session.connection())
        record |= {"version": found, "newest": NEWEST}
        if found == NEWEST:
            record |= {name: session.scalar(select(func.count()).select_from(row)) for name, row in COUNTED}
    return record


def backup(file: Path, store: Store) -> None:
    """Write a copy of the store. The log's key and the caches are files beside it and are not in it."""
    files.backup(store.prepared(), file)


def restore(file: Path, store: Store) -> None:
    """Put a copy into an empty store."""
    files.restore(store.engine, file)
    store.prepared()
