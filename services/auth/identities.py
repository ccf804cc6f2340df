"""Who somebody is here whom the provider vouches for: an office by its claim of roles, or a delegate by a linked seat.

A seat is linked by its delegate, from a session that a one-time link began. The store keeps a hash of whom the provider
vouches for beside the pseudonym, and no name: who sits stays unknown to whoever reads it.
"""

from __future__ import annotations

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from services.auth.oidc import Vouched
from services.auth.roles import Principal, Role
from services.auth.sessions import SignInError, digest
from services.clock import now
from services.storage.layers.census import find_layer
from services.storage.people import citizens
from services.storage.people.citizens import Newcomer
from services.storage.publiclog import append, committed
from services.storage.store import Store
from services.storage.tables import CitizenRow, KnownAsRow, LinkedCitizenRow, LinkedSeatRow


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
            return Principal(name=row.pseudonym, roles=frozenset({Role.DELEGATE}), account=row.subject_hash)
        linked = session.get(LinkedCitizenRow, _hash(vouched))
        if linked is not None:
            known = session.get_one(CitizenRow, linked.citizen)
            return Principal(name=known.citizen_id, roles=frozenset({Role.CITIZEN}))
    if vouched.residence:
        return _registered(vouched, store)
    raise SignInError(
        "The provider names no role for you in its claim {claim:quoted}, and no seat is linked to you; ask "
        "whoever administers the service, or open the link of your summons.",
        claim=vouched.claim,
    )


def _registered(vouched: Vouched, store: Store) -> Principal:
    """Register whom the provider vouches for at the unit that it names; the store keeps a hash of who it is."""
    with store.writing() as session:
        layer = find_layer(session)
        newcomer = Newcomer(unit_id=vouched.residence, is_of_age=vouched.is_of_age)
        (name,) = citizens.register(session, layer, [newcomer], now=now())
        key = citizens.find_citizen(session, name).key
        session.add(LinkedCitizenRow(subject_hash=_hash(vouched), citizen=key, made_at=now()))
        append(session, "citizen registered", {"person": committed(name)[0], "at": now(), "by": "provider"})
    return Principal(name=name, roles=frozenset({Role.CITIZEN}))


def link_seat(vouched: Vouched, delegate: Principal, store: Store) -> None:
    """Let whom the provider vouches for sign in as this delegate from now on.

    Raises
    ------
    SignInError
        If another account is linked, and the delegate did not sign in with it.
    """
    subject = _hash(vouched)
    with store.writing() as session:
        _check_own(session, delegate, subject)
        same = or_(LinkedSeatRow.subject_hash == subject, LinkedSeatRow.pseudonym == delegate.name)
        session.execute(delete(LinkedSeatRow).where(same))
        session.add(LinkedSeatRow(subject_hash=subject, pseudonym=delegate.name, made_at=now()))
        append(session, "seat linked to an account", {"pseudonym": delegate.name, "at": now()})


def unlink_seat(delegate: Principal, store: Store) -> None:
    """Let only one-time links sign this delegate in again; the linked account itself asks for it.

    Raises
    ------
    SignInError
        If the delegate did not sign in with it.
    """
    with store.writing() as session:
        _check_own(session, delegate)
        session.execute(delete(LinkedSeatRow).where(LinkedSeatRow.pseudonym == delegate.name))
        append(session, "linked account ended", {"pseudonym": delegate.name, "at": now()})


def _check_own(session: Session, delegate: Principal, new: str | None = None) -> None:
    """Refuse to end or replace an account that somebody else may hold: a one-time link is no proof of holding it."""
    held = session.scalar(select(LinkedSeatRow.subject_hash).where(LinkedSeatRow.pseudonym == delegate.name))
    if held not in {None, delegate.account, new}:
        raise SignInError(
            "Another account signs in for this seat already. Sign in with that one to change it; if it is lost, two "
            "people of the office can end it, and the log will say so."
        )


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
