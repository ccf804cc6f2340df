"""Which office acts: a pseudonym that enters every line of the log that it writes, and that its register resolves.

Citizens and delegates are in no line by this: what they did would be linked. The command line is the operator's.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

OPERATOR, NOBODY = "operator", ""
_office: ContextVar[str] = ContextVar("office", default="")
_hand: ContextVar[str] = ContextVar("hand", default="")


def office() -> str:
    """Pseudonym of the office that acts now; empty where none does."""
    return _office.get()


def hand() -> str:
    """Pseudonym of the hand that the office is of: whoever let it in, or all programs together; else its own."""
    return _hand.get() or _office.get()


@contextmanager
def acting(pseudonym: str, hand: str = "") -> Iterator[None]:
    """Let what is logged meanwhile say which office acts, and of which hand it is."""
    before = _office.set(pseudonym), _hand.set(hand)
    try:
        yield
    finally:
        _office.reset(before[0])
        _hand.reset(before[1])


def pseudonym_of(name: str, secret: bytes) -> str:
    """Pseudonym of somebody in office: 16 digits that only the holder of the secret leads back to a name."""
    return hmac.new(secret, b"office " + name.encode(), hashlib.sha256).hexdigest()[:16]
