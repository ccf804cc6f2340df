"""What people can follow: public acts of everything, a polity, a place or a matter, and what is to come there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from maps.pages.calendar import Appointment
from maps.pages.docket import DECIDED
from maps.pages.feed import Feed, Happening
from services.clock import now
from services.lookup.answer import lookup_unit
from services.records import Json
from services.storage.docket import matters
from services.storage.polities import versions
from services.storage.store import Store
from services.storage.tables import CheckpointRow, LogRow, MatterRow, PolityRow, SessionRow, VoteRow

MOST, SEARCHED = 50, 20_000
"""Acts in a feed, and lines of the log that are searched for them."""
KINDS = (
    "polity ",
    "issue ",
    "matter ",
    "hearing ",
    "law ",
    "remedy ",
    "review ",
    "vote ",
    "harm ",
    "brief ",
    "draw ",
    "session ",
)
"""Beginnings of the acts that feeds tell; what concerns one person only stays in the log."""
HEARD = ("evidence heard", "testimony heard")
BEGINNING = "1970-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is followed.

    Attributes
    ----------
    name
        Its title; empty for everything.
    page, query
        Its page, and how the place is named in the address.
    polities, matter
        Acts and appointments of these only; ``None`` for all.
    """

    name: str
    page: str
    polities: frozenset[str] | None = None
    matter: str | None = None

    def is_of(self, polity: str, matter: str) -> bool:
        """Whether an act about a polity and a matter belongs here."""
        if self.matter is not None:
            return matter == self.matter
        return self.polities is None or polity in self.polities


EVERYTHING = Subject(name="", page="/docket")


def of_polity(polity_id: str, store: Store) -> Subject:
    """Follow one polity, under any of its versions.

    Raises
    ------
    UnknownPolityError
        If there is none of that name.
    """
    with store.reading() as session:
        row = versions.find(session, polity_id)
        return Subject(name=row.title, page=f"/polities/{row.issue}", polities=frozenset({row.issue}))


def of_matter(matter_id: str, store: Store) -> Subject:
    """Follow one matter.

    Raises
    ------
    UnknownMatterError
        If there is none of that name.
    """
    with store.reading() as session:
        row = matters.find_matter(session, matter_id)
        return Subject(name=row.title, page=f"/matters/{row.matter_id}", matter=row.matter_id)


def of_unit(unit_id: str, layer: str | None, store: Store) -> Subject:
    """Follow the polities of a place: those that hold it, whose issue affects it, or that are proposed for it.

    Raises
    ------
    UnknownLayerError
        If there is no such unit.
    """
    found = lookup_unit(unit_id, now()[:10], store, layer)
    ids = {one.id for one in found.polities} | {one.id for one in found.near} | {one.id for one in found.proposals}
    unit = found.units[0]
    return Subject(name=unit.name, page=f"/lookup?unit={unit.unit_id}&layer={unit.layer}", polities=frozenset(ids))


def feed(subject: Subject, path: str, store: Store) -> Feed:
    """What was done about a subject, the newest first."""
    with store.reading() as session:
        titles = {str(issue): str(title) for issue, title in session.execute(select(PolityRow.issue, PolityRow.title))}
        named = session.execute(select(MatterRow.matter_id, MatterRow.title, MatterRow.polity))
        cases = {str(name): (str(title), str(polity)) for name, title, polity in named}
        told = (_happening(act, titles, cases, subject) for act in _acts(session))
        found = [one for one in told if one is not None]
    latest = found[-MOST:][::-1]
    return Feed(
        path=path,
        page=subject.page,
        subject=subject.name,
        happenings=latest,
        updated=latest[0].at if latest else BEGINNING,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    index: int
    kind: str
    facts: Json
    at: str


def _acts(session: Session) -> Iterator[_Act]:
    """The latest lines of the log in order, each with the moment by which it was written.

    A line that names no moment has that of the checkpoint that first covers it, or of the line before.
    """
    rows = session.execute(select(LogRow.index, LogRow.line).order_by(LogRow.index.desc()).limit(SEARCHED)).all()[::-1]
    points = iter(session.execute(select(CheckpointRow.size, CheckpointRow.time).order_by(CheckpointRow.size)).all())
    size, sealed = next(points, (0, ""))
    at = BEGINNING
    for index, line in rows:
        while size and size <= index:
            size, sealed = next(points, (0, ""))
        said = json.loads(line)
        facts = said["facts"]
        own = next((str(facts[name]) for name in ("at", "valid_from", "valid_to") if _is_moment(facts.get(name))), "")
        at = max(at, own) if own else (sealed if at == BEGINNING and size else at)
        yield _Act(index=int(index), kind=str(said["kind"]), facts=facts, at=at)


def _is_moment(value: object) -> bool:
    return isinstance(value, str) and len(value) == len(BEGINNING) and value.endswith("Z")


def _happening(
    act: _Act, titles: dict[str, str], cases: dict[str, tuple[str, str]], subject: Subject
) -> Happening | None:
    if not (act.kind.startswith(KINDS) or act.kind in HEARD):
        return None
    matter = str(act.facts.get("matter", ""))
    title, of = cases.get(matter, ("", ""))
    polity = str(act.facts.get("polity") or act.facts.get("issue") or of)
    if not subject.is_of(polity, matter):
        return None
    if "concern" in act.facts:
        path, name = f"/concerns/{act.facts['concern']}", titles.get(polity, "")
    elif matter:
        path, name = f"/matters/{matter}", title
    elif polity in titles:
        path, name = f"/polities/{polity}{'/proposal' if act.kind == 'polity proposed' else ''}", titles[polity]
    else:
        path, name = "/log", ""
    return Happening(index=act.index, kind=act.kind, subject=name, path=path, at=act.at)


def appointments(subject: Subject, store: Store) -> list[Appointment]:
    """What is to come about a subject, and what has not ended: in order of its beginning."""
    with store.reading() as session:
        parts: Sequence[Callable[[Session, Subject], Iterable[Appointment]]] = (
            _objections,
            _hearings,
            _votes,
            _sessions,
            _reviews,
        )
        found = [one for part in parts for one in part(session, subject)]
    return sorted(found, key=lambda one: (one.starts, one.name))


def _objections(session: Session, subject: Subject) -> Iterator[Appointment]:
    query = select(PolityRow).where(PolityRow.status == "proposed", PolityRow.open_until.is_not(None))
    for row in session.scalars(query):
        if subject.is_of(row.issue, ""):
            yield Appointment(
                name=f"objections-{row.issue}-{row.version}",
                kind="objections",
                title=row.title,
                path=f"/polities/{row.issue}/proposal",
                starts=str(row.open_until)[:10],
            )


def _of_matters(session: Session, subject: Subject, *conditions: ColumnElement[bool]) -> list[MatterRow]:
    query = select(MatterRow).where(*conditions).order_by(MatterRow.matter_id)
    return [row for row in session.scalars(query) if subject.is_of(row.polity, row.matter_id)]


def _hearings(session: Session, subject: Subject) -> Iterator[Appointment]:
    for row in _of_matters(session, subject, MatterRow.state.in_(["hearing", "hearing 2"])):
        if row.hearing_from is not None and row.hearing_until is not None:
            yield Appointment(
                name=f"hearing-{row.matter_id}-{row.hearing_from}",
                kind="hearing",
                title=row.title,
                path=f"/matters/{row.matter_id}",
                starts=row.hearing_from,
                ends=row.hearing_until,
            )


def _votes(session: Session, subject: Subject) -> Iterator[Appointment]:
    open_votes = select(VoteRow).where(VoteRow.closed_at.is_(None), VoteRow.ends_at != "").order_by(VoteRow.vote)
    rows = {row.matter_id: row for row in _of_matters(session, subject, MatterRow.state.not_in(DECIDED))}
    for vote in session.scalars(open_votes):
        if vote.matter in rows:
            yield Appointment(
                name=f"vote-{vote.vote}",
                kind="vote",
                title=rows[vote.matter].title,
                path=f"/matters/{vote.matter}",
                starts=vote.opened_at,
                ends=vote.ends_at,
            )


def _sessions(session: Session, subject: Subject) -> Iterator[Appointment]:
    titles = {str(issue): str(title) for issue, title in session.execute(select(PolityRow.issue, PolityRow.title))}
    query = select(SessionRow).where(SessionRow.day >= now()[:10]).order_by(SessionRow.day, SessionRow.polity)
    for row in session.scalars(query):
        if subject.is_of(row.polity, ""):
            yield Appointment(
                name=f"session-{row.polity}-{row.day}",
                kind="session",
                title=titles.get(row.polity, row.polity),
                path=f"/assemblies/{row.polity}",
                starts=row.day,
            )


def _reviews(session: Session, subject: Subject) -> Iterator[Appointment]:
    for row in _of_matters(session, subject, MatterRow.review_at.is_not(None)):
        yield Appointment(
            name=f"review-{row.matter_id}-{row.review_at}",
            kind="review",
            title=row.title,
            path=f"/matters/{row.matter_id}",
            starts=str(row.review_at)[:10],
        )
