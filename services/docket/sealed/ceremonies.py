"""The key of one vote, made by its trustees before it opens, and the sum of its board, opened by them after its end."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from geopolity.ballots.ballot import read_ballot
from geopolity.ballots.ceremony import Ceremony, CeremonyRefused, Message, ThresholdError, read_message, read_part
from geopolity.ballots.group import IDENTITY, element
from geopolity.ballots.tally import OpeningRefused, counted, read_opening, summed
from geopolity.docket.states import State, StepRefused
from geopolity.docket.tally import Tally
from services.clock import now
from services.records import Json
from services.storage.docket import sealed, votes
from services.storage.docket.matters import find_matter, matter_of
from services.storage.docket.sealed import CONFIRMED, OPENING, PART, KeyNotMade
from services.storage.store import Store
from services.storage.tables import VoteKeyRow, VoteRow

TRUSTEES, THRESHOLD = 5, 3
"""How many trustees a vote has, and how many of them open it, unless others are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyShown:
    """How far the key of a vote is, and all that its trustees need of each other; ``head`` once the vote is open."""

    vote: str
    matter: str
    threshold: int
    trustees: list[dict[str, str]]
    parts: dict[str, Json]
    confirmed: list[str]
    head: Json | None
    board_at: str | None
    board: str | None
    opened: list[str]


def check_trustee(name: str, key: str) -> None:
    """Refuse what is no key of a trustee.

    Raises
    ------
    ThresholdError
        If it is none, or nobody's.
    """
    if element(key) == IDENTITY or not name.strip():
        raise ThresholdError("{key:quoted} is no key of a trustee.", key=key[:80])


def appoint_trustee(name: str, key: str, store: Store) -> None:
    """Appoint a trustee at the operator's machine, by the key that their own tool printed."""
    check_trustee(name, key)
    with store.writing() as session:
        sealed.appoint(session, name.strip(), key, now=now())


def prepare_key(
    matter_id: str, store: Store, *, trustees: Sequence[str] = (), threshold: int | None = None
) -> KeyShown:
    """Name the trustees of the next vote of a matter that is ready: those named, or the first five appointed.

    Raises
    ------
    ThresholdError
        If one named is not appointed, or so many of so many cannot be.
    StepRefused
        If the matter is not ready for a vote.
    """
    with store.writing() as session:
        matter = matter_of(session, find_matter(session, matter_id))
        if matter.state not in {State.READY, State.READY2}:
            raise StepRefused(
                "{matter} is '{state:state}'; a vote gets its key once the matter is ready.",
                matter=matter_id,
                state=matter.state,
            )
        found = sealed.appointed(session, trustees)[: len(trustees) or TRUSTEES]
        missing = [name for name in trustees if name not in {it.name for it in found}]
        if missing:
            raise ThresholdError("{names:list} are no trustees; appoint them first.", names=missing)
        least = threshold or max(2, (len(found) * THRESHOLD + TRUSTEES - 1) // TRUSTEES)
        if 2 * least <= len(found):
            raise ThresholdError(
                "{least} of {count} trustees could open every ballot behind the others' backs; let {most} or more.",
                least=least,
                count=len(found),
                most=len(found) // 2 + 1,
            )
        ceremony = Ceremony(vote=f"{matter_id}/{matter.votes + 1}", trustees=tuple(found), threshold=least)
        return _shown(session, sealed.begin(session, ceremony, matter_id, now=now()))


def show_key(matter_id: str, store: Store) -> KeyShown:
    """How far the key of a matter's next or last vote is.

    Raises
    ------
    KeyNotMade
        If no trustees were named for it.
    """
    with store.reading() as session:
        return _shown(session, _row(session, matter_id))


def take_message(matter_id: str, record: Any, store: Store) -> KeyShown:
    """Take what a trustee sent for a vote: a part of its key, that it holds, or a partial decryption.

    The last decryption that is needed counts and decides.

    Raises
    ------
    CeremonyRefused, OpeningRefused
        If it was not sent by a trustee, or does not hold.
    KeyNotMade
        If it comes at the wrong time, or twice.
    """
    with store.writing() as session:
        row = _row(session, matter_id)
        message = read_message(record, sealed.ceremony_of(row))
        {PART: _take_part, CONFIRMED: _take_confirmation, OPENING: _take_opening}.get(message.stage, _take_nothing)(
            session, row, message
        )
        return _shown(session, row)


def _take_part(session: Session, row: VoteKeyRow, message: Message) -> None:
    read_part(message.body, sealed.ceremony_of(row), message.trustee)
    sealed.keep_message(session, row, message)


def _take_confirmation(session: Session, row: VoteKeyRow, message: Message) -> None:
    if message.body != {"parts": sealed.parts_digest(sealed.parts(session, row))}:
        raise CeremonyRefused("{name} confirms other parts than were sent.", name=message.trustee)
    sealed.keep_message(session, row, message)


def _take_opening(session: Session, row: VoteKeyRow, message: Message) -> None:
    vote = session.get(VoteRow, row.vote)
    if row.board is None or row.head is None or vote is None or vote.closed_at is not None:
        raise KeyNotMade("{vote} is not waiting to be opened.", vote=row.vote)
    ceremony, board = sealed.ceremony_of(row), sealed.ballots(session, row.vote)
    sums = summed(read_ballot(json.loads(it.ballot)) for it in board)
    shares = {it["name"]: element(it["share"]) for it in json.loads(row.head)["trustees"]}
    read_opening(message.body, row.board, sums, shares[message.trustee])
    sealed.keep_message(session, row, message)
    openings = {
        ceremony.number(it.trustee): read_opening(json.loads(it.body), row.board, sums, shares[it.trustee])
        for it in sealed.messages(session, row, OPENING)
    }
    if len(openings) == row.threshold:
        yes, no, abstain = counted(sums, openings, len(board))
        count = Tally(yes=yes, no=no, abstain=abstain, electorate=vote.electorate)
        votes.settle(session, find_matter(session, row.matter), count, [], now=now())


def _take_nothing(_session: Session, row: VoteKeyRow, message: Message) -> None:
    raise OpeningRefused("{vote} knows no stage {stage:quoted}.", vote=row.vote, stage=message.stage[:40])


def _row(session: Session, matter_id: str) -> VoteKeyRow:
    matter = matter_of(session, find_matter(session, matter_id))
    following = session.get(VoteKeyRow, f"{matter_id}/{matter.votes + 1}")
    return following or sealed.find(session, matter.vote_id)


def _shown(session: Session, row: VoteKeyRow) -> KeyShown:
    sent = {stage: sealed.messages(session, row, stage) for stage in (PART, CONFIRMED, OPENING)}
    return KeyShown(
        vote=row.vote,
        matter=row.matter,
        threshold=row.threshold,
        trustees=json.loads(row.trustees),
        parts={it.trustee: json.loads(it.body) for it in sent[PART]},
        confirmed=[it.trustee for it in sent[CONFIRMED]],
        head=None if row.head is None else json.loads(row.head),
        board_at=row.board_at,
        board=row.board,
        opened=[it.trustee for it in sent[OPENING]],
    )
