"""Service at an assembly: who is called, what they answer, when they meet, and who owes what to the polity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from geopolity.assembly.credential import Signed
from geopolity.docket import summons as calls
from geopolity.docket.calendar import Calendar
from geopolity.docket.obligations import Bases, bases
from geopolity.docket.summons import Answer, Excuse, Ruling, Summons, excuse_of
from services.assemblies.citizens import polity_roll
from services.assemblies.own_acts import ANSWER, Deed, check_act
from services.auth.sessions import delegate_of
from services.clock import now
from services.storage.offices import seats, summonses
from services.storage.publiclog import append
from services.storage.store import Store
from services.storage.tables import CitizenRow, SessionRow, SummonsRow

CALENDAR = Calendar()
ACCEPTS = "accept"
"""The answer of a delegate who takes the seat, as they sign it."""


def send_summonses(polity_id: str, store: Store, *, at: str | None = None) -> int:
    """Call everybody who sits and was not called yet; returns how many."""
    day = (at or now())[:10]
    with store.writing() as session:
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


def accept_summons(polity_id: str, pseudonym: str, store: Store, *, signed: Signed | None = None) -> None:
    """Take the seat; who asked to be excused asks no more. Who holds a key signs it (``own_acts``)."""
    with store.writing() as session:
        _accept(session, polity_id, pseudonym, signed)


def accept_by_link(polity_id: str, secret: str, store: Store, *, signed: Signed | None = None) -> str:
    """The same by whoever a one-time sign-in link stands for, which it uses up; returns their pseudonym."""
    with store.writing() as session:
        pseudonym = delegate_of(session, secret)
        _accept(session, polity_id, pseudonym, signed)
        return pseudonym


def _accept(session: Session, polity_id: str, pseudonym: str, signed: Signed | None) -> None:
    check_act(session, Deed(kind=ANSWER, polity=polity_id, delegate=pseudonym, what=ACCEPTS), signed)
    summonses.step(session, polity_id, pseudonym, calls.accepted)
    summonses.drop_request(session, polity_id, pseudonym)


def excuse(polity_id: str, pseudonym: str, word: str, store: Store, *, is_granted: bool) -> Summons:
    """Decide an excuse from the closed list, or the appeal; if it is granted, the alternate takes the seat."""
    ground: Excuse = excuse_of(word)
    with store.writing() as session:
        return rule(session, polity_id, pseudonym, Ruling(excuse=ground, is_granted=is_granted))


def rule(session: Session, polity_id: str, pseudonym: str, ruling: Ruling) -> Summons:
    """Decide an excuse in a transaction that is open, and with it what its delegate asked."""
    moment, excused = now(), ruling.is_granted
    after = summonses.step(
        session, polity_id, pseudonym, lambda it: calls.decided(it, ruling.excuse, is_granted=excused)
    )
    asked = summonses.open_request(session, polity_id, pseudonym)
    if asked is not None:
        asked.is_granted, asked.reason, asked.decided_at = excused, ruling.reason, moment
    if excused:
        summonses.vacate(session, polity_id, pseudonym, reason="excused", now=moment)
    return after


def defer(  # noqa: PLR0913 - what was signed comes with the act
    polity_id: str, pseudonym: str, ground: str, store: Store, *, until: date, signed: Signed | None = None
) -> None:
    """Put service off for hardship, once and for a year at most; the alternate takes the seat.

    Who holds a key signs ``deferred until`` and the day as their answer (``own_acts``).
    """
    with store.writing() as session:
        check_act(
            session, Deed(kind=ANSWER, polity=polity_id, delegate=pseudonym, what=f"deferred until {until}"), signed
        )
        defer_in(session, polity_id, pseudonym, ground, until=until)


def defer_in(session: Session, polity_id: str, pseudonym: str, ground: str, *, until: date) -> None:
    """Put service off in a transaction that is open."""
    seat = summonses.seat_of(session, polity_id, pseudonym)
    summonses.step(session, polity_id, pseudonym, calls.deferred)
    summonses.drop_request(session, polity_id, pseudonym)
    citizen = session.get_one(CitizenRow, seat.citizen)
    seats.defer(session, citizen, ground=ground, until=until, now=now())


def mark_silent(polity_id: str, store: Store, *, at: str | None = None) -> list[str]:
    """Replace those who let the time to answer pass and asked for nothing; returns their pseudonyms."""
    with store.writing() as session:
        return mark_silent_in(session, polity_id, at or now())


def mark_silent_in(session: Session, polity_id: str, moment: str) -> list[str]:
    """Replace them in a transaction that is open."""
    day, gone = date.fromisoformat(moment[:10]), late(session, polity_id, moment)
    for pseudonym in gone:
        summonses.step(session, polity_id, pseudonym, lambda it: calls.silent(it, day=day))
        summonses.vacate(session, polity_id, pseudonym, reason="no response", now=moment)
    return gone


def who_is_late(polity_id: str, store: Store) -> list[str]:
    """Who would be replaced now as silent."""
    with store.reading() as session:
        return late(session, polity_id, now())


def late(session: Session, polity_id: str, moment: str) -> list[str]:
    """Who let the time to answer pass and asked for nothing, by pseudonym."""
    day = date.fromisoformat(moment[:10])
    query = select(SummonsRow).where(SummonsRow.polity == polity_id, SummonsRow.answer == str(Answer.WAITING))
    asked = {row.pseudonym for row in summonses.open_requests(session) if row.polity == polity_id}
    waiting = [row for row in session.scalars(query) if row.pseudonym not in asked]
    return [row.pseudonym for row in waiting if day > summonses.summons_of(row).answer_by]


def schedule(polity_id: str, day: date, store: Store) -> Sequence[date]:
    """Set a session, if the assembly's year can bear it; returns all sessions."""
    with store.writing() as session:
        held = _sessions(session, polity_id)
        after = CALENDAR.added(held, day)
        if day not in held:
            session.add(SessionRow(polity=polity_id, day=day.isoformat()))
            append(session, "session set", {"polity": polity_id, "day": day.isoformat()})
        return after


@dataclass(frozen=True, slots=True, kw_only=True)
class AssemblyLoad:
    """Days of session in the year up to now, the most there may be, and by when the next one is due."""

    polity: str
    days_in_year: int
    most: int
    next_by: str


def load_report(store: Store, *, at: str | None = None) -> list[AssemblyLoad]:
    """Sessions in the year up to now, and by when the next one is due, for every assembly that sits."""
    day = date.fromisoformat((at or now())[:10])
    with store.reading() as session:
        starts: dict[str, date] = {}
        for row in seats.active_seats(session):
            starts[row.polity] = min(date.fromisoformat(row.starts), starts.get(row.polity, date.max))
        report = []
        for polity, since in sorted(starts.items()):
            held = _sessions(session, polity)
            load, due = CALENDAR.load(held, day), CALENDAR.due(held, since)
            report.append(AssemblyLoad(polity=polity, days_in_year=load, most=CALENDAR.most_days, next_by=str(due)))
        return report


def obligations(polity_id: str, store: Store, date_: str | None = None) -> Bases:
    """Both bases of a polity: everybody is taxed for geographic public goods, citizens are in the lottery."""
    return bases(polity_id, (entry.is_citizen for entry in polity_roll(polity_id, store, date_)))


def _sessions(session: Session, polity_id: str) -> tuple[date, ...]:
    query = select(SessionRow.day).where(SessionRow.polity == polity_id).order_by(SessionRow.day)
    return tuple(date.fromisoformat(day) for day in session.scalars(query))
