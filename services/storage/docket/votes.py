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

from geopolity.docket.ballot import Ballot, Choice, Handed, Receipt, published, tracker
from geopolity.docket.closing import check_over, disclosed
from geopolity.docket.matter import Matter, voided, vote_closed, vote_opened
from geopolity.docket.question import question_hash
from geopolity.docket.states import State
from geopolity.docket.tally import Tally, outcome, quorum, tally
from geopolity.errors import NegativeAnswer
from geopolity.publiclog.log import commitment
from services.clock import after as later
from services.storage.docket.matters import electorate, find_matter, keep, matter_of
from services.storage.publiclog import append
from services.storage.tables import BallotRow, SeatRow, VoteRow, VoterRow

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
    }
    keep(session, row, after, "vote opened", facts)
    return vote


def cast(session: Session, matter_id: str, handed: Handed, *, now: str) -> Receipt:
    """Take a delegate's ballot; returns their receipt.

    Raises
    ------
    VoteRefused
        If no vote is open, the delegate is not in its electorate, has left the seat or has voted, or it is too late.
    """
    matter, pseudonym = matter_of(session, find_matter(session, matter_id)), handed.delegate
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
    salt = secrets.token_hex(SALT_BYTES)
    mark = tracker(vote.vote, vote.secret, pseudonym, salt, handed.nonce)
    try:
        session.execute(insert(VoterRow).values(token=secrets.token_hex(16), vote=vote.vote, pseudonym=pseudonym))
    except IntegrityError as error:
        raise VoteRefused(
            "{delegate} has voted in {vote}, and a ballot stands; the receipt finds it.",
            delegate=pseudonym,
            vote=vote.vote,
        ) from error
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


def close_vote(session: Session, matter_id: str, *, now: str, review_at: date | None = None) -> VoteRow:
    """Count, decide, publish and forget the ballots, and step the matter: all of it, or nothing.

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
    ballots = [
        Ballot(tracker=mark, choice=Choice(choice))
        for mark, choice in session.execute(
            select(BallotRow.tracker, BallotRow.choice).where(BallotRow.vote == vote.vote)
        )
    ]
    count = _decide(session, vote, matter, ballots, now)
    after = vote_closed(matter, count, day=date.fromisoformat(now[:10]), review_at=review_at)
    keep(session, row, after, f"vote closed: {vote.outcome}", _result(session, vote, after))
    if after.state is State.REMEDY_MANDATED:
        append(session, "remedy mandated", {"matter": matter_id, "returns": after.returns})
    return vote


def void_vote(session: Session, matter_id: str, *, now: str, reason: str) -> Matter:
    """Void the open vote and forget its ballots; the electorate is frozen anew."""
    row = find_matter(session, matter_id)
    matter = matter_of(session, row)
    after = voided(matter, electorate(session, matter))
    forget(session, matter, now=now)
    keep(session, row, after, "vote void", {"vote": matter.vote_id, "at": now, "reason": reason})
    return after


def forget(session: Session, matter: Matter, *, now: str) -> None:
    """Delete the ballots of an open vote that is void, uncounted."""
    vote = session.get_one(VoteRow, matter.vote_id)
    session.execute(delete(BallotRow).where(BallotRow.vote == vote.vote))
    vote.closed_at, vote.outcome = now, "void"
    session.flush()


def ended(session: Session, *, now: str) -> list[str]:
    """Matters whose vote is open although its stated end has passed."""
    query = select(VoteRow.matter).where(VoteRow.closed_at.is_(None), VoteRow.ends_at <= now)
    return list(session.scalars(query.order_by(VoteRow.matter)))


def voters(session: Session, vote: str) -> list[str]:
    """Who voted, sorted; there is no other order."""
    return sorted(session.scalars(select(VoterRow.pseudonym).where(VoterRow.vote == vote)))


def _decide(session: Session, vote: VoteRow, matter: Matter, ballots: list[Ballot], now: str) -> Tally:
    count = tally((ballot.choice for ballot in ballots), vote.electorate)
    vote.closed_at, vote.outcome = now, str(outcome(count, matter.state))
    told = disclosed(count)
    if told is not None:
        vote.yes, vote.no, vote.abstain = told.yes, told.no, told.abstain
    listed = () if told is None else published(ballots)
    vote.published = json.dumps([[ballot.tracker, str(ballot.choice)] for ballot in listed])
    session.execute(delete(BallotRow).where(BallotRow.vote == vote.vote))
    session.flush()
    return count


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
        "tracker_secret": vote.secret.hex(),
        "review_at": after.review_at.isoformat() if after.review_at else None,
    }
