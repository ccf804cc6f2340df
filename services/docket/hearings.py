"""What an assembly hears: evidence, testimony, a brief; and who may vote on it when it closes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from geopolity.assembly.credential import Signed
from geopolity.docket import matter as steps
from geopolity.docket.hearing import Hearing
from geopolity.docket.matter import Matter
from geopolity.docket.states import State, StepRefused
from geopolity.errors import RequestError
from services.assemblies.own_acts import ANSWER, Deed, check_act
from services.auth.sessions import delegate_of
from services.clock import now
from services.storage.docket import matters
from services.storage.docket.matters import UnknownMatterError
from services.storage.offices.seats import active_seats
from services.storage.polities import versions
from services.storage.publiclog import append, committed
from services.storage.store import Store
from services.storage.tables import HeardRow, MatterRow, RecusalRow

MOST_EVIDENCE = 20 * 2**20


class EvidenceError(RequestError):
    """A file of evidence cannot be taken."""

    code = "evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What somebody brings to a hearing: a file, a link, or both, with a summary in plain words."""

    author: str
    summary: str
    file: Path | None = None
    link: str | None = None


def hear(matter_id: str, store: Store, *, until: date) -> Matter:
    """Open a hearing: the first, or the one on a remedy."""
    day, facts = _today(), {"until": until.isoformat()}
    Hearing.check_long_enough(until, day)
    with store.writing() as session:
        return matters.stepped(
            session, matter_id, lambda it: steps.heard(it, until=until, day=day), "hearing opened", facts
        )


def extend(matter_id: str, store: Store, *, until: date, delegate: str | None = None) -> Matter:
    """Put off the end of a hearing: by the clerk, or by a ``delegate`` who sits in its assembly.

    Raises
    ------
    StepRefused
        If the delegate sits elsewhere, or the end is not later or too late.
    """
    facts = {"until": until.isoformat(), "by": delegate or "clerk"}
    with store.writing() as session:
        if delegate is not None:
            _check_sits(session, matters.find_matter(session, matter_id), delegate)
        return matters.stepped(
            session, matter_id, lambda it: steps.extended(it, until=until), "hearing extended", facts
        )


def shorten(matter_id: str, store: Store, *, until: date) -> Matter:
    """Bring the end of a hearing forward, which the clerk may do with a week's notice."""
    day, facts = _today(), {"until": until.isoformat(), "by": "clerk"}
    with store.writing() as session:
        return matters.stepped(
            session, matter_id, lambda it: steps.shortened(it, until=until, day=day), "hearing shortened", facts
        )


def _today() -> date:
    return date.fromisoformat(now()[:10])


def _check_sits(session: Session, row: MatterRow, delegate: str) -> None:
    if delegate not in {seat.pseudonym for seat in active_seats(session, row.polity)}:
        raise StepRefused(
            "{delegate} does not sit for {polity}; its own delegates and its clerk put off its hearings.",
            delegate=delegate,
            polity=row.polity,
        )


def brief(matter_id: str, store: Store, *, text: str) -> None:
    """Write the brief in plain words."""
    with store.writing() as session:
        row = matters.find_matter(session, matter_id)
        _check_hearing(row)
        row.brief = text
        append(session, "brief written", {"matter": matter_id, "sha256": hashlib.sha256(text.encode()).hexdigest()})


def add_evidence(matter_id: str, evidence: Evidence, store: Store) -> str | None:
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
    _add_heard(matter_id, heard, store)
    return digest


def evidence_file(matter_id: str, number: int, store: Store) -> bytes:
    """Return evidence as it was handed in.

    Raises
    ------
    UnknownMatterError
        If the matter has no such evidence, or it is a summary alone.
    """
    with store.reading() as session:
        row = matters.evidence_in(session, matter_id, number)
        if row is None or row.content is None:
            raise UnknownMatterError(
                "{matter} has no file of evidence with the number {number}.",
                matter=matter_id,
                number=number,
            )
        return bytes(row.content)


def add_testimony(matter_id: str, store: Store, *, by: str, text: str) -> None:
    """Add testimony to an open hearing."""
    _add_heard(matter_id, HeardRow(kind="testimony", author=by, summary=text), store)


def recuse(matter_id: str, pseudonym: str, store: Store, *, signed: Signed | None = None) -> None:
    """Take no part in one matter, before its electorate is frozen; the seat stays the delegate's.

    Who holds a key signs ``recused from`` and the matter as their answer (``own_acts``).
    """
    with store.writing() as session:
        _recuse(session, matter_id, pseudonym, signed)


def recuse_by_link(matter_id: str, secret: str, store: Store, *, signed: Signed | None = None) -> str:
    """The same by whoever a one-time sign-in link stands for, which it uses up; returns their pseudonym."""
    with store.writing() as session:
        pseudonym = delegate_of(session, secret)
        _recuse(session, matter_id, pseudonym, signed)
        return pseudonym


def recuse_in(session: Session, matter_id: str, pseudonym: str) -> None:
    """Take a delegate out of a matter in a transaction that is open."""
    check_recusable(session, matter_id, pseudonym)
    if session.get(RecusalRow, (matter_id, pseudonym)) is None:
        session.add(RecusalRow(matter=matter_id, pseudonym=pseudonym, at=now()))
        append(session, "seat recused", {"matter": matter_id, "pseudonym": pseudonym})


def check_recusable(session: Session, matter_id: str, pseudonym: str) -> None:
    """Refuse once the electorate is frozen, and whoever does not sit there."""
    row = matters.find_matter(session, matter_id)
    if row.electorate is not None:
        raise StepRefused(
            "The electorate of {matter} is frozen, so nobody can be recused from this vote.",
            matter=matter_id,
        )
    if pseudonym not in {seat.pseudonym for seat in active_seats(session, row.polity)}:
        raise StepRefused(
            "{delegate} does not sit for {polity}, so there is nothing to be recused from.",
            delegate=pseudonym,
            polity=row.polity,
        )


def _recuse(session: Session, matter_id: str, pseudonym: str, signed: Signed | None) -> None:
    check_recusable(session, matter_id, pseudonym)
    polity = matters.find_matter(session, matter_id).polity
    check_act(session, Deed(kind=ANSWER, polity=polity, delegate=pseudonym, what=f"recused from {matter_id}"), signed)
    recuse_in(session, matter_id, pseudonym)


def ready(matter_id: str, store: Store, *, at: str | None = None) -> Matter:
    """Close the hearing; electorate and law are frozen, and the vote binds to the polity's version of now."""
    day = date.fromisoformat((at or now())[:10])
    with store.writing() as session:
        row = matters.find_matter(session, matter_id)
        matter = matters.matter_of(session, row)
        after = steps.readied(matter, matters.electorate(session, matter), day=day)
        version = versions.find(session, row.polity).version
        row.polity_version = version
        facts = {"electorate": sorted(after.electorate or ()), "law_sha256": after.law_hash, "polity_version": version}
        matters.keep(session, row, after, "vote ready", facts)
        return after


def _add_heard(matter_id: str, heard: HeardRow, store: Store) -> None:
    stand_in, salt = committed(heard.summary)
    with store.writing() as session:
        row = matters.find_matter(session, matter_id)
        _check_hearing(row)
        heard.matter, heard.at, heard.salt = matter_id, now(), salt
        session.add(heard)
        session.flush()
        facts = {"matter": matter_id, "number": heard.key, "text": stand_in, "sha256": heard.sha256}
        append(session, f"{heard.kind} heard", facts)


def _check_hearing(row: MatterRow) -> None:
    if row.state not in {State.HEARING, State.HEARING2}:
        raise StepRefused(
            "No hearing of {matter} is open (it is '{state:state}'); it is heard before a vote.",
            matter=row.matter_id,
            state=row.state,
        )


def _read_evidence(file: Path) -> bytes:
    try:
        size = file.stat().st_size
        if size > MOST_EVIDENCE:
            raise EvidenceError(
                "{file} has {size:count} MB, and {most} is the most; give a link.",
                file=file,
                size=round(size / 2**20),
                most=MOST_EVIDENCE // 2**20,
            )
        return file.read_bytes()
    except OSError as error:
        raise EvidenceError(
            "{file} cannot be read ({reason}); give an existing file.",
            file=file,
            reason=error.strerror,
        ) from error
