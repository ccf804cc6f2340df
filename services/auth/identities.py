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
from services.settings import Settings
from services.storage.sign_in_tables import KnownAsRow, LinkedSeatRow
from services.storage.store import open_store, reading, writing


def principal_of(vouched: Vouched, settings: Settings) -> Principal:
    """Say who signs in: with the roles of the claim, else as the delegate whose seat is linked.

    Raises
    ------
    SignInError
        If the provider names no role, and no seat is linked.
    """
    if vouched.roles:
        with writing(open_store(settings)) as session:
            session.merge(KnownAsRow(name=vouched.subject, label=vouched.label))
        return Principal(name=vouched.subject, roles=vouched.roles)
    with reading(open_store(settings)) as session:
        row = session.get(LinkedSeatRow, _hash(vouched, settings))
        if row is not None:
            return Principal(name=row.pseudonym, roles=frozenset({Role.DELEGATE}))
    raise SignInError(
        "The provider names no role for you in its claim {claim:quoted}, and no seat is linked to you; ask "
        "whoever administers the service, or open the link of your summons.",
        claim=settings.oidc_roles_claim,
    )


def link_seat(vouched: Vouched, delegate: Principal, settings: Settings) -> None:
    """Let whom the provider vouches for sign in as this delegate from now on, in place of any earlier link."""
    subject = _hash(vouched, settings)
    with writing(open_store(settings)) as session:
        same = or_(LinkedSeatRow.subject_hash == subject, LinkedSeatRow.pseudonym == delegate.name)
        session.execute(delete(LinkedSeatRow).where(same))
        session.add(LinkedSeatRow(subject_hash=subject, pseudonym=delegate.name, made_at=now()))


def unlink_seat(pseudonym: str, settings: Settings) -> None:
    """Let only one-time links sign this delegate in again."""
    with writing(open_store(settings)) as session:
        session.execute(delete(LinkedSeatRow).where(LinkedSeatRow.pseudonym == pseudonym))


def is_linked(pseudonym: str, settings: Settings) -> bool:
    """Whether the provider signs this delegate in."""
    with reading(open_store(settings)) as session:
        return session.scalar(select(LinkedSeatRow.made_at).where(LinkedSeatRow.pseudonym == pseudonym)) is not None


def label_of(name: str, settings: Settings) -> str:
    """Say what the provider calls somebody in an office; empty if it never said."""
    if settings.oidc_issuer is None:
        return ""
    with reading(open_store(settings)) as session:
        row = session.get(KnownAsRow, name)
        return "" if row is None else row.label


def _hash(vouched: Vouched, settings: Settings) -> str:
    return digest(f"{settings.oidc_issuer}\n{vouched.subject}")
