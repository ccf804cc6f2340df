"""People who register themselves, where the operator allows it; where they live, a clerk or a provider says.

By a clerk: somebody gives their unit, keeps a link, and brings a code with proof of residence to the office. One person
there sees the proof, another confirms; from then on the link lets them in, once, and nobody of the office ever had it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from geopolity.errors import RequestError
from services.auth.roles import Principal, Role, written
from services.auth.second_person import TwoPersonsError
from services.auth.sessions import digest
from services.clock import after, now
from services.storage.layers.census import find_layer
from services.storage.people import citizens
from services.storage.people.citizens import Newcomer
from services.storage.publiclog import append, committed
from services.storage.store import Store
from services.storage.tables import RegistrationRow, SignInRow

WAITS = timedelta(days=60)
LASTS = timedelta(days=60)
LETTERS = "bcdfghjkmnpqrstvwxz23456789"
BY_CLERK, BY_CLAIM = "clerk", "claim:"


class RegistrationError(RequestError):
    """Nobody registered under a code, or it is over."""

    code = "registration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What somebody keeps who registered themselves: the code to name, and the secret of the link to come."""

    code: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """Somebody who waits to be registered; ``checked_by`` has seen their proof."""

    code: str
    unit_id: str
    is_of_age: bool
    asked_at: str
    checked_by: str


def begin(unit_id: str, store: Store, *, is_of_age: bool) -> Begun:
    """Register oneself at a unit, until an office has seen proof of it."""
    code = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(2))
    secret = secrets.token_urlsafe(32)
    with store.writing() as session:
        citizens.home_in(session, find_layer(session), unit_id)
        session.add(
            RegistrationRow(code=code, secret_hash=digest(secret), unit_id=unit_id, is_of_age=is_of_age, asked_at=now())
        )
    return Begun(code=code, secret=secret)


def registrations(store: Store) -> list[Registration]:
    """Everybody whose proof one person of the office has seen, and another not."""
    query = select(RegistrationRow).where(
        RegistrationRow.done_at.is_(None),
        RegistrationRow.checked_by.is_not(None),
        RegistrationRow.asked_at > after(-WAITS),
    )
    with store.reading() as session:
        return [
            Registration(
                code=row.code,
                unit_id=row.unit_id,
                is_of_age=row.is_of_age,
                asked_at=row.asked_at,
                checked_by=str(row.checked_by),
            )
            for row in session.scalars(query.order_by(RegistrationRow.key))
        ]


def approve(code: str, by: Principal, store: Store) -> bool:
    """Say that one saw the proof of somebody's residence; whether they are registered now, which takes two.

    Raises
    ------
    RegistrationError
        If nobody waits under the code.
    TwoPersonsError
        If a program asks, or the same person or hand twice.
    """
    if by.program:
        raise TwoPersonsError("Proof of residence is seen by two people, and by no program.")
    with store.writing() as session:
        row = session.scalar(select(RegistrationRow).where(RegistrationRow.code == code.strip().lower()))
        if row is None or row.done_at is not None or row.asked_at <= after(-WAITS):
            raise RegistrationError("Nobody waits under the code {code:quoted}.", code=code[:20])
        if row.checked_by is None:
            row.checked_by, row.checked_hand = by.name, by.hand
            return False
        if by.name == row.checked_by or by.hand == row.checked_hand:
            raise TwoPersonsError("Another person of the office confirms what you saw.")
        newcomer = Newcomer(unit_id=row.unit_id, is_of_age=row.is_of_age)
        (name,) = citizens.register(session, find_layer(session), [newcomer], now=now())
        row.confirmed_by, row.done_at = by.name, now()
        session.add(
            SignInRow(
                secret_hash=row.secret_hash,
                kind="link",
                name=name,
                roles=written(frozenset({Role.CITIZEN})),
                made_at=now(),
                ends_at=after(LASTS),
            )
        )
        by_whom = {"checked_by": committed(str(row.checked_by))[0], "confirmed_by": committed(by.name)[0]}
        append(session, "citizen registered", {"person": committed(name)[0], "at": row.done_at} | by_whom)
        return True
