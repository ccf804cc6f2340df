"""Matters in the store: read as values, stepped, and kept with the entry in the log that says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geopolity.docket.hearing import Hearing
from geopolity.docket.matter import Matter
from geopolity.docket.remedy import Remedy
from geopolity.docket.states import State
from geopolity.errors import RequestError
from services.records import Json
from services.storage.publiclog import append
from services.storage.tables import HeardRow, MatterRow, RecusalRow, SeatRow


class UnknownMatterError(RequestError):
    """There is no such matter, or no such law."""

    code = "unknown-matter"


def find_matter(session: Session, matter_id: str) -> MatterRow:
    """Return the row of a matter."""
    row = session.get(MatterRow, matter_id)
    if row is None:
        raise UnknownMatterError(
            "There is no matter {matter:quoted}; the docket lists all there are.",
            matter=matter_id,
        )
    return row


def matter_of(session: Session, row: MatterRow) -> Matter:
    """Read a row as a value."""
    hearing = None
    if row.hearing_until is not None:
        query = select(HeardRow.kind, func.count()).where(HeardRow.matter == row.matter_id).group_by(HeardRow.kind)
        counts = {str(kind): int(count) for kind, count in session.execute(query)}
        hearing = Hearing(
            since=date.fromisoformat(row.hearing_from or row.hearing_until),
            until=date.fromisoformat(row.hearing_until),
            evidence=counts.get("evidence", 0),
            testimony=counts.get("testimony", 0),
            brief=row.brief,
        )
    return Matter(
        matter_id=row.matter_id,
        polity_id=row.polity,
        law=row.law,
        law_hash=row.law_hash,
        state=State(row.state),
        hearing=hearing,
        electorate=None if row.electorate is None else frozenset(json.loads(row.electorate)),
        remedy=_remedy(row.remedy),
        votes=row.votes,
        returns=row.returns,
        harm_declared=row.harm_declared,
        review_at=_day(row.review_at),
        sunset_at=_day(row.sunset_at),
        left=None if row.left_state is None else State(row.left_state),
    )


def keep(session: Session, row: MatterRow, after: Matter, kind: str, facts: Json) -> None:
    """Write a matter after a step, and the step into the log."""
    before = row.state
    row.polity, row.law_hash, row.state = after.polity_id, after.law_hash, str(after.state)
    row.hearing_from = None if after.hearing is None else after.hearing.since.isoformat()
    row.hearing_until = None if after.hearing is None else after.hearing.until.isoformat()
    row.brief = "" if after.hearing is None else after.hearing.brief
    row.electorate = None if after.electorate is None else json.dumps(sorted(after.electorate))
    row.remedy = None if after.remedy is None else json.dumps(asdict(after.remedy), ensure_ascii=False)
    row.votes, row.returns, row.harm_declared = after.votes, after.returns, after.harm_declared
    row.review_at, row.sunset_at = _text(after.review_at), _text(after.sunset_at)
    row.left_state = None if after.left is None else str(after.left)
    session.flush()
    said = {"matter": row.matter_id, "polity": row.polity, "from": before, "to": row.state}
    append(session, kind, said | facts)


def evidence_in(session: Session, matter_id: str, number: int) -> HeardRow | None:
    """A file of evidence of a matter; nothing if there is none of that number, or it is a summary alone."""
    row = session.get(HeardRow, number)
    return None if row is None or row.matter != matter_id or row.content is None else row


def stepped(
    session: Session, matter_id: str, step: Callable[[Matter], Matter], kind: str, facts: Json | None = None
) -> Matter:
    """Take one step of a matter; returns the matter after it."""
    row = find_matter(session, matter_id)
    after = step(matter_of(session, row))
    keep(session, row, after, kind, facts or {})
    return after


def electorate(session: Session, matter: Matter) -> frozenset[str]:
    """Pseudonyms of those who sit in the matter's assembly now, and are not recused."""
    seated = select(SeatRow.pseudonym).where(SeatRow.polity == matter.polity_id, SeatRow.ended_at.is_(None))
    recused = select(RecusalRow.pseudonym).where(RecusalRow.matter == matter.matter_id)
    return frozenset(session.scalars(seated)) - frozenset(session.scalars(recused))


def _remedy(text: str | None) -> Remedy | None:
    if text is None:
        return None
    record = json.loads(text)
    return Remedy(**record | {"alternatives": tuple(record["alternatives"])})


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
