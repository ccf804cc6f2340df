"""What the console of clerks and administrators shows: people, the frozen roll, assemblies, what waits, keys."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geopolity.sortition.drand import QUICKNET
from maps.pages.console import (
    ActRow,
    AssemblyRow,
    ConsoleView,
    EpochLine,
    InvitationsLine,
    KeyLine,
    PeopleCounts,
    PersonLine,
    PlanLine,
    PlanView,
    RegistrationLine,
)
from services.assemblies.citizens import show_citizen
from services.assemblies.invitations import invitations_waiting
from services.assemblies.planning import LotRequest, plan_assemblies
from services.assemblies.records import plan_record
from services.auth.keys import list_keys
from services.auth.personal_links import waiting as acts_waiting
from services.auth.registering import registrations
from services.clock import FORMAT, now
from services.storage.people import notices
from services.storage.polities.versions import valid_at
from services.storage.store import Store
from services.storage.tables import (
    AlternateRow,
    CitizenRow,
    ConsentRow,
    CredentialRow,
    EpochRow,
    NoticeRow,
    PolityRow,
    SeatRow,
    SummonsRow,
)
from services.views.proposals import waiting


def console(store: Store, *, is_administrator: bool) -> ConsoleView:
    """Gather the console."""
    moment = now()
    acts = tuple(
        ActRow(number=one.number, kind=one.kind, name=one.name, asked_by=one.asked_by, asked_at=one.asked_at)
        for one in acts_waiting(store)
    )
    invited = tuple(
        InvitationsLine(number=one.number, people=one.people, asked_by=one.asked_by, asked_at=one.asked_at)
        for one in invitations_waiting(store)
    )
    registered = tuple(
        RegistrationLine(code=one.code, unit_id=one.unit_id, checked_by=one.checked_by) for one in registrations(store)
    )
    with store.reading() as session:
        return ConsoleView(
            people=_people(session, moment),
            epoch=_epoch(session, moment),
            assemblies=tuple(_assemblies(session, moment)),
            acts=acts,
            invitations=invited,
            letters=len(notices.letters(session)),
            mails=_mails(session),
            waiting=len(waiting(session, moment)),
            keys=_keys(store, moment) if is_administrator else (),
            registrations=registered,
        )


def plan_view(store: Store) -> PlanView:
    """What assemblies can be staffed now, all seats anew."""
    record = plan_record(plan_assemblies(LotRequest(), store))
    return PlanView(
        lines=tuple(PlanLine(polity_id=one.id, seats=one.seats, eligible=one.eligible) for one in record.polities),
        people=record.people,
        is_feasible=record.feasible,
        advice=tuple(record.advice),
        left_out=tuple(record.left_out),
    )


def person_line(citizen_id: str, store: Store) -> PersonLine:
    """One person, as an office sees them."""
    shown = show_citizen(citizen_id, store)
    return PersonLine(
        citizen_id=citizen_id,
        standing=shown.standing,
        until=shown.consent_expires_at or "",
        home=shown.home.id or "–",
        key_made_by=shown.key_made_by or "",
        polities=tuple(shown.polities),
    )


def _people(session: Session, moment: str) -> PeopleCounts:
    def count(*conditions: object) -> int:
        query = select(func.count()).select_from(CitizenRow).where(CitizenRow.erased_at.is_(None), *conditions)  # type: ignore[arg-type]
        return session.scalar(query) or 0

    holds = select(ConsentRow.citizen).where(
        ConsentRow.given_at <= moment, ConsentRow.expires_at > moment, ConsentRow.withdrawn_at.is_(None)
    )
    keys = select(CredentialRow.made_by, func.count()).where(CredentialRow.ended_at.is_(None))
    made = {str(by): int(number) for by, number in session.execute(keys.group_by(CredentialRow.made_by))}
    return PeopleCounts(
        registered=count(CitizenRow.is_synthetic.is_(False)),
        made_up=count(CitizenRow.is_synthetic.is_(True)),
        consenting=count(CitizenRow.key.in_(holds)),
        own_keys=made.get("own", 0),
        office_keys=made.get("office", 0),
    )


def _epoch(session: Session, moment: str) -> EpochLine | None:
    row = session.scalar(select(EpochRow).where(EpochRow.kind == "binding", EpochRow.status == "frozen"))
    if row is None:
        return None
    due = datetime.fromtimestamp(QUICKNET.time_of(row.round), tz=UTC).strftime(FORMAT)
    return EpochLine(epoch=row.epoch, frozen_at=row.frozen_at, round=row.round, due_at=due, is_due=due <= moment)


def _assemblies(session: Session, moment: str) -> list[AssemblyRow]:
    rows = session.scalars(select(PolityRow).where(valid_at(moment)).order_by(PolityRow.title)).all()
    return [_assembly(session, row) for row in rows]


def _assembly(session: Session, row: PolityRow) -> AssemblyRow:
    sits = select(func.count()).select_from(SeatRow).where(SeatRow.polity == row.issue, SeatRow.ended_at.is_(None))
    answers = dict(
        session.execute(
            select(SummonsRow.answer, func.count()).where(SummonsRow.polity == row.issue).group_by(SummonsRow.answer)
        ).all()
    )
    stand_by = select(func.count()).select_from(AlternateRow).where(AlternateRow.polity == row.issue)
    return AssemblyRow(
        polity_id=row.issue,
        title=row.title,
        seats=session.scalar(sits) or 0,
        alternates=session.scalar(stand_by) or 0,
        called=sum(answers.values()),
        accepted=answers.get("accepted", 0),
        waiting=answers.get("waiting", 0),
    )


def _mails(session: Session) -> int:
    query = (
        select(func.count())
        .select_from(NoticeRow)
        .where(NoticeRow.channel == notices.MAIL, NoticeRow.sent_at.is_(None), NoticeRow.given_up_at.is_(None))
    )
    return session.scalar(query) or 0


def _keys(store: Store, moment: str) -> tuple[KeyLine, ...]:
    return tuple(
        KeyLine(
            key_id=one.key_id,
            name=one.name,
            roles=one.roles,
            ends_at=one.ends_at or "",
            is_over=one.revoked_at is not None or (one.ends_at is not None and one.ends_at <= moment),
        )
        for one in list_keys(store)
    )
