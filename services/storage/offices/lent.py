"""Seats that nobody opened: after thirty days a default, lent to the alternate, and given back on opening.

Somebody who was invented, or whose key an office lost, does not open a seat; somebody who would rather not serve gains
nothing by not opening it: they stay in the lot, and the seat is theirs again as soon as they open it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.clock import after
from services.storage.offices import seats
from services.storage.offices.epochs import has_key, line_of
from services.storage.offices.seats import Place
from services.storage.publiclog import append
from services.storage.tables import AlternateRow, SeatRow

DEFAULT, GIVEN_BACK = "default", "given back"
OPENS_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent:
    """A seat that was not opened in time, and was lent."""

    polity: str
    number: int
    pseudonym: str


def lend_unopened(session: Session, moment: str) -> list[Lent]:
    """Lend every seat that commits to a key and was not opened for thirty days; each is a line of the log."""
    late = after(-OPENS_WITHIN, moment)[:10]
    query = select(SeatRow).where(SeatRow.ended_at.is_(None), SeatRow.opened_by.is_(None), SeatRow.starts <= late)
    found = []
    for row in session.scalars(query.order_by(SeatRow.polity, SeatRow.chamber, SeatRow.number)).all():
        if has_key(line_of(session, row)):
            place = Place(polity=row.polity, number=row.number, chamber=row.chamber)
            found.append(Lent(polity=row.polity, number=row.number, pseudonym=row.pseudonym))
            seats.vacate(session, place, reason=DEFAULT, now=moment)
            append(session, "seat default", {"polity": row.polity, "seat": row.number, "pseudonym": row.pseudonym})
    return found


def given_back(session: Session, polity_id: str, pseudonym: str, moment: str) -> SeatRow | None:
    """Give a lent seat back to whoever was drawn for it; nothing if none of theirs is lent, or its term is over."""
    mine = session.scalar(
        select(SeatRow).where(
            SeatRow.polity == polity_id,
            SeatRow.pseudonym == pseudonym,
            SeatRow.reason == DEFAULT,
            SeatRow.ends > moment[:10],
        )
    )
    if mine is None:
        return None
    borrower = session.scalar(
        select(SeatRow).where(
            SeatRow.polity == polity_id,
            SeatRow.chamber == mine.chamber,
            SeatRow.number == mine.number,
            SeatRow.ended_at.is_(None),
        )
    )
    if borrower is not None:
        borrower.ended_at, borrower.reason = moment, GIVEN_BACK
        stands_by = update(AlternateRow).where(
            AlternateRow.polity == polity_id, AlternateRow.pseudonym == borrower.pseudonym
        )
        session.execute(stands_by.values(left_at=None))
    mine.reason = GIVEN_BACK
    session.flush()
    again = SeatRow(
        **{name: getattr(mine, name) for name in ("epoch", "polity", "chamber", "number", "term_class", "citizen")},
        pseudonym=pseudonym,
        pool=mine.pool,
        starts=moment[:10],
        ends=mine.ends,
    )
    session.add(again)
    session.flush()
    facts = {"polity": polity_id, "seat": mine.number, "pseudonym": pseudonym}
    append(session, "seat given back", facts | {"from": borrower.pseudonym if borrower is not None else None})
    return again
