"""Where the chance of a draw comes from, and the one stream of bytes that it is spent from.

A binding draw takes the drand round that was named when the roll was frozen; a rehearsal takes any seed, and says so.
The stream is SHAKE-256 of randomness, roll root and epoch: 32 bytes seed the order of people, the rest are coins.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geopolity.errors import RequestError
from geopolity.sortition.drand import QUICKNET, RandomnessRefused, verified_randomness

SEED_BYTES = 32
PATIENCE = 7 * 24 * 3600
"""Seconds after its round by which a draw must have happened; later, a new roll is frozen."""


class RandomnessError(RequestError):
    """The randomness handed in cannot be read."""

    code = "randomness"


@dataclass(frozen=True, slots=True, kw_only=True)
class Randomness:
    """32 bytes of chance and where they come from; ``source`` is ``drand`` or ``rehearsal``."""

    source: str
    value: bytes
    chain: str = ""
    round: int = 0
    signature: str = ""
    seed: str = ""

    @property
    def is_rehearsal(self) -> bool:
        """Whether anybody could have chosen it."""
        return self.source == "rehearsal"

    def record(self) -> dict[str, Any]:
        """The record in ``bundle.json``."""
        shared = {"source": self.source, "chain": self.chain, "round": self.round, "signature": self.signature}
        return shared | {"value": self.value.hex()} | ({"seed": self.seed} if self.is_rehearsal else {})


@dataclass(frozen=True, slots=True)
class Stream:
    """The bytes that a draw spends."""

    randomness: bytes
    roll_root: bytes
    epoch: str

    @property
    def seed(self) -> bytes:
        """Seed of the order of people."""
        return self._bytes(SEED_BYTES)

    def coins(self, count: int) -> npt.NDArray[np.uint64]:
        """64-bit words, big-endian, that follow the seed."""
        return np.frombuffer(self._bytes(SEED_BYTES + 8 * count)[SEED_BYTES:], ">u8").astype(np.uint64)

    def _bytes(self, count: int) -> bytes:
        return hashlib.shake_256(self.randomness + self.roll_root + self.epoch.encode()).digest(count)


def rehearsed(seed: str) -> Randomness:
    """Randomness of a rehearsal: SHA-256 of a fixed phrase and the seed."""
    value = hashlib.sha256(b"geopolity rehearsal " + seed.encode()).digest()
    return Randomness(source="rehearsal", value=value, seed=seed)


def announced_round(now: int, *, wait: int) -> int:
    """Round of the pinned chain to name at a freeze: the first one at least ``wait`` seconds after ``now``."""
    return QUICKNET.round_after(now + wait)


def is_known(number: int, *, now: int) -> bool:
    """Whether a round is known at a time, and a draw with it still in time."""
    due = QUICKNET.time_of(number)
    return due <= now <= due + PATIENCE


def accepted(record: Any, *, round_named: int, now: int) -> Randomness:
    """Randomness of the round that was named at the freeze, from drand's own JSON of it.

    Parameters
    ----------
    record
        ``{"round": int, "signature": hex, "randomness": hex}``; the last may be absent.
    round_named
        Round named at the freeze.
    now
        Unix time.

    Raises
    ------
    RandomnessError
        If the record has no round and signature.
    RandomnessRefused
        If it is of another round, wrongly signed, from the future, or handed in too late.
    """
    try:
        number, signature = int(record["round"]), bytes.fromhex(record["signature"])
        claimed = str(record.get("randomness", "")).lower()
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RandomnessError(
            "The randomness file needs a round and a signature in hexadecimal; save drand's answer as it is.",
        ) from error
    if number != round_named:
        raise RandomnessRefused(
            "Round {number} was not announced; the draw waits for round {round} of {chain}.",
            number=number,
            round=round_named,
            chain=QUICKNET.name,
        )
    due = QUICKNET.time_of(number)
    if now < due:
        raise RandomnessRefused(
            "Round {round} is published in {seconds:count} s; draw then.",
            round=number,
            seconds=due - now,
        )
    if now > due + PATIENCE:
        raise RandomnessRefused(
            "Round {round} is {days} days old and a draw must follow within {most}; open a new epoch, which names "
            "a new round.",
            round=number,
            days=(now - due) // 86400,
            most=PATIENCE // 86400,
        )
    value = verified_randomness(number, signature)
    if claimed and claimed != value.hex():
        raise RandomnessRefused(
            "The randomness of round {number} is not the hash of its signature; the file was altered.",
            number=number,
        )
    return Randomness(source="drand", value=value, chain=QUICKNET.digest, round=number, signature=signature.hex())
