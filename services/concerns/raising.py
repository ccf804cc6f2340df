"""An issue on its way from a citizen's sketch to an analyst: raised, supported, improved, adopted or declined.

All of it is public but who raised and who supports it; the log keeps a commitment to what people wrote.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geopolity.errors import NegativeAnswer, RequestError
from services.clock import now
from services.storage.people.citizens import find_citizen
from services.storage.polities import versions
from services.storage.publiclog import append, committed
from services.storage.store import Store
from services.storage.tables import CitizenRow, ConcernRow, ConcernStepRow, ConcernSupportRow, UnitRow

GATHERING, ADOPTED, DECLINED = "gathering", "adopted", "declined"
MOST_OPEN = 3
"""Issues that one citizen may have raised that nobody decided yet."""
LONGEST_REASON = 2_000
LEAST_TOLD = 10
"""Supporters from which on their number is told."""


class ConcernError(RequestError):
    """What is said about a raised issue is too little or too much."""

    code = "concern"


class UnknownConcernError(RequestError):
    """There is no raised issue of that number."""

    code = "unknown-concern"


class ConcernRefused(NegativeAnswer):
    """A raised issue cannot be raised, supported or decided so."""

    code = "concern-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketched:
    """An issue as it was sketched, and what was found when it was tried.

    Attributes
    ----------
    sketch
        The fields of the form.
    layer
        Digest of the layer.
    reach
        Ids of the units that the polity holds or people of whom are affected.
    figures
        People affected, people and units of the polity.
    """

    title: str
    question: str
    sketch: Mapping[str, str]
    layer: str
    reach: tuple[str, ...]
    figures: Mapping[str, float]

    def __post_init__(self) -> None:
        if not 3 <= len(self.title.strip()) <= 200:
            raise ConcernError("Give the issue a title of 3 to 200 characters.")
        if len(self.question) > 1_000:
            raise ConcernError("The question has more than 1,000 characters; shorten it.")
        if not self.reach:
            raise ConcernError("Nobody is affected where you sketched it; move or widen the sketch.")


def raise_concern(said: Sketched, citizen_id: str, store: Store) -> int:
    """Raise an issue; whoever does supports it too. Returns its number."""
    moment = now()
    with store.writing() as session:
        citizen = find_citizen(session, citizen_id)
        mine = select(func.count()).where(ConcernRow.raised_by == citizen.key, ConcernRow.state == GATHERING)
        if (session.scalar(mine) or 0) >= MOST_OPEN:
            raise ConcernRefused(
                "You raised {most} issues that nobody decided yet; wait for one of them.", most=MOST_OPEN
            )
        row = ConcernRow(state=GATHERING, polity=None, raised_at=moment, raised_by=citizen.key, **_kept(said))
        session.add(row)
        session.flush()
        _step(session, row, "raised", "", moment)
        _support(session, row, citizen, moment)
        return row.key


def support(number: int, citizen_id: str, store: Store) -> None:
    """Support an issue, once."""
    with store.writing() as session:
        row = find_concern(session, number)
        if row.state != GATHERING:
            raise ConcernRefused("This issue was decided; it gathers no support any more.")
        _support(session, row, find_citizen(session, citizen_id), now())


def end_support(number: int, citizen_id: str, store: Store) -> None:
    """Support an issue no more."""
    with store.writing() as session:
        citizen = find_citizen(session, citizen_id)
        row = session.get(ConcernSupportRow, (find_concern(session, number).key, citizen.key))
        if row is not None:
            session.delete(row)


def improve(number: int, said: Sketched, store: Store, *, reason: str) -> None:
    """Give an issue another sketch, with the reason; who supports it is asked anew whether they live in its reach."""
    with store.writing() as session:
        row = _open(session, number)
        for name, value in _kept(said).items():
            setattr(row, name, value)
        for one in session.scalars(select(ConcernSupportRow).where(ConcernSupportRow.concern == row.key)):
            one.is_near = _is_near(session, row, session.get_one(CitizenRow, one.citizen))
        _step(session, row, "improved", _reasoned(reason), now())


def adopt(number: int, store: Store, *, reason: str, polity: str = "") -> None:
    """Take an issue up, with the reason; and name the polity that came of it, where there is one already."""
    with store.writing() as session:
        row = _open(session, number)
        if polity:
            row.polity = versions.find(session, polity).issue
        row.state = ADOPTED
        _step(session, row, "adopted", _reasoned(reason), now())


def decline(number: int, store: Store, *, reason: str) -> None:
    """Decline an issue, with the reason."""
    with store.writing() as session:
        row = _open(session, number)
        row.state = DECLINED
        _step(session, row, "declined", _reasoned(reason), now())


def find_concern(session: Session, number: int) -> ConcernRow:
    """Find an issue that was raised.

    Raises
    ------
    UnknownConcernError
        If there is none of that number.
    """
    row = session.get(ConcernRow, number)
    if row is None:
        raise UnknownConcernError("There is no raised issue of the number {number}.", number=number)
    return row


def _open(session: Session, number: int) -> ConcernRow:
    row = find_concern(session, number)
    if row.state != GATHERING:
        raise ConcernRefused("This issue was decided already; its page says how.")
    return row


def _reasoned(reason: str) -> str:
    if not 3 <= len(reason.strip()) <= LONGEST_REASON:
        raise ConcernError("Give a reason of 3 to {most:count} characters; everybody can read it.", most=LONGEST_REASON)
    return reason.strip()


def _kept(said: Sketched) -> dict[str, str]:
    return {
        "title": said.title.strip(),
        "question": said.question.strip(),
        "sketch": json.dumps(dict(said.sketch), ensure_ascii=False),
        "layer": said.layer,
        "reach": json.dumps(list(said.reach)),
        "figures": json.dumps(dict(said.figures)),
    }


def _step(session: Session, row: ConcernRow, kind: str, reason: str, moment: str) -> None:
    session.add(
        ConcernStepRow(concern=row.key, kind=kind, at=moment, reason=reason, title=row.title, figures=row.figures)
    )
    said = committed(f"{row.title}\n{reason}")[0]
    facts = {"concern": row.key, "at": moment, "said": said}
    append(session, f"issue {kind}", facts | ({"polity": row.polity} if row.polity else {}))


def _support(session: Session, row: ConcernRow, citizen: CitizenRow, moment: str) -> None:
    if session.get(ConcernSupportRow, (row.key, citizen.key)) is None:
        near = _is_near(session, row, citizen)
        session.add(ConcernSupportRow(concern=row.key, citizen=citizen.key, is_near=near, at=moment))
        session.flush()


def _is_near(session: Session, row: ConcernRow, citizen: CitizenRow) -> bool:
    """Whether somebody is at home in an issue's reach; with a home of an enclosing unit, if any of its units is."""
    if citizen.layer != row.layer or citizen.home is None:
        return False
    reach = set(json.loads(row.reach))
    if not citizen.home_is_parent:
        return citizen.home in reach
    inside = select(UnitRow.unit_id).where(UnitRow.layer == row.layer, UnitRow.parent == citizen.home)
    return any(unit in reach for unit in session.scalars(inside))
