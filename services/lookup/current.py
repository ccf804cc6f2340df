"""The look-up current of a running service: today's answers in memory, swapped whole when the store changes.

The size of the public log names the store's generation: every act that a look-up can show is an entry in it.
"""

from __future__ import annotations

import re
import threading
import time
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select

from geopolity.caching import SingleFlightCache
from services.clock import end_of, today
from services.lookup.directory import keep_directory
from services.lookup.encoded import Answers
from services.lookup.index import LookupIndex, open_lookup_index
from services.storage.store import Store
from services.storage.tables import LogRow

USUAL = re.compile(rb"lon=([-+.0-9e]{1,30})&lat=([-+.0-9e]{1,30})(?:&date=([-0-9]{10}))?")
"""The query that programs send; all others are the business of the route behind."""
KEPT_DAYS = 4
"""Days other than today whose answers stay in memory."""


class CurrentLookup:
    """Answers look-ups; ``refresh`` sees whether the store or the day has changed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._building = threading.Lock()
        self._generation: int | None = None
        self._today: Answers | None = None
        self._until = 0.0
        self._is_closed = False
        self._days: SingleFlightCache[str, Answers] = SingleFlightCache(KEPT_DAYS)
        self.count = 0

    @property
    def generation(self) -> int:
        """Entries of the public log that the answers know; names the state in ETags."""
        return self._generation or 0

    @property
    def is_open(self) -> bool:
        """Whether there are answers yet."""
        return self._today is not None

    def refresh(self) -> bool:
        """Take in what changed, if anything did; returns whether so. What was answered before stays until then."""
        with self._building:
            if self._is_closed:
                return False
            day = today()
            with self._store.reading() as session:
                last = session.scalar(select(func.max(LogRow.index)))
            generation = 0 if last is None else last + 1
            if self._today is not None and (generation, day) == (self._generation, self._today.date):
                return False
            answers = self._open(day, None if self._today is None else self._today.index)
            self._days = SingleFlightCache(KEPT_DAYS)
            self._today, self._generation, self._until = answers, generation, _end_of(day)
            return True

    def close(self) -> None:
        """Wait for a refresh that is under way, and take in nothing more."""
        with self._building:
            self._is_closed = True

    def on(self, day: str) -> Answers:
        """Answers as of a day, opened if they are not in memory."""
        if self._today is not None and self._today.date == day:
            return self._today
        return self._days.get(day, lambda: self._open(day, None if self._today is None else self._today.index))

    def quick(self, query: bytes) -> bytes | None:
        """Answer a query that has the usual form and today's day; ``None`` leaves it to the route for all others."""
        answers = self._today
        if answers is None:
            return None
        asked = USUAL.fullmatch(query)
        if asked is None or time.time() >= self._until:
            return None
        lon, lat, day = asked.groups()
        if day is not None and day != answers.date.encode():
            return None
        try:
            east, north = float(lon), float(lat)
        except ValueError:
            return None
        if not (-180.0 <= east <= 180.0 and -90.0 <= north <= 90.0):
            return None
        self.count += 1
        return answers.body(east, north)

    def _open(self, day: str, before: LookupIndex | None) -> Answers:
        with self._store.reading() as session:
            index = open_lookup_index(session, self._store.home, end_of(day), before)
            polities = [polity for group in index.polities.values() for polity in group]
            directory = keep_directory(session, index.layers, polities, day)
        return Answers(index, directory, day)


def _end_of(day: str) -> float:
    following = date.fromisoformat(day) + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=UTC).timestamp()
