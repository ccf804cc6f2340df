"""The public log as values: canonical entries, salted commitments, signed checkpoints.

Personal text never enters an entry: a commitment stands in its place, and the text with its salt is
kept elsewhere and can be erased. Salts and times arrive as arguments.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from geopolity.errors import NegativeAnswer, RequestError
from geopolity.publiclog import merkle

SALT_BYTES = 16


class LogRefused(NegativeAnswer):
    """A log does not hold what its checkpoints were signed for."""

    code = "log-refused"


class SaltError(RequestError):
    """A salt is too short to hide anything."""

    code = "salt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One public act; ``facts`` hold no personal text, and no floats that a language may print differently."""

    index: int
    kind: str
    facts: dict[str, Any]

    @property
    def line(self) -> bytes:
        """The canonical bytes: what is hashed, and what ``entries.jsonl`` holds."""
        return canonical({"index": self.index, "kind": self.kind, "facts": self.facts})


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A signed statement: at ``time`` the log had ``size`` entries under ``root``."""

    size: int
    root: bytes
    time: str
    signature: bytes = b""

    @property
    def statement(self) -> bytes:
        """The bytes that are signed."""
        return canonical({"size": self.size, "root": self.root.hex(), "time": self.time})


def canonical(record: dict[str, Any]) -> bytes:
    """JSON with sorted keys and no spaces, in UTF-8."""
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def commitment(text: str, salt: bytes) -> str:
    """Stand-in for personal text: SHA-256 of the salt (at least 16 random bytes) and the text."""
    if len(salt) < SALT_BYTES:
        raise SaltError(
            "A salt of {number:count} bytes could be guessed; draw {wanted} random bytes.",
            number=len(salt),
            wanted=SALT_BYTES,
        )
    return hashlib.sha256(salt + text.encode()).hexdigest()


def signed_checkpoint(lines: Sequence[bytes], time: str, key: Ed25519PrivateKey) -> Checkpoint:
    """Sign the state of the log, given its canonical lines and the time in ISO 8601."""
    bare = Checkpoint(size=len(lines), root=merkle.root([merkle.leaf_hash(line) for line in lines]), time=time)
    return Checkpoint(size=bare.size, root=bare.root, time=time, signature=key.sign(bare.statement))


def check_log(lines: Sequence[bytes], checkpoints: Sequence[Checkpoint], key: Ed25519PublicKey) -> None:
    """Refuse unless every line is canonical and in order, and every checkpoint signs its part of the lines.

    Raises
    ------
    LogRefused
        Naming the first entry, or the checkpoint, that does not hold.
    """
    for index, line in enumerate(lines):
        _check_line(line, index)
    if not checkpoints or checkpoints[-1].size != len(lines):
        covered = checkpoints[-1].size if checkpoints else 0
        raise LogRefused(
            "Entry {index} is not covered: the last checkpoint signs {size}.",
            index=min(covered, len(lines)),
            size=covered,
        )
    leaves = [merkle.leaf_hash(line) for line in lines]
    earlier = 0
    for number, checkpoint in enumerate(checkpoints):
        try:
            key.verify(checkpoint.signature, checkpoint.statement)
        except InvalidSignature as error:
            raise LogRefused(
                "Checkpoint {number} is not signed by the log's key; its text was altered.",
                number=number,
            ) from error
        if not earlier <= checkpoint.size <= len(lines):
            raise LogRefused(
                "Checkpoint {number} signs {size} entries, which is out of order.",
                number=number,
                size=checkpoint.size,
            )
        if merkle.root(leaves[: checkpoint.size]) != checkpoint.root:
            raise LogRefused(
                "Entries {index} to {last} are not the ones that checkpoint {number} signed.",
                index=earlier,
                last=checkpoint.size - 1,
                number=number,
            )
        earlier = checkpoint.size


def _check_line(line: bytes, index: int) -> None:
    try:
        record = json.loads(line)
        is_whole = record["index"] == index and {*record} == {"index", "kind", "facts"} and canonical(record) == line
    except (ValueError, TypeError, KeyError):
        is_whole = False
    if not is_whole:
        raise LogRefused(
            "Entry {index} is not a canonical entry with that index.",
            index=index,
        )
