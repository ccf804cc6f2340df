"""Laws of polities in the store: each version with its text, and since when and until when it binds."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from geopolity.docket.matter import law_hash
from geopolity.docket.states import State
from services.storage.publiclog import append
from services.storage.tables import LawRow, MatterRow

UNHEARD = (str(State.FILED), str(State.REJECTED))
"""States of a petition that nobody has admitted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """A law's identity, in the letters of a file name, its title and its text."""

    name: str
    title: str
    text: str


def newest_law(session: Session, polity: str, law: str) -> LawRow | None:
    """Return the newest version of a polity's law that counts; ``None`` if the law is unknown there.

    A version counts once it was put into force, or once a petition against it was admitted: what an unknown person
    wrote into a petition that nobody admitted is no law.
    """
    heard = select(MatterRow.law_hash).where(
        MatterRow.polity == polity, MatterRow.law == law, MatterRow.state.not_in(UNHEARD)
    )
    counts = LawRow.binds_from.is_not(None) | LawRow.text_hash.in_(heard)
    return session.scalar(_versions(polity, law).where(counts).limit(1))


def bound_law(session: Session, polity: str, law: str, text_hash: str) -> LawRow | None:
    """Return the version of a polity's law with the text that a matter binds to."""
    return session.scalar(_versions(polity, law).where(LawRow.text_hash == text_hash).limit(1))


def title_of(session: Session, row: MatterRow) -> str:
    """Title of the law that a matter is about: that of the version it bound to, not what a petitioner called it."""
    known = bound_law(session, row.polity, row.law, row.law_hash) or newest_law(session, row.polity, row.law)
    return row.title if known is None else known.title


def add_law(session: Session, law: Law, *, polity: str, matter: str | None = None) -> LawRow:
    """Add a version of a polity's law; it binds nobody until it is put into force."""
    own = LawRow.polity == polity, LawRow.law == law.name
    last = session.scalar(select(func.max(LawRow.version)).where(*own)) or 0
    row = LawRow(
        law=law.name,
        version=last + 1,
        title=law.title,
        text=law.text,
        text_hash=law_hash(law.text),
        polity=polity,
        matter=matter,
    )
    session.add(row)
    session.flush()
    facts = {"law": law.name, "version": row.version, "polity": polity, "sha256": row.text_hash}
    append(session, "law entered", facts)
    return row


def end_law(session: Session, polity: str, law: str, *, day: str) -> None:
    """End every version of a polity's law that binds."""
    for row in session.scalars(_versions(polity, law).where(LawRow.binds_from.is_not(None))).all():
        if row.ends_at is None:
            row.ends_at = day
    session.flush()


def laws_in_force(session: Session, polities: list[str], day: str) -> list[LawRow]:
    """Laws that bind in some polities on a day, in order."""
    query = (
        select(LawRow)
        .where(LawRow.polity.in_(polities), LawRow.binds_from <= day)
        .where(LawRow.ends_at.is_(None) | (LawRow.ends_at > day))
    )
    return list(session.scalars(query.order_by(LawRow.polity, LawRow.law, LawRow.version)))


def _versions(polity: str, law: str) -> Select[LawRow]:
    return select(LawRow).where(LawRow.polity == polity, LawRow.law == law).order_by(LawRow.version.desc())
