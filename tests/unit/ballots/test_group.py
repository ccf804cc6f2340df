"""The group by two implementations: libsodium, and the verifier's own arithmetic; and the vectors of RFC 9496."""

from __future__ import annotations

import secrets

import pytest

from geopolity.ballots.group import (
    IDENTITY,
    ORDER,
    GroupError,
    base,
    element,
    minus,
    plus,
    scalar,
    times,
    total,
    written,
)
from services.verifiers import verify_vote as own

SMALL = [  # RFC 9496, appendix A.1: the generator so many times
    "00" * 32,
    "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76",
    "6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919",
    "94741f5d5d52755ece4f23f044ee27d5d1ea1e2bd196b462166b16152a9d0259",
    "da80862773358b466ffadfe0b3293ab3d9fd53c5ea6c955358f568322daf6a57",
    "e882b131016b52c1d3337080187cf768423efccbb517bb495ab812c4160ff44e",
]
BAD = [  # RFC 9496, appendix A.2: encodings that are none
    "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ed57ffd8c914fb201471d1c3d245ce3c746fcbe63a3679d51b6a516ebebe0e20",
    "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",
]


@pytest.mark.parametrize("count", range(len(SMALL)))
def test_small_multiples_of_the_generator_are_those_of_rfc_9496(count):
    assert base(count).hex() == SMALL[count] == own.encoded(own.times(count, own.G))
    assert element(SMALL[count]).hex() == own.encoded(own.element(SMALL[count])) == SMALL[count]


@pytest.mark.parametrize("text", BAD)
def test_what_rfc_9496_calls_no_encoding_is_refused_by_both(text):
    with pytest.raises(GroupError):
        element(text)
    with pytest.raises(ValueError, match=r"element|number"):
        own.element(text)


def test_both_implementations_compute_the_same():
    for _ in range(25):
        a, b = secrets.randbelow(ORDER), secrets.randbelow(ORDER)
        left, right = own.times(a, own.G), own.times(b, own.G)
        assert base(a).hex() == own.encoded(left)
        assert times(b, base(a)).hex() == own.encoded(own.times(b, left))
        assert plus(base(a), base(b)).hex() == own.encoded(own.add(left, right))
        assert minus(base(a), base(b)).hex() == own.encoded(own.minus(left, right))


def test_nothing_and_its_own_negative_are_the_identity():
    assert base(0) == base(ORDER) == times(0, base(5)) == times(7, IDENTITY) == minus(base(3), base(3)) == total([])


@pytest.mark.parametrize("text", ["", "00" * 31, "AB" * 32, "zz" * 32, ORDER.to_bytes(32, "little").hex()])
def test_a_scalar_has_one_encoding(text):
    with pytest.raises(GroupError):
        scalar(text)


def test_a_scalar_is_read_as_written():
    assert scalar(written(ORDER - 1)) == ORDER - 1 == scalar(written(-1))
