"""The log's own key: where it is kept, what the log is called after, and how another takes its place."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from geopolity.errors import RequestError
from geopolity.publiclog.keys import KIND, change
from geopolity.publiclog.notes import SIGNS, Verifier, origin_of
from services.clock import now
from services.storage import publiclog
from services.storage.store import Store

KEY, NEXT = "log.ed25519", "log.ed25519.next"
IN_USE = "log key in use"


class KeyChangeError(RequestError):
    """The log's key cannot be changed so."""

    code = "log-key-change"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """The key that signs now, under the name that the log has from its first."""

    key: Ed25519PrivateKey
    origin: str

    @property
    def public(self) -> bytes:
        """Its public half."""
        return _public(self.key)

    @property
    def verifier(self) -> Verifier:
        """By what its signatures are checked."""
        return Verifier(name=self.origin, kind=SIGNS, public=self.public)


def signer(session: Session, home: Path) -> Signer:
    """Who signs the log of a store."""
    key = signing_key(home)
    first = (publiclog.log_keys(session) or [_public(key)])[0]
    return Signer(key=key, origin=origin_of(first))


def change_key(store: Store, *, lost: bool = False) -> Verifier:
    """Let a new key sign the log; returns what the log is checked by from now on.

    The old key signs the entry that says so, and is then removed. What was cut short by a kill is ended by a repeat.

    Raises
    ------
    KeyChangeError
        If there is nothing to change, or the key is not lost at all.
    AnotherKeyError
        If the key at hand is not the log's, and it is not said that this is lost.
    """
    keys = store.home / "keys"
    new = Ed25519PrivateKey.from_private_bytes(_secret(keys / NEXT, Ed25519PrivateKey.generate().private_bytes_raw))
    with store.writing() as session:
        known = publiclog.log_keys(session)
        if not known or known[-1] != _public(new):
            _say_change(session, store.home, new, lost=lost)
        origin = origin_of(publiclog.log_keys(session)[0])
    (keys / NEXT).replace(keys / KEY)
    return Signer(key=new, origin=origin).verifier


def _say_change(session: Session, home: Path, new: Ed25519PrivateKey, *, lost: bool) -> None:
    """The entry of a change, signed by the old key where there is one, and the new key as the one that signs."""
    old = signing_key(home)
    if lost and _public(old) in publiclog.log_keys(session):
        raise KeyChangeError("The log's key is here and not lost; leave --lost out, so that it can sign the change.")
    if not lost:
        publiclog.seal(session, old, now())
    known = publiclog.log_keys(session)
    if not known:
        raise KeyChangeError("No checkpoint of this log was signed with a key that is known; there is none to change.")
    facts = change(known[-1], new, origin_of(known[0]), lost=lost)
    publiclog.append(session, KIND, facts | {"at": now()})
    if not lost:
        publiclog.seal(session, old, now())
    publiclog.follow_key(session, _public(new))
    publiclog.append(session, IN_USE, {"key": _public(new).hex()})  # so that there is something for it to sign
    publiclog.seal(session, new, now())


def signing_key(home: Path) -> Ed25519PrivateKey:
    """Key of this log, in ``GEOPOLITY_HOME/keys``, made on first use."""
    return Ed25519PrivateKey.from_private_bytes(
        _secret(home / "keys" / KEY, Ed25519PrivateKey.generate().private_bytes_raw)
    )


def office_secret(home: Path) -> bytes:
    """The secret that offices' pseudonyms and the salt of the day's roll come from, and nothing that is signed."""
    return _secret(home / "keys" / "offices.secret", lambda: secrets.token_bytes(32))


def _secret(file: Path, made: Callable[[], bytes]) -> bytes:
    """A secret in a private file, made on first use."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:  # noqa: PTH123 - private
            out.write(made())
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(draft, file)  # the first of two processes wins, and both read its key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    for place, mode in ((file.parent, 0o700), (file, 0o600)):  # a copy, such as a restored one, may be open to others
        if place.stat().st_mode & 0o077:
            place.chmod(mode)
    return file.read_bytes()


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()
