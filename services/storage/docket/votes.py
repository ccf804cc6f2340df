"""Open a vote, take ballots that lead back to nobody, and close it in one transaction.

A delegate votes once because an index says so, not because anybody looked first. Each new ballot rewrites those that
are there, so that not even a database's own row versions say which came with which voter.
"""

from __future__ import annotations

import json
import secrets
from datetime import date, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from geopolity.assembly.credential import Signed
from geopolity.docket.ballot import LEAST_PUBLISHED, Ballot, Choice, Handed, Receipt, published, tracker
from geopolity.docket.closing import check_over, disclosed
from geopolity.docket.matter import Matter, voided, vote_closed, vote_opened
from geopolity.docket.question import question_hash
from geopolity.docket.states import State
from geopolity.docket.tally import Tally, outcome, quorum, tally
from geopolity.errors import NegativeAnswer
from geopolity.publiclog.log import commitment
from services.clock import after as later
from services.records import Json
from services.storage.docket.matters import electorate, find_matter, keep, matter_of
from services.storage.docket.sealed import KeyNotMade, board_digest, parts, parts_digest, whole_key
from services.storage.docket.sealed import ballots as ballots_of
from services.storage.publiclog import append
from services.storage.tables import BallotRow, MatterRow, SeatRow, VoteKeyRow, VoteRow, VoterRow

SECRET_BYTES = 32
SALT_BYTES = 16


class VoteRefused(NegativeAnswer):
    """A ballot cannot be taken, or a vote not opened or closed."""

    code = "vote-refused"


def open_vote(session: Session, matter_id: str, *, now: str, days: int) -> VoteRow:
    """Open the vote of a matter for so many days; the log commits to the randomness of its trackers."""
    row = find_matter(session, matter_id)
    after = vote_opened(matter_of(session, row))
    secret = secrets.token_bytes(SECRET_BYTES)
    vote = VoteRow(
        vote=after.vote_id,
        matter=matter_id,
        opened_at=now,
        ends_at=later(timedelta(days=days), now),
        secret=secret,
        law_hash=after.law_hash,
        question_hash=question_hash(),
        electorate=len(after.electorate or ()),
    )
    session.add(vote)
    session.flush()
    head = _sealing(session, vote)
    facts = {
        "vote": vote.vote,
        "at": now,
        "ends_at": vote.ends_at,
        "law": row.law,
        "law_sha256": vote.law_hash,
        "question_sha256": vote.question_hash,
        "electorate": vote.electorate,
        "quorum": quorum(vote.electorate),
        "polity_version": row.polity_version,
        "tracker_commitment": commitment(vote.vote, secret),
        "secrecy": "trustees" if head else "server",
    } | ({"head": head} if head else {})
    keep(session, row, after, "vote opened", facts)
    return vote


def cast(session: Session, matter_id: str, handed: Handed, *, now: str, signed: Signed | None = None) -> Receipt:
    """Take a delegate's ballot; returns their receipt.

    Raises
    ------
    VoteRefused
        If no vote is open, the delegate is not in its electorate, has left the seat or has voted, or it is too late.
    """
    pseudonym = handed.delegate
    vote = check_may_vote(session, matter_id, pseudonym, now=now)
    if session.get(VoteKeyRow, vote.vote) is not None:
        raise VoteRefused("{vote} takes encrypted ballots only; the matter's page makes one.", vote=vote.vote)
    salt = secrets.token_hex(SALT_BYTES)
    mark = tracker(vote.vote, vote.secret, pseudonym, salt, handed.nonce)
    mark_voted(session, vote, pseudonym, signed)
    session.execute(insert(BallotRow).values(tracker=mark, vote=vote.vote, choice=str(handed.choice)))
    session.execute(update(BallotRow).where(BallotRow.vote == vote.vote).values(choice=BallotRow.choice))
    return Receipt(
        vote=vote.vote,
        question_hash=vote.question_hash,
        law_hash=vote.law_hash,
        delegate=pseudonym,
        salt=salt,
        nonce=handed.nonce,
        tracker=mark,
    )


def check_may_vote(session: Session, matter_id: str, pseudonym: str, *, now: str) -> VoteRow:
    """The vote that a delegate may vote in now; raises as ``cast`` does."""
    matter = matter_of(session, find_matter(session, matter_id))
    if not matter.is_voting:
        raise VoteRefused(
            "No vote of {matter} is open (it is '{state:state}'), so nothing was counted.",
            matter=matter_id,
            state=matter.state,
        )
    if pseudonym not in (matter.electorate or ()):
        raise VoteRefused(
            "{delegate} is not in the electorate of {vote}, which was frozen before it opened.",
            delegate=pseudonym,
            vote=matter.vote_id,
        )
    seat = select(SeatRow.key).where(SeatRow.pseudonym == pseudonym, SeatRow.polity == matter.polity_id)
    if session.scalar(seat.where(SeatRow.ended_at.is_(None))) is None:
        raise VoteRefused(
            "{delegate} has left the seat, and with it the vote.",
            delegate=pseudonym,
        )
    vote = session.get_one(VoteRow, matter.vote_id)
    if now >= vote.ends_at:
        raise VoteRefused(
            "{vote} ended on {end:moment}; no ballot is taken any more.", vote=vote.vote, end=vote.ends_at
        )
    return vote


def mark_voted(session: Session, vote: VoteRow, pseudonym: str, signed: Signed | None) -> None:
    """Note that a delegate voted, which can be done once; with their signature where they hold a key."""
    said = {} if signed is None else {"statement": signed.statement, "signature": signed.signature}
    try:
        session.execute(
            insert(VoterRow).values(token=secrets.token_hex(16), vote=vote.vote, pseudonym=pseudonym, **said)
        )
    except IntegrityError as error:
        raise VoteRefused(
            "{delegate} has voted in {vote}, and a ballot stands; the receipt finds it.",
            delegate=pseudonym,
            vote=vote.vote,
        ) from error


def close_vote(session: Session, matter_id: str, *, now: str, review_at: date | None = None) -> VoteRow:
    """Count, decide, publish and forget the ballots, and step the matter: all of it, or nothing.

    A vote of encrypted ballots with its quorum is only closed: its trustees open the sum (``settle``). Without the
    quorum it is never opened.

    Raises
    ------
    VoteRefused
        If no vote is open.
    StepRefused
        Before the stated end, unless everybody has voted.
    """
    row = find_matter(session, matter_id)
    matter = matter_of(session, row)
    if not matter.is_voting:
        raise VoteRefused(
            "No vote of {matter} is open (it is '{state:state}'); there is nothing to close.",
            matter=matter_id,
            state=matter.state,
        )
    vote = session.get_one(VoteRow, matter.vote_id)
    cast_by = len(voters(session, vote.vote))
    check_over(vote.vote, ends_at=vote.ends_at, now=now, voted=cast_by, electorate=vote.electorate)
    key = session.get(VoteKeyRow, vote.vote)
    if key is not None:
        return _close_board(session, row, key, cast_by, now=now)
    ballots = [
        Ballot(tracker=mark, choice=Choice(choice))
        for mark, choice in session.execute(
            select(BallotRow.tracker, BallotRow.choice).where(BallotRow.vote == vote.vote)
        )
    ]
    count = tally((ballot.choice for ballot in ballots), vote.electorate)
    return settle(session, row, count, ballots, now=now, review_at=review_at)


def settle(  # noqa: PLR0913 - the count, and what is published of it
    session: Session,
    row: MatterRow,
    count: Tally,
    ballots: list[Ballot],
    *,
    now: str,
    review_at: date | None = None,
) -> VoteRow:
    """Decide by a count, publish, and step the matter."""
    matter = matter_of(session, row)
    vote = session.get_one(VoteRow, matter.vote_id)
    _decide(session, vote, matter, (count, ballots), now)
    after = vote_closed(matter, count, day=date.fromisoformat(now[:10]), review_at=review_at)
    keep(session, row, after, f"vote closed: {vote.outcome}", _result(session, vote, after))
    if after.state is State.REMEDY_MANDATED:
        append(session, "remedy mandated", {"matter": row.matter_id, "returns": after.returns})
    return vote


def _close_board(session: Session, row: MatterRow, key: VoteKeyRow, cast_by: int, *, now: str) -> VoteRow:
    """Close the board of encrypted ballots; without its quorum the vote ends here, and nothing is ever opened."""
    vote = session.get_one(VoteRow, key.vote)
    if key.board_at is not None:
        raise VoteRefused("{vote} is closed, and waits for its trustees to open the sum.", vote=vote.vote)
    if cast_by < quorum(vote.electorate):
        unopened = Tally(yes=0, no=0, abstain=cast_by, electorate=vote.electorate)
        return settle(session, row, unopened, [], now=now)
    board = ballots_of(session, vote.vote)
    key.board_at, key.board = now, board_digest(key, board)
    append(session, "vote board closed", {"vote": vote.vote, "at": now, "ballots": len(board), "board": key.board})
    return vote


def _sealing(session: Session, vote: VoteRow) -> Json | None:
    """The head of a vote for whose key trustees were named; nothing for another."""
    key = session.get(VoteKeyRow, vote.vote)
    if key is None:
        return None
    if quorum(vote.electorate) < LEAST_PUBLISHED:
        raise KeyNotMade(
            "{number} electors are too few for a vote whose sum is told: {least} must vote at least.",
            number=vote.electorate,
            least=LEAST_PUBLISHED,
        )
    joint, trustees = whole_key(session, key)
    head: Json = {
        "vote": vote.vote,
        "key": joint.hex(),
        "trustees": trustees,
        "threshold": key.threshold,
        "parts": parts_digest(parts(session, key)),
        "question_sha256": vote.question_hash,
        "law_sha256": vote.law_hash,
        "ends_at": vote.ends_at,
        "electorate": vote.electorate,
        "quorum": quorum(vote.electorate),
    }
    key.head = json.dumps(head)
    session.flush()
    return head


def check_voting(session: Session, matter_id: str) -> None:
    """Refuse unless a vote of the matter is open.

    Raises
    ------
    StepRefused
        Saying where the matter is.
    """
    matter = matter_of(session, find_matter(session, matter_id))
    voided(matter, electorate(session, matter))


def void_vote(session: Session, matter_id: str, *, now: str, reason: str) -> Matter:
    """Void the open vote and forget its ballots; the electorate is frozen anew."""
    row = find_matter(session, matter_id)
    matter = matter_of(session, row)
    after = voided(matter, electorate(session, matter))
    forget(session, matter, now=now)
    facts = {"vote": matter.vote_id, "at": now, "reason": reason, "electorate": sorted(after.electorate or ())}
    keep(session, row, after, "vote void", facts)
    return after


def forget(session: Session, matter: Matter, *, now: str) -> None:
    """Delete the ballots of an open vote that is void, uncounted."""
    vote = session.get_one(VoteRow, matter.vote_id)
    session.execute(delete(BallotRow).where(BallotRow.vote == vote.vote))
    vote.closed_at, vote.outcome = now, "void"
    session.flush()


def ended(session: Session, *, now: str) -> list[str]:
    """Matters whose vote is open although its stated end has passed."""
    waits = select(VoteKeyRow.vote).where(VoteKeyRow.board_at.is_not(None))
    query = select(VoteRow.matter).where(
        VoteRow.closed_at.is_(None), VoteRow.ends_at <= now, VoteRow.vote.not_in(waits)
    )
    return list(session.scalars(query.order_by(VoteRow.matter)))


def voters(session: Session, vote: str) -> list[str]:
    """Who voted, sorted; there is no other order."""
    return sorted(session.scalars(select(VoterRow.pseudonym).where(VoterRow.vote == vote)))


def _decide(session: Session, vote: VoteRow, matter: Matter, counted: tuple[Tally, list[Ballot]], now: str) -> None:
    count, ballots = counted
    vote.closed_at, vote.outcome = now, str(outcome(count, matter.state))
    told = disclosed(count)
    if told is not None:
        vote.yes, vote.no, vote.abstain = told.yes, told.no, told.abstain
    listed = () if told is None else published(ballots)
    vote.published = json.dumps([[ballot.tracker, str(ballot.choice)] for ballot in listed])
    session.execute(delete(BallotRow).where(BallotRow.vote == vote.vote))
    session.flush()


def _result(session: Session, vote: VoteRow, after: Matter) -> dict[str, object]:
    return {
        "vote": vote.vote,
        "at": vote.closed_at,
        "yes": vote.yes,
        "no": vote.no,
        "abstain": vote.abstain,
        "electorate": vote.electorate,
        "quorum": quorum(vote.electorate),
        "outcome": vote.outcome,
        "voted": voters(session, vote.vote),
        "ballots": json.loads(vote.published or "[]"),
        "signed": _turnout(session, vote.vote),
        "tracker_secret": vote.secret.hex(),
        "review_at": after.review_at.isoformat() if after.review_at else None,
    }


def _turnout(session: Session, vote: str) -> list[list[str]]:
    """That delegates voted, as they signed it: statement and signature, sorted."""
    query = select(VoterRow.statement, VoterRow.signature).where(VoterRow.vote == vote, VoterRow.signature.is_not(None))
    return sorted([str(statement), str(signature)] for statement, signature in session.execute(query))
