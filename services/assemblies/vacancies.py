"""Who leaves a seat between draws and why: lapsed consent, a move, a boundary that moved, a term that is over.

Where the rule lets the holder finish an open vote, the seat waits for its close. If more than a sixth of the seats go
at once because the boundary moved, the log calls for a special epoch; alternates stand in until it is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from geopolity.assembly.events import needs_special_epoch, rule_of
from geopolity.docket.states import State
from services.clock import now
from services.storage.offices import seats
from services.storage.offices.seats import Place
from services.storage.people.citizens import standing
from services.storage.people.rolls import Homes, homes_in
from services.storage.polities import versions
from services.storage.publiclog import append
from services.storage.store import Store
from services.storage.tables import CitizenRow, LayerRow, LeavingRow, MatterRow, PolityRow, SeatRow

Inside = dict[tuple[int, str], Homes]
"""Homes inside a version of a polity, by its key and the layer: read once for a whole assembly."""
VOTING = (str(State.VOTE1), str(State.VOTE2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """A seat that ends, or will when the open votes close."""

    polity: str
    number: int
    pseudonym: str
    reason: str
    waits: bool


def check_seats(store: Store, polity_id: str | None = None, *, at: str | None = None) -> list[Leaving]:
    """Look at every seat: whether its holder still consents, lives inside, and serves a term that runs."""
    moment = at or now()
    with store.writing() as session:
        return check_seats_in(session, polity_id, moment)


def check_seats_in(session: Session, polity_id: str | None, moment: str) -> list[Leaving]:
    """Check seats in a transaction that is open."""
    found: list[Leaving] = []
    rows = list(seats.active_seats(session, polity_id))
    for polity in sorted({row.polity for row in rows}):
        known: Inside = {}
        here = [(row, why) for row in rows if row.polity == polity and (why := _why(session, row, moment, known))]
        moved = sum(reason == "boundary moved away" for _, reason in here)
        assembly = seats.assembly_of(session, polity)
        if assembly is not None and moved and needs_special_epoch(assembly, moved):
            append(session, "seat: special epoch needed", {"polity": polity, "leaving": moved, "size": assembly.size})
        found += [leave(session, row, reason, moment) for row, reason in here]
    return found


def leave(session: Session, row: SeatRow, reason: str, moment: str) -> Leaving:
    """End a seat for a reason, or note that it ends when the open votes of its assembly close."""
    waits = rule_of(reason).finishes_vote and is_voting(session, row.polity)
    leaving = Leaving(polity=row.polity, number=row.number, pseudonym=row.pseudonym, reason=reason, waits=waits)
    place = Place(polity=row.polity, number=row.number, chamber=row.chamber)
    if not waits:
        seats.vacate(session, place, reason=reason, now=moment)
    elif session.get(LeavingRow, (row.polity, row.chamber, row.number)) is None:
        session.add(LeavingRow(polity=row.polity, chamber=row.chamber, number=row.number, reason=reason, since=moment))
        append(session, "seat ends after the vote", {"polity": row.polity, "seat": row.number, "reason": reason})
    return leaving


def settle_leaving(session: Session, polity_id: str, *, now: str) -> None:
    """End the seats that waited for votes, once no vote of the polity is open."""
    if is_voting(session, polity_id):
        return
    for waiting in session.scalars(select(LeavingRow).where(LeavingRow.polity == polity_id)).all():
        place = Place(polity=polity_id, number=waiting.number, chamber=waiting.chamber)
        session.delete(waiting)
        session.flush()
        seats.vacate(session, place, reason=waiting.reason, now=now)


def is_voting(session: Session, polity_id: str) -> bool:
    """Whether a vote of the polity's assembly is open."""
    query = select(MatterRow.matter_id).where(MatterRow.polity == polity_id, MatterRow.state.in_(VOTING))
    return session.scalar(query.limit(1)) is not None


def _why(session: Session, row: SeatRow, moment: str, known: Inside) -> str | None:
    citizen = session.get_one(CitizenRow, row.citizen)
    if date.fromisoformat(row.ends) <= date.fromisoformat(moment[:10]):
        return "term over"
    if citizen.erased_at is not None or not standing(session, citizen, moment).is_citizen:
        return "lapse of consent"
    polity = versions.active(session, row.polity)
    if polity is None:
        return "polity ended"
    layer = session.get_one(LayerRow, citizen.layer)
    if _holds(session, polity, layer, citizen, known):
        return None
    before = versions.find(session, row.polity, polity.version - 1) if polity.version > 1 else None
    was_inside = before is not None and _holds(session, before, layer, citizen, known)
    return "boundary moved away" if was_inside else "moved away"


def _holds(session: Session, polity: PolityRow, layer: LayerRow, citizen: CitizenRow, known: Inside) -> bool:
    version = (polity.key, layer.digest)
    if version not in known:
        known[version] = homes_in(session, polity, layer)
    return known[version].hold(citizen.home, is_parent=citizen.home_is_parent)
