"""Public randomness of the drand network, verified without asking anybody.

A round's signature can be made by no one before its time, and by nobody in another way: it is a threshold BLS
signature (BLS12-381, RFC 9380 hashing to G1) of the round's number, and its hash is the randomness.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

from geopolity.errors import NegativeAnswer

DOMAIN = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"


class RandomnessRefused(NegativeAnswer):
    """The randomness is not what was announced; nobody is drawn."""

    code = "randomness-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A drand chain of unchained rounds signed in G1; ``genesis`` in seconds of Unix time, ``period`` in seconds."""

    name: str
    public_key: str
    genesis: int
    period: int
    genesis_seed: str

    @property
    def digest(self) -> str:
        """The chain's hash, by which drand's clients name it."""
        times = struct.pack(">Iq", self.period, self.genesis)
        key, seed = bytes.fromhex(self.public_key), bytes.fromhex(self.genesis_seed)
        return hashlib.sha256(times + key + seed + self.name.encode()).hexdigest()

    def time_of(self, number: int) -> int:
        """Unix time at which round ``number`` (from 1) is published."""
        return self.genesis + (number - 1) * self.period

    def round_after(self, time: int) -> int:
        """First round published strictly after a Unix time."""
        return max(1, (time - self.genesis) // self.period + 2)


QUICKNET = Chain(
    name="quicknet",
    public_key="83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
    "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
    genesis=1_692_803_367,
    period=3,
    genesis_seed="f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e",
)
"""The chain that binding draws use. Its key is pinned here; a draw never takes it from anywhere else."""


def verified_randomness(number: int, signature: bytes, chain: Chain = QUICKNET) -> bytes:
    """32 bytes of randomness of a round, if the signature is the chain's.

    Raises
    ------
    RandomnessRefused
        If it is not.
    """
    from py_arkworks_bls12381 import GT, G1Point, G2Point  # noqa: PLC0415 - compiled, and few commands need it

    message = hashlib.sha256(struct.pack(">Q", number)).digest()
    try:
        signed, key = (
            G1Point.from_compressed_bytes(signature),
            G2Point.from_compressed_bytes(bytes.fromhex(chain.public_key)),
        )
    except ValueError as error:
        raise RandomnessRefused(
            "The signature of round {number} is no point of the curve; take the round's file from drand again.",
            number=number,
        ) from error
    if signed == G1Point.identity() or not GT.pairing_check(
        [signed, -G1Point.hash_to_curve(message, DOMAIN)], [G2Point(), key]
    ):
        raise RandomnessRefused(
            "The signature is not that of {chain} for round {number}; take the round's file from drand again.",
            chain=chain.name,
            number=number,
        )
    return hashlib.sha256(signature).digest()
