"""Calls to serve in the store: read as values, answered with their entry in the log; what delegates ask about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from sqlalchemy import and_, delete, select
from sqlalchemy.orm import Session

from geopolity.docket.summons import Answer, Excuse, Plea, Summons
from geopolity.errors import RequestError
from services.storage.offices import seats
from services.storage.offices.seats import Place
from services.storage.publiclog import append
from services.storage.tables import ExcuseRequestRow, SeatRow, SummonsRow


class UnknownSummonsError(RequestError):
    """Nobody of that pseudonym was called, or nobody sits."""

    code = "unknown-summons"


def summons_of(row: SummonsRow) -> Summons:
    """Read a call."""
    return Summons(
        polity_id=row.polity,
        pseudonym=row.pseudonym,
        sent=date.fromisoformat(row.sent),
        answer=Answer(row.answer),
        excuse=None if row.excuse is None else Excuse(row.excuse),
        is_final=row.is_final,
    )


def find(session: Session, polity_id: str, pseudonym: str) -> SummonsRow:
    """Find the call to a delegate.

    Raises
    ------
    UnknownSummonsError
        If there is none.
    """
    row = session.get(SummonsRow, (polity_id, pseudonym))
    if row is None:
        raise UnknownSummonsError(
            "{delegate} was not called to {polity}; `geopolity docket summon` calls.",
            delegate=pseudonym,
            polity=polity_id,
        )
    return row


def step(session: Session, polity_id: str, pseudonym: str, do: Callable[[Summons], Summons]) -> Summons:
    """Take a call to its next answer, and log it."""
    row = find(session, polity_id, pseudonym)
    after = do(summons_of(row))
    row.answer, row.is_final = str(after.answer), after.is_final
    row.excuse = None if after.excuse is None else str(after.excuse)
    append(session, "seat summons answered", {"polity": polity_id, "pseudonym": pseudonym, "answer": row.answer})
    return after


def seat_of(session: Session, polity_id: str, pseudonym: str) -> SeatRow:
    """Find the seat that a delegate holds."""
    for row in seats.active_seats(session, polity_id):
        if row.pseudonym == pseudonym:
            return row
    raise UnknownSummonsError(
        "{delegate} does not sit for {polity}; `geopolity assembly seats` lists who does.",
        delegate=pseudonym,
        polity=polity_id,
    )


def vacate(session: Session, polity_id: str, pseudonym: str, *, reason: str, now: str) -> None:
    """Empty the seat of a delegate; the alternate takes it."""
    row = seat_of(session, polity_id, pseudonym)
    seats.vacate(session, Place(polity=polity_id, number=row.number, chamber=row.chamber), reason=reason, now=now)


def ask(session: Session, summons: Summons, plea: Plea, *, now: str) -> ExcuseRequestRow:
    """Keep what a delegate asks; nothing of it enters the log."""
    row = ExcuseRequestRow(
        polity=summons.polity_id,
        pseudonym=summons.pseudonym,
        excuse=str(plea.excuse),
        plea=plea.text.strip(),
        asked_at=now,
        reason="",
    )
    session.add(row)
    session.flush()
    return row


def open_request(session: Session, polity_id: str, pseudonym: str) -> ExcuseRequestRow | None:
    """Return what a delegate asked and the clerk has not decided."""
    found: ExcuseRequestRow | None = session.scalar(
        select(ExcuseRequestRow).where(
            ExcuseRequestRow.polity == polity_id,
            ExcuseRequestRow.pseudonym == pseudonym,
            ExcuseRequestRow.decided_at.is_(None),
        )
    )
    return found


def open_requests(session: Session) -> Sequence[ExcuseRequestRow]:
    """All requests of delegates who still sit, the longest waiting first."""
    sits = and_(
        SeatRow.polity == ExcuseRequestRow.polity,
        SeatRow.pseudonym == ExcuseRequestRow.pseudonym,
        SeatRow.ended_at.is_(None),
    )
    query = select(ExcuseRequestRow).join(SeatRow, sits).where(ExcuseRequestRow.decided_at.is_(None))
    return session.scalars(query.order_by(ExcuseRequestRow.asked_at, ExcuseRequestRow.key)).all()


def requests_of(session: Session, pseudonym: str) -> Sequence[ExcuseRequestRow]:
    """All that a delegate asked, the latest first."""
    query = select(ExcuseRequestRow).where(ExcuseRequestRow.pseudonym == pseudonym)
    return session.scalars(query.order_by(ExcuseRequestRow.key.desc())).all()


def drop_request(session: Session, polity_id: str, pseudonym: str) -> None:
    """Forget an undecided request: its delegate answered otherwise."""
    session.execute(
        delete(ExcuseRequestRow).where(
            ExcuseRequestRow.polity == polity_id,
            ExcuseRequestRow.pseudonym == pseudonym,
            ExcuseRequestRow.decided_at.is_(None),
        )
    )
