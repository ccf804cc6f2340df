"""Counts that all processes of a home share: windows as the library's own, together, and a fallback that still counts."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ProcessPoolExecutor
from threading import Timer
from types import SimpleNamespace

import pytest
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter
from time_machine import travel

from services.api import shared_counts
from services.api.problems import RateError
from services.api.rates import Rates
from services.api.shared_counts import SharedCounts
from services.auth.roles import NOBODY

STEPS = [0, 1, 0, 3, 20, 0, 37, 2, 0, 61, 0, 0, 5, 59, 1, 0, 90]
STRANGER = NOBODY


def request(address="192.0.2.1", length="10"):
    return SimpleNamespace(client=SimpleNamespace(host=address), headers={"content-length": length})


@pytest.mark.parametrize("strategy", [MovingWindowRateLimiter, FixedWindowRateLimiter])
def test_shared_counts_say_what_counts_in_memory_say(strategy, tmp_path):
    limit = parse("3/minute")
    with travel("2026-11-29T12:00:00Z", tick=False) as clock:
        shared, own = strategy(SharedCounts(tmp_path)), strategy(MemoryStorage())
        for step in STEPS:
            clock.shift(step)
            for whose in ("ann", "bob"):
                assert shared.hit(limit, whose) == own.hit(limit, whose)
                assert shared.get_window_stats(limit, whose).remaining == own.get_window_stats(limit, whose).remaining


def hits(home):
    shared_counts.WAIT_SECONDS = 60  # of a machine that does much else
    limiter = MovingWindowRateLimiter(SharedCounts(home))
    return sum(limiter.hit(parse("100/hour"), "ann") for _ in range(60))


def opened_while_another_holds_it(home):
    file = home / "cache" / "counts.sqlite"
    file.parent.mkdir()
    with sqlite3.connect(file, isolation_level=None, check_same_thread=False) as other:
        other.execute("BEGIN EXCLUSIVE")
        Timer(0.2, other.rollback).start()
        return SharedCounts(home).incr("ann", 60)


def test_who_opens_the_file_while_another_has_it_waits(tmp_path):
    assert opened_while_another_holds_it(tmp_path) == 1


def test_processes_count_together(tmp_path):
    with ProcessPoolExecutor(3) as pool:
        assert sum(pool.map(hits, [tmp_path] * 3)) == 100


def test_the_file_holds_no_address_and_forgets(tmp_path):
    with travel("2026-11-29T12:00:00Z", tick=False) as clock:
        rates = Rates("5/minute", SharedCounts(tmp_path))
        rates.check(request("198.51.100.77"), STRANGER)
        content = b"".join(file.read_bytes() for file in (tmp_path / "cache").iterdir())
        assert b"198.51.100.77" not in content
        counts = SharedCounts(tmp_path)
        clock.shift(90_000)
        counts.incr("x", 60)
        counts.acquire_entry("x", 5, 60)
        assert counts.reset() == 2


def test_a_place_that_cannot_be_written_is_counted_in_memory(tmp_path):
    (tmp_path / "cache").write_text("no folder")
    rates = Rates("2/minute", SharedCounts(tmp_path))
    for _ in range(2):
        rates.check(request(), STRANGER)
    with pytest.raises(RateError):
        rates.check(request(), STRANGER)


def test_a_stranger_sends_so_much_a_day_through_all_processes(tmp_path):
    """Once each process had 25 MB of its own."""
    one, other = (Rates("1000/minute", SharedCounts(tmp_path)) for _ in range(2))
    one.check(request(length=str(20 * 1024 * 1024)), STRANGER)
    with pytest.raises(RateError, match="25 MB a day"):
        other.check(request(length=str(6 * 1024 * 1024)), STRANGER)
    other.check(request("192.0.2.2", length=str(6 * 1024 * 1024)), STRANGER)
