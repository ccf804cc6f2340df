"""A delegate asks to be excused and the clerk decides: a granted request goes the way of any excuse.

What the two write to each other stays in the store, for them alone; the public log says the answer and no reason.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from geopolity.assembly.credential import Signed
from geopolity.docket import summons as calls
from geopolity.docket.summons import (
    LONGEST_PLEA,
    Answer,
    Excuse,
    ExcuseError,
    Plea,
    Ruling,
    Summons,
    SummonsRefused,
    excuse_of,
)
from geopolity.errors import RequestError
from services.assemblies.jury_duty import rule
from services.assemblies.own_acts import ANSWER, Deed, check_act
from services.auth.sessions import delegate_of
from services.clock import now
from services.records import of_row
from services.storage.offices import summonses
from services.storage.store import Store
from services.storage.tables import ExcuseRequestRow


class NoSuchRequest(RequestError):
    """There is no such request to be excused."""

    code = "unknown-request"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcuseRequest:
    """What a delegate asked of the clerk, and how it was decided."""

    request: int
    polity: str
    delegate: str
    ground: str
    text: str
    asked_at: str
    granted: bool | None
    reason: str | None
    decided_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRequest(ExcuseRequest):
    """One that waits for the clerk: the first, or the appeal against a refusal."""

    is_appeal: bool


def ask_excuse(  # noqa: PLR0913 - what was signed comes with the act
    polity_id: str, pseudonym: str, ground: str, text: str, store: Store, *, signed: Signed | None = None
) -> int:
    """Ask the clerk to be excused, or appeal once against a refusal; returns the number of the request.

    Who holds a key signs the ground as their answer (``own_acts``).

    Raises
    ------
    ExcuseError
        If the ground is not in the closed list, or the text is empty or too long.
    SummonsRefused
        If the call was answered otherwise, or a request waits already.
    """
    plea = Plea(excuse=excuse_of(ground), text=text)
    with store.writing() as session:
        return _ask(session, polity_id, pseudonym, plea, signed)


def ask_by_link(  # noqa: PLR0913 - what was signed comes with the act
    polity_id: str, secret: str, ground: str, text: str, store: Store, *, signed: Signed | None = None
) -> int:
    """The same by whoever a one-time sign-in link stands for, which it uses up."""
    plea = Plea(excuse=excuse_of(ground), text=text)
    with store.writing() as session:
        return _ask(session, polity_id, delegate_of(session, secret), plea, signed)


def _ask(session: Session, polity_id: str, pseudonym: str, plea: Plea, signed: Signed | None) -> int:
    summonses.seat_of(session, polity_id, pseudonym)
    check_act(session, Deed(kind=ANSWER, polity=polity_id, delegate=pseudonym, what=str(plea.excuse)), signed)
    summons = calls.asked(summonses.summons_of(summonses.find(session, polity_id, pseudonym)))
    try:
        return summonses.ask(session, summons, plea, now=now()).key
    except IntegrityError as error:
        raise SummonsRefused("You asked already, and the clerk has not decided yet.") from error


def decide_request(number: int, store: Store, *, is_granted: bool, reason: str = "") -> Summons:
    """Grant a request or refuse it with a reason; if it is granted, the alternate takes the seat."""
    with store.writing() as session:
        row = session.get(ExcuseRequestRow, number)
        if row is None:
            raise NoSuchRequest(
                "There is no request {number} to be excused; `geopolity docket requests` lists them.",
                number=number,
            )
        if row.decided_at is not None:
            raise SummonsRefused("This request was decided already.")
        said = reason.strip()
        if len(said) > LONGEST_PLEA or not (said or is_granted):
            raise ExcuseError(
                "A refusal needs its reason: 1 to {most:count} characters; given were {given:count}.",
                most=LONGEST_PLEA,
                given=len(said),
            )
        ruling = Ruling(excuse=Excuse(row.excuse), is_granted=is_granted, reason=said)
        return rule(session, row.polity, row.pseudonym, ruling)


def waiting_requests(store: Store) -> list[WaitingRequest]:
    """List the requests that the clerk has not decided, the longest waiting first."""
    with store.reading() as session:
        rows = summonses.open_requests(session)
        return [
            of_row(
                WaitingRequest,
                _request(row),
                is_appeal=summonses.find(session, row.polity, row.pseudonym).answer == Answer.REFUSED,
            )
            for row in rows
        ]


def own_requests(pseudonym: str, store: Store) -> list[ExcuseRequest]:
    """List what a delegate asked and how it was decided, the latest first."""
    with store.reading() as session:
        return [_request(row) for row in summonses.requests_of(session, pseudonym)]


def _request(row: ExcuseRequestRow) -> ExcuseRequest:
    return ExcuseRequest(
        request=row.key,
        polity=row.polity,
        delegate=row.pseudonym,
        ground=row.excuse,
        text=row.plea,
        asked_at=row.asked_at,
        granted=row.is_granted,
        reason=row.reason,
        decided_at=row.decided_at,
    )
