"""What the page on trust shows: the witnesses of the log, and the trustees of votes with what they have done."""

from __future__ import annotations

import json

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from maps.pages.trust import SealedVoteLine, TrusteeLine, TrustView, WitnessLine
from services.publiclog.cosigning import log_vkey
from services.storage import publiclog
from services.storage.docket import sealed
from services.storage.docket.sealed import CONFIRMED, OPENING, PART
from services.storage.store import Store
from services.storage.tables import LogRow, VoteKeyRow

NEWEST = 10
"""Votes that are shown, the newest first."""


def trust_view(store: Store) -> TrustView:
    """Who watches the log, and who opens votes."""
    with store.reading() as session:
        rows = session.scalars(select(VoteKeyRow).order_by(VoteKeyRow.begun_at.desc()).limit(NEWEST)).all()
        return TrustView(
            size=session.scalar(select(func.count()).select_from(LogRow)) or 0,
            log_key=log_vkey(store),
            witnesses=tuple(
                WitnessLine(name=row.name, vkey=row.vkey, size=publiclog.cosigned_size(session, row.name))
                for row in publiclog.witnesses(session)
            ),
            votes=tuple(_vote(session, row) for row in rows),
        )


def _vote(session: Session, row: VoteKeyRow) -> SealedVoteLine:
    done = {stage: {it.trustee for it in sealed.messages(session, row, stage)} for stage in (PART, CONFIRMED, OPENING)}
    return SealedVoteLine(
        vote=row.vote,
        matter_id=row.matter,
        threshold=row.threshold,
        is_open=row.head is not None and row.board is None,
        is_closed=row.board is not None,
        trustees=tuple(
            TrusteeLine(
                name=it["name"],
                has_part=it["name"] in done[PART],
                has_confirmed=it["name"] in done[CONFIRMED],
                has_opened=it["name"] in done[OPENING],
            )
            for it in json.loads(row.trustees)
        ),
    )
