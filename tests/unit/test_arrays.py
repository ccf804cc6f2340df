"""Sets of positions as bits."""

import numpy as np

from geopolity.arrays import packed


def test_the_first_position_is_the_lowest_bit_of_the_first_byte():
    assert packed([True] + [False] * 7 + [False, True]) == bytes([1, 2])
    members = np.random.default_rng(0).random(77) < 0.5
    assert np.unpackbits(np.frombuffer(packed(members), np.uint8), bitorder="little")[:77].tolist() == members.tolist()
