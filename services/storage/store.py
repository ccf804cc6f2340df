"""The store: read or written in one transaction.

A writer holds the store alone until it ends: what it reads, nobody changes meanwhile, and the public log has one next
index. Readers never wait.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.orm import Session

from geopolity.docket.closing import LEAST_DAYS
from geopolity.errors import RequestError
from services.storage import kept
from services.storage.room import check_room
from services.storage.schema import prepare

WAIT_SECONDS = 30
WRITERS_LOCK = 0x67656F70  # "geop": the advisory lock that PostgreSQL writers take


class StoreUnavailableError(RequestError):
    """The database cannot be reached, is busy for too long, or cannot write."""

    code = "store-unavailable"


class UnsayableError(RequestError):
    """A text holds what no database keeps."""

    code = "unsayable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Everything that is kept: the database, and the folder of files beside it.

    It is a value that crosses process borders; connections are opened when they are first used, and an empty database
    gets its tables then.

    Attributes
    ----------
    url
        Where the database is, as SQLAlchemy names it.
    home
        Folder of files: layers, issues, uploads, keys, caches, results.
    vote_days
        Days that a vote of this store lasts at least; here, so that no door can leave it out.
    geocoder
        Address of the geocoder that finds what the store does not; none where nothing may leave this machine.
    least_free_mb
        Free space of the disk below which no door takes anything in.
    """

    url: str = field(repr=False)  # it may hold a password
    home: Path
    vote_days: int = LEAST_DAYS
    geocoder: str | None = field(default=None, repr=False)  # it may hold a key
    least_free_mb: int = 0

    @property
    def engine(self) -> Engine:
        """The database, whatever version its tables have."""
        return connect(self.url)

    @property
    def is_postgresql(self) -> bool:
        """Whether it is PostGIS rather than a SQLite file."""
        return not self.url.startswith("sqlite")

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: all of it is kept, or none.

        Raises
        ------
        StoreUnavailableError
            If the database does not answer.
        StoreSchemaError
            If its tables are of another version.
        """
        engine = self.prepared()
        step = _Step(writes=True)
        with (
            _unavailable_is_said(engine, step),
            Session(engine.execution_options(writes=True)) as session,
            session.begin(),
        ):
            yield session
            session.flush()
            step.commits = True
        kept.note_commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One transaction that sees a single state of the store, and writes nothing; raises as ``writing`` does."""
        with reading_as_it_is(self.prepared()) as session:
            yield session

    def check_room(self) -> None:
        """Refuse what would be written where the disk is nearly full; raises ``DiskFull``."""
        check_room(self.home, self.least_free_mb)

    def prepared(self) -> Engine:
        """The database with the tables of this program."""
        engine = self.engine
        with _unavailable_is_said(engine, _Step()):
            prepare(engine)
        return engine

    def close(self) -> None:
        """Close all connections; the store can be used again."""
        self.engine.dispose()

    def within(self, session: Session) -> Store:
        """The same store inside a transaction that is open: what is done there is kept or lost with it."""
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        return _Within(**said, session=session)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Within(Store):
    """A store inside a transaction, which it neither begins nor ends."""

    session: Session = field(repr=False)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """The open transaction."""
        yield self.session
        self.session.flush()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """The open transaction."""
        yield self.session


@contextmanager
def reading_as_it_is(engine: Engine) -> Iterator[Session]:
    """Read a database whatever version its tables have."""
    with _unavailable_is_said(engine, _Step()), Session(engine) as session, session.begin():
        yield session


def connect(url: str) -> Engine:
    """Engine for a URL, one in a process, with transactions as this module promises; no table is touched."""
    return ENGINES.engine(url)


class Engines:
    """The databases used last; one that makes room for another is closed, so that no connection stays behind."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, Engine] = OrderedDict()
        self._lock = Lock()

    def engine(self, url: str) -> Engine:
        """The database at a URL, made if it is not kept."""
        with self._lock:
            found = self._kept.setdefault(url, self._kept.get(url) or _engine(url))
            self._kept.move_to_end(url)
            left = [self._kept.popitem(last=False)[1] for _ in range(len(self._kept) - self._most)]
        for engine in left:
            engine.dispose()
        return found


ENGINES = Engines(most=32)


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        engine = create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": WAIT_SECONDS})
        event.listen(engine, "begin", _begin_postgresql)
        return engine
    engine = create_engine(url, connect_args={"timeout": WAIT_SECONDS})
    event.listen(engine, "do_connect", _make_private)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@dataclass(slots=True)
class _Step:
    """How far a transaction has come."""

    writes: bool = False
    commits: bool = False


@contextmanager
def _unavailable_is_said(engine: Engine, step: _Step) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise _unavailable(engine, error, step) from error
    except DataError as error:
        raise _unsayable(error) from error
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise _unavailable(engine, error, step) from error
    except OverflowError as error:
        if "SQLite" not in str(error):
            raise
        raise _beyond() from error
    except UnicodeEncodeError as error:
        if error.reason != "surrogates not allowed":
            raise
        raise UnsayableError(
            "A text holds half of a character (a lone surrogate), which nothing here keeps; leave it out."
        ) from error


def _unsayable(error: DataError) -> Exception:
    """What a text or number is that PostgreSQL does not take."""
    said = str(error.orig)
    if "NUL" in said:
        return UnsayableError("A text holds the character NUL, which nothing here keeps; leave it out.")
    return _beyond() if "out of range" in said else error


def _beyond() -> UnsayableError:
    return UnsayableError("A number is beyond what is kept here (64 bits); give a smaller one.")


def _unavailable(engine: Engine, error: DBAPIError, step: _Step) -> StoreUnavailableError:
    place = make_url(str(engine.url)).render_as_string(hide_password=True)
    reason = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
    if step.commits or kept.is_any():
        return StoreUnavailableError(
            "The store {place} cannot be used ({reason}), and what was asked may be done already, or in part. Check "
            "that the database runs, look what it holds, and only then try again.",
            place=place,
            reason=reason,
        )
    return StoreUnavailableError(
        "The store {place} cannot be used ({reason}); nothing was changed. Check that the database runs, is reachable "
        "and has room on its disk, then try again.",
        place=place,
        reason=reason,
    )


def make_private(file: Path) -> None:
    """Let nobody but the service's own user read a file, which is made if it is not there.

    SQLite gives the files beside it the same mode.
    """
    with suppress(OSError):  # SQLite says better what is wrong with the place
        os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))
        for one in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
            if one.exists() and one.stat().st_mode & 0o077:
                one.chmod(0o600)


def _make_private(_dialect: Any, _record: Any, arguments: Any, _named: Any) -> None:
    make_private(Path(str(arguments[0])))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are ours: see _begin_sqlite
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes(connection) else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if _writes(connection):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITERS_LOCK})
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("writes", False))
