"""The homomorphic sum of a board, opened by t trustees: partial decryptions with proofs, and the count they give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from geopolity.ballots.ballot import CHOICES, SealedBallot
from geopolity.ballots.group import ORDER, Coins, GroupError, base, element, minus, scalar, times, total, written
from geopolity.ballots.proofs import Pair, equal, prove_equal
from geopolity.errors import NegativeAnswer


class OpeningRefused(NegativeAnswer):
    """A partial decryption does not hold, or too few are there."""

    code = "opening-refused"


def summed(ballots: Iterable[SealedBallot]) -> tuple[Pair, ...]:
    """The ciphertexts of how often each choice was made."""
    columns = list(zip(*(ballot.pairs for ballot in ballots), strict=True))
    return tuple((total(a for a, _ in column), total(b for _, b in column)) for column in columns)


def open_part(board: str, sums: Sequence[Pair], share: int, coins: Coins) -> list[dict[str, Any]]:
    """A trustee's partial decryption of each sum, with its proof.

    Parameters
    ----------
    board
        SHA-256 of the board, which the proof is bound to.
    """
    found = []
    for choice, (alpha, _) in zip(CHOICES, sums, strict=True):
        proof = prove_equal(f"{board}\n{choice}", share, alpha, coins)
        found.append({"part": times(share, alpha).hex(), "proof": [written(one) for one in proof]})
    return found


def read_opening(record: Any, board: str, sums: Sequence[Pair], public: bytes) -> tuple[bytes, ...]:
    """Read a trustee's partial decryptions and check them against their public share.

    Raises
    ------
    OpeningRefused
        If one is none, or is not proven.
    """
    try:
        parts = [element(one["part"]) for one in record]
        proofs = [(scalar(one["proof"][0]), scalar(one["proof"][1])) for one in record]
        is_whole = len(record) == len(CHOICES) and all({*one} == {"part", "proof"} for one in record)
        is_whole = is_whole and all(len(one["proof"]) == 2 for one in record)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, GroupError) as error:
        raise OpeningRefused("This is no partial decryption.") from error
    if not is_whole:
        raise OpeningRefused("This is no partial decryption.")
    for choice, (alpha, _), part, proof in zip(CHOICES, sums, parts, proofs, strict=True):
        if not equal(f"{board}\n{choice}", (public, alpha, part), proof):
            raise OpeningRefused("The partial decryption of {choice:quoted} is not proven.", choice=choice)
    return tuple(parts)


def counted(sums: Sequence[Pair], openings: Mapping[int, tuple[bytes, ...]], ballots: int) -> tuple[int, ...]:
    """How often each choice was made, from the partial decryptions of t trustees by their numbers.

    Raises
    ------
    OpeningRefused
        If they give no count of so many ballots.
    """
    weights = {number: _lagrange(number, [*openings]) for number in openings}
    small = {base(number): number for number in range(ballots + 1)}
    found = []
    for place, (_, beta) in enumerate(sums):
        opened = total(times(weights[number], parts[place]) for number, parts in openings.items())
        count = small.get(minus(beta, opened))
        if count is None:
            raise OpeningRefused("The trustees' parts open no count of {ballots:count} ballots.", ballots=ballots)
        found.append(count)
    if sum(found) != ballots:
        raise OpeningRefused("The trustees' parts open no count of {ballots:count} ballots.", ballots=ballots)
    return tuple(found)


def _lagrange(number: int, numbers: Sequence[int]) -> int:
    """Weight of a trustee's part among those of ``numbers``, at zero."""
    above = below = 1
    for other in numbers:
        if other != number:
            above, below = above * other % ORDER, below * (other - number) % ORDER
    return above * pow(below, -1, ORDER) % ORDER
