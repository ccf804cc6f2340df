"""The life of a polity: draft, proposed, active, superseded or retired; or withdrawn before it is active.

No version is ever edited: a new boundary is a new version, and the only things that change are a version's status and
the end of its validity. No single person moves a boundary: who activates is not who proposed, everybody may object
while a proposal is open, and every objection is answered first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from geopolity.errors import NegativeAnswer
from geopolity.exports import later
from services.clock import after
from services.records import Json
from services.storage.layers.census import stored_shapes
from services.storage.polities.versions import UnknownPolityError, active, file_content
from services.storage.publiclog import append, committed
from services.storage.tables import MemberRow, ObjectionRow, PolityFileRow, PolityRow

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from shapely.geometry.base import BaseGeometry
else:
    np = later("numpy")
    pd = later("pandas")


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
    question
        What its issue asks; empty where nobody wrote one.
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
    question: str = ""


def draft(session: Session, proposal: Proposal, *, layer: str, proposer: str) -> PolityRow:
    """Add the next version of the issue's polity, as a draft."""
    last = session.scalar(select(func.max(PolityRow.version)).where(PolityRow.issue == proposal.issue)) or 0
    row = PolityRow(
        issue=proposal.issue,
        title=proposal.title,
        question=proposal.question,
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
    said = {"open_until": row.open_until, "at": now}
    append(session, "polity proposed", _certified(session, row) | said)


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
    append(session, "polity activated", _certified(session, row) | {"valid_from": now})


def _certified(session: Session, row: PolityRow) -> Json:
    """A version with its digest, and the SHA-256 of its certificate, which answers for all its files."""
    certificate = file_content(session, row, "certificate.json")
    said = _named(row) | {"digest": row.digest}
    return said if certificate is None else said | {"certificate_sha256": hashlib.sha256(certificate).hexdigest()}


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


def _named(row: PolityRow) -> Json:
    return {"issue": row.issue, "version": row.version}


def _later(now: str, days: int) -> str:
    return after(timedelta(days=days), now)
