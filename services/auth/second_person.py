"""The second person: an act that two persons answer for is confirmed by another than asked for it."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

from sqlalchemy.orm import Session

from geopolity.errors import NegativeAnswer, RequestError
from services.auth.roles import Principal
from services.clock import after
from services.storage.tables import InvitationsRow, PersonalActRow

WAITS = timedelta(days=7)
"""What nobody confirms in this time is over."""


class TwoPersonsError(NegativeAnswer):
    """An act needs two persons, and this is not the second."""

    code = "two-persons"


class UnknownActError(RequestError):
    """There is no act of that number that waits."""

    code = "unknown-act"


Row = TypeVar("Row", PersonalActRow, InvitationsRow)


def to_confirm(session: Session, kind: type[Row], number: int, by: Principal) -> Row:
    """The act of a number, for the person who confirms it.

    Raises
    ------
    UnknownActError
        If nothing of that number waits.
    TwoPersonsError
        If whoever confirms asked for it, or was let in by the same hand as who did.
    """
    row = session.get(kind, number)
    if row is None or row.done_at is not None or row.asked_at <= after(-WAITS):
        raise UnknownActError("Nothing of the number {number} waits to be confirmed.", number=number)
    if by.name == row.asked_by or by.hand == (row.guest_of or row.asked_by):
        raise TwoPersonsError(
            "Act {number} needs a second person: neither who asked for it, nor anybody whom the same hand let in. "
            "People who sign in through the provider are let in by nobody's hand.",
            number=number,
        )
    return row
