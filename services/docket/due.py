"""What is due: votes and laws that end, reviews, seats that fall vacant, matters of polities that are no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from geopolity.docket import matter as steps
from geopolity.docket.states import OPEN, State
from services.assemblies.daily_roll import commit_roll
from services.assemblies.vacancies import Leaving, check_seats_in
from services.assemblies.weekly_counts import tell_counts
from services.clock import now
from services.docket.decisions import close_ended_in
from services.docket.matters import stay_in
from services.records import of_row
from services.storage.docket import matters, sealed, votes
from services.storage.offices.lent import Lent, lend_unopened
from services.storage.polities import versions
from services.storage.store import Store
from services.storage.tables import MatterRow

REVIEWED = (str(State.CLOSED), str(State.IN_FORCE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a run of the scheduler did: ids of matters, and seats."""

    votes: tuple[str, ...]
    reviews: tuple[str, ...]
    sunsets: tuple[str, ...]
    stayed: tuple[str, ...]
    seats: tuple[Leaving, ...]
    lent: tuple[Lent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDue:
    """A decision whose day of review comes."""

    matter_id: str
    polity: str
    title: str
    law: str
    state: str
    review_at: str | None


def reviews_due(store: Store, *, by: date | None = None) -> list[ReviewDue]:
    """Decisions whose day of review comes by a day, the earliest first."""
    last = (by or date.fromisoformat(now()[:10])).isoformat()
    query = select(MatterRow).where(MatterRow.state.in_(REVIEWED), MatterRow.review_at <= last)
    with store.reading() as session:
        rows = session.scalars(query.order_by(MatterRow.review_at, MatterRow.matter_id))
        return [of_row(ReviewDue, row) for row in rows]


def run_due(store: Store, *, at: str | None = None) -> Done:
    """Do everything that is due, in one transaction: to run it again changes nothing more."""
    moment = at or now()
    day = date.fromisoformat(moment[:10])
    commit_roll(store, moment)
    tell_counts(store, moment)
    with store.writing() as session:
        ended_votes = close_ended_in(session, moment)
        for matter_id in sealed.overdue(session, moment):
            votes.void_vote(session, matter_id, now=moment, reason="too few trustees opened it")
        rows = session.scalars(select(MatterRow).order_by(MatterRow.matter_id)).all()
        gone = [row for row in rows if row.state in OPEN and versions.active(session, row.polity) is None]
        for row in gone:
            stay_in(session, row, reason="the polity has no active version", moment=moment)
        ended = [row for row in rows if row.state == State.IN_FORCE and row.sunset_at and row.sunset_at <= moment[:10]]
        for row in ended:
            after = steps.expired(matters.matter_of(session, row), day=day)
            matters.keep(session, row, after, "law ended", {"law": row.law, "on": row.sunset_at})
        due = [row for row in rows if row.state in REVIEWED and row.review_at and row.review_at <= moment[:10]]
        for row in due:
            after = steps.reviewed(matters.matter_of(session, row), day=day)
            matters.keep(session, row, after, "review begun", {"law": row.law, "due": row.review_at})
        seats = check_seats_in(session, None, moment)
        lent = lend_unopened(session, moment)
        return Done(
            votes=ended_votes,
            reviews=tuple(row.matter_id for row in due),
            sunsets=tuple(row.matter_id for row in ended),
            stayed=tuple(row.matter_id for row in gone),
            seats=tuple(seats),
            lent=tuple(lent),
        )
