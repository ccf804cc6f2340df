"""Matters in the store: read as values, stepped, and kept with the entry in the log that says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from geopolity.docket.hearing import Hearing
from geopolity.docket.matter import Matter, law_hash
from geopolity.docket.remedy import Remedy
from geopolity.docket.states import State
from geopolity.errors import RequestError
from services.storage.docket_tables import HeardRow, LawRow, MatterRow, RecusalRow
from services.storage.publiclog import append
from services.storage.tables import SeatRow


class UnknownMatterError(RequestError):
    """There is no such matter, or no such law."""

    code = "unknown-matter"


UNHEARD = (str(State.FILED), str(State.REJECTED))
"""States of a petition that nobody has admitted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """A law's identity, in the letters of a file name, its title and its text."""

    name: str
    title: str
    text: str


def find_matter(session: Session, matter_id: str) -> MatterRow:
    """Return the row of a matter."""
    row = session.get(MatterRow, matter_id)
    if row is None:
        raise UnknownMatterError(
            "There is no matter {matter:quoted}; `geopolity matter list` prints them.",
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


def keep(session: Session, row: MatterRow, after: Matter, kind: str, facts: dict[str, Any]) -> None:
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


def stepped(
    session: Session, matter_id: str, step: Callable[[Matter], Matter], kind: str, facts: dict[str, Any] | None = None
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


def newest_law(session: Session, polity: str, law: str) -> LawRow | None:
    """Return the newest version of a polity's law that counts; ``None`` if the law is unknown there.

    A version counts once it was put into force, or once a petition against it was admitted: what an unknown person
    wrote into a petition that nobody admitted is no law.
    """
    heard = select(MatterRow.law_hash).where(
        MatterRow.polity == polity, MatterRow.law == law, MatterRow.state.not_in(UNHEARD)
    )
    counts = LawRow.binds_from.is_not(None) | LawRow.text_hash.in_(heard)
    return session.scalar(_versions(polity, law).where(counts).limit(1))


def bound_law(session: Session, polity: str, law: str, text_hash: str) -> LawRow | None:
    """Return the version of a polity's law with the text that a matter binds to."""
    return session.scalar(_versions(polity, law).where(LawRow.text_hash == text_hash).limit(1))


def title_of(session: Session, row: MatterRow) -> str:
    """Title of the law that a matter is about: that of the version it bound to, not what a petitioner called it."""
    known = bound_law(session, row.polity, row.law, row.law_hash) or newest_law(session, row.polity, row.law)
    return row.title if known is None else known.title


def _versions(polity: str, law: str) -> Select[LawRow]:
    return select(LawRow).where(LawRow.polity == polity, LawRow.law == law).order_by(LawRow.version.desc())


def add_law(session: Session, law: Law, *, polity: str, matter: str | None = None) -> LawRow:
    """Add a version of a polity's law; it binds nobody until it is put into force."""
    own = LawRow.polity == polity, LawRow.law == law.name
    last = session.scalar(select(func.max(LawRow.version)).where(*own)) or 0
    row = LawRow(
        law=law.name,
        version=last + 1,
        title=law.title,
        text=law.text,
        text_hash=law_hash(law.text),
        polity=polity,
        matter=matter,
    )
    session.add(row)
    session.flush()
    facts = {"law": law.name, "version": row.version, "polity": polity, "sha256": row.text_hash}
    append(session, "law entered", facts)
    return row


def end_law(session: Session, polity: str, law: str, *, day: str) -> None:
    """End every version of a polity's law that binds."""
    for row in session.scalars(_versions(polity, law).where(LawRow.binds_from.is_not(None))).all():
        if row.ends_at is None:
            row.ends_at = day
    session.flush()


def laws_in_force(session: Session, polities: list[str], day: str) -> list[LawRow]:
    """Laws that bind in some polities on a day, in order."""
    query = (
        select(LawRow)
        .where(LawRow.polity.in_(polities), LawRow.binds_from <= day)
        .where(LawRow.ends_at.is_(None) | (LawRow.ends_at > day))
    )
    return list(session.scalars(query.order_by(LawRow.polity, LawRow.law, LawRow.version)))


def _remedy(text: str | None) -> Remedy | None:
    if text is None:
        return None
    record = json.loads(text)
    return Remedy(**record | {"alternatives": tuple(record["alternatives"])})


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
