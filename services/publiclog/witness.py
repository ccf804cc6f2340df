"""A witness: it keeps the last head that it saw of each log, and signs a new one only if that grew from it.

It speaks C2SP's tlog-witness protocol (``add-checkpoint``). What a log signed and could not show to grow from what it
had signed before is kept as evidence.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from geopolity.errors import RequestError
from geopolity.publiclog.merkle import ProofRefused, check_consistency
from geopolity.publiclog.notes import (
    COSIGNS,
    Head,
    Note,
    NoteError,
    NoteRefused,
    Verifier,
    cosignature,
    read_head,
    read_note,
    read_vkey,
    signed_at,
    verifier_of,
)
from maps.locale.choice import spoken
from services.clock import now, read
from services.publiclog.witness_page import HEADERS, witness_page
from services.whole import write_whole

MOST_BYTES = 64_000
MOST_EVIDENCE = 20
MOST_HASHES = 63
SIZE_TYPE = "text/x.tlog.size"


class WitnessError(RequestError):
    """The folder of a witness cannot be used."""

    code = "witness"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a witness answers: an HTTP status, and a body."""

    status: int
    body: str = ""
    kind: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """What a witness is asked: to sign a head that grew from one of so many entries."""

    old: int
    proof: list[bytes]
    content: str
    note: Note
    head: Head


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness, whose key, logs and last heads are files of one folder."""

    folder: Path

    @property
    def name(self) -> str:
        """Its name, as it stands in its cosignatures."""
        return str(self._kept()["name"])

    @property
    def verifier(self) -> Verifier:
        """By what its cosignatures are checked."""
        return verifier_of(self.name, self._key(), COSIGNS)

    def follow(self, vkey: str, *, instead: bool = False) -> Verifier:
        """Watch a log from now on, given the key with which it signs; what it has grown to so far stays known.

        Parameters
        ----------
        instead
            The log has changed its key.
        """
        log = read_vkey(vkey)
        with self._alone():
            kept = self._kept()
            known = kept["logs"].get(log.name)
            if known is not None and known["vkey"] != log.vkey and not instead:
                raise WitnessError(
                    "{log} is followed already, with another key. If it has changed its key, which its export says, "
                    "add --instead.",
                    log=log.name,
                )
            kept["logs"][log.name] = {"note": None} | (known or {}) | {"vkey": log.vkey}
            self._keep(kept)
        return log

    def last(self, origin: str) -> Head | None:
        """The last head that it cosigned of a log."""
        note = self._kept()["logs"].get(origin, {}).get("note")
        return None if note is None else read_head(read_note(note))

    def page(self, language: str) -> Answer:
        """Its own page: what it has signed of each log, and what it saw that should not be."""
        notes = {origin: log["note"] for origin, log in self._kept()["logs"].items()}
        files = sorted((self.folder / "evidence").glob("*.txt"))[-MOST_EVIDENCE:]
        evidence = {file.name: file.read_text(encoding="utf-8") for file in files}
        body = witness_page(self.verifier, notes, evidence, language)
        return Answer(status=200, body=body, kind="text/html; charset=utf-8")

    def answer(self, request: bytes) -> Answer:
        """Answer ``add-checkpoint``: 200 with a cosignature, or why not, as tlog-witness says."""
        try:
            asked = _asked(request)
        except (NoteError, ValueError) as error:
            return Answer(status=400, body=f"{error}\n")
        with self._alone():
            return self._not_its_own(asked) or self._not_grown(asked) or self._cosigned(asked)

    def _not_its_own(self, asked: _Request) -> Answer | None:
        """The answer to what no log signed that is followed here."""
        known = self._kept()["logs"].get(asked.head.origin)
        if known is None:
            return Answer(status=404, body="This log is not followed here.\n")
        try:
            is_own = signed_at(asked.note, read_vkey(str(known["vkey"]))) is not None
        except NoteRefused as error:
            return Answer(status=403, body=f"{error}\n")
        return None if is_own else Answer(status=403, body="The log did not sign this.\n")

    def _not_grown(self, asked: _Request) -> Answer | None:
        """The answer to a head that is not shown to continue the last one."""
        head, last = asked.head, self.last(asked.head.origin)
        size = 0 if last is None else last.size
        if asked.old > head.size:
            return Answer(status=400, body="The old size is above the new one.\n")
        if asked.old != size:
            return Answer(status=409, body=f"{size}\n", kind=SIZE_TYPE)
        if last is None or size == 0:
            return Answer(status=422, body="Nothing is proven from a log of no entries.\n") if asked.proof else None
        try:
            check_consistency((size, head.size), (last.root, head.root), asked.proof)
        except ProofRefused as error:
            self._denounce(asked)
            return Answer(status=409 if head.size == size else 422, body=f"{error}\n")
        return None

    def _cosigned(self, asked: _Request) -> Answer:
        """Keep a head, then sign it: never the other way round."""
        kept = self._kept()
        kept["logs"][asked.head.origin]["note"] = asked.content
        self._keep(kept)
        at = int(read(now()).timestamp())
        return Answer(status=200, body=cosignature(asked.head, self.name, self._key(), at=at))

    def _denounce(self, asked: _Request) -> None:
        """Keep two heads that one log signed and did not show to be of one history, once."""
        last = self._kept()["logs"][asked.head.origin]["note"]
        both = f"{last}\n{asked.content}".encode()
        (self.folder / "evidence").mkdir(exist_ok=True)
        _write(self.folder / "evidence" / f"{hashlib.sha256(both).hexdigest()[:16]}.txt", both)

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes((self.folder / "witness.ed25519").read_bytes())

    def _kept(self) -> dict[str, dict[str, dict[str, str | None]]]:
        try:
            found: dict[str, dict[str, dict[str, str | None]]] = json.loads((self.folder / "witness.json").read_text())
        except (OSError, ValueError) as error:
            raise WitnessError(
                "{folder} is no folder of a witness; `geopolity witness new` makes one.", folder=self.folder
            ) from error
        return found

    def _keep(self, kept: object) -> None:
        _write(self.folder / "witness.json", json.dumps(kept, indent=1).encode())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Look and keep as one step, whoever else asks."""
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def new_witness(folder: Path, name: str) -> Witness:
    """Make a witness: a folder with a key of its own."""
    if folder.exists():
        raise WitnessError("{folder} is there already; give the name of a new folder.", folder=folder)
    key = Ed25519PrivateKey.generate()
    verifier_of(name, key, COSIGNS)
    folder.mkdir(parents=True, mode=0o700)
    _write(folder / "witness.ed25519", key.private_bytes_raw())
    _write(folder / "witness.json", json.dumps({"name": name, "logs": {}}).encode())
    return Witness(folder)


def serving(witness: Witness, host: str, port: int) -> ThreadingHTTPServer:
    """A server of ``add-checkpoint``; ``serve_forever`` runs it."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            wanted = query.removeprefix("lang=") or None
            said = witness.page(spoken(wanted, None, self.headers.get("Accept-Language")))
            self._say(said if path == "/" else Answer(status=404))

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if self.path != "/add-checkpoint" or not length.isdecimal() or int(length) > MOST_BYTES:
                self._say(Answer(status=404 if self.path != "/add-checkpoint" else 413))
                return
            self._say(witness.answer(self.rfile.read(int(length))))

        def _say(self, answer: Answer) -> None:
            body = answer.body.encode()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(body)))
            for name, value in HEADERS.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing: who asks is the log, and what it asks is kept."""

    return ThreadingHTTPServer((host, port), Handler)


def _asked(request: bytes) -> _Request:
    """Take a request apart."""
    said, _, content = request.decode().partition("\n\n")
    first, *hashes = said.split("\n")
    word, _, size = first.partition(" ")
    if word != "old" or not (size.isascii() and size.isdecimal()) or str(int(size)) != size:
        raise ValueError("The first line is: old SIZE.")
    if len(hashes) > MOST_HASHES:
        raise ValueError("A proof has 63 hashes at most.")
    note, proof = read_note(content), [base64.b64decode(line, validate=True) for line in hashes]
    return _Request(old=int(size), proof=proof, content=content, note=note, head=read_head(note))


_write = partial(write_whole, lasting=True, private=True)
