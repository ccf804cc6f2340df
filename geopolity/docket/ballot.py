"""Secret ballots: a delegate gets a tracker and finds it in the published list after the close.

The tracker is a hash of the server's randomness for the vote, which the log committed to when the vote opened, of the
delegate's pseudonym, of a salt for this ballot alone, and of a nonce that the delegate chose. Neither side can make it
alone. The pseudonym keeps the server from giving two delegates one tracker, whatever nonces they chose; the salt, which
only the receipt holds, keeps others from trying words until they meet somebody's tracker. This version's server sees
ballots as they come in; what it keeps of them has no voter, no time and no order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from geopolity.errors import RequestError

LEAST_PUBLISHED = 5
"""With fewer ballots only the result is published."""
LEAST_NONCE = 8


class Choice(StrEnum):
    """Answer to the one question."""

    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"


class BallotError(RequestError):
    """A ballot is none: another word than yes, no or abstain, or a nonce that could be guessed."""

    code = "ballot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """A choice under a tracker; nothing else."""

    tracker: str
    choice: Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A ballot as a delegate hands it in, with the nonce of their own."""

    delegate: str
    choice: Choice
    nonce: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a delegate keeps: with it they find their ballot after the close."""

    vote: str
    question_hash: str
    law_hash: str
    delegate: str
    salt: str
    nonce: str
    tracker: str


def choice_of(word: str) -> Choice:
    """Read a choice.

    Raises
    ------
    BallotError
        For any other word.
    """
    try:
        return Choice(word.strip().lower())
    except ValueError as error:
        raise BallotError(
            "{word:quoted} is no answer to the question; it is yes, no or abstain.",
            word=word,
        ) from error


def tracker(vote: str, secret: bytes, delegate: str, salt: str, nonce: str) -> str:
    """First 20 hexadecimal digits of SHA-256 over these five, one a line, the randomness in hexadecimal."""
    if len(nonce) < LEAST_NONCE:
        raise BallotError(
            "A nonce of {length:count} characters could be guessed; give {least} or more.",
            length=len(nonce),
            least=LEAST_NONCE,
        )
    return hashlib.sha256(f"{vote}\n{secret.hex()}\n{delegate}\n{salt}\n{nonce}".encode()).hexdigest()[:20]


def published(ballots: Iterable[Ballot]) -> tuple[Ballot, ...]:
    """Ballots sorted by tracker; none where fewer than five were cast or all chose the same, since that would tell."""
    found = sorted(ballots, key=lambda ballot: ballot.tracker)
    if len(found) < LEAST_PUBLISHED or len({ballot.choice for ballot in found}) == 1:
        return ()
    return tuple(found)
