"""The keys of a log, one after another: which signs which part, and how a change is said in the log itself.

A change is an entry. The old key signs a checkpoint that holds it, so who trusts the old key trusts the new one. Where
the old key was lost, the entry says that, and only who has the new key from elsewhere trusts it: anybody can add such
an entry to what the lost key had signed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from geopolity.publiclog.log import Checkpoint, LogRefused

KIND = "log key changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKey:
    """A key of a log, the entry from which it follows another (−1 for the first), and whether that one was lost."""

    public: bytes
    since: int = -1
    lost: bool = False


def change(old: bytes, new: Ed25519PrivateKey, origin: str, *, lost: bool) -> dict[str, Any]:
    """What an entry says of a change: both public keys, and the new key's own signature under them."""
    to = new.public_key().public_bytes_raw()
    said = {"origin": origin, "from": old.hex(), "to": to.hex()}
    return said | {"proof": new.sign(_statement(said)).hex()} | ({"lost": True} if lost else {})


def keys_of(lines: Sequence[bytes], known: bytes) -> list[LogKey]:
    """All keys of a log, first to last, as its entries say; one that never changed has the known one alone.

    Raises
    ------
    LogRefused
        If a change follows another key than the last, is not signed by the new one, or none of them is known.
    """
    found: list[LogKey] = []
    for index, line in enumerate(lines):
        record = json.loads(line)
        if record["kind"] == KIND:
            found = found or [LogKey(public=_hex(record["facts"], "from", index))]
            found.append(_changed(record["facts"], index, found[-1]))
    found = found or [LogKey(public=known)]
    if known not in {key.public for key in found}:
        raise LogRefused("The key {key}… is none of this log's.", key=known.hex()[:16])
    return found


def signers(points: Sequence[Checkpoint], keys: Sequence[LogKey]) -> list[LogKey]:
    """Which key signed each checkpoint; they follow each other, each once what says so was signed by the one before.

    Raises
    ------
    LogRefused
        Naming the checkpoint that no key of its turn signed.
    """
    turn, covered, found = 0, 0, []
    for number, point in enumerate(points):
        while not has_signed(keys[turn].public, point):
            following = keys[turn + 1] if turn + 1 < len(keys) else None
            if following is None or following.since >= (point.size if following.lost else covered):
                raise LogRefused(
                    "Checkpoint {number} is not signed by the log's key; its text was altered.", number=number
                )
            turn += 1
        covered = point.size
        found.append(keys[turn])
    return found


def trusted_with(known: bytes, keys: Sequence[LogKey]) -> set[bytes]:
    """Keys that somebody who knows one of them may trust: those since the last loss, if it is one of these."""
    since = max(turn for turn, key in enumerate(keys) if key.lost or turn == 0)
    found = {key.public for key in keys[since:]}
    return found if known in found else set()


def _changed(facts: dict[str, Any], index: int, last: LogKey) -> LogKey:
    if _hex(facts, "from", index) != last.public:
        raise LogRefused("Entry {index} changes a key that was not the log's.", index=index)
    to = _hex(facts, "to", index)
    try:
        said = {name: facts[name] for name in ("origin", "from", "to")}
        Ed25519PublicKey.from_public_bytes(to).verify(_hex(facts, "proof", index), _statement(said))
    except (InvalidSignature, KeyError, ValueError) as error:
        raise LogRefused("Entry {index} names a key that did not sign it.", index=index) from error
    return LogKey(public=to, since=index, lost=facts.get("lost") is True)


def _hex(facts: dict[str, Any], name: str, index: int) -> bytes:
    try:
        return bytes.fromhex(facts[name])
    except (KeyError, TypeError, ValueError) as error:
        raise LogRefused("Entry {index} is no change of a key.", index=index) from error


def _statement(said: dict[str, str]) -> bytes:
    return f"geopolity log key 1\n{said['origin']}\n{said['from']}\n{said['to']}\n".encode()


def has_signed(public: bytes, point: Checkpoint) -> bool:
    """Whether a key signed a checkpoint."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(point.signature, point.statement)
    except InvalidSignature:
        return False
    return True
