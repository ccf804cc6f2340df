"""Who sits, who leaves a seat, whose service is deferred, and a citizen's receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from geopolity.assembly.events import Vacated
from geopolity.sortition.roll import Receipt, receipt
from services.clock import now
from services.records import of_row
from services.storage.offices import epochs, seats
from services.storage.offices.epochs import NoEpochError
from services.storage.offices.seats import Place
from services.storage.people.citizens import find_citizen
from services.storage.store import Store
from services.storage.tables import EpochRow


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSeat:
    """A seat, who holds it from when until when, and the epoch that they were drawn in."""

    polity: str
    chamber: int
    number: int
    term_class: int
    pseudonym: str
    starts: str
    ends: str
    epoch: str


def list_seats(store: Store, polity: str | None = None) -> list[HeldSeat]:
    """Seats that are held, with their epoch."""
    with store.reading() as session:
        names = {row.key: row.epoch for row in session.query(EpochRow)}
        return [of_row(HeldSeat, row, epoch=names[row.epoch]) for row in seats.active_seats(session, polity)]


def vacate_seat(polity: str, number: int, store: Store, *, reason: str, chamber: int = 1) -> Vacated:
    """Empty a seat; the next alternate takes the remaining term and its class."""
    with store.writing() as session:
        place = Place(polity=polity, number=number, chamber=chamber)
        return seats.vacate(session, place, reason=reason, now=now())


def defer_service(citizen_id: str, store: Store, *, ground: str, until: date) -> None:
    """Defer a person's service, once, by a year at most."""
    with store.writing() as session:
        seats.defer(session, find_citizen(session, citizen_id), ground=ground, until=until, now=now())


def citizen_receipt(citizen_id: str, epoch: str, store: Store) -> Receipt:
    """Return the receipt of a citizen's line in the roll of an epoch."""
    with store.reading() as session:
        key, row = find_citizen(session, citizen_id).key, epochs.find_epoch(session, epoch)
        lines = epochs.lines_of(session, row.key)
    place = next((number for number, line in enumerate(lines) if line.citizen == key), None)
    if place is None:
        raise NoEpochError(
            "Citizen {citizen} is not on the roll of epoch {epoch}; consent was not active at its freeze.",
            citizen=citizen_id,
            epoch=epoch,
        )
    roll, own = epochs.roll_of(epoch, lines), lines[place]
    return receipt(roll, roll.tree(), place, holder=own.holder, salt=own.salt)
