"""How often somebody may write, or ask for what is costly: counted by person, program or address.

All processes of a home count together. Where their file cannot be written, each counts by itself: a full disk stops no
limit and no request.
"""

from __future__ import annotations

import math
import time

from fastapi import Request
from limits import RateLimitItem, RateLimitItemPerDay, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, Storage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter

from services.api.problems import RateError
from services.auth.roles import Principal
from services.settings import SettingError

STRANGERS_KIB = RateLimitItemPerDay(25 * 1024)
"""KiB that one address sends in a day without signing in: petitions, objections, what witnesses and trustees sign."""
UNTOLD_KIB = 1024
"""What a body counts for that does not say how long it is."""


class Limiters:
    """How much of each limit is used, by one storage of counts."""

    def __init__(self, counts: Storage) -> None:
        self.hits = MovingWindowRateLimiter(counts)
        self.sums = FixedWindowRateLimiter(counts)


class Rates:
    """What is counted of whom, and refused beyond its limit."""

    def __init__(self, limit: str, shared: Storage) -> None:
        self._limit = read_limit(limit)
        self._shared = Limiters(shared)
        self._own = Limiters(MemoryStorage())

    def check(self, request: Request, who: Principal) -> None:
        """Count one request.

        Raises
        ------
        RateError
            If there were too many.
        """
        key = (
            f"name:{who.known_as}" if not who.is_public else f"address:{request.client.host if request.client else ''}"
        )
        try:
            self._count(request, who, key, self._shared)
        except StorageError:
            self._count(request, who, key, self._own)

    def _count(self, request: Request, who: Principal, key: str, by: Limiters) -> None:
        if who.is_public and not by.sums.hit(STRANGERS_KIB, key, cost=_kibibytes(request)):
            raise RateError(
                "Nobody who is not signed in sends more than {most} MB a day; sign in, or go on tomorrow.",
                retry_after=3_600,
                most=STRANGERS_KIB.amount // 1024,
            )
        if not by.hits.hit(self._limit, key):
            window = by.hits.get_window_stats(self._limit, key)
            wait = max(1, math.ceil(window.reset_time - time.time()))
            raise RateError(
                "More than {limit}; try again in {wait} s.",
                retry_after=wait,
                limit=str(self._limit),
                wait=wait,
            )


def _kibibytes(request: Request) -> int:
    said = request.headers.get("content-length", "")
    return 1 + int(said) // 1024 if said.isascii() and said.isdecimal() else UNTOLD_KIB


def read_limit(text: str) -> RateLimitItem:
    """Read a limit such as ``120/minute``."""
    try:
        return parse(text)
    except ValueError as error:
        raise SettingError(
            "GEOPOLITY_RATE_LIMIT is {text:quoted}; give a limit such as 120/minute.",
            text=text[:40],
        ) from error
