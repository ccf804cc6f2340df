"""Whose key is whose, in the store: the one that a person holds now, and how another takes its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from geopolity.errors import NegativeAnswer
from services.storage.tables import CitizenRow, CredentialRow

OWN, OFFICE, NONE = "own", "office", "none"


class CredentialTaken(NegativeAnswer):
    """A key is another person's, or is over, or the person holds another one."""

    code = "credential-taken"


def held(session: Session, citizen: CitizenRow) -> CredentialRow | None:
    """The key that a person holds; ``None`` for somebody who never had one."""
    return session.scalar(
        select(CredentialRow).where(CredentialRow.citizen == citizen.key, CredentialRow.ended_at.is_(None))
    )


def take(session: Session, citizen: CitizenRow, public_key: str, *, made_by: str, now: str) -> CredentialRow:
    """The person's row of a key, made if it is their first.

    Raises
    ------
    CredentialTaken
        If they hold another key, or the key is or was somebody's.
    """
    mine = held(session, citizen)
    if mine is None or mine.public_key != public_key:
        check_free(session, public_key)
    if mine is not None and mine.public_key != public_key:
        raise CredentialTaken(
            "Citizen {citizen} holds the key {key}…; sign with it, or have it replaced, which it signs itself or two "
            "persons do.",
            citizen=citizen.citizen_id,
            key=mine.public_key[:16],
        )
    if mine is not None:
        return mine
    row = CredentialRow(citizen=citizen.key, public_key=public_key, made_by=made_by, made_at=now)
    session.add(row)
    session.flush()
    return row


def check_free(session: Session, public_key: str) -> None:
    """Refuse a key that is or was somebody's."""
    if session.scalar(select(CredentialRow.key).where(CredentialRow.public_key == public_key)) is not None:
        raise CredentialTaken("The key {key}… is taken, or is over; make a new one.", key=public_key[:16])


def holders(session: Session) -> dict[int, str]:
    """What a roll commits to for each person, by their key: the public half that they hold, or else their id."""
    named = {row.key: f"id {row.citizen_id}" for row in session.execute(select(CitizenRow.key, CitizenRow.citizen_id))}
    mine = select(CredentialRow.citizen, CredentialRow.public_key).where(CredentialRow.ended_at.is_(None))
    return named | {row.citizen: f"key {row.public_key}" for row in session.execute(mine)}


def counted(session: Session, holding: Iterable[str]) -> dict[str, int]:
    """How many of these hold a key that they brought themselves, one that an office brought, and none."""
    makers = {
        row.public_key: row.made_by for row in session.execute(select(CredentialRow.public_key, CredentialRow.made_by))
    }
    found = Counter(makers.get(it.removeprefix("key "), NONE) if it.startswith("key ") else NONE for it in holding)
    return {maker: found[maker] for maker in (OWN, OFFICE, NONE)}


def replace(session: Session, citizen: CitizenRow, public_key: str, *, made_by: str, now: str) -> CredentialRow:
    """Put another key in the place of the one that a person holds; the old one is over."""
    mine = held(session, citizen)
    if mine is not None:
        mine.ended_at, mine.reason = now, "replaced"
        session.flush()
    return take(session, citizen, public_key, made_by=made_by, now=now)
