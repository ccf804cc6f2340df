"""Carry a law through its assembly: file, hear, vote, remedy, vote again, enact, review.

Each act is one transaction with the public log. Moments are the server's; only a demonstration may give its own.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geopolity.docket import matter as steps
from geopolity.docket.ballot import choice_of
from geopolity.docket.matter import Matter, Petitioner
from geopolity.docket.question import question
from geopolity.docket.remedy import Remedy
from geopolity.docket.states import State, StepRefused
from geopolity.errors import RequestError
from services.settings import Settings
from services.storage import docket, polities, votes
from services.storage.docket import Law
from services.storage.docket_tables import HeardRow, LawRow, MatterRow, RecusalRow, VoteRow
from services.storage.publiclog import append, committed
from services.storage.seats import active_seats
from services.storage.store import open_store, reading, writing
from services.storage.tables import PolityRow, UnitRow
from services.usecases.leaving import settle_leaving
from services.usecases.moments import now

ADMITTED = frozenset(Petitioner)
"""The admission rule: anyone may raise a harm."""
MOST_EVIDENCE = 20 * 2**20
ROOT = "root"
"""Instead of a polity's id: rights and all that concerns everyone go to the widest area."""


class PetitionError(RequestError):
    """A petition cannot be filed: no active polity, no petitioner of that kind, no law."""

    code = "petition"


class EvidenceError(RequestError):
    """A file of evidence cannot be taken."""

    code = "evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Petition:
    """A harm that somebody raises.

    Attributes
    ----------
    law
        Name of the law, in the letters of a file name.
    text
        Its text, if the docket does not know it yet.
    harm
        Who is harmed and how, in the petitioner's words; the log holds a commitment to it.
    """

    polity_id: str
    law: str
    title: str
    harm: str
    petitioner: str
    text: str | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", self.law):
            raise PetitionError(f"{self.law!r} names no law; use small letters, digits and hyphens.")
        if self.petitioner not in set(Petitioner):
            raise PetitionError(f"A {self.petitioner!r} files no petitions; these do: {', '.join(Petitioner)}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What somebody brings to a hearing: a file, a link, or both, with a summary in plain words."""

    author: str
    summary: str
    file: Path | None = None
    link: str | None = None


def file_matter(petition: Petition, settings: Settings, *, at: str | None = None) -> str:
    """File a petition against a law before the assembly of an active polity; returns the matter's id."""
    moment = at or now()
    with writing(open_store(settings)) as session:
        polity = _routed(session, petition.polity_id)
        polity_id = polity.issue
        if petition.text is not None:
            law = Law(name=petition.law, title=petition.title, text=petition.text)
            docket.add_law(session, law, polity=polity_id)
        known = docket.newest_law(session, petition.law)
        earlier = session.scalar(select(func.count()).select_from(MatterRow).where(MatterRow.polity == polity_id)) or 0
        stand_in, salt = committed(petition.harm)
        row = MatterRow(
            matter_id=f"{polity_id}-{earlier + 1}",
            polity=polity_id,
            polity_version=polity.version,
            title=petition.title,
            law=petition.law,
            law_hash=known.text_hash,
            petitioner=petition.petitioner,
            harm=petition.harm,
            harm_salt=salt,
            filed_at=moment,
            state=str(State.FILED),
            brief="",
            votes=0,
            returns=0,
            harm_declared=False,
        )
        session.add(row)
        session.flush()
        facts = {"law": row.law, "law_sha256": row.law_hash, "petitioner": row.petitioner, "harm": stand_in}
        append(session, "matter filed", {"matter": row.matter_id, "polity": polity_id, "at": moment} | facts)
        return row.matter_id


def admit(matter_id: str, settings: Settings) -> Matter:
    """Admit a petition by the admission rule."""
    with writing(open_store(settings)) as session:
        petitioner = Petitioner(docket.find_matter(session, matter_id).petitioner)
        return docket.stepped(
            session, matter_id, lambda it: steps.admitted(it, petitioner, ADMITTED), "matter admitted"
        )


def reject(matter_id: str, settings: Settings, *, reason: str) -> Matter:
    """Reject a petition; the log keeps a commitment to the reason."""
    stand_in, _ = committed(reason)
    with writing(open_store(settings)) as session:
        return docket.stepped(session, matter_id, steps.rejected, "matter rejected", {"reason": stand_in})


def hear(matter_id: str, settings: Settings, *, until: date) -> Matter:
    """Open a hearing: the first, or the one on a remedy."""
    facts = {"until": until.isoformat()}
    with writing(open_store(settings)) as session:
        return docket.stepped(session, matter_id, lambda it: steps.heard(it, until=until), "hearing opened", facts)


def extend(matter_id: str, settings: Settings, *, until: date) -> Matter:
    """Put off the end of a hearing; a vote waits for as long as the delegates need."""
    facts = {"until": until.isoformat()}
    with writing(open_store(settings)) as session:
        return docket.stepped(session, matter_id, lambda it: steps.extended(it, until=until), "hearing extended", facts)


def brief(matter_id: str, settings: Settings, *, text: str) -> None:
    """Write the brief in plain words."""
    with writing(open_store(settings)) as session:
        row = docket.find_matter(session, matter_id)
        _check_hearing(row)
        row.brief = text
        append(session, "brief written", {"matter": matter_id, "sha256": hashlib.sha256(text.encode()).hexdigest()})


def add_evidence(matter_id: str, evidence: Evidence, settings: Settings) -> str | None:
    """Add evidence to an open hearing; returns the file's SHA-256."""
    content = None if evidence.file is None else _read_evidence(evidence.file)
    digest = None if content is None else hashlib.sha256(content).hexdigest()
    heard = HeardRow(
        kind="evidence",
        author=evidence.author,
        summary=evidence.summary,
        link=evidence.link,
        file_name=None if evidence.file is None else evidence.file.name,
        sha256=digest,
        content=content,
    )
    _add_heard(matter_id, heard, settings)
    return digest


def add_testimony(matter_id: str, settings: Settings, *, by: str, text: str) -> None:
    """Add testimony to an open hearing."""
    _add_heard(matter_id, HeardRow(kind="testimony", author=by, summary=text), settings)


def recuse(matter_id: str, pseudonym: str, settings: Settings) -> None:
    """Take a delegate out of one matter, before its electorate is frozen; the seat stays theirs."""
    with writing(open_store(settings)) as session:
        row = docket.find_matter(session, matter_id)
        if row.electorate is not None:
            raise StepRefused(f"The electorate of {matter_id} is frozen, so nobody can be recused from this vote.")
        if pseudonym not in {seat.pseudonym for seat in active_seats(session, row.polity)}:
            raise StepRefused(f"{pseudonym} does not sit for {row.polity}, so there is nothing to be recused from.")
        if session.get(RecusalRow, (matter_id, pseudonym)) is None:
            session.add(RecusalRow(matter=matter_id, pseudonym=pseudonym, at=now()))
            append(session, "seat recused", {"matter": matter_id, "pseudonym": pseudonym})


def ready(matter_id: str, settings: Settings, *, at: str | None = None) -> Matter:
    """Close the hearing; electorate and law are frozen, and the vote binds to the polity's version of now."""
    day = date.fromisoformat((at or now())[:10])
    with writing(open_store(settings)) as session:
        row = docket.find_matter(session, matter_id)
        matter = docket.matter_of(session, row)
        after = steps.readied(matter, docket.electorate(session, matter), day=day)
        version = polities.find(session, row.polity).version
        row.polity_version = version
        facts = {"electorate": sorted(after.electorate or ()), "law_sha256": after.law_hash, "polity_version": version}
        docket.keep(session, row, after, "vote ready", facts)
        return after


def open_vote(matter_id: str, settings: Settings, *, at: str | None = None) -> str:
    """Open the vote; returns its name."""
    with writing(open_store(settings)) as session:
        return votes.open_vote(session, matter_id, now=at or now()).vote


def cast(matter_id: str, pseudonym: str, word: str, settings: Settings, *, nonce: str | None = None) -> dict[str, Any]:
    """Take a delegate's ballot; returns the receipt, which nobody else has."""
    choice, mark = choice_of(word), nonce or secrets.token_hex(16)
    with writing(open_store(settings)) as session:
        return asdict(votes.cast(session, matter_id, pseudonym, choice, mark))


def close_vote(
    matter_id: str, settings: Settings, *, review_at: date | None = None, at: str | None = None
) -> dict[str, Any]:
    """Close the vote: count, decide, publish; seats that only waited for it end."""
    moment = at or now()
    with writing(open_store(settings)) as session:
        vote = votes.close_vote(session, matter_id, now=moment, review_at=review_at)
        settle_leaving(session, docket.find_matter(session, matter_id).polity, now=moment)
        return _result(session, vote)


def vote_result(matter_id: str, settings: Settings) -> dict[str, Any]:
    """Return the result of the last vote that was closed.

    Raises
    ------
    VoteRefused
        While a vote is open, whoever asks, and if there was none.
    """
    with reading(open_store(settings)) as session:
        matter = docket.matter_of(session, docket.find_matter(session, matter_id))
        if matter.is_voting:
            raise votes.VoteRefused(f"{matter.vote_id} is open; nobody is told how it stands before it closes.")
        vote = session.get(VoteRow, matter.vote_id)
        if vote is None:
            raise votes.VoteRefused(f"There was no vote on {matter_id} yet (it is '{matter.state}').")
        return _result(session, vote)


def propose_remedy(matter_id: str, remedy: Remedy, settings: Settings) -> Matter:
    """Take the civil service's proposal; it needs a declaration of harm, effect, cost, alternatives and the law."""
    with writing(open_store(settings)) as session:
        row = docket.find_matter(session, matter_id)
        after = steps.remedied(docket.matter_of(session, row), remedy)
        facts = {"law": row.law, "law_sha256": after.law_hash, "repeals": remedy.repeals}
        docket.keep(session, row, after, "remedy proposed", facts)
        return after


def enact(
    matter_id: str, settings: Settings, *, review_at: date | None = None, sunset_at: date | None = None,
    at: str | None = None,
) -> Matter:  # fmt: skip
    """Put the approved remedy into force: the law as amended binds, or the law ends where it is repealed."""
    moment = at or now()
    day = date.fromisoformat(moment[:10])
    with writing(open_store(settings)) as session:
        row = docket.find_matter(session, matter_id)
        matter = docket.matter_of(session, row)
        after = steps.enacted(matter, day=day, review_at=review_at, sunset_at=sunset_at)
        assert matter.remedy is not None
        before = docket.newest_law(session, row.law)
        others = session.scalars(
            select(MatterRow).where(MatterRow.law == row.law, MatterRow.state == str(State.IN_FORCE))
        ).all()
        if matter.remedy.repeals:
            for other in others:
                ended = steps.repealed(docket.matter_of(session, other), matter)
                docket.keep(session, other, ended, "law repealed", {"law": row.law, "by": matter_id})
        docket.end_law(session, row.law, day=day.isoformat())
        if not matter.remedy.repeals:
            amended = Law(name=row.law, title=before.title, text=matter.remedy.law)
            law = docket.add_law(session, amended, polity=row.polity, matter=matter_id)
            law.binds_from, law.ends_at = day.isoformat(), None if sunset_at is None else sunset_at.isoformat()
        facts = {"law": row.law, "law_sha256": after.law_hash, "repeals": matter.remedy.repeals, "at": moment}
        facts |= {"review_at": str(after.review_at), "sunset_at": None if sunset_at is None else str(sunset_at)}
        docket.keep(session, row, after, "law in force", facts)
        return after


def begin_review(matter_id: str, settings: Settings, *, at: str | None = None) -> Matter:
    """Begin the review of a decision whose day has come."""
    day = date.fromisoformat((at or now())[:10])
    with writing(open_store(settings)) as session:
        return docket.stepped(
            session, matter_id, lambda it: steps.reviewed(it, day=day), "review begun", {"on": str(day)}
        )


def stay(matter_id: str, settings: Settings, *, reason: str, at: str | None = None) -> Matter:
    """Stay a matter; an open vote is void and its ballots are forgotten."""
    with writing(open_store(settings)) as session:
        row = docket.find_matter(session, matter_id)
        return stay_in(session, row, reason=reason, moment=at or now())


def stay_in(session: Session, row: MatterRow, *, reason: str, moment: str) -> Matter:
    """Stay a matter in a transaction that is open."""
    matter = docket.matter_of(session, row)
    after = steps.stayed(matter)
    if matter.is_voting:
        votes.forget(session, matter, now=moment)
    docket.keep(session, row, after, "matter stayed", {"reason": reason, "void_vote": matter.is_voting})
    return after


def resume(matter_id: str, settings: Settings, *, polity_id: str | None = None) -> Matter:
    """Take a stayed matter up again, in its polity or the one that it is routed to, with a new electorate."""
    with writing(open_store(settings)) as session:
        row = docket.find_matter(session, matter_id)
        matter = docket.matter_of(session, row)
        target = polity_id or matter.polity_id
        polity = polities.active(session, target)
        if polity is None:
            raise PetitionError(f"{target!r} is no active polity, so the matter cannot go on there.")
        moved = replace(matter, polity_id=target)
        after = steps.resumed(matter, docket.electorate(session, moved), polity_id=target)
        row.polity_version = polity.version
        docket.keep(session, row, after, "matter resumed", {"polity_version": polity.version})
        return after


def void(matter_id: str, settings: Settings, *, reason: str, at: str | None = None) -> Matter:
    """Void an open vote, for example since somebody without a right to it decided it."""
    with writing(open_store(settings)) as session:
        return votes.void_vote(session, matter_id, now=at or now(), reason=reason)


def list_matters(settings: Settings, polity_id: str | None = None) -> list[dict[str, Any]]:
    """Matters by polity and number."""
    query = select(MatterRow).order_by(MatterRow.polity, MatterRow.filed_at, MatterRow.matter_id)
    if polity_id is not None:
        query = query.where(MatterRow.polity == polity_id)
    with reading(open_store(settings)) as session:
        return [_record(row) for row in session.scalars(query)]


def show_matter(matter_id: str, settings: Settings, *, language: str = "en") -> dict[str, Any]:
    """Everything that may be read of a matter before voting: the law, the question, the brief, all that was heard."""
    with reading(open_store(settings)) as session:
        row = docket.find_matter(session, matter_id)
        heard = session.scalars(select(HeardRow).where(HeardRow.matter == matter_id).order_by(HeardRow.key))
        law = session.scalar(
            select(LawRow)
            .where(LawRow.law == row.law, LawRow.text_hash == row.law_hash)
            .order_by(LawRow.version.desc())
        )
        remedy = None if row.remedy is None else json.loads(row.remedy)
        return _record(row) | {
            "question": question(language),
            "harm": row.harm,
            "law_text": remedy["law"] if remedy else (law.text if law else None),
            "brief": row.brief,
            "remedy": remedy,
            "heard": [
                {"kind": it.kind, "at": it.at, "by": it.author, "text": it.summary, "link": it.link}
                | {"file": it.file_name, "sha256": it.sha256}
                for it in heard
            ],
        }


def read_text(file: Path) -> str:
    """Read a law's text.

    Raises
    ------
    PetitionError
        If the file is missing, or no text.
    """
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PetitionError(f"{file} cannot be read as text ({error}); give a UTF-8 file.") from error


def _routed(session: Session, polity_id: str) -> PolityRow:
    """Return the active polity that a petition goes to; ``root`` is the widest, which holds every unit of its layer."""
    if polity_id != ROOT:
        row = polities.active(session, polity_id)
        if row is None:
            raise PetitionError(f"{polity_id!r} is no active polity; `geopolity polity list` prints them.")
        return row
    size = select(func.count()).where(UnitRow.layer == PolityRow.layer).scalar_subquery()
    whole = select(PolityRow).where(PolityRow.status == "active", PolityRow.units == size)
    row = session.scalar(whole.order_by(PolityRow.population.desc(), PolityRow.issue).limit(1))
    if row is None:
        raise PetitionError("No active polity holds every unit of its layer; derive one with the footprint `everyone`.")
    return row


def _record(row: MatterRow) -> dict[str, Any]:
    keys = ("matter_id", "polity", "polity_version", "title", "law", "law_hash", "petitioner", "filed_at", "state")
    more = ("hearing_until", "votes", "returns", "review_at", "sunset_at")
    return {key: getattr(row, key) for key in (*keys, *more)}


def _result(session: Session, vote: VoteRow) -> dict[str, Any]:
    keys = ("vote", "opened_at", "closed_at", "electorate", "yes", "no", "abstain", "outcome", "law_hash")
    ballots: Sequence[Any] = json.loads(vote.published or "[]")
    return {key: getattr(vote, key) for key in keys} | {"voted": votes.voters(session, vote.vote), "ballots": ballots}


def _add_heard(matter_id: str, heard: HeardRow, settings: Settings) -> None:
    stand_in, salt = committed(heard.summary)
    with writing(open_store(settings)) as session:
        row = docket.find_matter(session, matter_id)
        _check_hearing(row)
        heard.matter, heard.at, heard.salt = matter_id, now(), salt
        session.add(heard)
        session.flush()
        facts = {"matter": matter_id, "number": heard.key, "text": stand_in, "sha256": heard.sha256}
        append(session, f"{heard.kind} heard", facts)


def _check_hearing(row: MatterRow) -> None:
    if row.state not in {State.HEARING, State.HEARING2}:
        raise StepRefused(f"No hearing of {row.matter_id} is open (it is '{row.state}'); it is heard before a vote.")


def _read_evidence(file: Path) -> bytes:
    try:
        size = file.stat().st_size
        if size > MOST_EVIDENCE:
            raise EvidenceError(
                f"{file} has {size / 2**20:.0f} MB, and {MOST_EVIDENCE // 2**20} is the most; give a link."
            )
        return file.read_bytes()
    except OSError as error:
        raise EvidenceError(f"{file} cannot be read ({error.strerror}); give an existing file.") from error
