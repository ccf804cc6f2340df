"""A witness that fetches a log by itself, from a folder or an address, so that a laptop's daily job is enough.

It believes nothing of what it fetched: the checkpoint must be signed by the log that it follows, the entries, or the
tiles, must be those of the checkpoint, and they must continue what it signed before. Tiles are fetched where there are
any (C2SP's tlog-tiles): of a log of a million entries some dozen of them show that it only grew.
"""

from __future__ import annotations

import base64
from pathlib import Path

import httpx

from geopolity.errors import NegativeAnswer
from geopolity.publiclog import merkle
from geopolity.publiclog.notes import Head, NoteError, read_head, read_note
from geopolity.publiclog.tiles import Read, TiledTree, TileRefused
from services.publiclog.witness import Witness

SECONDS = 60.0
MOST_BYTES, TILE_BYTES = 2_000_000_000, 20_000_000
CHECKPOINT, ENTRIES, SERVICE = "checkpoint", "entries.jsonl", "/api/v1/log"
FETCHING = (OSError, KeyError, ValueError, httpx.HTTPError)
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
    content, read = _fetched(source)
    head = _head(content, source)
    last = witness.last(head.origin)
    old = 0 if last is None else last.size
    proof = _proof(head, old, read, source)
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


def _proof(head: Head, old: int, read: Read, source: str) -> list[bytes]:
    """The hashes that show that the log continues what it was; from its tiles, or else from all of its entries."""
    try:
        tree = TiledTree(head.size, read)
        is_whole, proof = tree.root == head.root, tree.consistency_proof(old) if 0 < old < head.size else []
    except TileRefused:
        is_whole = False
    except FETCHING:
        leaves = [merkle.leaf_hash(line) for line in _tried(read, ENTRIES, source).split(b"\n")[:-1]][: head.size]
        is_whole = len(leaves) == head.size and merkle.root(leaves) == head.root
        proof = merkle.consistency_proof(leaves, old) if is_whole and 0 < old < head.size else []
    if not is_whole:
        raise LogNotFetched("The entries at {source} are not those of its checkpoint.", source=source)
    return proof


def _tried(read: Read, name: str, source: str) -> bytes:
    try:
        return read(name)
    except FETCHING as error:
        raise LogNotFetched("There is no log at {source}: {reason}", source=source, reason=str(error)) from error


def _fetched(source: str) -> tuple[str, Read]:
    """The checkpoint of a log, and what reads its other files."""
    try:
        read = _from_address(source.rstrip("/")) if source.startswith(("http://", "https://")) else _from(Path(source))
        return read(CHECKPOINT).decode(), read
    except FETCHING as error:
        raise LogNotFetched("There is no log at {source}: {reason}", source=source, reason=str(error)) from error


def _from(folder: Path) -> Read:
    return lambda name: (folder / name).read_bytes()


def _from_address(url: str) -> Read:
    """From a folder of files, or else from a service."""
    plain = httpx.get(f"{url}/{CHECKPOINT}", timeout=SECONDS)
    is_folder = plain.is_success and "html" not in plain.headers.get("Content-Type", "")
    place, asked = (url, "") if is_folder else (url.removesuffix(f"{SERVICE}/export") + SERVICE, "?newest=true")

    def read(name: str) -> bytes:
        most = TILE_BYTES if name.startswith("tile/") else MOST_BYTES
        return _bytes(f"{place}/{name}{asked if name == CHECKPOINT else ''}", most)

    return read


def _bytes(url: str, most: int) -> bytes:
    found = bytearray()
    with httpx.stream("GET", url, timeout=SECONDS) as answer:
        for piece in answer.raise_for_status().iter_bytes():
            found += piece
            if len(found) > most:
                raise ValueError(url)
    return bytes(found)
