"""Proofs that tell nothing but their statement: knowledge (Schnorr), equality (Chaum-Pedersen), zero or one (CDS)."""

from __future__ import annotations

from collections.abc import Sequence

from geopolity.ballots.group import ORDER, Coins, base, challenge, minus, plus, times

Pair = tuple[bytes, bytes]
"""An ElGamal ciphertext: ``alpha`` is the generator r times, ``beta`` the key r times and the generator as often as
the number that is encrypted."""


def prove_knowledge(context: str, secret: int, coins: Coins) -> tuple[int, int]:
    """Prove that one knows how often the generator makes ``base(secret)``; Schnorr's challenge and response."""
    once = coins()
    hashed = challenge("knowledge", context, base(secret), base(once))
    return hashed, (once + hashed * secret) % ORDER


def knows(context: str, public: bytes, proof: Sequence[int]) -> bool:
    """Whether such a proof holds."""
    hashed, response = proof
    return hashed == challenge("knowledge", context, public, minus(base(response), times(hashed, public)))


def prove_equal(context: str, secret: int, other: bytes, coins: Coins) -> tuple[int, int]:
    """Prove that ``times(secret, other)`` is of ``other`` what ``base(secret)`` is of the generator."""
    once = coins()
    said = (base(secret), other, times(secret, other), base(once), times(once, other))
    hashed = challenge("equal", context, *said)
    return hashed, (once + hashed * secret) % ORDER


def equal(context: str, publics: tuple[bytes, bytes, bytes], proof: Sequence[int]) -> bool:
    """Whether such a proof holds of ``base(secret)``, ``other`` and ``times(secret, other)``."""
    (public, other, product), (hashed, response) = publics, proof
    first = minus(base(response), times(hashed, public))
    second = minus(times(response, other), times(hashed, product))
    return hashed == challenge("equal", context, public, other, product, first, second)


def prove_bit(context: str, key: bytes, bit: int, hidden: int, coins: Coins) -> tuple[int, int, int, int]:
    """Prove that a ciphertext with the randomness ``hidden`` holds zero or one, and not which.

    Returns
    -------
    tuple
        Challenge and response of zero, then of one.
    """
    pair = encrypted(key, bit, hidden)
    false_challenge, false_response, once = coins(), coins(), coins()
    commitments = [_branch(key, pair, 1 - bit, false_challenge, false_response), (base(once), times(once, key))]
    ordered = commitments[::-1] if bit == 0 else commitments
    hashed = challenge("bit", context, key, *pair, *ordered[0], *ordered[1])
    true_challenge = (hashed - false_challenge) % ORDER
    true = (true_challenge, (once + true_challenge * hidden) % ORDER)
    false = (false_challenge, false_response)
    return (*true, *false) if bit == 0 else (*false, *true)


def is_bit(context: str, key: bytes, pair: Pair, proof: Sequence[int]) -> bool:
    """Whether such a proof holds."""
    first = _branch(key, pair, 0, proof[0], proof[1])
    second = _branch(key, pair, 1, proof[2], proof[3])
    return (proof[0] + proof[2]) % ORDER == challenge("bit", context, key, *pair, *first, *second)


def encrypted(key: bytes, number: int, hidden: int) -> Pair:
    """Encrypt a number with the randomness ``hidden`` (exponential ElGamal)."""
    return base(hidden), plus(times(hidden, key), base(number))


def _branch(key: bytes, pair: Pair, bit: int, hashed: int, response: int) -> tuple[bytes, bytes]:
    """What was committed to if the ciphertext holds ``bit``."""
    left = minus(base(response), times(hashed, pair[0]))
    return left, minus(times(response, key), times(hashed, minus(pair[1], base(bit))))
