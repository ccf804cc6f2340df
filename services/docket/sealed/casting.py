"""An encrypted ballot is cast: made on the delegate's device, signed by their key, posted to the public board."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from geopolity.assembly.credential import SignatureRefused, Signed, statement
from geopolity.ballots.ballot import Election, check_ballot, digest_of, read_ballot
from geopolity.ballots.group import element
from services.assemblies.own_acts import check_said
from services.clock import now
from services.records import Json
from services.storage.docket import sealed, votes
from services.storage.docket.matters import find_matter, matter_of
from services.storage.offices import summonses
from services.storage.store import Store

KIND = "sealed-ballot"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedReceipt:
    """What a delegate keeps: the fingerprint of the ballot, which they find on the public board."""

    vote: str
    head: str
    delegate: str
    ballot: str


def election_of(head: Json) -> Election:
    """What ballots of a vote are bound to."""
    return Election(head=digest_of(head), key=element(str(head["key"])))


def ballot_statement(head: Json, pseudonym: str, key: str, ballot: str) -> str:
    """The text that a delegate signs to cast an encrypted ballot with that fingerprint."""
    return statement(KIND, _said(head, pseudonym, key, ballot))


def cast_sealed(matter_id: str, pseudonym: str, record: Any, signed: Signed, store: Store) -> SealedReceipt:
    """Take an encrypted ballot, once a delegate.

    Raises
    ------
    BallotRefused
        If it does not prove one choice, in this vote, by this delegate.
    SignatureRefused
        If it is not signed by the key that opened the seat.
    VoteRefused
        If no vote is open, or the delegate may not vote in it, or did.
    KeyNotMade
        If the vote has no trustees.
    """
    moment, ballot = now(), read_ballot(record)
    with store.writing() as session:
        vote = votes.check_may_vote(session, matter_id, pseudonym, now=moment)
        head: Json = json.loads(sealed.find(session, vote.vote).head or "{}")
        matter = matter_of(session, find_matter(session, matter_id))
        seat = summonses.seat_of(session, matter.polity_id, pseudonym)
        if seat.opened_by is None or seat.opened_by != signed.key:
            raise SignatureRefused("An encrypted ballot is signed by the key that opened the seat; open it first.")
        check_said(signed.fields(KIND), _said(head, pseudonym, signed.key, ballot.digest), moment)
        check_ballot(ballot, election_of(head), signed.key)
        votes.mark_voted(session, vote, pseudonym, None)
        sealed.keep_ballot(session, vote.vote, pseudonym, (ballot, signed), now=moment)
        return SealedReceipt(vote=vote.vote, head=digest_of(head), delegate=pseudonym, ballot=ballot.digest)


def _said(head: Json, pseudonym: str, key: str, ballot: str) -> dict[str, str]:
    return {
        "vote": str(head["vote"]),
        "head": digest_of(head),
        "pseudonym": pseudonym,
        "key": key,
        "ballot": ballot,
    }
