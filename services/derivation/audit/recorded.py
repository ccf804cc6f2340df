"""A derivation compared with the public log: the certificate is the one that was activated, whole.

A certificate answers for the other files, and nothing in the folder answers for it: without its list of files it looks
as one of an early version, which had none. The log knows its SHA-256 since it was activated.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from geopolity.messages import Message
from services.derivation.audit.evidence import VerificationFailed, plain, read_json
from services.publiclog.export import lines_of
from services.records import Json
from services.storage import publiclog
from services.storage.schema import StoreSchemaError
from services.storage.store import Store, StoreUnavailableError

ACTIVATED = "polity activated"


def in_exported_log(folder: Path, log: Path, key: str | None = None) -> Iterator[Message]:
    """Compare a derivation with an export of the log, which is verified first, as ``verify_export`` does with ``key``.

    Raises
    ------
    VerificationFailed
        If its certificate is not the one that was activated, or none of its digest was.
    """
    found = list(_activations(folder, lines_of(log, key=key)))
    if not found:
        raise VerificationFailed(
            "The log in {log} records no polity with the digest {digest}…, so this boundary was never put into force; "
            "get the folder of the active version.",
            log=log,
            digest=plain(read_json(folder / "certificate.json")["digest"])[:12],
        )
    yield from _as_recorded(folder, found)


def in_own_record(folder: Path, store: Store) -> Iterator[Message]:
    """Compare a derivation with what this service's log says of it, if it says anything."""
    if not store.is_postgresql and not (store.home / "geopolity.sqlite").exists():
        return
    lines: list[bytes] = []
    with suppress(StoreUnavailableError, StoreSchemaError), store.reading() as session:
        lines = publiclog.lines(session)
    yield from _as_recorded(folder, list(_activations(folder, lines)))


def _activations(folder: Path, lines: Iterable[bytes]) -> Iterator[Json]:
    """The entries that put a boundary of this digest into force."""
    digest = read_json(folder / "certificate.json").get("digest")
    for line in lines:
        if ACTIVATED.encode() in line:
            entry = json.loads(line)
            if entry["kind"] == ACTIVATED and entry["facts"]["digest"] == digest:
                yield entry["facts"] | {"index": entry["index"]}


def _as_recorded(folder: Path, found: list[Json]) -> Iterator[Message]:
    certified = [facts for facts in found if "certificate_sha256" in facts]
    own = hashlib.sha256((folder / "certificate.json").read_bytes()).hexdigest()
    same = [facts for facts in certified if facts["certificate_sha256"] == own]
    if certified and not same:
        raise VerificationFailed(
            "certificate.json is not the one that was put into force: its SHA-256 is {found}…, entry {index} of the "
            "log says {stated}…; parts of it were changed or taken away. Get a fresh copy of the folder.",
            found=own[:12],
            index=certified[-1]["index"],
            stated=certified[-1]["certificate_sha256"][:12],
        )
    if same:
        yield Message(
            "certificate.json is the one with which version {version} of {polity} was put into force (entry {index} of "
            "the log)",
            version=same[-1]["version"],
            polity=same[-1]["issue"],
            index=same[-1]["index"],
        )
    elif found:
        yield Message(
            "version {version} of {polity} was put into force with this digest (entry {index} of the log), before the "
            "log kept certificates",
            version=found[-1]["version"],
            polity=found[-1]["issue"],
            index=found[-1]["index"],
        )
