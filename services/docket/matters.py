"""Read the docket, and do what stands across it: review, stay, resume, void."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from geopolity.docket import matter as steps
from geopolity.docket.matter import Matter
from geopolity.docket.question import question
from geopolity.docket.remedy import Remedy
from geopolity.docket.tally import quorum
from services.clock import now
from services.docket.petitions import PetitionError
from services.records import Json, of_row
from services.storage.docket import laws, matters, votes
from services.storage.polities import versions
from services.storage.store import Store
from services.storage.tables import HeardRow, MatterRow, PolityRow, VoteRow


def begin_review(matter_id: str, store: Store, *, at: str | None = None) -> Matter:
    """Begin the review of a decision whose day has come."""
    day = date.fromisoformat((at or now())[:10])
    with store.writing() as session:
        return matters.stepped(
            session, matter_id, lambda it: steps.reviewed(it, day=day), "review begun", {"on": str(day)}
        )


def stay(matter_id: str, store: Store, *, reason: str, at: str | None = None) -> Matter:
    """Stay a matter, and not while its vote is open: nobody ends a vote that stands badly.

    Raises
    ------
    VoteRefused
        While its vote is open.
    """
    with store.writing() as session:
        row = matters.find_matter(session, matter_id)
        matter = matters.matter_of(session, row)
        if matter.is_voting:
            raise votes.VoteRefused(
                "{vote} is open until {end:moment}, and nobody ends it before; stay {matter} after that.",
                vote=matter.vote_id,
                end=session.get_one(VoteRow, matter.vote_id).ends_at,
                matter=matter_id,
            )
        return stay_in(session, row, reason=reason, moment=at or now())


def stay_in(session: Session, row: MatterRow, *, reason: str, moment: str) -> Matter:
    """Stay a matter in a transaction that is open; its vote is void, since its polity is no more."""
    matter = matters.matter_of(session, row)
    after = steps.stayed(matter)
    if matter.is_voting:
        votes.forget(session, matter, now=moment)
    matters.keep(session, row, after, "matter stayed", {"reason": reason, "void_vote": matter.is_voting})
    return after


def resume(matter_id: str, store: Store, *, polity_id: str | None = None) -> Matter:
    """Take a stayed matter up again, in its polity or the one that it is routed to, with a new electorate."""
    with store.writing() as session:
        return resume_in(session, matter_id, polity_id)


def matter_of(matter_id: str, store: Store) -> Matter:
    """A matter as it stands."""
    with store.reading() as session:
        return matters.matter_of(session, matters.find_matter(session, matter_id))


def resume_in(session: Session, matter_id: str, polity_id: str | None = None) -> Matter:
    """Take a stayed matter up again in a transaction that is open."""
    row = matters.find_matter(session, matter_id)
    matter = matters.matter_of(session, row)
    target = polity_id or matter.polity_id
    polity = check_open(session, target)
    if target != matter.polity_id:
        _carry_law(session, row, target)
    moved = replace(matter, polity_id=target)
    after = steps.resumed(matter, matters.electorate(session, moved), polity_id=target)
    row.polity_version = polity.version
    matters.keep(session, row, after, "matter resumed", _frozen(after, polity.version))
    return after


def check_open(session: Session, polity_id: str) -> PolityRow:
    """The active version of a polity that a matter is to go on in.

    Raises
    ------
    PetitionError
        If there is none.
    """
    polity = versions.active(session, polity_id)
    if polity is None:
        raise PetitionError("{polity:quoted} is no active polity, so the matter cannot go on there.", polity=polity_id)
    return polity


def _frozen(after: Matter, version: int) -> Json:
    electorate = None if after.electorate is None else sorted(after.electorate)
    return {"polity_version": version, "electorate": electorate}


def _carry_law(session: Session, row: MatterRow, target: str) -> None:
    """Enter the text that a matter is about as a law of the polity it goes on in; a law of the old one stays its own.

    Raises
    ------
    PetitionError
        If the other polity has a law of that name with another text.
    """
    bound = laws.bound_law(session, row.polity, row.law, row.law_hash)
    text_hash = row.law_hash if bound is None else bound.text_hash
    known = laws.newest_law(session, target, row.law)
    if known is not None and known.text_hash != text_hash:
        raise PetitionError(
            "{polity} has a law {law:quoted} of its own, with another text; file a petition there instead.",
            polity=target,
            law=row.law,
        )
    if bound is not None and laws.bound_law(session, target, row.law, text_hash) is None:
        laws.add_law(session, laws.Law(name=bound.law, title=bound.title, text=bound.text), polity=target)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterListed:
    """A matter in a list: what it is about, how far it is, and its days."""

    matter_id: str
    polity: str
    polity_version: int
    title: str
    law: str
    law_hash: str
    petitioner: str
    filed_at: str
    state: str
    hearing_until: str | None
    votes: int
    returns: int
    review_at: str | None
    sunset_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenVote:
    """What is told of an open vote: when it ends, and how many of how many must vote."""

    vote: str
    ends_at: str
    electorate: int
    quorum: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardThing:
    """Evidence or testimony: who brought it, in which words, and where it can be read."""

    kind: str
    at: str
    by: str
    text: str
    link: str | None
    file: str | None
    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterShown(MatterListed):
    """Everything that may be read of a matter before voting."""

    question: str
    open_vote: OpenVote | None
    harm: str
    law_text: str | None
    brief: str
    remedy: Remedy | None
    heard: list[HeardThing]


def list_matters(store: Store, polity_id: str | None = None) -> list[MatterListed]:
    """Matters by polity and number."""
    query = select(MatterRow).order_by(MatterRow.polity, MatterRow.filed_at, MatterRow.matter_id)
    if polity_id is not None:
        query = query.where(MatterRow.polity == polity_id)
    with store.reading() as session:
        return [of_row(MatterListed, row) for row in session.scalars(query)]


def show_matter(matter_id: str, store: Store, *, language: str = "en") -> MatterShown:
    """Everything that may be read of a matter before voting: the law, the question, the brief, all that was heard."""
    with store.reading() as session:
        row = matters.find_matter(session, matter_id)
        heard = session.scalars(select(HeardRow).where(HeardRow.matter == matter_id).order_by(HeardRow.key))
        law = laws.bound_law(session, row.polity, row.law, row.law_hash)
        matter = matters.matter_of(session, row)
        remedy = matter.remedy
        vote = session.get(VoteRow, matter.vote_id) if matter.is_voting else None
        return of_row(
            MatterShown,
            row,
            question=question(language),
            open_vote=None if vote is None else of_row(OpenVote, vote, quorum=quorum(vote.electorate)),
            law_text=remedy.law if remedy else (law.text if law else None),
            remedy=remedy,
            heard=[of_row(HeardThing, it, by=it.author, text=it.summary, file=it.file_name) for it in heard],
        )
