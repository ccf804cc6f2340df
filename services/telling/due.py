"""What is to be told now: summonses and reminders, sessions, outcomes, consents that end, digests; each once.

Nothing here is ordered by what causes it: whoever was summoned is found here, so that a summons is told whatever door
it came through, and a kill between the two loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from geopolity.docket.summons import Answer
from services.clock import after, now
from services.storage.offices.summonses import summons_of
from services.storage.people import notices
from services.storage.people.notices import Notice
from services.storage.store import Store
from services.storage.tables import (
    CitizenRow,
    ConsentRow,
    MatterRow,
    PolityRow,
    SeatRow,
    SessionRow,
    SummonsRow,
    VoteRow,
)

REMIND_DAYS = 7
"""Days before the last day to answer, and before a session, when people are reminded."""
CONSENT_DAYS = 30
"""Days before consent ends when people are reminded."""
OUTCOME_DAYS = 30
"""How long after its close an outcome is still news."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Something to be told to a citizen, by their key."""

    notice: Notice
    citizen: int


def tell_due(store: Store, *, at: str | None = None) -> int:
    """Put what is due into the queue of mails and letters; returns how much was new."""
    moment = at or now()
    with store.reading() as session:
        new = [one for one in due(session, moment) if not notices.is_told(session, one.notice.about)]
    if not new:
        return 0
    with store.writing() as session:
        for one in new:
            notices.tell(session, one.notice, to=one.citizen, now=moment)
    return len(new)


def due(session: Session, moment: str) -> Iterator[Due]:
    """Everything that a person is to know at a moment; made-up people are told nothing."""
    titles = _titles(session)
    yield from _summonses(session, moment, titles)
    yield from _sessions(session, moment, titles)
    yield from _outcomes(session, moment, titles)
    yield from _consents(session, moment)


def _due(about: str, kind: str, facts: dict[str, Any], citizen: int) -> Due:
    return Due(notice=Notice(about=about, kind=kind, facts=facts), citizen=citizen)


def _titles(session: Session) -> dict[str, str]:
    rows = session.execute(select(PolityRow.issue, PolityRow.title).order_by(PolityRow.version))
    return {str(issue): str(title) for issue, title in rows}


def _summonses(session: Session, moment: str, titles: dict[str, str]) -> Iterator[Due]:
    query = (
        select(SummonsRow, SeatRow)
        .join(SeatRow, (SeatRow.polity == SummonsRow.polity) & (SeatRow.pseudonym == SummonsRow.pseudonym))
        .join(CitizenRow, CitizenRow.key == SeatRow.citizen)
        .where(SummonsRow.answer == str(Answer.WAITING), SeatRow.ended_at.is_(None), CitizenRow.is_synthetic.is_(False))
    )
    for call, seat in session.execute(query):
        by = summons_of(call).answer_by
        facts = {"polity": titles.get(call.polity, call.polity), "pseudonym": call.pseudonym, "ends": seat.ends}
        facts["by"] = by.isoformat()
        yield _due(f"summons:{call.polity}:{call.pseudonym}", "summons", facts, seat.citizen)
        today = date.fromisoformat(moment[:10])
        if by - timedelta(days=REMIND_DAYS) <= today <= by:
            about = f"summons-reminder:{call.polity}:{call.pseudonym}"
            yield _due(about, "summons-reminder", facts, seat.citizen)


def _delegates(session: Session, polity: str) -> list[SeatRow]:
    query = (
        select(SeatRow)
        .join(CitizenRow, CitizenRow.key == SeatRow.citizen)
        .where(SeatRow.polity == polity, SeatRow.ended_at.is_(None), CitizenRow.is_synthetic.is_(False))
    )
    return list(session.scalars(query))


def _sessions(session: Session, moment: str, titles: dict[str, str]) -> Iterator[Due]:
    last = after(timedelta(days=REMIND_DAYS), moment)[:10]
    query = select(SessionRow).where(SessionRow.day >= moment[:10], SessionRow.day <= last)
    for row in session.scalars(query).all():
        facts = {"polity": titles.get(row.polity, row.polity), "day": row.day}
        for seat in _delegates(session, row.polity):
            about = f"session:{row.polity}:{row.day}:{seat.pseudonym}"
            yield _due(about, "session", facts, seat.citizen)


def _outcomes(session: Session, moment: str, titles: dict[str, str]) -> Iterator[Due]:
    since = after(-timedelta(days=OUTCOME_DAYS), moment)
    query = (
        select(VoteRow, MatterRow)
        .join(MatterRow, MatterRow.matter_id == VoteRow.matter)
        .where(VoteRow.closed_at.is_not(None), VoteRow.closed_at >= since)
    )
    for vote, matter in session.execute(query).all():
        facts = {
            "polity": titles.get(matter.polity, matter.polity),
            "matter": matter.title,
            "path": f"/matters/{matter.matter_id}",
            "yes": vote.yes,
            "no": vote.no,
            "blank": vote.abstain,
        }
        for seat in _delegates(session, matter.polity):
            about = f"outcome:{vote.vote}:{seat.pseudonym}"
            yield _due(about, "outcome", facts, seat.citizen)


def _consents(session: Session, moment: str) -> Iterator[Due]:
    """Consents that end soon and that nothing later follows."""
    last = after(timedelta(days=CONSENT_DAYS), moment)
    later = select(ConsentRow.citizen).where(ConsentRow.expires_at > last, ConsentRow.withdrawn_at.is_(None))
    query = (
        select(ConsentRow)
        .join(CitizenRow, CitizenRow.key == ConsentRow.citizen)
        .where(
            ConsentRow.expires_at > moment,
            ConsentRow.expires_at <= last,
            ConsentRow.withdrawn_at.is_(None),
            CitizenRow.is_synthetic.is_(False),
            CitizenRow.erased_at.is_(None),
            ConsentRow.citizen.not_in(later),
        )
    )
    for row in session.scalars(query):
        facts = {"until": row.expires_at[:10]}
        yield _due(f"consent:{row.citizen}:{row.expires_at[:10]}", "consent", facts, row.citizen)
