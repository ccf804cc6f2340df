"""Mail addresses that people give: confirmed by a mail (double opt-in), what they follow, and stopped by one click."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geopolity.errors import RequestError
from services.clock import after, now
from services.storage.people import notices
from services.storage.people.citizens import find_citizen
from services.storage.people.notices import Notice
from services.storage.store import Store
from services.storage.tables import FollowingRow, LogRow, MailAddressRow, NoticeRow
from services.views.following import EVERYTHING, Subject, of_matter, of_polity, of_unit

LONGEST = 254
FORM = re.compile(r"[^@\s,;<>\"()\[\]\\]{1,64}@(?:[^@\s,;<>\"()\[\]\\.]+\.)*[^@\s,;<>\"()\[\]\\.]{2,}")
FORGOTTEN = timedelta(days=7)
"""An address that nobody confirmed is forgotten after this time."""
ASKED_AGAIN = timedelta(days=1)
"""A mail that asks to confirm is not repeated sooner."""
MOST_FOLLOWED = 50
RHYTHM = {"day": timedelta(days=1), "week": timedelta(days=7)}


class MailAddressError(RequestError):
    """A mail address is none, follows too much, or is not known."""

    code = "mail-address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """Something that an address follows."""

    number: int
    subject: str
    name: str
    every: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondent:
    """An address as its owner sees it."""

    address: str
    language: str
    is_confirmed: bool
    is_stopped: bool
    is_citizen: bool
    followed: tuple[Followed, ...] = ()


def subject_of(text: str, store: Store) -> Subject:
    """What ``all``, ``polity:ID``, ``matter:ID`` or ``place:LAYER:UNIT`` names.

    Raises
    ------
    MailAddressError
        If it is none of these.
    """
    kind, _, rest = text.partition(":")
    if kind == "all" and not rest:
        return EVERYTHING
    if kind == "polity":
        return of_polity(rest, store)
    if kind == "matter":
        return of_matter(rest, store)
    layer, _, unit = rest.partition(":")
    if kind == "place" and unit:
        return of_unit(unit, layer, store)
    raise MailAddressError(
        "{text:quoted} cannot be followed; follow all, a polity, a matter or a place.", text=text[:80]
    )


def follow(address: str, subject: str, store: Store, *, every: str, language: str) -> None:
    """Ask that an address is told what is decided; nothing is sent but a mail that asks to confirm it.

    Raises
    ------
    MailAddressError
        If it is no address, or follows too much.
    """
    written = checked(address)
    subject_of(subject, store)
    moment = now()
    if every not in RHYTHM:
        raise MailAddressError("{every:quoted} is no rhythm of digests; choose day or week.", every=every[:20])
    with store.writing() as session:
        row = notices.new_address(session, written, language=language, citizen=None, now=moment)
        known = [one.subject for one in notices.followings(session, row)]
        if len(known) >= MOST_FOLLOWED:
            raise MailAddressError("This address follows {most} things already; stop one first.", most=MOST_FOLLOWED)
        if subject not in known:
            size = int(session.scalar(select(func.coalesce(func.max(LogRow.index), -1))) or 0) + 1
            row_of = FollowingRow(address=row.key, subject=subject, every=every, seen=size)
            row_of.next_at = after(RHYTHM[every], moment)
            session.add(row_of)
        _ask(session, row, moment)


def write_to(citizen_id: str, address: str, store: Store, *, language: str) -> None:
    """Ask that a citizen is written to at an address, which they confirm first."""
    written, moment = checked(address), now()
    with store.writing() as session:
        citizen = find_citizen(session, citizen_id)
        row = notices.new_address(session, written, language=language, citizen=citizen.key, now=moment)
        row.stopped_at, row.language = None, language
        _ask(session, row, moment)


def forget_mail(citizen_id: str, store: Store) -> None:
    """Write to a citizen no more; what is a duty to know comes as a letter."""
    with store.writing() as session:
        citizen = find_citizen(session, citizen_id)
        rows = session.scalars(select(MailAddressRow).where(MailAddressRow.citizen == citizen.key)).all()
        for row in rows:
            _to_letters(session, row)
            notices.forget_address(session, row)


def confirm_address(secret: str, store: Store) -> Correspondent:
    """Confirm an address by the secret of the mail that asked.

    Raises
    ------
    MailAddressError
        If no address waits with that secret.
    """
    with store.writing() as session:
        row = _known(session, secret)
        row.confirmed_at = row.confirmed_at or now()
        row.stopped_at = None
        return _shown(session, row, store)


def stop(secret: str, store: Store) -> Correspondent:
    """Stop all mails to an address, at one click; a summons that waits becomes a letter."""
    with store.writing() as session:
        row = _known(session, secret)
        row.stopped_at = row.stopped_at or now()
        _to_letters(session, row)
        return _shown(session, row, store)


def stop_following(secret: str, number: int, store: Store) -> Correspondent:
    """Follow one thing less."""
    with store.writing() as session:
        row = _known(session, secret)
        found = session.get(FollowingRow, number)
        if found is not None and found.address == row.key:
            session.delete(found)
            session.flush()
        return _shown(session, row, store)


def correspondent(secret: str, store: Store) -> Correspondent:
    """An address and what it follows, by the secret in its mails."""
    with store.reading() as session:
        return _shown(session, _known(session, secret), store)


def forget_unconfirmed(session: Session, moment: str) -> int:
    """Forget addresses that nobody confirmed; returns how many."""
    query = select(MailAddressRow).where(
        MailAddressRow.confirmed_at.is_(None), MailAddressRow.made_at < after(-FORGOTTEN, moment)
    )
    rows = session.scalars(query).all()
    for row in rows:
        notices.forget_address(session, row)
    return len(rows)


def checked(address: str) -> str:
    """An address as it is kept, or the sentence that it is none."""
    written = address.strip()
    if len(written) > LONGEST or not FORM.fullmatch(written):
        raise MailAddressError(
            "{address:quoted} is no mail address; write it as ann@example.org.", address=written[:80]
        )
    local, _, host = written.rpartition("@")
    return f"{local}@{host.lower()}"


def _ask(session: Session, row: MailAddressRow, moment: str) -> None:
    if row.confirmed_at is not None and row.stopped_at is None:
        return
    about = f"confirm:{row.key}:{moment[:10]}"
    recent = select(NoticeRow.key).where(
        NoticeRow.address == row.key, NoticeRow.kind == "confirm", NoticeRow.made_at > after(-ASKED_AGAIN, moment)
    )
    if session.scalar(recent.limit(1)) is None:
        notice = Notice(about=about, kind="confirm", facts={"path": f"/mail/confirm?token={row.secret}"})
        notices.tell(session, notice, to=row, now=moment)


def _to_letters(session: Session, row: MailAddressRow) -> None:
    """Turn what waits for an address, and is a duty to know, into letters; forget the rest."""
    waiting = session.scalars(select(NoticeRow).where(NoticeRow.address == row.key, NoticeRow.sent_at.is_(None))).all()
    for one in waiting:
        if one.citizen is not None and one.kind != "digest":
            one.channel, one.address = notices.LETTER, None
        else:
            session.delete(one)
    session.flush()


def _known(session: Session, secret: str) -> MailAddressRow:
    row = notices.by_secret(session, secret)
    if row is None:
        raise MailAddressError("This link is of no address that is known here; it may have been forgotten.")
    return row


def _shown(session: Session, row: MailAddressRow, store: Store) -> Correspondent:
    return Correspondent(
        address=row.address,
        language=row.language,
        is_confirmed=row.confirmed_at is not None,
        is_stopped=row.stopped_at is not None,
        is_citizen=row.citizen is not None,
        followed=tuple(
            Followed(number=one.key, subject=one.subject, name=_name(one.subject, store), every=one.every)
            for one in notices.followings(session, row)
        ),
    )


def _name(subject: str, store: Store) -> str:
    return subject_of(subject, store).name
