"""A citizen's own page: all that the service knows about one person, gathered for them alone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from geopolity.assembly.eligibility import why_not
from geopolity.messages import Message
from geopolity.publiclog.merkle import ProofRefused
from maps.locale.texts import said, texts
from maps.pages.calendar import Appointment
from maps.pages.citizen.citizenship import Checked, CitizenshipView, OwnAct, OwnEpoch, OwnPolity, OwnSeat, OwnWord
from services.assemblies.citizens import CitizenShown, show_citizen
from services.assemblies.own_draw import check_own_draw
from services.assemblies.published_draws import bundle_file
from services.assemblies.seats import citizen_receipt
from services.auth.personal_links import acts_about
from services.clock import now, today
from services.lookup.named import lookup_text
from services.records import Json, as_json
from services.storage.offices.epochs import NoEpochError
from services.storage.people.citizens import consents, find_citizen
from services.storage.people.lot import circumstances_of
from services.storage.polities import versions
from services.storage.store import Store
from services.storage.tables import (
    AlternateRow,
    CitizenRow,
    ConcernRow,
    ConcernSupportRow,
    CredentialRow,
    DeferralRow,
    EpochRow,
    ExcuseRequestRow,
    FollowingRow,
    LayerRow,
    LogRow,
    MailAddressRow,
    MatterRow,
    NoticeRow,
    ObjectionRow,
    PetitionAuthorRow,
    PolityRow,
    RollRow,
    SeatRow,
    SessionRow,
    SummonsRow,
    Table,
    UnitRow,
)
from services.views.belonging import drawn_from

MOST_NOTICES = 12
RIGHT = Message(
    "Your receipt is right: your line is on the published roll, and what the draw did with it is as it was published."
)


def own_citizenship(citizen_id: str, store: Store, language: str) -> CitizenshipView:
    """Gather a citizen's own page."""
    shown = show_citizen(citizen_id, store)
    acts = acts_about(citizen_id, store)
    with store.reading() as session:
        row = find_citizen(session, citizen_id)
        address = _address(session, row)
        reason = why_not(*circumstances_of(session, row, now()))
        return CitizenshipView(
            citizen_id=citizen_id,
            standing=shown.standing,
            until=shown.consent_expires_at or "",
            key=shown.key or "",
            key_made_by=shown.key_made_by or "",
            why_not="" if reason is None else texts(language).say(reason),
            home=shown.home.id or "",
            home_name=_home_name(session, row),
            layer=shown.home.layer,
            is_enclosing=shown.home.is_enclosing_unit,
            entitlements=tuple(shown.entitlements),
            obligations=_obligations(shown),
            polities=tuple(_polity(session, name) for name in shown.polities),
            epochs=tuple(_epochs(session, row)),
            seats=tuple(_seats(session, row)),
            words=tuple(_words(session, row, language)),
            acts=tuple(
                OwnAct(
                    kind=one.kind,
                    asked_at=one.asked_at,
                    asked_by=one.asked_by,
                    confirmed_by=one.confirmed_by,
                    done_at=one.done_at or "",
                )
                for one in acts
            ),
            address="" if address is None else address.address,
            address_waits=address is not None and address.confirmed_at is None,
            notices=tuple(_notices(session, row)),
        )


def _obligations(shown: CitizenShown) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for words in shown.obligations.values() for word in words))


def _home_name(session: Session, row: CitizenRow) -> str:
    if row.home is None:
        return "–"
    name = session.scalar(select(UnitRow.name).where(UnitRow.layer == row.layer, UnitRow.unit_id == row.home))
    return str(name or row.home)


def _polity(session: Session, polity_id: str) -> OwnPolity:
    row = versions.find(session, polity_id)
    seats, eligible = drawn_from(session, polity_id)
    return OwnPolity(polity_id=polity_id, title=row.title, question=row.question, seats=seats, eligible=eligible)


def _titles(session: Session) -> dict[str, str]:
    rows = session.execute(select(PolityRow.issue, PolityRow.title).order_by(PolityRow.version))
    return {str(issue): str(title) for issue, title in rows}


def _epochs(session: Session, row: CitizenRow) -> Iterable[OwnEpoch]:
    titles = _titles(session)
    query = select(RollRow, EpochRow).join(EpochRow, EpochRow.key == RollRow.epoch).where(RollRow.citizen == row.key)
    for line, epoch in session.execute(query.order_by(EpochRow.key.desc())).all():
        if epoch.status == "lapsed":
            continue
        outcome, polity = _outcome(session, epoch, line.pseudonym)
        yield OwnEpoch(
            epoch=epoch.epoch,
            is_rehearsal=epoch.kind == "rehearsal",
            frozen_at=epoch.frozen_at,
            pseudonym=line.pseudonym,
            outcome=outcome,
            polity_title=titles.get(polity, polity),
        )


def _outcome(session: Session, epoch: EpochRow, pseudonym: str) -> tuple[str, str]:
    if epoch.status != "drawn":
        return "waits", ""
    for kind, table in (("delegate", SeatRow), ("alternate", AlternateRow)):
        query = select(table.polity).where(table.epoch == epoch.key, table.pseudonym == pseudonym)
        polity = session.scalar(query.limit(1))
        if polity is not None:
            return kind, str(polity)
    return "not called", ""


def _seats(session: Session, row: CitizenRow) -> Iterable[OwnSeat]:
    titles = _titles(session)
    for seat in session.scalars(
        select(SeatRow).where(SeatRow.citizen == row.key).order_by(SeatRow.starts.desc())
    ).all():
        call = session.get(SummonsRow, (seat.polity, seat.pseudonym))
        days = select(SessionRow.day).where(SessionRow.polity == seat.polity, SessionRow.day >= today())
        yield OwnSeat(
            polity_id=seat.polity,
            title=titles.get(seat.polity, seat.polity),
            pseudonym=seat.pseudonym,
            starts=seat.starts,
            ends=seat.ends,
            ended_at=(seat.ended_at or "")[:10],
            answer="" if call is None else call.answer,
            sessions=() if seat.ended_at else tuple(session.scalars(days.order_by(SessionRow.day))),
        )


def _words(session: Session, row: CitizenRow, language: str) -> Iterable[OwnWord]:
    t = texts(language)
    objections = (
        select(ObjectionRow, PolityRow)
        .join(PolityRow, PolityRow.key == ObjectionRow.polity)
        .where(ObjectionRow.author == row.citizen_id)
    )
    for objection, polity in session.execute(objections.order_by(ObjectionRow.key.desc())):
        answer = objection.answer or t("not answered yet")
        path = f"/polities/{polity.issue}"
        yield OwnWord(kind="objection", title=polity.title, path=path, at=objection.made_at, outcome=answer)
    filed = (
        select(MatterRow)
        .join(PetitionAuthorRow, PetitionAuthorRow.matter == MatterRow.matter_id)
        .where(PetitionAuthorRow.citizen == row.key)
    )
    for matter in session.scalars(filed.order_by(MatterRow.filed_at.desc())):
        state = t.term("state", matter.state)
        path = f"/matters/{matter.matter_id}"
        yield OwnWord(kind="petition", title=matter.title, path=path, at=matter.filed_at, outcome=state)
    raised = select(ConcernRow).where(ConcernRow.raised_by == row.key).order_by(ConcernRow.key.desc())
    for concern in session.scalars(raised):
        yield _concern("raised", concern, concern.raised_at, t.term("concern", concern.state))
    supported = (
        select(ConcernSupportRow, ConcernRow)
        .join(ConcernRow, ConcernRow.key == ConcernSupportRow.concern)
        .where(ConcernSupportRow.citizen == row.key)
    )
    for support, concern in session.execute(supported.order_by(ConcernRow.key.desc())):
        if concern.raised_by != row.key:
            yield _concern("supported", concern, support.at, t.term("concern", concern.state))


def _concern(kind: str, row: ConcernRow, at: str, outcome: str) -> OwnWord:
    return OwnWord(kind=kind, title=row.title, path=f"/concerns/{row.key}", at=at, outcome=outcome)


def _address(session: Session, row: CitizenRow) -> MailAddressRow | None:
    query = select(MailAddressRow).where(MailAddressRow.citizen == row.key, MailAddressRow.stopped_at.is_(None))
    found: MailAddressRow | None = session.scalar(query.order_by(MailAddressRow.key.desc()).limit(1))
    return found


def _notices(session: Session, row: CitizenRow) -> Iterable[tuple[str, str, str]]:
    query = select(NoticeRow).where(NoticeRow.citizen == row.key, NoticeRow.kind != "confirm")
    for one in session.scalars(query.order_by(NoticeRow.key.desc()).limit(MOST_NOTICES)):
        yield one.kind, one.channel, (one.sent_at or one.made_at)


def own_sessions(citizen_id: str, store: Store) -> list[Appointment]:
    """Sessions to come of the assemblies that a citizen sits in."""
    with store.reading() as session:
        return [
            Appointment(
                name=f"session-{seat.polity_id}-{day}",
                kind="session",
                title=seat.title,
                path=f"/assemblies/{seat.polity_id}",
                starts=day,
            )
            for seat in _seats(session, find_citizen(session, citizen_id))
            for day in seat.sessions
        ]


def own_data(citizen_id: str, store: Store) -> Json:
    """Everything that the service knows about a person, table by table, without what would be somebody else's."""
    with store.reading() as session:
        row = find_citizen(session, citizen_id)
        pseudonyms = [seat.pseudonym for seat in session.scalars(select(SeatRow).where(SeatRow.citizen == row.key))]
        addresses = select(MailAddressRow.key).where(MailAddressRow.citizen == row.key)
        found: dict[str, Any] = {
            "citizen": _record(row),
            "layer": session.get_one(LayerRow, row.layer).name,
            "consents": [as_json(one) for one in consents(session, row)],
            "credentials": _records(session, CredentialRow, CredentialRow.citizen == row.key),
            "deferral": _records(session, DeferralRow, DeferralRow.citizen == row.key),
            "rolls": _records(session, RollRow, RollRow.citizen == row.key),
            "seats": _records(session, SeatRow, SeatRow.citizen == row.key),
            "alternates": _records(session, AlternateRow, AlternateRow.citizen == row.key),
            "summonses": _records(session, SummonsRow, SummonsRow.pseudonym.in_(pseudonyms)),
            "excuse_requests": _records(session, ExcuseRequestRow, ExcuseRequestRow.pseudonym.in_(pseudonyms)),
            "objections": _records(session, ObjectionRow, ObjectionRow.author == citizen_id),
            "petitions": _records(session, PetitionAuthorRow, PetitionAuthorRow.citizen == row.key),
            "issues_raised": _records(session, ConcernRow, ConcernRow.raised_by == row.key),
            "issues_supported": _records(session, ConcernSupportRow, ConcernSupportRow.citizen == row.key),
            "mail_addresses": _records(session, MailAddressRow, MailAddressRow.citizen == row.key),
            "followed": _records(session, FollowingRow, FollowingRow.address.in_(addresses)),
            "notices": _records(session, NoticeRow, NoticeRow.citizen == row.key),
        }
    return found | {"acts_about": [as_json(one) for one in acts_about(citizen_id, store)]}


def _records(session: Session, table: type[Table], condition: Any) -> list[Json]:
    return [_record(one) for one in session.scalars(select(table).where(condition))]


def _record(row: Table) -> Json:
    values = {column.name: getattr(row, column.name) for column in row.__table__.columns}
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in values.items()}


def checked_receipt(citizen_id: str, epoch: str, store: Store, language: str) -> Checked:
    """Check a citizen's receipt against the published draw, as anybody could, and against the public log.

    Raises
    ------
    NoEpochError
        If they are on no roll of that name, or its draw was not published here.
    """
    own = citizen_receipt(citizen_id, epoch, store)
    head = bundle_file(epoch, "bundle.json", store.home)
    if head is None:
        raise NoEpochError("The draw of {epoch} is not published here.", epoch=epoch)
    try:
        check_own_draw(head.parent, own)
        sentence, is_good = said(RIGHT, language), True
    except ProofRefused as error:
        sentence, is_good = said(error, language), False
    return Checked(epoch=epoch, sentence=sentence, is_good=is_good, in_log=_line_with(own.roll_root, store, head))


def _line_with(root: str, store: Store, head: Path) -> int | None:
    """Index of the line of the log that holds the root of a roll, which the published draw names too."""
    if json.loads(head.read_text(encoding="utf-8"))["roll_root"] != root:
        return None
    with store.reading() as session:
        for index, line in session.execute(select(LogRow.index, LogRow.line).order_by(LogRow.index.desc())):
            if root.encode() in line:
                return int(index)
    return None


def units_at(text: str, layer: str, store: Store) -> list[tuple[str, str]]:
    """Units of a layer where a typed place lies, with their names: one, or several to choose from."""
    found = lookup_text(text, today(), store)
    units = [*found.units, *(unit for choice in found.choices for unit in choice.units)]
    return list({one.unit_id: (one.unit_id, one.name) for one in units if one.layer == layer}.values())
