"""Keys of programs: shown once, kept as a hash, held to the roles they were made for, none of them a person's own."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from geopolity.errors import RequestError
from services.auth.names import check_free
from services.auth.roles import NOBODY, PERSONAL, Principal, RoleError, read_roles, written
from services.auth.sessions import digest
from services.clock import after, now
from services.records import of_row
from services.storage.store import Store
from services.storage.tables import ApiKeyRow

PREFIX = "gpk_"
"""By which a leaked key is recognised."""


class UnknownKeyError(RequestError):
    """There is no such key."""

    code = "unknown-key"


def make_key(name: str, roles: str, store: Store, *, days: int | None = None) -> tuple[str, str]:
    """Make a key for a program; returns its id and the key itself, which is never shown again."""
    given = read_roles(roles)
    if given & PERSONAL:
        raise RoleError(
            "A key is a program's, and acts for no {roles:role.or}: people do that themselves. Give the key other "
            "roles, such as analyst.",
            roles=sorted(given & PERSONAL),
        )
    if not given:
        raise UnknownKeyError(
            "A key without a role opens nothing; give roles for {name}, such as analyst.",
            name=name,
        )
    key_id, secret = secrets.token_hex(4), PREFIX + secrets.token_urlsafe(32)
    ends = None if days is None else after(timedelta(days=days))
    with store.writing() as session:
        check_free(session, name)
        session.add(
            ApiKeyRow(
                key_id=key_id,
                secret_hash=digest(secret),
                name=name,
                roles=written(given),
                made_at=now(),
                ends_at=ends,
                revoked_at=None,
            )
        )
    return key_id, secret


def revoke_key(key_id: str, store: Store) -> None:
    """End a key now."""
    with store.writing() as session:
        row = session.get(ApiKeyRow, key_id)
        if row is None:
            raise UnknownKeyError(
                "There is no key {key:quoted}; `geopolity key list` prints them.",
                key=key_id,
            )
        row.revoked_at = row.revoked_at or now()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyListed:
    """A key without its secret."""

    key_id: str
    name: str
    roles: str
    made_at: str
    ends_at: str | None
    revoked_at: str | None


def list_keys(store: Store) -> list[KeyListed]:
    """All keys, without their secrets."""
    with store.reading() as session:
        rows = session.scalars(select(ApiKeyRow).order_by(ApiKeyRow.made_at, ApiKeyRow.key_id))
        return [of_row(KeyListed, row) for row in rows]


def whose_key(secret: str, store: Store) -> Principal:
    """Which program speaks; nobody if the key is unknown, over or revoked."""
    if not secret.startswith(PREFIX):
        return NOBODY
    with store.reading() as session:
        row = session.scalar(select(ApiKeyRow).where(ApiKeyRow.secret_hash == digest(secret)))
        if row is None or row.revoked_at is not None or (row.ends_at is not None and row.ends_at <= now()):
            return NOBODY
        return Principal(name=row.name, roles=read_roles(row.roles) - PERSONAL, program=True)
