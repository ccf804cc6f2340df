import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from geopolity.caching import SingleFlightCache


def test_what_was_asked_for_longest_ago_is_forgotten():
    latest, made = SingleFlightCache(2), []
    for key in (1, 2, 1, 3, 1, 2):
        assert latest.get(key, lambda key=key: made.append(key) or key * 10) == key * 10
    assert made == [1, 2, 3, 2]


def test_threads_that_want_the_same_wait_for_one_to_make_it():
    latest, made, everybody = SingleFlightCache(2), [], threading.Barrier(8)

    def ask(_):
        everybody.wait()
        return latest.get("slow", lambda: made.append(1) or threading.Event().wait(0.05) or "value")

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {"value"}
    assert made == [1]


def test_a_slow_value_does_not_hold_up_another():
    latest, begun, released = SingleFlightCache(2), threading.Event(), threading.Event()

    def slow():
        begun.set()
        assert released.wait(10)
        return "slow"

    with ThreadPoolExecutor(1) as pool:
        later = pool.submit(latest.get, "slow", slow)
        assert begun.wait(10)
        assert latest.get("quick", lambda: "quick") == "quick"
        released.set()
        assert later.result() == "slow"


def test_what_fails_is_not_kept():
    latest = SingleFlightCache(2)
    with pytest.raises(ZeroDivisionError):
        latest.get("key", lambda: 1 // 0)
    assert latest.get("key", lambda: 7) == 7


def test_nothing_is_a_value_too():
    latest = SingleFlightCache(1)
    assert latest.get("key", lambda: None) is None
    assert latest.get("key", lambda: 1 // 0) is None
