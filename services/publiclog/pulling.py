"""A witness that fetches a log by itself, from a folder or an address, so that a laptop's daily job is enough.

It believes nothing of what it fetched: the checkpoint must be signed by the log that it follows, the entries must be
those of the checkpoint, and they must continue what it signed before.
"""

from __future__ import annotations

import base64
import io
import zipfile
from pathlib import Path

import httpx

from geopolity.errors import NegativeAnswer
from geopolity.publiclog import merkle
from geopolity.publiclog.notes import Head, NoteError, read_head, read_note
from services.publiclog.witness import Witness

SECONDS = 60.0
MOST_BYTES = 2_000_000_000
CHECKPOINT, ENTRIES, EXPORT = "checkpoint", "entries.jsonl", "/api/v1/log/export"
HAND_IN = "/api/v1/log/cosignatures"


class LogNotFetched(NegativeAnswer):
    """There is no log where a witness was told to look, or it is broken."""

    code = "log-not-fetched"


class WitnessRefuses(NegativeAnswer):
    """A witness does not sign what it fetched."""

    code = "witness-refuses"


def pull(witness: Witness, source: str) -> str:
    """Fetch a log, and return its checkpoint with this witness's signature under it; keeps the note in its folder.

    Parameters
    ----------
    source
        A folder that ``log export`` wrote, the address of such a folder, or the address of a service.

    Raises
    ------
    LogNotFetched
        If there is no whole log.
    WitnessRefuses
        If it is not followed here, not signed by its key, or does not continue what was signed before.
    """
    content, entries = _fetched(source)
    head = _head(content, source)
    leaves = [merkle.leaf_hash(line) for line in entries.split(b"\n")[:-1]][: head.size]
    if len(leaves) < head.size or merkle.root(leaves) != head.root:
        raise LogNotFetched("The entries at {source} are not those of its checkpoint.", source=source)
    last = witness.last(head.origin)
    old = 0 if last is None else last.size
    proof = merkle.consistency_proof(leaves, old) if 0 < old < head.size else []
    hashes = "".join(f"{base64.b64encode(one).decode()}\n" for one in proof)
    answer = witness.answer(f"old {old}\n{hashes}\n{content}".encode())
    if head.size < old:
        raise WitnessRefuses(
            "{name} does not sign: the log has {size:count} lines, and had {old:count} when it was signed last.",
            name=witness.name,
            size=head.size,
            old=old,
        )
    if answer.status != httpx.codes.OK:
        raise WitnessRefuses("{name} does not sign: {reason}", name=witness.name, reason=answer.body.strip())
    return content + answer.body


def hand_in(note: str, url: str) -> list[str]:
    """Hand a signed checkpoint to the service that it is of; returns the witnesses that it took it from."""
    try:
        answer = httpx.post(f"{url.rstrip('/')}{HAND_IN}", json={"note": note}, timeout=SECONDS)
        body = answer.raise_for_status().json()
    except (httpx.HTTPError, ValueError) as error:
        raise LogNotFetched("{url} took no signature: {reason}", url=url, reason=str(error)) from error
    return [str(name) for name in body["witnesses"]]


def _head(content: str, source: str) -> Head:
    try:
        return read_head(read_note(content))
    except NoteError as error:
        raise LogNotFetched("There is no checkpoint at {source}: {reason}", source=source, reason=str(error)) from error


def _fetched(source: str) -> tuple[str, bytes]:
    """Checkpoint and entries."""
    try:
        if source.startswith(("http://", "https://")):
            return _from_address(source.rstrip("/"))
        folder = Path(source)
        return (folder / CHECKPOINT).read_text(encoding="utf-8"), (folder / ENTRIES).read_bytes()
    except (OSError, KeyError, ValueError, httpx.HTTPError, zipfile.BadZipFile) as error:
        raise LogNotFetched("There is no log at {source}: {reason}", source=source, reason=str(error)) from error


def _from_address(url: str) -> tuple[str, bytes]:
    """From a folder of files, or else from a service."""
    plain = httpx.get(f"{url}/{CHECKPOINT}", timeout=SECONDS)
    if plain.is_success and "html" not in plain.headers.get("Content-Type", ""):
        return plain.text, _bytes(f"{url}/{ENTRIES}")
    with zipfile.ZipFile(io.BytesIO(_bytes(url if url.endswith("/export") else url + EXPORT))) as archive:
        names = {name.rpartition("/")[2]: name for name in archive.namelist()}
        if sum(archive.getinfo(names[name]).file_size for name in (CHECKPOINT, ENTRIES)) > MOST_BYTES:
            raise ValueError(url)
        return archive.read(names[CHECKPOINT]).decode(), archive.read(names[ENTRIES])


def _bytes(url: str) -> bytes:
    found = bytearray()
    with httpx.stream("GET", url, timeout=SECONDS) as answer:
        for piece in answer.raise_for_status().iter_bytes():
            found += piece
            if len(found) > MOST_BYTES:
                raise ValueError(url)
    return bytes(found)
