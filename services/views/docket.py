"""Everything that may be read of the docket, and where the delegate who reads it stands."""

from __future__ import annotations

import json
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from geopolity.assembly.burden import GROUNDS
from geopolity.docket.question import QUESTION, question
from geopolity.docket.remedy import Remedy
from geopolity.docket.summons import Answer, Excuse, Summons
from geopolity.docket.tally import quorum
from geopolity.errors import RequestError
from maps.locale.texts import Said
from maps.pages.assembly import MatterLine
from maps.pages.docket import (
    DECIDED,
    VOTES,
    ActLine,
    DocketView,
    ExcuseRequest,
    HeardLine,
    LawVersion,
    MatterView,
    OwnKey,
    RemedyView,
    ServiceSeat,
    ServiceView,
)
from maps.pages.redline import Piece, redline
from services.auth.personal_links import waiting_acts
from services.clock import now
from services.docket.due import REVIEWED
from services.records import of_row
from services.storage.docket import laws, matters
from services.storage.docket.votes import voters
from services.storage.offices import epochs, seats, summonses
from services.storage.people import credentials
from services.storage.polities import versions
from services.storage.store import Store
from services.storage.tables import (
    CitizenRow,
    ExcuseRequestRow,
    HeardRow,
    LawRow,
    MatterRow,
    PolityRow,
    SeatRow,
    SessionRow,
    SummonsRow,
    VoteKeyRow,
    VoteRow,
)
from services.views.assembly import matter_lines, tally_line
from services.views.proposals import proposals_in, waiting


class NoSuchEvidence(RequestError):
    """A matter has no such file of evidence."""

    code = "unknown-evidence"


def public_docket(
    store: Store, *, language: str = "en", is_clerk: bool = False, done: str = "", error: Said | None = None
) -> DocketView:
    """Return the matters of all assemblies, open and decided, and the reviews that are due.

    Delegates who ask to be excused are told to the clerk only.
    """
    today = now()[:10]
    with store.reading() as session:
        lines = matter_lines(session)
        seated = set(session.scalars(select(SeatRow.polity).where(SeatRow.ended_at.is_(None)).distinct()))
        polities = session.scalars(select(PolityRow).where(PolityRow.status == "active").order_by(PolityRow.title))
        return DocketView(
            question=asked(language),
            open=tuple(line for line in lines if line.state not in DECIDED),
            decided=tuple(line for line in lines if line.state in DECIDED),
            due=tuple(line for line in lines if _is_due(line, today)),
            assemblies=tuple((row.issue, row.title) for row in polities if row.issue in seated),
            proposals=proposals_in(session),
            waiting=waiting(session, now()) if is_clerk else (),
            acts=tuple(of_row(ActLine, row, number=row.key) for row in waiting_acts(session)) if is_clerk else (),
            requests=tuple(_request(session, row) for row in summonses.open_requests(session)) if is_clerk else (),
            done=done,
            error=error,
        )


def public_matter(matter_id: str, store: Store, *, language: str = "en", reader: str = "") -> MatterView:
    """Return all that may be read of a matter; ``reader`` is the pseudonym of the delegate who does.

    Raises
    ------
    UnknownMatterError
        If there is no such matter.
    """
    with store.reading() as session:
        row = matters.find_matter(session, matter_id)
        line = next(line for line in matter_lines(session, row.polity) if line.matter_id == matter_id)
        remedy = matters.matter_of(session, row).remedy
        electorate = frozenset(json.loads(row.electorate or "[]"))
        vote = _open_vote(session, row)
        voted = frozenset[str]() if vote is None else frozenset(voters(session, vote.vote))
        sitting = {seat.pseudonym for seat in seats.active_seats(session, row.polity)} if reader else set()
        return MatterView(
            line=line,
            law=row.law,
            law_text=_law_text(session, row, remedy),
            question=asked(language),
            harm=row.harm,
            petitioner=row.petitioner,
            brief=row.brief,
            heard=_heard(session, matter_id),
            remedy=None if remedy is None else of_row(RemedyView, remedy),
            tallies=tuple(
                tally_line(session, vote)
                for vote in session.scalars(
                    select(VoteRow)
                    .where(VoteRow.matter == matter_id, VoteRow.closed_at.is_not(None))
                    .order_by(VoteRow.vote.desc())
                ).all()
            ),
            changes=_changes(session, row, remedy),
            versions=_versions(session, row),
            sunset_at=row.sunset_at,
            electorate=len(electorate),
            quorum=quorum(len(electorate)),
            vote_ends="" if vote is None else vote.ends_at,
            least_days=store.vote_days,
            may_vote=reader in electorate,
            has_voted=reader in voted,
            is_seated=reader in sitting,
            is_review_due=_is_due(line, now()[:10]),
            vote_number=row.votes,
            is_sealed=vote is not None and session.get(VoteKeyRow, vote.vote) is not None,
            own=_own_key(session, row.polity, reader) if reader else None,
            today=now()[:10],
            issue=versions.find(session, row.polity).question,
        )


def evidence_file(matter_id: str, number: int, store: Store) -> tuple[str, bytes]:
    """Name and content of a file of evidence.

    Raises
    ------
    NoSuchEvidence
        If the matter has no such file.
    """
    with store.reading() as session:
        row = matters.evidence_in(session, matter_id, number)
        if row is None or row.content is None:
            raise NoSuchEvidence(
                "Matter {matter} has no file of evidence {number}; its page lists what there is.",
                matter=matter_id,
                number=number,
            )
        return str(row.file_name), bytes(row.content)


def own_service(pseudonym: str, store: Store) -> ServiceView:
    """Return the seats that a delegate holds, the calls to them, and what is before their assemblies."""
    with store.reading() as session:
        held = session.scalars(
            select(SeatRow).where(SeatRow.pseudonym == pseudonym, SeatRow.ended_at.is_(None)).order_by(SeatRow.polity)
        ).all()
        titles = dict(session.execute(select(PolityRow.issue, PolityRow.title)).all())
        here = {seat.polity for seat in held}
        asked = summonses.requests_of(session, pseudonym)
        return ServiceView(
            seats=tuple(_service(session, seat, titles.get(seat.polity, seat.polity)) for seat in held),
            left=tuple(_request(session, row) for row in asked if row.is_granted and row.polity not in here),
            excuses=tuple(str(ground) for ground in Excuse),
            grounds=GROUNDS,
        )


def _own_key(session: Session, polity: str, pseudonym: str) -> OwnKey:
    query = select(SeatRow).where(SeatRow.polity == polity, SeatRow.pseudonym == pseudonym, SeatRow.ended_at.is_(None))
    seat = session.scalar(query)
    if seat is None or not epochs.has_key(epochs.line_of(session, seat)):
        return OwnKey(pseudonym=pseudonym)
    held = credentials.held(session, session.get_one(CitizenRow, seat.citizen))
    key = seat.opened_by or ("" if held is None else held.public_key)
    return OwnKey(pseudonym=pseudonym, key=key, is_open=seat.opened_by is not None)


def asked(language: str) -> str:
    """Return the question in a language, in English where it was not put into that one."""
    return question(language if language in QUESTION else "en")


def _is_due(line: MatterLine, today: str) -> bool:
    return line.state in REVIEWED and line.review_at is not None and line.review_at <= today


def _open_vote(session: Session, row: MatterRow) -> VoteRow | None:
    return session.get(VoteRow, matters.matter_of(session, row).vote_id) if row.state in VOTES else None


def _law_text(session: Session, row: MatterRow, remedy: Remedy | None) -> str | None:
    if remedy and remedy.law:
        return remedy.law
    law = laws.bound_law(session, row.polity, row.law, row.law_hash)
    return None if law is None else law.text


def _changes(session: Session, row: MatterRow, remedy: Remedy | None) -> tuple[Piece, ...]:
    """What a remedy that amends would change; nothing where the law before is not kept."""
    before = _before(session, row)
    if remedy is None or not remedy.law or before is None or before.text == remedy.law:
        return ()
    return redline(before.text, remedy.law)


def _before(session: Session, row: MatterRow) -> LawRow | None:
    """The law as the first vote was about it, or as it is now, where nobody has voted."""
    first = select(VoteRow.law_hash).where(VoteRow.matter == row.matter_id).order_by(VoteRow.opened_at, VoteRow.vote)
    voted = session.scalar(first.limit(1))
    return laws.bound_law(session, row.polity, row.law, voted or row.law_hash)


def _versions(session: Session, row: MatterRow) -> tuple[LawVersion, ...]:
    """Versions of the law that bind or did, and the one that this matter is about."""
    query = select(LawRow).where(LawRow.polity == row.polity, LawRow.law == row.law).order_by(LawRow.version.desc())
    return tuple(
        LawVersion(
            version=one.version,
            since=one.binds_from,
            until=one.ends_at,
            matter_id=one.matter,
            is_own=one.text_hash == row.law_hash,
        )
        for one in session.scalars(query)
        if one.binds_from is not None or one.text_hash == row.law_hash
    )


def _heard(session: Session, matter_id: str) -> tuple[HeardLine, ...]:
    rows = session.scalars(select(HeardRow).where(HeardRow.matter == matter_id).order_by(HeardRow.key))
    return tuple(
        HeardLine(
            number=row.key,
            kind=row.kind,
            at=row.at,
            by=row.author,
            text=row.summary,
            link=row.link if row.link and row.link.startswith(("https://", "http://")) else None,
            file=row.file_name if row.content is not None else None,
        )
        for row in rows
    )


def _service(session: Session, seat: SeatRow, title: str) -> ServiceSeat:
    call = session.get(SummonsRow, (seat.polity, seat.pseudonym))
    answer_by = "" if call is None else _answer_by(call)
    days = session.scalars(select(SessionRow.day).where(SessionRow.polity == seat.polity).order_by(SessionRow.day))
    return ServiceSeat(
        own=_own_key(session, seat.polity, seat.pseudonym),
        polity_id=seat.polity,
        title=title,
        number=seat.number,
        ends=seat.ends,
        pseudonym=seat.pseudonym,
        answer=None if call is None else call.answer,
        sent="" if call is None else call.sent,
        answer_by=answer_by,
        is_final=False if call is None else call.is_final,
        matters=tuple(line for line in matter_lines(session, seat.polity) if line.state not in DECIDED),
        sessions=tuple(days),
        requests=tuple(
            _request(session, row)
            for row in summonses.requests_of(session, seat.pseudonym)
            if row.polity == seat.polity
        ),
    )


def _request(session: Session, row: ExcuseRequestRow) -> ExcuseRequest:
    title = session.scalar(
        select(PolityRow.title).where(PolityRow.issue == row.polity).order_by(PolityRow.version.desc()).limit(1)
    )
    return ExcuseRequest(
        number=row.key,
        polity=title or row.polity,
        delegate=row.pseudonym,
        ground=row.excuse,
        text=row.plea,
        asked_at=row.asked_at,
        is_appeal=summonses.find(session, row.polity, row.pseudonym).answer == Answer.REFUSED,
        is_granted=row.is_granted,
        reason=row.reason,
        decided_at=row.decided_at,
    )


def _answer_by(call: SummonsRow) -> str:
    sent = date.fromisoformat(call.sent)
    return Summons(polity_id=call.polity, pseudonym=call.pseudonym, sent=sent).answer_by.isoformat()
