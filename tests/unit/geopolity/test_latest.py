import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from geopolity.latest import Latest


def test_what_was_asked_for_longest_ago_is_forgotten():
    latest = Latest(2)
    assert [latest.get(key, lambda key=key: key * 10) for key in (1, 2, 1, 3)] == [10, 20, 10, 30]
    assert (1 in latest, 2 in latest, 3 in latest, len(latest)) == (True, False, True, 2)


def test_threads_that_want_the_same_wait_for_one_to_make_it():
    latest, made, everybody = Latest(2), [], threading.Barrier(8)

    def ask(_):
        everybody.wait()
        return latest.get("slow", lambda: made.append(1) or threading.Event().wait(0.05) or "value")

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {"value"}
    assert made == [1]


def test_a_slow_value_does_not_hold_up_another():
    latest, begun, released = Latest(2), threading.Event(), threading.Event()

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
    latest = Latest(2)
    with pytest.raises(ZeroDivisionError):
        latest.get("key", lambda: 1 // 0)
    assert latest.get("key", lambda: 7) == 7


def test_a_value_made_elsewhere_is_kept_and_all_are_forgotten():
    latest = Latest(1)
    latest.put("key", None)
    assert latest.get("key", lambda: 1 // 0) is None
    latest.clear()
    assert latest.get("key", lambda: 2) == 2
