"""Seats in the store: who sits where and until when, who stands by, and every change as a line of the public log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from geopolity.assembly.burden import Ledger, deferred
from geopolity.assembly.events import Vacated, vacated
from geopolity.assembly.seats import Alternate, Assembly, Seat, constituted, ending, renewed
from geopolity.errors import RequestError
from geopolity.sortition.naming import Call
from geopolity.sortition.universal import chamber_of
from services.storage.people.lot import ledgers
from services.storage.publiclog import append, append_all
from services.storage.tables import AlternateRow, CitizenRow, ConsentRow, DeferralRow, EpochRow, SeatRow


class UnknownSeatError(RequestError):
    """Nobody holds that seat."""

    code = "unknown-seat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Persons:
    """Who stands behind the pseudonyms of an epoch."""

    epoch: EpochRow
    citizen_of: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One seat of an assembly."""

    polity: str
    number: int
    chamber: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Who was drawn for one polity, and over how many chambers they are dealt out."""

    polity: str
    calls: Sequence[Call]
    chambers: int = 1


def assembly_of(session: Session, polity: str, chamber: int = 1) -> Assembly | None:
    """Return an assembly as it sits; ``None`` if it was never constituted."""
    size = session.scalar(select(func.max(SeatRow.number)).where(SeatRow.polity == polity, SeatRow.chamber == chamber))
    if size is None:
        return None
    standing = session.scalars(
        select(AlternateRow)
        .where(AlternateRow.polity == polity, AlternateRow.chamber == chamber, AlternateRow.left_at.is_(None))
        .order_by(AlternateRow.rank)
    )
    return Assembly(
        polity_id=polity,
        size=size,
        seats=tuple(_seat(row) for row in _active(session, polity, chamber)),
        alternates=tuple(Alternate(rank=row.rank, holder=row.pseudonym, pool=row.pool) for row in standing),
    )


def end_terms(session: Session, *, now: str) -> int:
    """End every seat whose term is over; returns how many."""
    day, over = date.fromisoformat(now[:10]), 0
    for row in session.scalars(
        select(SeatRow).where(SeatRow.ended_at.is_(None), SeatRow.ends <= day.isoformat())
    ).all():
        row.ended_at, row.reason = row.ends, "term over"
        append(session, "seat ended", _named(row) | {"reason": row.reason, "day": row.ends})
        over += 1
    return over


def take_seats(session: Session, drawn: Drawn, persons: Persons, *, now: str) -> None:
    """Seat those drawn: a new assembly by bootstrap classes, an existing one on its empty seats for a full term.

    Raises
    ------
    IntegrityError
        If somebody sits already (a unique index keeps one active seat a person).
    """
    start, polity, chambers = date.fromisoformat(now[:10]), drawn.polity, drawn.chambers
    for chamber in range(1, chambers + 1):
        here = [
            (call.pseudonym, call.pool, (call.rank - 1) // chambers + 1, call.kind)
            for call in drawn.calls
            if chamber_of(call.rank, chambers) == chamber
        ]
        before = assembly_of(session, polity, chamber)
        after = constituted(polity, here, start=start) if before is None else renewed(before, here, start=start)
        kept = (
            {seat.holder for seat in before.seats} - {seat.holder for seat in ending(before, start)}
            if before
            else set()
        )
        session.execute(
            update(AlternateRow)
            .where(AlternateRow.polity == polity, AlternateRow.chamber == chamber, AlternateRow.left_at.is_(None))
            .values(left_at=now)
        )
        _sit(session, (polity, chamber), [seat for seat in after.seats if seat.holder not in kept], persons)
        standing_by = [
            {
                "epoch": persons.epoch.key,
                "polity": polity,
                "chamber": chamber,
                "rank": (alternate.rank - 1) * chambers + chamber,
                "citizen": persons.citizen_of[alternate.holder],
                "pseudonym": alternate.holder,
                "pool": alternate.pool,
            }
            for alternate in after.alternates
        ]
        if standing_by:
            session.execute(insert(AlternateRow), standing_by)


def vacate(session: Session, place: Place, *, reason: str, now: str) -> Vacated:
    """Empty a seat and call the next alternate who can sit.

    Alternates who have a seat by now, or lost their consent, are passed over, and that is logged.
    """
    polity, number, chamber = place.polity, place.number, place.chamber
    assembly, day = assembly_of(session, polity, chamber), date.fromisoformat(now[:10])
    row = held(session, place)
    assert assembly is not None
    free, gone = _able(session, polity, chamber, now)
    able = Assembly(
        polity_id=polity,
        size=assembly.size,
        seats=assembly.seats,
        alternates=tuple(alternate for alternate in assembly.alternates if alternate.holder in free),
    )
    after, event = vacated(able, number, reason=reason, day=day)
    for alternate in gone:
        alternate.left_at = now
        append(session, "alternate passed over", {"polity": polity, "pseudonym": alternate.pseudonym})
    row.ended_at, row.reason = now, reason
    session.flush()
    append(session, "seat vacated", event.facts | {"chamber": chamber})
    if event.successor is not None:
        successor = free[event.successor]
        successor.left_at = now
        epoch = session.get_one(EpochRow, successor.epoch)
        persons = Persons(epoch=epoch, citizen_of={successor.pseudonym: successor.citizen})
        _sit(session, (polity, chamber), [after.seat(number)], persons)
    session.flush()
    return event


def defer(session: Session, citizen: CitizenRow, *, ground: str, until: date, now: str) -> Ledger:
    """Defer a person's service, once; who sits leaves the seat, and the alternate takes it."""
    day = date.fromisoformat(now[:10])
    ledger = deferred(ledgers(session).get(citizen.key, Ledger()), grounds=ground, start=day, until=until)
    session.add(DeferralRow(citizen=citizen.key, granted_at=now, until=until.isoformat(), ground=ground))
    session.flush()
    row = session.scalar(select(SeatRow).where(SeatRow.citizen == citizen.key, SeatRow.ended_at.is_(None)))
    if row is not None:
        vacate(session, Place(polity=row.polity, number=row.number, chamber=row.chamber), reason="deferral", now=now)
    return ledger


def without_consent(session: Session, moment: str) -> list[Place]:
    """Seats whose holders have no active consent at a moment, or were erased."""
    holds = (
        (ConsentRow.given_at <= moment)
        & (ConsentRow.expires_at > moment)
        & (ConsentRow.withdrawn_at.is_(None) | (ConsentRow.withdrawn_at > moment))
    )
    consenting = select(ConsentRow.citizen).where(holds)
    erased = select(CitizenRow.key).where(CitizenRow.erased_at.is_not(None))
    query = select(SeatRow).where(
        SeatRow.ended_at.is_(None), SeatRow.citizen.not_in(consenting) | SeatRow.citizen.in_(erased)
    )
    rows = session.scalars(query.order_by(SeatRow.polity, SeatRow.chamber, SeatRow.number)).all()
    return [Place(polity=row.polity, number=row.number, chamber=row.chamber) for row in rows]


def active_seats(session: Session, polity: str | None = None) -> Sequence[SeatRow]:
    """Seats that are held, of one polity or of all."""
    query = select(SeatRow).where(SeatRow.ended_at.is_(None))
    if polity is not None:
        query = query.where(SeatRow.polity == polity)
    return session.scalars(query.order_by(SeatRow.polity, SeatRow.chamber, SeatRow.number)).all()


def _sit(session: Session, where: tuple[str, int], seats: Sequence[Seat], persons: Persons) -> None:
    """Take seats of a polity's chamber, and log each."""
    polity, chamber = where
    rows = [
        {
            "epoch": persons.epoch.key,
            "polity": polity,
            "chamber": chamber,
            "number": seat.number,
            "term_class": seat.term_class,
            "citizen": persons.citizen_of[seat.holder],
            "pseudonym": seat.holder,
            "pool": seat.pool,
            "starts": seat.starts.isoformat(),
            "ends": seat.ends.isoformat(),
        }
        for seat in seats
    ]
    if rows:
        session.execute(insert(SeatRow), rows)
    named = {"number": "seat", "term_class": "class"}
    said = ("polity", "chamber", "number", "term_class", "pseudonym", "starts", "ends")
    epoch = persons.epoch.epoch
    append_all(
        session, "seat taken", [{named.get(key, key): row[key] for key in said} | {"epoch": epoch} for row in rows]
    )


def _able(session: Session, polity: str, chamber: int, now: str) -> tuple[dict[str, AlternateRow], list[AlternateRow]]:
    """Alternates who can sit now, by pseudonym, and those who cannot."""
    from services.storage.people.citizens import standing  # noqa: PLC0415 - it knows consents

    sitting = set(session.scalars(select(SeatRow.citizen).where(SeatRow.ended_at.is_(None))))
    rows = session.scalars(
        select(AlternateRow).where(
            AlternateRow.polity == polity, AlternateRow.chamber == chamber, AlternateRow.left_at.is_(None)
        )
    )
    able, gone = {}, []
    for row in rows.all():
        citizen = session.get_one(CitizenRow, row.citizen)
        if row.citizen in sitting or citizen.erased_at or not standing(session, citizen, now).is_citizen:
            gone.append(row)
        else:
            able[row.pseudonym] = row
    return able, gone


def _active(session: Session, polity: str, chamber: int) -> Sequence[SeatRow]:
    query = select(SeatRow).where(SeatRow.polity == polity, SeatRow.chamber == chamber, SeatRow.ended_at.is_(None))
    return session.scalars(query.order_by(SeatRow.number)).all()


def held(session: Session, place: Place) -> SeatRow:
    """The row of a seat that somebody holds.

    Raises
    ------
    UnknownSeatError
        If nobody does.
    """
    polity, number = place.polity, place.number
    row = next((row for row in _active(session, polity, place.chamber) if row.number == number), None)
    if row is None:
        raise UnknownSeatError(
            "Nobody holds seat {number} of {polity}; `geopolity assembly seats {again}` lists who sits.",
            number=number,
            polity=polity,
            again=polity,
        )
    return row


def _seat(row: SeatRow) -> Seat:
    return Seat(
        number=row.number,
        holder=row.pseudonym,
        pool=row.pool,
        term_class=row.term_class,
        starts=date.fromisoformat(row.starts),
        ends=date.fromisoformat(row.ends),
    )


def _named(row: SeatRow) -> dict[str, str | int]:
    return {
        "polity": row.polity,
        "chamber": row.chamber,
        "seat": row.number,
        "class": row.term_class,
        "pseudonym": row.pseudonym,
    }
