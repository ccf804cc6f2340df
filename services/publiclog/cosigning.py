"""The log before its witnesses: which there are, what they are shown, and what they signed."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from geopolity.errors import RequestError
from geopolity.publiclog import merkle
from geopolity.publiclog.notes import (
    COSIGNS,
    Head,
    NoteError,
    NoteRefused,
    read_head,
    read_note,
    read_vkey,
    signed,
    signed_at,
)
from services.clock import now
from services.publiclog.keys import signer
from services.storage import publiclog
from services.storage.store import Store
from services.storage.tables import WitnessRow

SECONDS = 10.0
TRIES = 2
MOST_ANSWER = 1_000
"""Bytes of a witness's answer that are read: a hostile one sends without end."""
OK, CONFLICT = 200, 409
Ask = Callable[[str, bytes], tuple[int, str]]
"""Sends a body to the address of a witness; status and body of the answer."""


class WitnessUnknown(RequestError):
    """No witness has that name."""

    code = "unknown-witness"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a witness answered: whether it signed, and else its words."""

    witness: str
    signed: bool
    size: int
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A witness, where it answers, and how many entries it has signed."""

    name: str
    vkey: str
    url: str
    size: int


def log_vkey(store: Store) -> str:
    """The key of this log, as witnesses and verifiers take it."""
    with store.reading() as session:
        return signer(session, store.home).verifier.vkey


def add_witness(vkey: str, url: str, store: Store) -> str:
    """Take a witness in, which the log says; returns its name."""
    verifier = read_vkey(vkey)
    if verifier.kind != COSIGNS:
        raise NoteError("{name} is the key of a log and no witness's.", name=verifier.name)
    if not url.startswith(("http://", "https://")):
        raise NoteError("{url:quoted} is no address of a witness; give one that begins with https://.", url=url[:80])
    with store.writing() as session:
        publiclog.add_witness(session, verifier, url.rstrip("/"), now=now())
    return verifier.name


def remove_witness(name: str, store: Store) -> None:
    """Ask a witness no more, which the log says; what it signed stays."""
    with store.writing() as session:
        if not publiclog.remove_witness(session, name, now=now()):
            raise WitnessUnknown("There is no witness {name:quoted}; `geopolity log witnesses` lists them.", name=name)


def list_witnesses(store: Store) -> list[Listed]:
    """All witnesses, by name."""
    with store.reading() as session:
        return [
            Listed(name=row.name, vkey=row.vkey, url=row.url, size=publiclog.cosigned_size(session, row.name))
            for row in publiclog.witnesses(session)
        ]


def collect(store: Store, ask: Ask | None = None) -> list[Asked]:
    """Sign the log as it stands and have every witness cosign it; one that is away holds nobody up."""
    if not list_witnesses(store):
        return []
    with store.writing() as session:
        own = signer(session, store.home)
        point = publiclog.seal(session, own.key, now())
        witnesses = publiclog.witnesses(session)
        leaves = [merkle.leaf_hash(line) for line in publiclog.lines(session)]
        seen = {row.name: publiclog.cosigned_size(session, row.name) for row in witnesses}
        session.expunge_all()
    head = Head(origin=own.origin, size=point.size, root=point.root)
    note = signed(head, own.key)
    shown = [(it, _shown(it, note, leaves, seen[it.name], ask or _post)) for it in witnesses]
    return [_taken(witness, note, answer, point.size, store) for witness, answer in shown]


def collect_if_watched(store: Store) -> list[Asked]:
    """The same, where there is a witness that has not signed all of it yet."""
    with store.reading() as session:
        size = publiclog.part(session, 0, 1)[1]
    return collect(store) if any(it.size < size for it in list_witnesses(store)) else []


def take_note(content: str, store: Store) -> list[str]:
    """Take a checkpoint that witnesses signed by themselves; returns the names of those whose signature was kept.

    Raises
    ------
    NoteError, NoteRefused
        If it is no checkpoint of this log, or a signature under it is false.
    """
    note = read_note(content)
    head = read_head(note)
    with store.writing() as session:
        point = next((it for it in publiclog.checkpoints(session) if it.size == head.size), None)
        if point is None or (head.origin, head.root) != (signer(session, store.home).origin, point.root):
            raise NoteError(
                "{origin} of {size:count} lines is no checkpoint of this log.", origin=head.origin[:80], size=head.size
            )
        known = {row.name: read_vkey(row.vkey) for row in publiclog.witnesses(session)}
        lines = [line for line in content.rpartition("\n\n")[2].splitlines(keepends=True) if _by(line) in known]
        signed_by = [it for it in lines if signed_at(read_note(f"{note.text}\n{it}"), known[_by(it)]) is not None]
        for line in signed_by:
            publiclog.keep_cosignature(session, head.size, _by(line), line)
    return [_by(line) for line in signed_by]


def _by(line: str) -> str:
    """Whose a line of signatures under a note says it is."""
    return line.split(" ")[1]


def _shown(witness: WitnessRow, note: str, leaves: list[bytes], old: int, ask: Ask) -> tuple[int, str]:
    """Show a witness the head with the proof that it grew from the last that it saw; status and body of its answer."""
    for _ in range(TRIES):
        proof = merkle.consistency_proof(leaves, old) if 0 < old < len(leaves) else []
        hashes = "".join(f"{base64.b64encode(one).decode()}\n" for one in proof)
        status, answer = ask(f"{witness.url}/add-checkpoint", f"old {old}\n{hashes}\n{note}".encode())
        if status != CONFLICT or not answer.strip().isdecimal() or int(answer) > len(leaves):
            break
        old = int(answer)
    return status, answer


def _taken(witness: WitnessRow, note: str, answer: tuple[int, str], size: int, store: Store) -> Asked:
    status, line = answer
    if status != OK or not _holds(note, line, witness.vkey):
        return Asked(witness=witness.name, signed=False, size=size, answer=f"{status} {line.strip()}")
    with store.writing() as session:
        publiclog.keep_cosignature(session, size, witness.name, line)
    return Asked(witness=witness.name, signed=True, size=size, answer="")


def _holds(note: str, line: str, vkey: str) -> bool:
    """Whether a line is the witness's own signature under the note, and nothing else."""
    try:
        return line.count("\n") == 1 and signed_at(read_note(note + line), read_vkey(vkey)) is not None
    except (NoteError, NoteRefused):
        return False


def _post(url: str, body: bytes) -> tuple[int, str]:
    """Status and body of an answer; of a body that is longer than any cosignature, its beginning."""
    found = b""
    try:
        with httpx.stream("POST", url, content=body, timeout=SECONDS, follow_redirects=False) as answer:
            for piece in answer.iter_bytes(MOST_ANSWER):
                found += piece
                if len(found) >= MOST_ANSWER:
                    break
    except httpx.HTTPError as error:
        return 0, type(error).__name__
    return answer.status_code, found[:MOST_ANSWER].decode("utf-8", "replace")
