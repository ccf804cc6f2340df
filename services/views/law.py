"""The page of one law, gathered: its versions with what each changed, and every matter about it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from geopolity.errors import RequestError
from maps.pages.docket import RemedyView
from maps.pages.law import LawMatter, LawPageView, LawStep
from maps.pages.redline import redline
from services.records import of_row
from services.storage.docket import matters
from services.storage.polities import versions
from services.storage.store import Store
from services.storage.tables import LawRow, MatterRow, VoteRow
from services.views.assembly import tally_line


class UnknownLawError(RequestError):
    """A polity has no law of that name."""

    code = "unknown-law"


def public_law(polity_id: str, law: str, store: Store) -> LawPageView:
    """Everything that may be read of a law.

    Raises
    ------
    UnknownPolityError, UnknownLawError
        If there is none.
    """
    with store.reading() as session:
        polity = versions.find(session, polity_id)
        query = select(LawRow).where(LawRow.polity == polity.issue, LawRow.law == law).order_by(LawRow.version)
        rows = list(session.scalars(query))
        if not rows:
            raise UnknownLawError("{polity} has no law {law:quoted}.", polity=polity.title, law=law[:80])
        binding = [row for row in rows if row.binds_from is not None and row.ends_at is None]
        shown = binding[-1] if binding else rows[-1]
        return LawPageView(
            polity_id=polity.issue,
            polity=polity.title,
            question=polity.question,
            law=law,
            title=shown.title,
            text=shown.text,
            is_in_force=bool(binding),
            since=shown.binds_from or "",
            steps=tuple(_steps(rows)),
            matters=tuple(_matter(session, row) for row in _about(session, polity.issue, law)),
        )


def _steps(rows: list[LawRow]) -> list[LawStep]:
    """Versions, the newest first, each against the one before."""
    return [
        LawStep(
            version=row.version,
            since=row.binds_from or "",
            until=row.ends_at or "",
            matter_id=row.matter or "",
            changes=redline(before.text, row.text) if before is not None and before.text != row.text else (),
        )
        for row, before in zip(rows, [None, *rows], strict=False)
    ][::-1]


def _about(session: Session, polity: str, law: str) -> list[MatterRow]:
    query = select(MatterRow).where(MatterRow.polity == polity, MatterRow.law == law)
    return list(session.scalars(query.order_by(MatterRow.filed_at.desc(), MatterRow.matter_id.desc())))


def _matter(session: Session, row: MatterRow) -> LawMatter:
    remedy = matters.matter_of(session, row).remedy
    closed = select(VoteRow).where(VoteRow.matter == row.matter_id, VoteRow.closed_at.is_not(None))
    return LawMatter(
        matter_id=row.matter_id,
        title=row.title,
        state=row.state,
        filed_at=row.filed_at,
        review_at=row.review_at or "",
        tallies=tuple(tally_line(session, vote) for vote in session.scalars(closed.order_by(VoteRow.vote)).all()),
        remedy=None if remedy is None else of_row(RemedyView, remedy),
    )
