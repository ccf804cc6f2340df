"""Proposals that wait for objections or their answers, and everything else that waits for a clerk."""

from __future__ import annotations

import math

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from maps.pages.docket import WaitingLine
from maps.pages.proposals import ProposalLine
from services.clock import now, read
from services.storage.layers.census import unit_table
from services.storage.polities import versions
from services.storage.store import Store
from services.storage.tables import LayerRow, MatterRow, ObjectionRow, PolityRow, VoteRow

DAY = 86_400.0


def open_proposals(store: Store) -> tuple[ProposalLine, ...]:
    """Every version that is proposed, those that close soonest first."""
    with store.reading() as session:
        return proposals_in(session)


def proposals_in(session: Session, moment: str | None = None) -> tuple[ProposalLine, ...]:
    """The same in an open session; days are counted from now, or from a moment."""
    query = select(PolityRow).where(PolityRow.status == "proposed").order_by(PolityRow.open_until, PolityRow.issue)
    return tuple(_line(session, row, moment or now()) for row in session.scalars(query).all())


def _line(session: Session, row: PolityRow, moment: str) -> ProposalLine:
    active = versions.active(session, row.issue)
    people = unit_table(session, row.layer)["population"].fillna(0.0)
    inside = set(versions.members(session, row).index)
    before = set() if active is None else set(versions.members(session, active).index)
    joined, left = (inside - before, before - inside) if before else (set(), set())
    before_people = people if active is None else unit_table(session, active.layer)["population"].fillna(0.0)
    return ProposalLine(
        polity_id=row.issue,
        title=row.title,
        question=row.question,
        version=row.version,
        open_until=str(row.open_until),
        days_left=days_left(row, moment),
        layer=session.get_one(LayerRow, row.layer).name,
        units=row.units,
        people=float(row.population),
        joined=len(joined),
        joined_people=float(people.reindex(list(joined)).sum()),
        left=len(left),
        left_people=float(before_people.reindex(list(left)).sum()),
        is_first=active is None,
    )


def days_left(row: PolityRow, moment: str) -> int:
    """Days that a proposal stays open to objections, a begun one counted whole."""
    if row.open_until is None:
        return 0
    return max(math.ceil((read(row.open_until) - read(moment)).total_seconds() / DAY), 0)


def waiting(session: Session, moment: str) -> tuple[WaitingLine, ...]:
    """What waits for a clerk, kind by kind: objections, proposals, petitions, votes."""
    return (*_objections(session), *_ripe(session, moment), *_matters(session, moment))


def _objections(session: Session) -> list[WaitingLine]:
    query = (
        select(PolityRow.issue, PolityRow.title, func.count(), func.min(ObjectionRow.made_at))
        .join(ObjectionRow, ObjectionRow.polity == PolityRow.key)
        .where(PolityRow.status == "proposed", ObjectionRow.answer.is_(None))
        .group_by(PolityRow.issue, PolityRow.title)
        .order_by(func.min(ObjectionRow.made_at))
    )
    return [
        WaitingLine(kind="objections", link=f"/polities/{issue}/proposal", title=title, number=number, since=since)
        for issue, title, number, since in session.execute(query)
    ]


def _ripe(session: Session, moment: str) -> list[WaitingLine]:
    """Proposals whose period is over and whose objections are all answered."""
    unanswered = select(ObjectionRow.polity).where(ObjectionRow.answer.is_(None))
    query = select(PolityRow).where(
        PolityRow.status == "proposed", PolityRow.open_until <= moment, PolityRow.key.not_in(unanswered)
    )
    return [
        WaitingLine(kind="proposal", link=f"/polities/{row.issue}/proposal", title=row.title, since=str(row.open_until))
        for row in session.scalars(query.order_by(PolityRow.open_until))
    ]


def _matters(session: Session, moment: str) -> list[WaitingLine]:
    """Petitions to be admitted, hearings that are over, matters that can be voted on, votes that have ended."""
    day = moment[:10]
    found = []
    for row in session.scalars(select(MatterRow).order_by(MatterRow.filed_at)):
        kind, since = _matter_waits(session, row, moment, day)
        if kind:
            found.append(WaitingLine(kind=kind, link=f"/matters/{row.matter_id}", title=row.title, since=since))
    return found


def _matter_waits(session: Session, row: MatterRow, moment: str, day: str) -> tuple[str, str]:
    match row.state:
        case "filed":
            return "petition", row.filed_at
        case "admitted":
            return "hearing to open", row.filed_at
        case "hearing" | "hearing 2" if row.hearing_until is not None and row.hearing_until < day:
            return "hearing over", row.hearing_until
        case "ready" | "ready 2":
            return "vote to open", row.hearing_until or row.filed_at
        case "vote 1" | "vote 2":
            query = select(VoteRow.ends_at).where(VoteRow.matter == row.matter_id, VoteRow.closed_at.is_(None))
            ends = session.scalar(query)
            return ("vote over", ends) if ends and ends <= moment else ("", "")
    return "", ""
