"""Several processes side by side: who follows whom, how all end, and whose turn it is to look after the rest."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from multiprocessing import active_children

import httpx
import pytest

from services.api import app
from services.settings import Settings
from services.several import ProcessFailed, side_by_side
from services.turn import Turn
from tests.served import served


def until(happened, seconds=60.0):
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.01)


class Children:
    """The children that were begun since, whoever else's are still there."""

    def __init__(self):
        self._before = active_children()

    def now(self):
        return [one for one in active_children() if one not in self._before]


def test_a_killed_one_is_followed_by_another_and_a_signal_ends_all():
    seen, children = [], Children()

    def kill_one_then_all():
        try:
            until(lambda: len(children.now()) == 2)
            seen.extend(children.now())
            seen[0].kill()
            until(lambda: any(one not in seen for one in children.now()))
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    watcher = threading.Thread(target=kill_one_then_all)
    watcher.start()
    side_by_side(2, time.sleep, (600,), patience=10)
    watcher.join()
    assert [one.exitcode for one in seen] == [-signal.SIGKILL, -signal.SIGTERM]
    assert children.now() == []


def test_one_that_fails_ends_all_with_a_sentence():
    children = Children()
    with pytest.raises(ProcessFailed, match="code 3"):
        side_by_side(2, sys.exit, (3,), patience=10)
    assert children.now() == []


def test_a_turn_is_one_process_s_until_it_leaves_it(tmp_path):
    first, second = Turn(tmp_path / "home" / "turn.lock"), Turn(tmp_path / "home" / "turn.lock")
    assert (first.is_mine(), second.is_mine(), first.is_mine()) == (True, False, True)
    first.close()
    assert second.is_mine()
    second.close()


def test_of_two_services_on_a_store_one_looks_after_it_and_the_other_takes_over(tmp_path, monkeypatch):
    looked = []
    monkeypatch.setattr(app, "close_ended", looked.append)
    monkeypatch.setattr(app, "CLOSING_SECONDS", 0.02)

    settings = Settings(home=tmp_path, workers=1)
    with contextlib.ExitStack() as left:
        first = left.enter_context(served(settings, worker=False))
        until(lambda: looked)
        with served(settings, worker=False) as second:
            assert [httpx.get(f"{one.url}/health").status_code for one in (first, second)] == [200, 200]
            seen = len(looked)
            until(lambda: len(looked) > seen + 5)
            assert len({id(store) for store in looked}) == 1
            left.close()
            until(lambda: len({id(store) for store in looked}) == 2)
