"""Keys of votes in the store, what trustees sent for them, and encrypted ballots; each is a line of the log."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from geopolity.assembly.credential import Signed
from geopolity.ballots.ballot import SealedBallot, digest_of
from geopolity.ballots.ceremony import Ceremony, Message, Part, Trustee, joint_key, public_share, read_part
from geopolity.ballots.group import element
from geopolity.errors import NegativeAnswer
from services.clock import after
from services.storage.publiclog import append
from services.storage.tables import KeyMessageRow, SealedBallotRow, TrusteeRow, VoteKeyRow, VoteRow

OPENED_WITHIN = timedelta(days=14)
"""Trustees have so long to open a board; after that the vote is held again."""
PART, CONFIRMED, OPENING = "part", "confirmed", "opening"


class KeyNotMade(NegativeAnswer):
    """A vote has no key, it is not whole yet, or it was made before."""

    code = "key-not-made"


def appoint(session: Session, name: str, key: str, *, now: str) -> None:
    """Appoint a trustee, or give one another key."""
    session.merge(TrusteeRow(name=name, key=key, appointed_at=now))
    append(session, "vote trustee appointed", {"trustee": name, "key": key, "at": now})


def appointed(session: Session, names: Sequence[str] = ()) -> list[Trustee]:
    """Trustees by name: all, or those named."""
    query = select(TrusteeRow).order_by(TrusteeRow.name)
    rows = session.scalars(query.where(TrusteeRow.name.in_(names)) if names else query)
    return [Trustee(name=row.name, key=element(row.key)) for row in rows]


def begin(session: Session, ceremony: Ceremony, matter_id: str, *, now: str) -> VoteKeyRow:
    """Begin to make the key of a vote; one that was begun for it and not used is given up."""
    before = session.get(VoteKeyRow, ceremony.vote)
    if before is not None:
        if before.head is not None:
            raise KeyNotMade("{vote} has its key already.", vote=ceremony.vote)
        for message in messages(session, before):
            session.delete(message)
        session.flush()
        session.delete(before)
        session.flush()
    trustees = [{"name": it.name, "key": it.key.hex()} for it in ceremony.trustees]
    row = VoteKeyRow(
        vote=ceremony.vote,
        matter=matter_id,
        trustees=json.dumps(trustees),
        threshold=ceremony.threshold,
        begun_at=now,
    )
    session.add(row)
    session.flush()
    facts = {"vote": row.vote, "matter": matter_id, "trustees": trustees, "threshold": row.threshold, "at": now}
    append(session, "vote key begun", facts)
    return row


def ceremony_of(row: VoteKeyRow) -> Ceremony:
    """Who makes the key of a vote."""
    trustees = tuple(Trustee(name=it["name"], key=element(it["key"])) for it in json.loads(row.trustees))
    return Ceremony(vote=row.vote, trustees=trustees, threshold=row.threshold)


def find(session: Session, vote: str) -> VoteKeyRow:
    """The key of a vote.

    Raises
    ------
    KeyNotMade
        If it has none.
    """
    row = session.get(VoteKeyRow, vote)
    if row is None:
        raise KeyNotMade("No trustees make a key for {vote}; `geopolity vote prepare` names them.", vote=vote)
    return row


def messages(session: Session, row: VoteKeyRow, stage: str = "") -> list[KeyMessageRow]:
    """What trustees sent for a vote, by stage and name."""
    query = select(KeyMessageRow).where(KeyMessageRow.vote == row.vote)
    query = query.where(KeyMessageRow.stage == stage) if stage else query
    return list(session.scalars(query.order_by(KeyMessageRow.stage, KeyMessageRow.trustee)))


def keep_message(session: Session, row: VoteKeyRow, message: Message) -> None:
    """Keep and log what a trustee sent, once a stage."""
    kept = {"vote": row.vote, "stage": message.stage, "trustee": message.trustee, "body": json.dumps(message.body)}
    try:
        session.execute(insert(KeyMessageRow).values(**kept))
    except IntegrityError as error:
        raise KeyNotMade("{trustee} has sent that already.", trustee=message.trustee) from error
    names = {PART: "vote key part", CONFIRMED: "vote key confirmed", OPENING: "vote part opened"}
    append(session, names[message.stage], {"vote": row.vote} | message.record())


def parts(session: Session, row: VoteKeyRow) -> list[Part]:
    """The parts of a key, in the order of its trustees, once all are there.

    Raises
    ------
    KeyNotMade
        While one is missing.
    """
    ceremony = ceremony_of(row)
    sent = {it.trustee: json.loads(it.body) for it in messages(session, row, PART)}
    missing = [it.name for it in ceremony.trustees if it.name not in sent]
    if missing:
        raise KeyNotMade("The key of {vote} waits for {names:list}.", vote=row.vote, names=missing)
    return [read_part(sent[it.name], ceremony, it.name) for it in ceremony.trustees]


def parts_digest(found: Sequence[Part]) -> str:
    """SHA-256 of all parts, which every trustee confirms."""
    return digest_of([part.record() for part in found])


def whole_key(session: Session, row: VoteKeyRow) -> tuple[bytes, list[dict[str, str]]]:
    """The joint key of a vote, and its trustees with their public shares, once all have confirmed.

    Raises
    ------
    KeyNotMade
        While a part or a confirmation is missing.
    """
    found, ceremony = parts(session, row), ceremony_of(row)
    confirmed = {it.trustee for it in messages(session, row, CONFIRMED)}
    missing = [it.name for it in ceremony.trustees if it.name not in confirmed]
    if missing:
        raise KeyNotMade("The key of {vote} waits for {names:list}.", vote=row.vote, names=missing)
    shares = [
        {"name": it.name, "key": it.key.hex(), "share": public_share(found, number).hex()}
        for number, it in enumerate(ceremony.trustees, start=1)
    ]
    return joint_key(found), shares


def keep_ballot(session: Session, vote: str, pseudonym: str, cast: tuple[SealedBallot, Signed], *, now: str) -> None:
    """Post an encrypted and signed ballot to the board: the table, and the log."""
    signed, record = cast[1], cast[0].record()
    session.add(SealedBallotRow(vote=vote, pseudonym=pseudonym, key=signed.key, ballot=json.dumps(record)))
    session.flush()
    facts = {"vote": vote, "pseudonym": pseudonym, "key": signed.key, "ballot": record, "at": now}
    append(session, "vote ballot cast", facts | {"statement": signed.statement, "signature": signed.signature})


def ballots(session: Session, vote: str) -> list[SealedBallotRow]:
    """The board of a vote, by pseudonym."""
    query = select(SealedBallotRow).where(SealedBallotRow.vote == vote)
    return list(session.scalars(query.order_by(SealedBallotRow.pseudonym)))


def board_digest(row: VoteKeyRow, rows: Sequence[SealedBallotRow]) -> str:
    """SHA-256 of a board: which ballots stand on it, whose, in which vote."""
    listed = [[it.pseudonym, it.key, digest_of(json.loads(it.ballot))] for it in rows]
    return digest_of({"vote": row.vote, "head": digest_of(json.loads(row.head or "{}")), "ballots": listed})


def overdue(session: Session, moment: str) -> list[str]:
    """Matters whose board was closed so long ago that its trustees will not open it."""
    query = select(VoteKeyRow.matter).join(VoteRow, VoteRow.vote == VoteKeyRow.vote)
    late = VoteKeyRow.board_at <= after(-OPENED_WITHIN, moment)
    return list(session.scalars(query.where(VoteRow.closed_at.is_(None), late).order_by(VoteKeyRow.matter)))
