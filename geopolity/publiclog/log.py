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

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

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
