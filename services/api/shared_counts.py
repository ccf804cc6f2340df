"""What was counted of whom, shared by all processes that answer for one home: a small file that nobody misses.

It holds no addresses and no names, but digests under the home's own secret, and forgets what no limit asks for.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from threading import Lock

from limits.storage import MovingWindowSupport, Storage

from services.publiclog.keys import office_secret
from services.storage.store import make_private

WAIT_SECONDS = 2.0
TABLES = """
CREATE TABLE IF NOT EXISTS sums (who BLOB PRIMARY KEY, amount INTEGER NOT NULL, until REAL NOT NULL);
CREATE TABLE IF NOT EXISTS hits (who BLOB NOT NULL, at REAL NOT NULL, until REAL NOT NULL);
CREATE INDEX IF NOT EXISTS hits_of ON hits (who, at);
CREATE INDEX IF NOT EXISTS hits_until ON hits (until);
"""


class SharedCounts(Storage, MovingWindowSupport):
    """Counts of all processes of a home, for the strategies of ``limits``."""

    STORAGE_SCHEME = None
    base_exceptions = (sqlite3.Error, OSError)

    def __init__(self, home: Path) -> None:
        super().__init__(wrap_exceptions=True)
        self._home = home
        self._lock = Lock()

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to the sum of a window that began with its first count; returns the sum."""
        with self._counting() as connection:
            connection.execute("DELETE FROM sums WHERE until <= ?", (time.time(),))
            row = connection.execute(
                "INSERT INTO sums VALUES (?, ?, ?) ON CONFLICT (who) DO UPDATE SET amount = amount + excluded.amount "
                "RETURNING amount",
                (self._who(key), amount, time.time() + expiry),
            ).fetchone()
        return int(row[0])

    def get(self, key: str) -> int:
        """The sum of the window that runs."""
        return int(self._of_sum("amount", key) or 0)

    def get_expiry(self, key: str) -> float:
        """When that window ends."""
        return float(self._of_sum("until", key) or time.time())

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count hits, if they are no more than the limit within the seconds before now."""
        who, now = self._who(key), time.time()
        with self._counting() as connection:
            connection.execute("DELETE FROM hits WHERE until <= ?", (now,))
            _, there = _window(connection, who, now - expiry)
            if there + amount > limit:
                return False
            connection.executemany("INSERT INTO hits VALUES (?, ?, ?)", [(who, now, now + expiry)] * amount)
        return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:  # noqa: ARG002 - as limits asks
        """When the oldest hit within the seconds before now was, and how many there are."""
        now = time.time()
        with self._counting() as connection:
            first, there = _window(connection, self._who(key), now - expiry)
        return (now if first is None else first), there

    def check(self) -> bool:
        """Whether it can count."""
        with self._counting():
            return True

    def reset(self) -> int | None:
        """Forget everything."""
        with self._counting() as connection:
            return sum(connection.execute(f"DELETE FROM {name}").rowcount for name in ("sums", "hits"))  # noqa: S608

    def clear(self, key: str) -> None:
        """Forget one."""
        with self._counting() as connection:
            for name in ("sums", "hits"):
                connection.execute(f"DELETE FROM {name} WHERE who = ?", (self._who(key),))  # noqa: S608

    def _of_sum(self, column: str, key: str) -> float | None:
        with self._counting() as connection:
            query = f"SELECT {column} FROM sums WHERE who = ? AND until > ?"  # noqa: S608 - one of two names
            row = connection.execute(query, (self._who(key), time.time())).fetchone()
        return None if row is None else row[0]

    def _who(self, key: str) -> bytes:
        return hashlib.blake2b(key.encode("utf-8", "surrogateescape"), key=self._secret, digest_size=16).digest()

    @cached_property
    def _secret(self) -> bytes:
        return office_secret(self._home)

    @contextmanager
    def _counting(self) -> Iterator[sqlite3.Connection]:
        """One transaction, alone among threads and processes."""
        with self._lock:
            connection = self._connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @cached_property
    def _connection(self) -> sqlite3.Connection:
        file = self._home / "cache" / "counts.sqlite"
        with suppress(OSError):  # SQLite says what is wrong with the place
            file.parent.mkdir(parents=True, exist_ok=True)
        make_private(file)
        connection = sqlite3.connect(file, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA synchronous = OFF")  # a power cut may forget what was counted
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(TABLES)
        return connection


def _window(connection: sqlite3.Connection, who: bytes, since: float) -> tuple[float | None, int]:
    first, there = connection.execute(
        "SELECT min(at), count(*) FROM hits WHERE who = ? AND at > ?", (who, since)
    ).fetchone()
    return first, int(there)
