"""Versions of polities, found and read: the active one, the one of a day, its units, boundary and files."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from geopolity.errors import RequestError
from geopolity.exports import later
from services.records import Json
from services.storage.layers.census import read_shapes
from services.storage.tables import MemberRow, PolityFileRow, PolityRow

if TYPE_CHECKING:
    import pandas as pd
    from shapely.geometry.base import BaseGeometry
else:
    pd = later("pandas")


class UnknownPolityError(RequestError):
    """The store holds no such polity, version or objection."""

    code = "unknown-polity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a polity: what it is, since when, and its figures (km², people, shares)."""

    id: str
    title: str
    question: str
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

    def as_json(self) -> Json:
        """Record that the command line and the interface answer."""
        return {"id": self.id, "issue": self.id} | asdict(self)


def version_of(row: PolityRow) -> Version:
    """A version as a value."""
    figures = {field.name: getattr(row, field.name) for field in fields(Version) if field.name != "id"}
    return Version(id=row.issue, **figures)


def find(session: Session, polity_id: str, version: int | None = None) -> PolityRow:
    """Return a version of a polity: the one asked for, else the active one, else the latest."""
    versions = select(PolityRow).where(PolityRow.issue == polity_id).order_by(PolityRow.version.desc()).limit(1)
    if version is not None:
        row = session.scalar(versions.where(PolityRow.version == version))
    else:
        row = active(session, polity_id) or session.scalar(versions)
    if row is None:
        raise UnknownPolityError(
            "There is no polity {polity:quoted}; the list of polities names all there are."
            if version is None
            else "There is no version {version} of {polity:quoted}; the list of polities names all there are.",
            polity=polity_id,
            version=version,
        )
    return row


def pending(session: Session, polity_id: str) -> PolityRow:
    """Return the latest draft or proposal of a polity, which the next step of its life is about."""
    query = select(PolityRow).where(PolityRow.issue == polity_id, PolityRow.status.in_(["draft", "proposed"]))
    row = session.scalar(query.order_by(PolityRow.version.desc()).limit(1))
    return row or find(session, polity_id)


def active(session: Session, issue: str) -> PolityRow | None:
    """Return the active version of an issue's polity, if there is one."""
    return session.scalar(select(PolityRow).where(PolityRow.issue == issue, PolityRow.status == "active"))


def valid_at(moment: str) -> ColumnElement[bool]:
    """Condition: the version was active at that moment."""
    return (PolityRow.valid_from <= moment) & or_(PolityRow.valid_to.is_(None), PolityRow.valid_to > moment)


def members(session: Session, row: PolityRow) -> pd.Series[float]:
    """People affected in each unit inside, by unit id."""
    query = select(MemberRow.unit_id, MemberRow.affected).where(MemberRow.polity == row.key).order_by(MemberRow.unit_id)
    rows = session.execute(query).all()
    return pd.Series([float(people) for _, people in rows], index=pd.Index([unit for unit, _ in rows], name="unit_id"))


def member_ids(row: PolityRow) -> Select[str]:
    """Query for the ids of the units inside."""
    return select(MemberRow.unit_id).where(MemberRow.polity == row.key)


def boundary(row: PolityRow) -> BaseGeometry:
    """Boundary of a version, dissolved and unsimplified, EPSG:4326."""
    shape: BaseGeometry = read_shapes([row.shape])[0]
    return shape


def file_sizes(session: Session, row: PolityRow) -> dict[str, int]:
    """Sizes of the files that a version was drafted from, in bytes, by name in order."""
    query = select(PolityFileRow.name, func.length(PolityFileRow.content)).where(PolityFileRow.polity == row.key)
    return {str(name): int(size) for name, size in session.execute(query.order_by(PolityFileRow.name))}


def file_content(session: Session, row: PolityRow, name: str) -> bytes | None:
    """Content of such a file, ``None`` if there is none of the name."""
    found = session.get(PolityFileRow, (row.key, name))
    return None if found is None else found.content
