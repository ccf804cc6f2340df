"""What people are told, in the store: mail addresses, what they follow, and a notice for each thing told to each."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from services.storage.tables import CitizenRow, FollowingRow, MailAddressRow, NoticeRow

MAIL, LETTER = "mail", "letter"
CONFIRM = "confirm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to tell; ``about`` says what and whom, so that it is told once."""

    about: str
    kind: str
    facts: Mapping[str, Any]


def new_address(session: Session, address: str, *, language: str, citizen: int | None, now: str) -> MailAddressRow:
    """An address that waits to be confirmed; the one of before, where it is of the same person."""
    same = MailAddressRow.citizen.is_(None) if citizen is None else MailAddressRow.citizen == citizen
    row = session.scalar(select(MailAddressRow).where(MailAddressRow.address == address, same))
    if row is None:
        row = MailAddressRow(
            address=address,
            citizen=citizen,
            language=language,
            secret=secrets.token_urlsafe(24),
            made_at=now,
            confirmed_at=None,
            stopped_at=None,
        )
        session.add(row)
        session.flush()
    return row


def by_secret(session: Session, secret: str) -> MailAddressRow | None:
    """The address whose mails hold a secret."""
    found: MailAddressRow | None = session.scalar(select(MailAddressRow).where(MailAddressRow.secret == secret))
    return found


def address_of(session: Session, citizen: int) -> MailAddressRow | None:
    """Where a citizen is written to: confirmed, and not stopped; the newest."""
    query = select(MailAddressRow).where(
        MailAddressRow.citizen == citizen,
        MailAddressRow.confirmed_at.is_not(None),
        MailAddressRow.stopped_at.is_(None),
    )
    found: MailAddressRow | None = session.scalar(query.order_by(MailAddressRow.key.desc()).limit(1))
    return found


def followings(session: Session, address: MailAddressRow) -> Sequence[FollowingRow]:
    """What an address follows."""
    return session.scalars(
        select(FollowingRow).where(FollowingRow.address == address.key).order_by(FollowingRow.key)
    ).all()


def is_told(session: Session, about: str) -> bool:
    """Whether something was told already, or waits to be."""
    return session.scalar(select(NoticeRow.key).where(NoticeRow.about == about)) is not None


def tell(session: Session, notice: Notice, *, to: MailAddressRow | int, now: str) -> None:
    """Tell something once: to an address, or to a citizen by mail if they have one that holds, else by letter."""
    if is_told(session, notice.about):
        return
    address = to if isinstance(to, MailAddressRow) else address_of(session, to)
    citizen = to.citizen if isinstance(to, MailAddressRow) else to
    session.add(
        NoticeRow(
            about=notice.about,
            kind=notice.kind,
            channel=LETTER if address is None else MAIL,
            citizen=citizen,
            address=None if address is None else address.key,
            facts=json.dumps(dict(notice.facts), ensure_ascii=False),
            made_at=now,
            due_at=now,
            attempts=0,
            sent_at=None,
            given_up_at=None,
            problem=None,
        )
    )
    session.flush()


def due_mails(session: Session, now: str, most: int) -> list[NoticeRow]:
    """Mails whose time to be tried has come, the longest waiting first."""
    query = select(NoticeRow).where(
        NoticeRow.channel == MAIL,
        NoticeRow.sent_at.is_(None),
        NoticeRow.given_up_at.is_(None),
        NoticeRow.due_at <= now,
    )
    return list(session.scalars(query.order_by(NoticeRow.due_at, NoticeRow.key).limit(most)))


def letters(session: Session, *, printed: bool = False) -> list[tuple[NoticeRow, CitizenRow | None]]:
    """Letters that wait to be printed, or were, the oldest first, with whom they are for."""
    condition = NoticeRow.sent_at.is_not(None) if printed else NoticeRow.sent_at.is_(None)
    query = (
        select(NoticeRow, CitizenRow)
        .join(CitizenRow, CitizenRow.key == NoticeRow.citizen, isouter=True)
        .where(NoticeRow.channel == LETTER, condition)
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(NoticeRow.key))]


def forget_person(session: Session, citizen: CitizenRow) -> None:
    """Forget where a person is written to, what they follow and what they were told."""
    own = select(MailAddressRow.key).where(MailAddressRow.citizen == citizen.key)
    session.execute(delete(NoticeRow).where(or_(NoticeRow.citizen == citizen.key, NoticeRow.address.in_(own))))
    session.execute(delete(FollowingRow).where(FollowingRow.address.in_(own)))
    session.execute(delete(MailAddressRow).where(MailAddressRow.citizen == citizen.key))


def forget_address(session: Session, address: MailAddressRow) -> None:
    """Forget an address with all it follows and was told."""
    session.execute(delete(NoticeRow).where(NoticeRow.address == address.key))
    session.execute(delete(FollowingRow).where(FollowingRow.address == address.key))
    session.delete(address)
    session.flush()
