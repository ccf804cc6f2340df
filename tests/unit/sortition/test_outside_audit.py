"""Sixty lines of a roll for an outside auditor: by the draw's randomness, and enough to find one in twenty invented."""

from __future__ import annotations

import hashlib

from geopolity.sortition.outside_audit import ROWS, audited

ROLL = [hashlib.sha256(str(number).encode()).hexdigest()[:32] for number in range(2_000)]


def test_sixty_lines_are_named_whatever_the_order_of_the_roll():
    found = audited(b"seed", ROLL)
    assert len(found) == ROWS == len(set(found))
    assert found == audited(b"seed", reversed(ROLL)) == sorted(found)
    assert found != audited(b"another", ROLL)


def test_a_small_roll_is_looked_up_whole():
    assert audited(b"seed", ROLL[:10]) == sorted(ROLL[:10])


def test_one_in_twenty_invented_people_is_found_in_95_of_100_draws():
    invented = set(ROLL[::20])
    found = sum(bool(invented & set(audited(str(seed).encode(), ROLL))) for seed in range(200))
    assert found >= 180  # 191 expected
