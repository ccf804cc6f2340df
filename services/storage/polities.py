"""The life of a polity: draft, proposed, active, superseded or retired; or withdrawn before it is active.

No version is ever edited: a new boundary is a new version, and the only things that change are a version's status and
the end of its validity. No single person moves a boundary: who activates is not who proposed, everybody may object
while a proposal is open, and every objection is answered first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, func, insert, or_, select
from sqlalchemy.orm import Session

from geopolity.errors import NegativeAnswer, RequestError
from services.clock import after
from services.storage.layers import read_shapes, stored_shapes
from services.storage.publiclog import append, committed
from services.storage.tables import MemberRow, ObjectionRow, PolityFileRow, PolityRow


class UnknownPolityError(RequestError):
    """The store holds no such polity, version or objection."""

    code = "unknown-polity"


class TransitionRefused(NegativeAnswer):
    """A polity cannot take this step."""

    code = "polity-transition"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Proposal:
    """A derived boundary.

    Attributes
    ----------
    members
        People affected in each unit inside, indexed by ``unit_id``.
    affected
        People affected, inside and outside.
    digest
        The certificate's.
    boundary
        Dissolved and unsimplified, EPSG:4326.
    files
        What the derivation wrote, by name.
    """

    issue: str
    title: str
    members: pd.Series[float]
    area_km2: float
    population: int
    affected: float
    coverage: float
    gap: float
    digest: str
    boundary: BaseGeometry
    files: Mapping[str, bytes] = field(default_factory=dict)


def draft(session: Session, proposal: Proposal, *, layer: str, proposer: str) -> PolityRow:
    """Add the next version of the issue's polity, as a draft."""
    last = session.scalar(select(func.max(PolityRow.version)).where(PolityRow.issue == proposal.issue)) or 0
    row = PolityRow(
        issue=proposal.issue,
        title=proposal.title,
        version=last + 1,
        status="draft",
        proposer=proposer,
        layer=layer,
        units=len(proposal.members),
        area_km2=proposal.area_km2,
        population=proposal.population,
        affected=proposal.affected,
        coverage=proposal.coverage,
        gap=proposal.gap,
        digest=proposal.digest,
        shape=stored_shapes(session, np.array([proposal.boundary], dtype=object))[0],
    )
    session.add(row)
    session.flush()
    rows = zip(proposal.members.index, proposal.members.astype(float), strict=True)
    session.execute(
        insert(MemberRow),
        [{"polity": row.key, "unit_id": str(unit_id), "affected": people} for unit_id, people in rows],
    )
    keep_files(session, row, proposal.files)
    return row


def keep_files(session: Session, row: PolityRow, files: Mapping[str, bytes]) -> None:
    """Keep the files of the derivation that a version was drafted from."""
    session.add_all(PolityFileRow(polity=row.key, name=name, content=content) for name, content in files.items())


def file_sizes(session: Session, row: PolityRow) -> dict[str, int]:
    """Sizes of the files that a version was drafted from, in bytes, by name in order."""
    query = select(PolityFileRow.name, func.length(PolityFileRow.content)).where(PolityFileRow.polity == row.key)
    return {str(name): int(size) for name, size in session.execute(query.order_by(PolityFileRow.name))}


def file_content(session: Session, row: PolityRow, name: str) -> bytes | None:
    """Content of such a file, ``None`` if there is none of the name."""
    found = session.get(PolityFileRow, (row.key, name))
    return None if found is None else found.content


def propose(session: Session, row: PolityRow, *, days: int, now: str) -> None:
    """Open a draft to objections for a number of days; of a polity, one version at a time is open.

    Raises
    ------
    TransitionRefused
        If it is no draft, or another version is proposed already.
    """
    _require(row, "draft", "is proposed")
    check_nothing_proposed(session, row.issue)
    row.status, row.open_until = "proposed", _later(now, days)
    append(session, "polity proposed", _named(row) | {"digest": row.digest, "open_until": row.open_until})


def check_nothing_proposed(session: Session, issue: str) -> None:
    """Refuse a second proposal beside an open one: of two who publish at once, one wins and the other is told."""
    query = select(PolityRow).where(PolityRow.issue == issue, PolityRow.status == "proposed")
    open_one = session.scalar(query.limit(1))
    if open_one is not None:
        raise TransitionRefused(
            "Version {version} of {polity} is proposed already and open to objections until {until:moment}; wait "
            "for its activation, withdraw it, or propose under another name.",
            version=open_one.version,
            polity=issue,
            until=open_one.open_until,
        )


def object_to(session: Session, row: PolityRow, *, author: str, text: str, now: str) -> ObjectionRow:
    """Record an objection to an open proposal."""
    _require(row, "proposed", "can be objected to")
    if row.open_until is None or now >= row.open_until:
        raise TransitionRefused(
            "Version {version} of {polity} was open to objections until {until:moment}; objections to the next "
            "version are welcome.",
            version=row.version,
            polity=row.issue,
            until=row.open_until,
        )
    stand_in, salt = committed(text)
    objection = ObjectionRow(polity=row.key, made_at=now, author=author, text=text, text_salt=salt)
    session.add(objection)
    session.flush()
    append(session, "polity objection", _named(row) | {"objection": objection.key, "text": stand_in})
    return objection


def answer(session: Session, objection: ObjectionRow, *, answerer: str, text: str, now: str) -> None:
    """Answer an objection, once."""
    if objection.answered_at is not None:
        raise TransitionRefused(
            "Objection {number} was answered on {day:moment}; an answer stands.",
            number=objection.key,
            day=objection.answered_at,
        )
    if objection.author == answerer:
        raise TransitionRefused(
            "{name} made objection {number} and cannot answer it; another person must.",
            name=answerer,
            number=objection.key,
        )
    stand_in, salt = committed(text)
    objection.answered_at, objection.answerer, objection.answer, objection.answer_salt = now, answerer, text, salt
    append(session, "polity objection answered", {"objection": objection.key, "text": stand_in})


def activate(session: Session, row: PolityRow, *, activator: str, now: str) -> None:
    """Make a proposed version the active one; the version before it is superseded at the same instant.

    Raises
    ------
    TransitionRefused
        If it is not proposed, still open, has an unanswered objection, is older than the active version, or its
        proposer would activate it.
    """
    _require(row, "proposed", "activates")
    if activator == row.proposer:
        raise TransitionRefused(
            "{name} proposed {polity} and cannot activate it; another person must.",
            name=activator,
            polity=row.issue,
        )
    if row.open_until is not None and now < row.open_until:
        raise TransitionRefused(
            "Version {version} of {polity} is open to objections until {until:moment}.",
            version=row.version,
            polity=row.issue,
            until=row.open_until,
        )
    waiting = [objection.key for objection in objections(session, row) if objection.answered_at is None]
    if waiting:
        raise TransitionRefused(
            "Objection {number} to version {version} of {polity} has no answer; `geopolity polity answer` gives one.",
            number=waiting[0],
            version=row.version,
            polity=row.issue,
        )
    before = active(session, row.issue)
    if before is not None:
        if before.version > row.version:
            raise TransitionRefused(
                "Version {version} of {polity} is active, and {other} is older.",
                version=before.version,
                polity=row.issue,
                other=row.version,
            )
        before.status, before.valid_to = "superseded", now
        session.flush()
    row.status, row.valid_from, row.activator = "active", now, activator
    append(session, "polity activated", _named(row) | {"digest": row.digest, "valid_from": now})


def withdraw(session: Session, row: PolityRow) -> None:
    """Give up a draft or a proposal."""
    if row.status not in {"draft", "proposed"}:
        raise TransitionRefused(
            "Version {version} of {polity} is {status:versionstatus} and cannot be withdrawn.",
            version=row.version,
            polity=row.issue,
            status=row.status,
        )
    is_public = row.status == "proposed"
    row.status = "withdrawn"
    if is_public:
        append(session, "polity withdrawn", _named(row))


def retire(session: Session, row: PolityRow, *, now: str) -> None:
    """End an active version with none after it."""
    _require(row, "active", "retires")
    row.status, row.valid_to = "retired", now
    append(session, "polity retired", _named(row) | {"valid_to": now})


def active(session: Session, issue: str) -> PolityRow | None:
    """Return the active version of an issue's polity, if there is one."""
    return session.scalar(select(PolityRow).where(PolityRow.issue == issue, PolityRow.status == "active"))


def valid_at(moment: str) -> ColumnElement[bool]:
    """Condition: the version was active at that moment."""
    return (PolityRow.valid_from <= moment) & or_(PolityRow.valid_to.is_(None), PolityRow.valid_to > moment)


def find(session: Session, polity_id: str, version: int | None = None) -> PolityRow:
    """Return a version of a polity: the one asked for, else the active one, else the latest."""
    versions = select(PolityRow).where(PolityRow.issue == polity_id).order_by(PolityRow.version.desc()).limit(1)
    if version is not None:
        row = session.scalar(versions.where(PolityRow.version == version))
    else:
        row = active(session, polity_id) or session.scalar(versions)
    if row is None:
        raise UnknownPolityError(
            "There is no polity {polity:quoted}; `geopolity polity list` prints what there is."
            if version is None
            else "There is no version {version} of {polity:quoted}; `geopolity polity list` prints what there is.",
            polity=polity_id,
            version=version,
        )
    return row


def pending(session: Session, polity_id: str) -> PolityRow:
    """Return the latest draft or proposal of a polity, which the next step of its life is about."""
    query = select(PolityRow).where(PolityRow.issue == polity_id, PolityRow.status.in_(["draft", "proposed"]))
    row = session.scalar(query.order_by(PolityRow.version.desc()).limit(1))
    return row or find(session, polity_id)


def find_objection(session: Session, number: int) -> ObjectionRow:
    """Return an objection by its number."""
    row = session.get(ObjectionRow, number)
    if row is None:
        raise UnknownPolityError(
            "There is no objection {number}; `geopolity polity show ID` lists them.",
            number=number,
        )
    return row


def objections(session: Session, row: PolityRow) -> Sequence[ObjectionRow]:
    """Objections to a version, in the order they were made."""
    query = select(ObjectionRow).where(ObjectionRow.polity == row.key).order_by(ObjectionRow.key)
    return session.scalars(query).all()


def members(session: Session, row: PolityRow) -> pd.Series[float]:
    """People affected in each unit inside, by unit id."""
    query = select(MemberRow.unit_id, MemberRow.affected).where(MemberRow.polity == row.key).order_by(MemberRow.unit_id)
    rows = session.execute(query).all()
    return pd.Series([float(people) for _, people in rows], index=pd.Index([unit for unit, _ in rows], name="unit_id"))


def boundary(row: PolityRow) -> BaseGeometry:
    """Boundary of a version, dissolved and unsimplified, EPSG:4326."""
    shape: BaseGeometry = read_shapes([row.shape])[0]
    return shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a polity: what it is, since when, and its figures (km², people, shares)."""

    id: str
    title: str
    version: int
    status: str
    valid_from: str | None
    valid_to: str | None
    open_until: str | None
    units: int
    area_km2: float
    population: float
    affected: float
    coverage: float
    gap: float
    digest: str

    @property
    def name(self) -> str:
        """``river, version 2``."""
        return f"{self.id}, version {self.version}"

    def as_json(self) -> dict[str, Any]:
        """Record that the command line and the interface answer."""
        return {"id": self.id, "issue": self.id} | asdict(self)


def version_of(row: PolityRow) -> Version:
    """A version as a value."""
    figures = {field.name: getattr(row, field.name) for field in fields(Version) if field.name != "id"}
    return Version(id=row.issue, **figures)


def _require(row: PolityRow, status: str, step: str) -> None:
    if row.status != status:
        raise TransitionRefused(
            "Version {version} of {polity} is {status:versionstatus}; only a {wanted:versionstatus} one "
            "{step:versionstep}.",
            version=row.version,
            polity=row.issue,
            status=row.status,
            wanted=status,
            step=step,
        )


def _named(row: PolityRow) -> dict[str, Any]:
    return {"issue": row.issue, "version": row.version}


def _later(now: str, days: int) -> str:
    return after(timedelta(days=days), now)
