"""Checkpoints as signed notes with cosignatures of witnesses, as C2SP writes them.

Three specifications: signed-note, tlog-checkpoint and tlog-cosignature (Ed25519). A cosignature says: at this time,
this was the largest head of this log that I saw, and it only grew from those before.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from geopolity.errors import NegativeAnswer, RequestError
from geopolity.publiclog.merkle import HASH_BYTES

SIGNS, COSIGNS = 1, 4
"""The types of signatures that are made and read here: Ed25519 over the text, and with a time."""
KEY_BYTES, ID_BYTES, SIGNATURE_BYTES, TIME_BYTES = 32, 4, 64, 8
DASH = "— "
MOST_SIGNATURES = 100


class NoteError(RequestError):
    """A text is no signed note, no checkpoint or no key of a verifier."""

    code = "note"


class NoteRefused(NegativeAnswer):
    """A signature under a note does not hold."""

    code = "note-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """Whose signatures count: the name and public key of a log or a witness."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """What a signature line begins with."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:ID_BYTES]

    @property
    def vkey(self) -> str:
        """The verifier in one line, to be handed on."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A text, and the signatures under it as pairs of a name and bytes."""

    text: str
    signatures: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a log: which log, how many entries, under which root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def verifier_of(name: str, key: Ed25519PrivateKey, kind: int) -> Verifier:
    """The verifier of a private key's signatures."""
    if not name or "+" in name or not name.isprintable() or any(letter.isspace() for letter in name):
        raise NoteError("{name:quoted} is no name of a key; give one without spaces and +.", name=name)
    return Verifier(name=name, kind=kind, public=key.public_key().public_bytes_raw())


def origin_of(public: bytes) -> str:
    """The name of a log: made from its first key, so that no two have the same, and kept whatever key follows."""
    return f"geopolity/{hashlib.sha256(public).hexdigest()[:16]}"


def read_vkey(text: str) -> Verifier:
    """Read a verifier from its line ``name+id+key``."""
    name, _, rest = text.strip().partition("+")
    stated, _, key = rest.partition("+")
    try:
        packed = base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        packed = b""
    if len(packed) == 1 + KEY_BYTES and packed[0] in {SIGNS, COSIGNS}:
        found = Verifier(name=name, kind=packed[0], public=packed[1:])
        if found.key_id.hex() == stated:
            return found
    raise NoteError("{text:quoted} is no key of a log or witness; give the whole line name+id+key.", text=text[:120])


def signed(head: Head, key: Ed25519PrivateKey) -> str:
    """A checkpoint: the head under the log's own signature."""
    own = verifier_of(head.origin, key, SIGNS)
    return f"{head.text}\n{_line(own, key.sign(head.text.encode()))}"


def cosignature(head: Head, name: str, key: Ed25519PrivateKey, *, at: int) -> str:
    """The line with which a witness signs a head that it saw, at a time in seconds since 1970."""
    own = verifier_of(name, key, COSIGNS)
    return _line(own, struct.pack(">Q", at) + key.sign(_cosigned(head.text, at)))


def read_note(content: str) -> Note:
    """Take a note apart; nothing of it is believed yet."""
    text, gap, below = content.rpartition("\n\n")
    lines = below.split("\n")
    if not gap or not below.endswith("\n") or len(lines) - 1 > MOST_SIGNATURES:
        raise NoteError("This is no signed note: a text, an empty line, and lines of signatures.")
    return Note(text=f"{text}\n", signatures=tuple(_signature(line) for line in lines[:-1]))


def read_head(note: Note) -> Head:
    """The head that a checkpoint states."""
    lines = note.text.split("\n")
    try:
        origin, size, root = lines[:3]
        found = Head(origin=origin, size=int(size), root=base64.b64decode(root, validate=True))
    except (ValueError, binascii.Error) as error:
        raise NoteError("This note is no checkpoint: an origin, a size, and a root.") from error
    if not origin or found.size < 0 or len(found.root) != HASH_BYTES or found.text != note.text:
        raise NoteError("This note is no checkpoint: an origin, a size, and a root.")
    return found


def signed_at(note: Note, verifier: Verifier) -> int | None:
    """When a verifier signed a note, 0 where its signatures have no time, ``None`` if it did not.

    Raises
    ------
    NoteRefused
        If a signature under its name and key id does not hold.
    """
    for name, signature in note.signatures:
        if (name, signature[:ID_BYTES]) == (verifier.name, verifier.key_id):
            return _checked(note.text, verifier, signature[ID_BYTES:])
    return None


def _checked(text: str, verifier: Verifier, signature: bytes) -> int:
    at, message = 0, text.encode()
    if verifier.kind == COSIGNS and len(signature) == TIME_BYTES + SIGNATURE_BYTES:
        (at,) = struct.unpack(">Q", signature[:TIME_BYTES])
        message, signature = _cosigned(text, at), signature[TIME_BYTES:]
    try:
        Ed25519PublicKey.from_public_bytes(verifier.public).verify(signature, message)
    except InvalidSignature as error:
        raise NoteRefused("The signature of {name} does not hold; the note was altered.", name=verifier.name) from error
    return at


def _cosigned(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def _line(verifier: Verifier, signature: bytes) -> str:
    return f"{DASH}{verifier.name} {base64.b64encode(verifier.key_id + signature).decode()}\n"


def _signature(line: str) -> tuple[str, bytes]:
    name, _, packed = line.removeprefix(DASH).partition(" ")
    try:
        signature = base64.b64decode(packed, validate=True)
    except (ValueError, binascii.Error):
        signature = b""
    if not line.startswith(DASH) or not name or len(signature) <= ID_BYTES:
        raise NoteError("{line:quoted} is no signature under a note.", line=line[:80])
    return name, signature
