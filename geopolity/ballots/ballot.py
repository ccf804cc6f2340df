"""An encrypted ballot: one bit a choice, proofs that exactly one is chosen, bound to its vote and its voter."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from geopolity.ballots.group import ORDER, Coins, GroupError, base, element, minus, scalar, total, written
from geopolity.ballots.proofs import Pair, encrypted, equal, is_bit, prove_bit, prove_equal
from geopolity.errors import NegativeAnswer, RequestError

CHOICES = ("yes", "no", "abstain")


class BallotRefused(NegativeAnswer):
    """An encrypted ballot is none of this vote, or does not prove that it holds one choice."""

    code = "ballot-refused"


class ChoiceError(RequestError):
    """A choice that is none."""

    code = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Election:
    """What a ballot is bound to.

    Attributes
    ----------
    head
        SHA-256 of the head of the vote, which names key, trustees, law, question and end.
    key
        The trustees' joint key.
    """

    head: str
    key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedBallot:
    """Ciphertexts of yes, no and abstain, their proofs, and the proof of their sum."""

    pairs: tuple[Pair, ...]
    bits: tuple[tuple[int, int, int, int], ...]
    sum: tuple[int, int]

    def record(self) -> dict[str, Any]:
        """As JSON, elements and scalars in hexadecimal."""
        choices = [
            {"alpha": alpha.hex(), "beta": beta.hex(), "proof": [written(one) for one in proof]}
            for (alpha, beta), proof in zip(self.pairs, self.bits, strict=True)
        ]
        return {"choices": choices, "sum": [written(one) for one in self.sum]}

    @property
    def digest(self) -> str:
        """What the voter signs and looks for on the board."""
        return digest_of(self.record())


def seal(election: Election, voter: str, word: str, coins: Coins) -> tuple[SealedBallot, tuple[int, ...]]:
    """Encrypt a choice; returns the ballot and its randomness, which a challenge shows and a cast ballot never does.

    Parameters
    ----------
    voter
        Public half of the voter's credential, in hexadecimal.
    """
    if word not in CHOICES:
        raise ChoiceError("{word:quoted} is no answer to the question; it is yes, no or abstain.", word=word)
    hidden = tuple(coins() for _ in CHOICES)
    bits = [int(choice == word) for choice in CHOICES]
    pairs = tuple(encrypted(election.key, bit, once) for bit, once in zip(bits, hidden, strict=True))
    proofs = tuple(
        prove_bit(_context(election, voter, choice), election.key, bit, once, coins)
        for choice, bit, once in zip(CHOICES, bits, hidden, strict=True)
    )
    whole = prove_equal(_context(election, voter, "sum"), sum(hidden) % ORDER, election.key, coins)
    return SealedBallot(pairs=pairs, bits=proofs, sum=whole), hidden


def check_ballot(ballot: SealedBallot, election: Election, voter: str) -> None:
    """Refuse a ballot that does not prove one choice, in this vote, by this voter.

    Raises
    ------
    BallotRefused
        Naming the first proof that does not hold.
    """
    for choice, pair, proof in zip(CHOICES, ballot.pairs, ballot.bits, strict=True):
        if not is_bit(_context(election, voter, choice), election.key, pair, proof):
            raise BallotRefused("The ballot does not prove that {choice:quoted} is chosen or not.", choice=choice)
    alpha, beta = total(pair[0] for pair in ballot.pairs), total(pair[1] for pair in ballot.pairs)
    if not equal(_context(election, voter, "sum"), (alpha, election.key, minus(beta, base(1))), ballot.sum):
        raise BallotRefused("The ballot does not prove that exactly one choice is made.")


def read_ballot(record: Any) -> SealedBallot:
    """Read a ballot from JSON.

    Raises
    ------
    BallotRefused
        If it is not written as ballots are.
    """
    try:
        ballot = SealedBallot(
            pairs=tuple((element(one["alpha"]), element(one["beta"])) for one in record["choices"]),
            bits=tuple(_four(one["proof"]) for one in record["choices"]),
            sum=_two(record["sum"]),
        )
        is_whole = len(ballot.pairs) == len(CHOICES) and ballot.record() == record
    except (KeyError, TypeError, ValueError, AttributeError, GroupError) as error:
        raise BallotRefused("This is no encrypted ballot; the page or `geopolity vote seal` makes one.") from error
    if not is_whole:
        raise BallotRefused("This is no encrypted ballot; the page or `geopolity vote seal` makes one.")
    return ballot


def challenged(ballot: SealedBallot, election: Election, hidden: tuple[int, ...]) -> str:
    """What a ballot that was challenged holds, by the randomness that the voter's device shows.

    Raises
    ------
    BallotRefused
        If the ballot was not made with it: the device lied.
    """
    for word in CHOICES:
        pairs = tuple(
            encrypted(election.key, int(choice == word), once) for choice, once in zip(CHOICES, hidden, strict=True)
        )
        if pairs == ballot.pairs:
            return word
    raise BallotRefused("The ballot was not made with this randomness, so the device that made it lies; use another.")


def digest_of(record: Any) -> str:
    """SHA-256 of a record as canonical JSON."""
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _context(election: Election, voter: str, what: str) -> str:
    return f"{election.head}\n{voter}\n{what}"


def _four(proof: Any) -> tuple[int, int, int, int]:
    first, second, third, fourth = (scalar(one) for one in proof)
    return first, second, third, fourth


def _two(proof: Any) -> tuple[int, int]:
    first, second = (scalar(one) for one in proof)
    return first, second
