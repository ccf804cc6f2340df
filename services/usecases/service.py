"""Service at an assembly: who is called, what they answer, when they meet, and who owes what to the polity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from geopolity.docket import summons as calls
from geopolity.docket.calendar import Calendar
from geopolity.docket.obligations import Bases, bases
from geopolity.docket.summons import Answer, Excuse, Summons, excuse_of
from geopolity.errors import RequestError
from services.settings import Settings
from services.storage import seats
from services.storage.docket_tables import SessionRow, SummonsRow
from services.storage.publiclog import append
from services.storage.seats import Place
from services.storage.store import open_store, reading, writing
from services.storage.tables import CitizenRow, SeatRow
from services.usecases.citizens import polity_roll
from services.usecases.moments import now

CALENDAR = Calendar()


class UnknownSummonsError(RequestError):
    """Nobody of that pseudonym was called, or nobody sits."""

    code = "unknown-summons"


def send_summonses(polity_id: str, settings: Settings, *, at: str | None = None) -> int:
    """Call everybody who sits and was not called yet; returns how many."""
    day = (at or now())[:10]
    with writing(open_store(settings)) as session:
        called = set(session.scalars(select(SummonsRow.pseudonym).where(SummonsRow.polity == polity_id)))
        new = [row for row in seats.active_seats(session, polity_id) if row.pseudonym not in called]
        for row in new:
            session.add(
                SummonsRow(
                    polity=polity_id, pseudonym=row.pseudonym, sent=day, answer=str(Answer.WAITING), is_final=False
                )
            )
        append(session, "seat summons sent", {"polity": polity_id, "day": day, "count": len(new)})
        return len(new)


def accept_summons(polity_id: str, pseudonym: str, settings: Settings) -> None:
    """Take the seat."""
    with writing(open_store(settings)) as session:
        _step(session, polity_id, pseudonym, calls.accepted)


def excuse(polity_id: str, pseudonym: str, word: str, settings: Settings, *, is_granted: bool) -> Summons:
    """Decide an excuse from the closed list, or the appeal; if it is granted, the alternate takes the seat."""
    ground: Excuse = excuse_of(word)
    with writing(open_store(settings)) as session:
        after = _step(session, polity_id, pseudonym, lambda it: calls.decided(it, ground, is_granted=is_granted))
        if is_granted:
            _vacate(session, polity_id, pseudonym, "excused", now())
        return after


def defer(polity_id: str, pseudonym: str, ground: str, settings: Settings, *, until: date) -> None:
    """Put service off for hardship, once and for a year at most; the alternate takes the seat."""
    with writing(open_store(settings)) as session:
        seat = _seat(session, polity_id, pseudonym)
        _step(session, polity_id, pseudonym, calls.deferred)
        citizen = session.get_one(CitizenRow, seat.citizen)
        seats.defer(session, citizen, ground=ground, until=until, now=now())


def mark_silent(polity_id: str, settings: Settings, *, at: str | None = None) -> list[str]:
    """Replace those who let the time to answer pass; returns their pseudonyms."""
    moment = at or now()
    day = date.fromisoformat(moment[:10])
    with writing(open_store(settings)) as session:
        query = select(SummonsRow).where(SummonsRow.polity == polity_id, SummonsRow.answer == str(Answer.WAITING))
        late = [row.pseudonym for row in session.scalars(query) if day > _summons(row).answer_by]
        for pseudonym in late:
            _step(session, polity_id, pseudonym, lambda it: calls.silent(it, day=day))
            _vacate(session, polity_id, pseudonym, "no response", moment)
        return late


def schedule(polity_id: str, day: date, settings: Settings) -> Sequence[date]:
    """Set a session, if the assembly's year can bear it; returns all sessions."""
    with writing(open_store(settings)) as session:
        held = _sessions(session, polity_id)
        after = CALENDAR.added(held, day)
        if day not in held:
            session.add(SessionRow(polity=polity_id, day=day.isoformat()))
            append(session, "session set", {"polity": polity_id, "day": day.isoformat()})
        return after


def load_report(settings: Settings, *, at: str | None = None) -> list[dict[str, Any]]:
    """Sessions in the year up to now, and by when the next one is due, for every assembly that sits."""
    day = date.fromisoformat((at or now())[:10])
    with reading(open_store(settings)) as session:
        starts: dict[str, date] = {}
        for row in seats.active_seats(session):
            starts[row.polity] = min(date.fromisoformat(row.starts), starts.get(row.polity, date.max))
        report = []
        for polity, since in sorted(starts.items()):
            held = _sessions(session, polity)
            load, due = CALENDAR.load(held, day), CALENDAR.due(held, since)
            report.append({"polity": polity, "days_in_year": load, "most": CALENDAR.most_days, "next_by": str(due)})
        return report


def obligations(polity_id: str, settings: Settings, date_: str | None = None) -> Bases:
    """Both bases of a polity: everybody is taxed for geographic public goods, citizens are in the lottery."""
    return bases(polity_id, (entry.is_citizen for entry in polity_roll(polity_id, settings, date_)))


def _step(session: Session, polity_id: str, pseudonym: str, step: Callable[[Summons], Summons]) -> Summons:
    row = session.get(SummonsRow, (polity_id, pseudonym))
    if row is None:
        raise UnknownSummonsError(f"{pseudonym} was not called to {polity_id}; `geopolity docket summon` calls.")
    after = step(_summons(row))
    row.answer, row.is_final = str(after.answer), after.is_final
    row.excuse = None if after.excuse is None else str(after.excuse)
    append(session, "seat summons answered", {"polity": polity_id, "pseudonym": pseudonym, "answer": row.answer})
    return after


def _summons(row: SummonsRow) -> Summons:
    return Summons(
        polity_id=row.polity,
        pseudonym=row.pseudonym,
        sent=date.fromisoformat(row.sent),
        answer=Answer(row.answer),
        excuse=None if row.excuse is None else Excuse(row.excuse),
        is_final=row.is_final,
    )


def _seat(session: Session, polity_id: str, pseudonym: str) -> SeatRow:
    for row in seats.active_seats(session, polity_id):
        if row.pseudonym == pseudonym:
            return row
    raise UnknownSummonsError(f"{pseudonym} does not sit for {polity_id}; `geopolity assembly seats` lists who does.")


def _vacate(session: Session, polity_id: str, pseudonym: str, reason: str, moment: str) -> None:
    row = _seat(session, polity_id, pseudonym)
    seats.vacate(session, Place(polity=polity_id, number=row.number, chamber=row.chamber), reason=reason, now=moment)


def _sessions(session: Session, polity_id: str) -> tuple[date, ...]:
    query = select(SessionRow.day).where(SessionRow.polity == polity_id).order_by(SessionRow.day)
    return tuple(date.fromisoformat(day) for day in session.scalars(query))
