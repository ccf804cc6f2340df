"""Where chance comes from: only the announced drand round, verified offline, in time; RFC 3797 reproduced beside it."""

import hashlib

import numpy as np
import pytest

from geopolity.sortition.drand import QUICKNET, RandomnessRefused, verified_randomness
from geopolity.sortition.randomness import PATIENCE, RandomnessError, Stream, accepted, announced_round, rehearsed

# A round of drand's quicknet: public facts.
ROUND = 657_413
SIGNATURE = "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b"
VALUE = "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587"
RECORD = {"round": ROUND, "signature": SIGNATURE, "randomness": VALUE}
DUE = QUICKNET.time_of(ROUND)


def test_the_pinned_chain_is_the_one_that_drand_calls_by_its_hash():
    assert QUICKNET.digest == "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"


def test_a_signed_round_gives_its_randomness():
    assert verified_randomness(ROUND, bytes.fromhex(SIGNATURE)).hex() == VALUE
    drawn = accepted(RECORD, round_named=ROUND, now=DUE + 60)
    assert (drawn.value.hex(), drawn.is_rehearsal, drawn.chain) == (VALUE, False, QUICKNET.digest)


@pytest.mark.parametrize(
    ("number", "signature"),
    [
        (ROUND + 1, SIGNATURE),
        (ROUND, "c0" + "00" * 47),  # the point at infinity
        (ROUND, "00" * 48),
        (ROUND, SIGNATURE[:-2] + "7c"),
        (ROUND, SIGNATURE[:-2]),
        (ROUND, "93" + SIGNATURE[2:]),
        (ROUND, "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"),
    ],
    ids=["other round", "infinity", "zeros", "a bit", "too short", "other sign", "the generator"],
)
def test_no_other_signature_passes(number, signature):
    with pytest.raises(RandomnessRefused):
        verified_randomness(number, bytes.fromhex(signature))


@pytest.mark.parametrize(
    ("record", "now", "says"),
    [
        ({"round": ROUND + 1, "signature": SIGNATURE}, DUE + 60, "not announced"),
        (RECORD, DUE - 1, "published in 1 s"),
        (RECORD, DUE + PATIENCE + 1, "new epoch"),
        (RECORD | {"randomness": "0" * 64}, DUE + 60, "not the hash"),
        (RECORD | {"signature": SIGNATURE[:-2] + "7c"}, DUE + 60, "round"),
    ],
)
def test_late_early_or_wrong_randomness_draws_nobody(record, now, says):
    with pytest.raises(RandomnessRefused, match=says):
        accepted(record, round_named=ROUND, now=now)


@pytest.mark.parametrize(
    "record", [{}, [], None, {"round": "x", "signature": "y"}, {"round": 1}, {"round": 1, "signature": 2}]
)
def test_a_file_without_round_and_signature_says_what_it_needs(record):
    with pytest.raises(RandomnessError, match="round and a signature"):
        accepted(record, round_named=ROUND, now=DUE)


def test_the_round_named_at_a_freeze_is_in_the_future():
    now = 1_800_000_000
    number = announced_round(now, wait=3600)
    assert now + 3600 < QUICKNET.time_of(number) <= now + 3603


def test_a_rehearsal_says_that_it_is_one():
    chance = rehearsed("42")
    assert chance.record()["source"] == "rehearsal"
    assert chance.record()["seed"] == "42"
    assert chance.value != rehearsed("43").value


def test_coins_follow_the_seed_in_one_stream():
    stream = Stream(bytes(32), bytes(32), "epoch")
    data = hashlib.shake_256(bytes(64) + b"epoch").digest(32 + 16)
    assert stream.seed == data[:32]
    assert stream.coins(2).tolist() == [int.from_bytes(data[32:40], "big"), int.from_bytes(data[40:48], "big")]
    assert np.array_equal(stream.coins(9)[:2], stream.coins(2))


def test_rfc_3797_is_reproduced():
    """The worked example of publicly verifiable selection in RFC 3797: 16 of 25, by MD5 of index, key, index."""
    key = "9319./2.5.8.10.12./9.18.26.34.41.45./"
    left, chosen = list(range(1, 26)), []
    for index in range(16):
        mark = index.to_bytes(2, "big")
        number = int.from_bytes(hashlib.md5(mark + key.encode() + mark).digest(), "big")
        chosen.append(left.pop(number % len(left)))
    assert chosen == [17, 7, 2, 16, 25, 23, 8, 24, 19, 13, 22, 5, 18, 9, 1, 4]
