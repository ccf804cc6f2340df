"""Put the one question, count the answers, take the remedy, ask again, and put the law into force."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from geopolity.assembly.credential import Signed
from geopolity.docket import matter as steps
from geopolity.docket.ballot import Handed, Receipt, choice_of
from geopolity.docket.closing import length
from geopolity.docket.matter import Matter
from geopolity.docket.remedy import Remedy
from geopolity.docket.states import State
from geopolity.docket.tally import quorum
from services.assemblies.own_acts import BALLOT, Deed, check_act
from services.assemblies.vacancies import settle_leaving
from services.auth.sessions import delegate_of
from services.clock import now
from services.records import of_row
from services.storage.docket import laws, matters, votes
from services.storage.docket.laws import Law
from services.storage.store import Store
from services.storage.tables import MatterRow, VoteKeyRow, VoteRow


def open_vote(matter_id: str, store: Store, *, days: int | None = None, at: str | None = None) -> str:
    """Open the vote for so many days, by default the least that the store holds; returns its name."""
    lasts = length(days, least=store.vote_days)
    with store.writing() as session:
        return votes.open_vote(session, matter_id, now=at or now(), days=lasts).vote


def cast(  # noqa: PLR0913 - what was signed comes with the act
    matter_id: str, pseudonym: str, word: str, store: Store, *, nonce: str | None = None, signed: Signed | None = None
) -> Receipt:
    """Take a delegate's ballot; returns the receipt, which nobody else has.

    Parameters
    ----------
    signed
        That they vote, signed by the key that opened their seat (``own_acts``): needed where there is one.
    """
    with store.writing() as session:
        return _cast(session, matter_id, pseudonym, (word, nonce), signed)


def cast_by_link(  # noqa: PLR0913 - what was signed comes with the act
    matter_id: str, secret: str, word: str, store: Store, *, nonce: str | None = None, signed: Signed | None = None
) -> Receipt:
    """Take the ballot of whoever a one-time sign-in link stands for; the link is used up by it, and only then.

    Raises
    ------
    SignInError
        If the link is unknown, used or over, or stands for no delegate.
    """
    choice_of(word)
    with store.writing() as session:
        return _cast(session, matter_id, delegate_of(session, secret), (word, nonce), signed)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteResult:
    """The result of a closed vote; sums and ballots only where they tell of nobody what they chose."""

    vote: str
    opened_at: str
    ends_at: str
    closed_at: str | None
    electorate: int
    yes: int | None
    no: int | None
    abstain: int | None
    outcome: str | None
    waits_for_trustees: bool
    law_hash: str
    quorum: int
    voted: list[str]
    ballots: list[list[str]]


def close_vote(matter_id: str, store: Store, *, review_at: date | None = None, at: str | None = None) -> VoteResult:
    """Close the vote: count, decide, publish; seats that only waited for it end."""
    moment = at or now()
    with store.writing() as session:
        return _result(session, close_in(session, matter_id, moment=moment, review_at=review_at))


def close_in(session: Session, matter_id: str, *, moment: str, review_at: date | None = None) -> VoteRow:
    """Close the vote in a transaction that is open."""
    vote = votes.close_vote(session, matter_id, now=moment, review_at=review_at)
    settle_leaving(session, matters.find_matter(session, matter_id).polity, now=moment)
    return vote


def close_ended(store: Store, *, at: str | None = None) -> tuple[str, ...]:
    """Close every vote whose stated end has passed, whoever would rather wait; returns their matters.

    Nobody is held up where there is none.
    """
    moment = at or now()
    with store.reading() as session:
        if not votes.ended(session, now=moment):
            return ()
    with store.writing() as session:
        return close_ended_in(session, moment)


def close_ended_in(session: Session, moment: str) -> tuple[str, ...]:
    """Close them in a transaction that is open."""
    found = tuple(votes.ended(session, now=moment))
    for matter_id in found:
        close_in(session, matter_id, moment=moment)
    return found


def vote_result(matter_id: str, store: Store) -> VoteResult:
    """Return the result of the last vote that was closed.

    Raises
    ------
    VoteRefused
        While a vote is open, whoever asks, and if there was none.
    """
    with store.reading() as session:
        matter = matters.matter_of(session, matters.find_matter(session, matter_id))
        if matter.is_voting:
            raise votes.VoteRefused(
                "{vote} is open; nobody is told how it stands before it closes.",
                vote=matter.vote_id,
            )
        vote = session.get(VoteRow, matter.vote_id)
        if vote is None:
            raise votes.VoteRefused(
                "There was no vote on {matter} yet (it is '{state:state}').",
                matter=matter_id,
                state=matter.state,
            )
        return _result(session, vote)


def propose_remedy(matter_id: str, remedy: Remedy, store: Store) -> Matter:
    """Take the civil service's proposal; it needs a declaration of harm, effect, cost, alternatives and the law."""
    with store.writing() as session:
        row = matters.find_matter(session, matter_id)
        after = steps.remedied(matters.matter_of(session, row), remedy)
        facts = {"law": row.law, "law_sha256": after.law_hash, "repeals": remedy.repeals}
        matters.keep(session, row, after, "remedy proposed", facts)
        return after


def enact(
    matter_id: str, store: Store, *, review_at: date | None = None, sunset_at: date | None = None,
    at: str | None = None,
) -> Matter:  # fmt: skip
    """Put the approved remedy into force: the law as amended binds, or the law ends where it is repealed."""
    moment = at or now()
    day = date.fromisoformat(moment[:10])
    with store.writing() as session:
        row = matters.find_matter(session, matter_id)
        matter = matters.matter_of(session, row)
        after = steps.enacted(matter, day=day, review_at=review_at, sunset_at=sunset_at)
        assert matter.remedy is not None
        here = (MatterRow.polity == row.polity, MatterRow.law == row.law)
        others = session.scalars(select(MatterRow).where(*here, MatterRow.state == str(State.IN_FORCE))).all()
        if matter.remedy.repeals:
            for other in others:
                ended = steps.repealed(matters.matter_of(session, other), matter)
                matters.keep(session, other, ended, "law repealed", {"law": row.law, "by": matter_id})
        laws.end_law(session, row.polity, row.law, day=day.isoformat())
        if not matter.remedy.repeals:
            amended = Law(name=row.law, title=laws.title_of(session, row), text=matter.remedy.law)
            law = laws.add_law(session, amended, polity=row.polity, matter=matter_id)
            law.binds_from, law.ends_at = day.isoformat(), None if sunset_at is None else sunset_at.isoformat()
        facts = {"law": row.law, "law_sha256": after.law_hash, "repeals": matter.remedy.repeals, "at": moment}
        facts |= {"review_at": str(after.review_at), "sunset_at": None if sunset_at is None else str(sunset_at)}
        matters.keep(session, row, after, "law in force", facts)
        return after


def _cast(
    session: Session, matter_id: str, pseudonym: str, said: tuple[str, str | None], signed: Signed | None
) -> Receipt:
    word, nonce = said
    matter = matters.matter_of(session, matters.find_matter(session, matter_id))
    check_act(session, Deed(kind=BALLOT, polity=matter.polity_id, delegate=pseudonym, what=matter.vote_id), signed)
    handed = Handed(delegate=pseudonym, choice=choice_of(word), nonce=nonce or secrets.token_hex(16))
    return votes.cast(session, matter_id, handed, now=now(), signed=signed)


def _result(session: Session, vote: VoteRow) -> VoteResult:
    ballots, voted = json.loads(vote.published or "[]"), votes.voters(session, vote.vote)
    key = session.get(VoteKeyRow, vote.vote)
    waits = key is not None and key.board_at is not None and vote.closed_at is None
    return of_row(
        VoteResult, vote, quorum=quorum(vote.electorate), voted=voted, ballots=ballots, waits_for_trustees=waits
    )
