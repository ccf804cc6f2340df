"""Who somebody is here whom the provider vouches for: an office by its claim of roles, or a delegate by a linked seat.

A seat is linked by its delegate, from a session that a one-time link began. The store keeps a hash of whom the provider
vouches for beside the pseudonym, and no name: who sits stays unknown to whoever reads it.
"""

from __future__ import annotations

from sqlalchemy import delete, or_, select

from services.auth.oidc import Vouched
from services.auth.roles import Principal, Role
from services.auth.sessions import SignInError, digest
from services.clock import now
from services.storage.sign_in_tables import KnownAsRow, LinkedSeatRow
from services.storage.store import Store


def principal_of(vouched: Vouched, store: Store) -> Principal:
    """Who signs in: with the roles of the claim, else as the delegate whose seat is linked.

    Raises
    ------
    SignInError
        If the provider names no role, and no seat is linked.
    """
    if vouched.roles:
        with store.writing() as session:
            session.merge(KnownAsRow(name=vouched.subject, label=vouched.label))
        return Principal(name=vouched.subject, roles=vouched.roles)
    with store.reading() as session:
        row = session.get(LinkedSeatRow, _hash(vouched))
        if row is not None:
            return Principal(name=row.pseudonym, roles=frozenset({Role.DELEGATE}))
    raise SignInError(
        "The provider names no role for you in its claim {claim:quoted}, and no seat is linked to you; ask "
        "whoever administers the service, or open the link of your summons.",
        claim=vouched.claim,
    )


def link_seat(vouched: Vouched, delegate: Principal, store: Store) -> None:
    """Let whom the provider vouches for sign in as this delegate from now on, in place of any earlier link."""
    subject = _hash(vouched)
    with store.writing() as session:
        same = or_(LinkedSeatRow.subject_hash == subject, LinkedSeatRow.pseudonym == delegate.name)
        session.execute(delete(LinkedSeatRow).where(same))
        session.add(LinkedSeatRow(subject_hash=subject, pseudonym=delegate.name, made_at=now()))


def unlink_seat(pseudonym: str, store: Store) -> None:
    """Let only one-time links sign this delegate in again."""
    with store.writing() as session:
        session.execute(delete(LinkedSeatRow).where(LinkedSeatRow.pseudonym == pseudonym))


def is_linked(pseudonym: str, store: Store) -> bool:
    """Whether the provider signs this delegate in."""
    with store.reading() as session:
        return session.scalar(select(LinkedSeatRow.made_at).where(LinkedSeatRow.pseudonym == pseudonym)) is not None


def label_of(name: str, store: Store) -> str:
    """What the provider calls somebody in an office; empty if it never said."""
    with store.reading() as session:
        row = session.get(KnownAsRow, name)
        return "" if row is None else row.label


def _hash(vouched: Vouched) -> str:
    return digest(f"{vouched.issuer}\n{vouched.subject}")
