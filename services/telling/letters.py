"""Letters that wait: who is called and has no mail address that holds gets a page to print."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from maps.notices.letter import Letter, letters_pdf
from maps.notices.words import told
from services.clock import now
from services.storage.people import notices
from services.storage.store import Store
from services.storage.tables import CitizenRow, NoticeRow


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterWaiting:
    """A letter: its number, what it says and to whom, by the number that the office knows."""

    number: int
    kind: str
    citizen: str
    made_at: str
    printed_at: str | None


def letters_waiting(store: Store, *, printed: bool = False) -> list[LetterWaiting]:
    """Letters that nobody has printed, or all that were."""
    with store.reading() as session:
        return [_listed(row, citizen) for row, citizen in notices.letters(session, printed=printed)]


def print_letters(store: Store, *, root: str, language: str) -> tuple[bytes, list[int]]:
    """All letters that wait as one PDF, a page each, with their numbers; they wait until they are marked as printed."""
    with store.reading() as session:
        rows = notices.letters(session)
        pages = [_page(row, citizen, root, language) for row, citizen in rows]
        numbers = [row.key for row, _ in rows]
    return letters_pdf(pages, sender=root, language=language), numbers


def mark_printed(numbers: list[int], store: Store) -> int:
    """Say that letters were printed; returns how many waited."""
    moment = now()
    with store.writing() as session:
        query = select(NoticeRow).where(
            NoticeRow.key.in_(numbers), NoticeRow.channel == notices.LETTER, NoticeRow.sent_at.is_(None)
        )
        rows = session.scalars(query).all()
        for row in rows:
            row.sent_at = moment
        return len(rows)


def told_to(session: Session, citizen: CitizenRow) -> list[NoticeRow]:
    """Everything that a person was told, or will be, the newest first."""
    query = select(NoticeRow).where(NoticeRow.citizen == citizen.key, NoticeRow.kind != notices.CONFIRM)
    return list(session.scalars(query.order_by(NoticeRow.key.desc())))


def _listed(row: NoticeRow, citizen: CitizenRow | None) -> LetterWaiting:
    return LetterWaiting(
        number=row.key,
        kind=row.kind,
        citizen="" if citizen is None else citizen.citizen_id,
        made_at=row.made_at,
        printed_at=row.sent_at,
    )


def _page(row: NoticeRow, citizen: CitizenRow | None, root: str, language: str) -> Letter:
    notice = told(row.kind, json.loads(row.facts), language)
    return Letter(
        reference="" if citizen is None else citizen.citizen_id,
        day=row.made_at[:10],
        subject=notice.subject,
        lines=notice.lines,
        link=f"{root}{notice.path}" if notice.path and root else "",
    )
