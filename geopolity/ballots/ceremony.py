"""A key that no one holds: t of n trustees make it together, each with a secret polynomial (Pedersen, Feldman).

Round one: every trustee publishes commitments to the coefficients of a polynomial of degree t - 1, with a proof of
knowledge of each, and its value at every other trustee's number, encrypted to that one's own key. Round two: each
checks what it got against the commitments and says so; one complaint, and the key is made anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from geopolity.ballots.ballot import digest_of
from geopolity.ballots.group import ORDER, PROTOCOL, Coins, GroupError, base, element, scalar, times, total, written
from geopolity.ballots.proofs import knows, prove_knowledge
from geopolity.errors import NegativeAnswer, RequestError

MOST_TRUSTEES = 15


class CeremonyRefused(NegativeAnswer):
    """A trustee's part of a key does not hold; the key is made anew, without whoever sent it or with a whole one."""

    code = "ceremony-refused"


class ThresholdError(RequestError):
    """So many of so many trustees cannot be."""

    code = "threshold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trustee:
    """A trustee by name, and their own public key, which shares are encrypted to."""

    name: str
    key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceremony:
    """Who makes a key for which vote, and how many open it."""

    vote: str
    trustees: tuple[Trustee, ...]
    threshold: int

    def __post_init__(self) -> None:
        names = [it.name for it in self.trustees]
        if not 1 < self.threshold <= len(names) <= MOST_TRUSTEES or 2 * self.threshold <= len(names):
            raise ThresholdError(
                "{threshold} of {number} trustees cannot be; more than half of 2 to {most} must be needed.",
                threshold=self.threshold,
                number=len(names),
                most=MOST_TRUSTEES,
            )
        if len({*names}) < len(names) or len({it.key for it in self.trustees}) < len(names):
            raise ThresholdError("Two trustees have one name or one key; each is somebody else.")

    @property
    def context(self) -> str:
        """What all proofs of the ceremony are bound to."""
        lines = [self.vote, str(self.threshold), *(f"{it.name} {it.key.hex()}" for it in self.trustees)]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def number(self, name: str) -> int:
        """Number of a trustee, from 1.

        Raises
        ------
        CeremonyRefused
            If they have no part in it.
        """
        names = [it.name for it in self.trustees]
        if name not in names:
            raise CeremonyRefused("{name} is no trustee of {vote}.", name=name, vote=self.vote)
        return names.index(name) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a trustee publishes in round one: commitments, their proofs, and a share for every trustee, encrypted."""

    commitments: tuple[bytes, ...]
    proofs: tuple[tuple[int, int], ...]
    shares: tuple[tuple[bytes, bytes], ...]

    def record(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "commitments": [one.hex() for one in self.commitments],
            "proofs": [[written(one) for one in proof] for proof in self.proofs],
            "shares": [[point.hex(), masked.hex()] for point, masked in self.shares],
        }


def contribute(ceremony: Ceremony, name: str, coins: Coins) -> Part:
    """Make a trustee's part; the polynomial is not kept: what they need is in the share for themselves."""
    number, polynomial = ceremony.number(name), [coins() for _ in range(ceremony.threshold)]
    proofs = tuple(
        prove_knowledge(_context(ceremony, number, power), one, coins) for power, one in enumerate(polynomial)
    )
    shares = tuple(
        _masked(ceremony, (number, other), _value(polynomial, other), it.key, coins)
        for other, it in enumerate(ceremony.trustees, start=1)
    )
    return Part(commitments=tuple(base(one) for one in polynomial), proofs=proofs, shares=shares)


def read_part(record: Any, ceremony: Ceremony, name: str) -> Part:
    """Read a trustee's part and check its proofs.

    Raises
    ------
    CeremonyRefused
        If it is none, or a proof does not hold.
    """
    number = ceremony.number(name)
    try:
        part = Part(
            commitments=tuple(element(one) for one in record["commitments"]),
            proofs=tuple((scalar(one), scalar(two)) for one, two in record["proofs"]),
            shares=tuple((element(point), bytes.fromhex(masked)) for point, masked in record["shares"]),
        )
        is_whole = part.record() == record
    except (KeyError, TypeError, ValueError, AttributeError, GroupError) as error:
        raise CeremonyRefused("What {name} sent is no part of a key.", name=name) from error
    sizes = (len(part.commitments), len(part.proofs), len(part.shares))
    if not is_whole or sizes != (ceremony.threshold, ceremony.threshold, len(ceremony.trustees)):
        raise CeremonyRefused("What {name} sent is no part of a key.", name=name)
    for power, (public, proof) in enumerate(zip(part.commitments, part.proofs, strict=True)):
        if not knows(_context(ceremony, number, power), public, proof):
            raise CeremonyRefused("{name} does not prove to know coefficient {power}.", name=name, power=power)
    return part


def secret_share(ceremony: Ceremony, name: str, parts: Sequence[Part], own_secret: int) -> int:
    """A trustee's share of the joint secret, from what all sent, each checked against its commitments.

    Raises
    ------
    CeremonyRefused
        Naming whoever sent a wrong share.
    """
    number, found = ceremony.number(name), 0
    for sender, (it, part) in enumerate(zip(ceremony.trustees, parts, strict=True), start=1):
        point, masked = part.shares[number - 1]
        pad = _pad(ceremony, (sender, number), point, times(own_secret, point))
        share = int.from_bytes(bytes(a ^ b for a, b in zip(masked, pad, strict=True)), "little")
        if share >= ORDER or base(share) != _public_value(part.commitments, number):
            raise CeremonyRefused("{name} sent a share that its commitments do not bear out.", name=it.name)
        found += share
    return found % ORDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a trustee sends: at which stage, and a proof that they sent it, by their own key (Schnorr)."""

    trustee: str
    stage: str
    body: Any
    proof: tuple[int, int]

    def record(self) -> dict[str, Any]:
        """As JSON."""
        proof = [written(one) for one in self.proof]
        return {"trustee": self.trustee, "stage": self.stage, "body": self.body, "proof": proof}


def say(ceremony: Ceremony, name: str, stage: str, said: tuple[Any, int], coins: Coins) -> Message:
    """Sign what a trustee sends: ``said`` is the body and their own secret key."""
    body, secret = said
    proof = prove_knowledge(_said(ceremony, stage, body), secret, coins)
    return Message(trustee=name, stage=stage, body=body, proof=proof)


def read_message(record: Any, ceremony: Ceremony) -> Message:
    """Read what a trustee sent, and check that it was they.

    Raises
    ------
    CeremonyRefused
        If it is no message, or not theirs.
    """
    try:
        first, second = record["proof"]
        message = Message(
            trustee=record["trustee"],
            stage=record["stage"],
            body=record["body"],
            proof=(scalar(first), scalar(second)),
        )
        key = ceremony.trustees[ceremony.number(message.trustee) - 1].key
        is_theirs = knows(_said(ceremony, message.stage, message.body), key, message.proof)
    except (KeyError, TypeError, ValueError, AttributeError, GroupError) as error:
        raise CeremonyRefused("This is no message of a trustee.") from error
    if not is_theirs:
        raise CeremonyRefused("This was not sent by the trustee {name}.", name=message.trustee)
    return message


def joint_key(parts: Sequence[Part]) -> bytes:
    """The key that ballots are encrypted to."""
    return total(part.commitments[0] for part in parts)


def public_share(parts: Sequence[Part], number: int) -> bytes:
    """What a trustee's partial decryptions are proven against."""
    return total(_public_value(part.commitments, number) for part in parts)


def _said(ceremony: Ceremony, stage: str, body: Any) -> str:
    return f"{ceremony.context}\n{stage}\n{digest_of(body)}"


def _context(ceremony: Ceremony, number: int, power: int) -> str:
    return f"{ceremony.context}\n{number}\n{power}"


def _value(polynomial: Sequence[int], at: int) -> int:
    return int(sum(one * at**power for power, one in enumerate(polynomial)) % ORDER)


def _public_value(commitments: Sequence[bytes], at: int) -> bytes:
    return total(times(at**power, one) for power, one in enumerate(commitments))


def _masked(ceremony: Ceremony, between: tuple[int, int], share: int, key: bytes, coins: Coins) -> tuple[bytes, bytes]:
    """Encrypt a share to a trustee (hashed ElGamal): a point, and the share under a pad that only they compute."""
    once = coins()
    pad = _pad(ceremony, between, base(once), times(once, key))
    return base(once), bytes(a ^ b for a, b in zip(share.to_bytes(32, "little"), pad, strict=True))


def _pad(ceremony: Ceremony, between: tuple[int, int], point: bytes, shared: bytes) -> bytes:
    lines = (PROTOCOL, "share", ceremony.context, *map(str, between), point.hex(), shared.hex())
    return hashlib.sha256("\n".join(lines).encode()).digest()
