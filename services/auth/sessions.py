"""Sign in by a one-time link, stay signed in by a session; the store keeps hashes, never the secrets."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from geopolity.errors import RequestError
from services.auth.roles import NOBODY, Principal, Role, read_roles, written
from services.clock import after, now
from services.storage.store import Store
from services.storage.tables import SignInRow

LINK_LASTS = timedelta(hours=1)
SESSION_LASTS = timedelta(hours=12)


class SignInError(RequestError):
    """A link, session or provider's answer lets nobody in."""

    code = "sign-in"


def new_link(principal: Principal, store: Store, *, lasts: timedelta = LINK_LASTS) -> str:
    """Make a secret that signs its bearer in, once."""
    with store.writing() as session:
        return keep_link(session, principal, lasts)


def keep_link(session: Session, principal: Principal, lasts: timedelta) -> str:
    """Make such a secret in a transaction that is open."""
    return _keep(session, "link", principal, lasts)


def whose_link(secret: str, store: Store) -> Principal:
    """Whom a one-time link would sign in; looking at it does not use it up.

    Raises
    ------
    SignInError
        If there is no such link, it was used, or its time is over.
    """
    with store.reading() as session:
        return _principal(_link(session, secret))


def redeem(secret: str, store: Store) -> tuple[str, Principal]:
    """Turn a one-time link into a session; returns the session's secret and whose it is.

    Raises
    ------
    SignInError
        If there is no such link, it was used, or its time is over.
    """
    with store.writing() as session:
        principal = spend_link(session, secret)
        return _keep(session, "session", principal, SESSION_LASTS), principal


def spend_link(session: Session, secret: str) -> Principal:
    """Use a one-time link up, in a transaction that is open; returns whom it stands for, or raises as ``redeem``."""
    row = _link(session, secret)
    session.delete(row)
    session.flush()
    return _principal(row)


def delegate_of(session: Session, secret: str) -> str:
    """Use a delegate's one-time link up, in a transaction that is open; returns the pseudonym.

    Raises
    ------
    SignInError
        If the link is unknown, used or over, or stands for no delegate.
    """
    person = spend_link(session, secret)
    if Role.DELEGATE not in person.roles:
        raise SignInError("This sign-in link is {name}'s, who is no delegate and has no vote.", name=person.name)
    return person.name


def new_session(principal: Principal, store: Store) -> str:
    """Start a session of somebody whom a provider vouches for."""
    with store.writing() as session:
        return _keep(session, "session", principal, SESSION_LASTS)


def whose_session(secret: str, store: Store) -> Principal:
    """Who is signed in; nobody if the session is unknown or over."""
    with store.reading() as session:
        row = session.get(SignInRow, digest(secret))
        if row is None or row.kind != "session" or row.ends_at <= now():
            return NOBODY
        return _principal(row)


def sign_out(secret: str, store: Store) -> None:
    """End a session."""
    with store.writing() as session:
        session.execute(delete(SignInRow).where(SignInRow.secret_hash == digest(secret)))


def digest(secret: str) -> str:
    """Hash a secret of 256 random bits; such a one needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _link(session: Session, secret: str) -> SignInRow:
    row = session.get(SignInRow, digest(secret))
    if row is None or row.kind != "link" or row.ends_at <= now():
        raise SignInError(
            "This sign-in link was used already or its time is over; a new one comes from whoever sent it, "
            "or from starting `geopolity serve` again."
        )
    return row


def _keep(session: Session, kind: str, principal: Principal, lasts: timedelta) -> str:
    secret = secrets.token_urlsafe(32)
    session.execute(delete(SignInRow).where(SignInRow.ends_at <= now()))
    session.add(
        SignInRow(
            secret_hash=digest(secret),
            kind=kind,
            name=principal.name,
            roles=written(principal.roles),
            made_at=now(),
            ends_at=after(lasts),
            account=principal.account,
            guest_of=principal.guest_of,
        )
    )
    return secret


def _principal(row: SignInRow) -> Principal:
    return Principal(name=row.name, roles=read_roles(row.roles), account=row.account, guest_of=row.guest_of)
