"""The group of all ballots: ristretto255, by libsodium; elements are 32 bytes, scalars numbers below its order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from geopolity.errors import RequestError
from geopolity.exports import later

if TYPE_CHECKING:
    import rbcl
else:
    rbcl = later("rbcl")

ORDER = 2**252 + 27742317777372353535851937790883648493
SIZE = 32
IDENTITY = bytes(SIZE)
PROTOCOL = "geopolity vote 1"
"""First line of everything that is hashed to a challenge."""

Coins = Callable[[], int]
"""Gives a uniformly random scalar other than zero, each time another."""


class GroupError(RequestError):
    """Bytes are no element of the group, or no scalar in its one encoding."""

    code = "group"


def element(text: str) -> bytes:
    """Read an element from 64 hexadecimal digits; only its one encoding is taken."""
    found = _bytes(text)
    if found != IDENTITY and not rbcl.crypto_core_ristretto255_is_valid_point(found):
        raise GroupError("{text:quoted} is no element of ristretto255.", text=text[:80])
    return found


def scalar(text: str) -> int:
    """Read a scalar from 64 hexadecimal digits, little-endian, below the order."""
    found = int.from_bytes(_bytes(text), "little")
    if found >= ORDER:
        raise GroupError("{text:quoted} is no scalar of ristretto255.", text=text[:80])
    return found


def written(number: int) -> str:
    """Write a scalar."""
    return _encoded(number).hex()


def base(number: int) -> bytes:
    """The generator, so many times."""
    reduced = number % ORDER
    return bytes(rbcl.crypto_scalarmult_ristretto255_base(_encoded(reduced))) if reduced else IDENTITY


def times(number: int, point: bytes) -> bytes:
    """An element, so many times."""
    reduced = number % ORDER
    if not reduced or point == IDENTITY:
        return IDENTITY
    return bytes(rbcl.crypto_scalarmult_ristretto255(_encoded(reduced), point))


def plus(left: bytes, right: bytes) -> bytes:
    """Sum of two elements."""
    return bytes(rbcl.crypto_core_ristretto255_add(left, right))


def minus(left: bytes, right: bytes) -> bytes:
    """Difference of two elements."""
    return bytes(rbcl.crypto_core_ristretto255_sub(left, right))


def total(points: Iterable[bytes]) -> bytes:
    """Sum of elements."""
    found = IDENTITY
    for point in points:
        found = plus(found, point)
    return found


def challenge(tag: str, *said: str | bytes) -> int:
    """Hash a statement to a scalar: SHA-512 of its lines, taken as a little-endian number, modulo the order.

    The lines are the protocol, the tag, and what is said; elements in hexadecimal.
    """
    lines = (PROTOCOL, tag, *(one.hex() if isinstance(one, bytes) else one for one in said))
    return int.from_bytes(hashlib.sha512("\n".join(lines).encode()).digest(), "little") % ORDER


def _encoded(number: int) -> bytes:
    return (number % ORDER).to_bytes(SIZE, "little")


def _bytes(text: str) -> bytes:
    if len(text) != 2 * SIZE or not {*text} <= {*"0123456789abcdef"}:
        raise GroupError("{text:quoted} is not 64 hexadecimal digits in small letters.", text=text[:80])
    return bytes.fromhex(text)
