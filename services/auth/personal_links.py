"""What an office does about a person takes two: one asks for it, another confirms it; all of it is logged.

A link is a key to a person's own acts. The first as any further one, and the end of a linked account, is asked for by
one person and confirmed by another, like any other act about a person (``services.docket.office_acts``). Each is a line
of the log, with a commitment to who acted, and each is shown to the person concerned. An office is let in by one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from geopolity.publiclog.log import commitment
from services.auth.names import check_free
from services.auth.roles import Principal, Role, read_roles, written
from services.auth.second_person import WAITS, TwoPersonsError, UnknownActError, to_confirm
from services.auth.sessions import LINK_LASTS, keep_link
from services.clock import after, now
from services.storage.publiclog import append, committed
from services.storage.store import Store
from services.storage.tables import LinkedSeatRow, PersonalActRow

LINK, UNLINK = "link", "unlink"
Do = Callable[[Session, PersonalActRow], None]
"""Does what two persons agreed on, in the transaction of the confirmation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What was asked for about a person, and where it stands; names are empty where they are not known.

    Attributes
    ----------
    kind
        ``link``, ``unlink``, or one of the acts of ``services.docket.office_acts``.
    """

    number: int
    kind: str
    name: str
    asked_by: str
    asked_at: str
    confirmed_by: str
    done_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Number of an act that was confirmed, and the secret of the link, where it is one."""

    number: int
    secret: str | None


def ask_link(person: Principal, by: Principal, store: Store) -> int:
    """Ask for a link of a delegate or citizen, which another person confirms; returns the act's number.

    Raises
    ------
    TwoPersonsError
        If a program asks.
    """
    _check_person(by)
    with store.writing() as session:
        row = _asked(session, LINK, person, by)
        _log(session, row, "sign-in link asked for")
        return row.key


def office_link(person: Principal, by: Principal, store: Store, *, lasts: timedelta = LINK_LASTS) -> str:
    """Make the link of somebody who holds an office; returns its secret."""
    with store.writing() as session:
        check_free(session, person.name)
        row = _asked(session, LINK, person, by)
        row.done_at = row.asked_at
        _log(session, row, "office link made", roles=row.roles)
        return keep_link(session, person, lasts)


def administrator_link(store: Store) -> str:
    """Make the secret that `serve` prints: it signs the person at this machine in as administrator, once."""
    person = Principal(name="administrator", roles=frozenset({Role.ADMINISTRATOR}))
    return office_link(person, person, store)


def ask_unlink(name: str, by: Principal, store: Store) -> int:
    """Ask that a delegate's linked account ends, which another person confirms; returns the act's number."""
    _check_person(by)
    with store.writing() as session:
        if session.scalar(select(LinkedSeatRow.made_at).where(LinkedSeatRow.pseudonym == name)) is None:
            raise UnknownActError("No account is linked to {name}, so none can be ended.", name=name)
        row = _asked(session, UNLINK, Principal(name=name, roles=frozenset({Role.DELEGATE})), by)
        _log(session, row, "end of a linked account asked for")
        return row.key


def ask_act(kind: str, name: str, by: Principal, session: Session, *, details: Mapping[str, str]) -> int:
    """Ask for an act about somebody, or something, of that name, which another person confirms; returns its number."""
    _check_person(by)
    row = _asked(session, kind, Principal(name=name, roles=frozenset()), by, details)
    _log(session, row, f"{kind} asked for")
    return row.key


def details_of(row: PersonalActRow) -> dict[str, str]:
    """What was asked for in particular."""
    found: dict[str, str] = json.loads(row.details or "{}")
    return found


def confirm(
    number: int, by: Principal, store: Store, *, lasts: timedelta = LINK_LASTS, does: Mapping[str, Do] | None = None
) -> Answered:
    """Do what another person asked for; returns the link's secret, where it is one.

    Parameters
    ----------
    does
        How acts of other kinds than links are done.

    Raises
    ------
    UnknownActError
        If nothing of that number waits.
    TwoPersonsError
        If whoever confirms is a program, asked for it, or was let in by the same hand as who did.
    """
    _check_person(by)
    with store.writing() as session:
        row = to_confirm(session, PersonalActRow, number, by)
        stand_in, salt = committed(by.name)
        row.confirmed_by, row.confirmed_salt, row.done_at = by.name, salt, now()
        session.flush()
        if row.kind == UNLINK:
            session.execute(delete(LinkedSeatRow).where(LinkedSeatRow.pseudonym == row.name))
            _log(session, row, "linked account ended", confirmed_by=stand_in)
            return Answered(number=number, secret=None)
        if row.kind != LINK:
            _log(session, row, f"{row.kind} confirmed", confirmed_by=stand_in)
            (does or {})[row.kind](session, row)
            return Answered(number=number, secret=None)
        _log(session, row, "sign-in link made", confirmed_by=stand_in)
        person = Principal(name=row.name, roles=read_roles(row.roles))
        return Answered(number=number, secret=keep_link(session, person, lasts))


def acts_about(name: str, store: Store) -> list[Act]:
    """All that was asked for and done about a person's signing in, the newest first: for their own page."""
    query = select(PersonalActRow).where(PersonalActRow.name == name)
    with store.reading() as session:
        return [_act(row) for row in session.scalars(query.order_by(PersonalActRow.key.desc()))]


def waiting(store: Store) -> list[Act]:
    """All that waits for a second person."""
    with store.reading() as session:
        return [_act(row) for row in waiting_acts(session)]


def waiting_acts(session: Session) -> Sequence[PersonalActRow]:
    """The same in a transaction that is open."""
    query = select(PersonalActRow).where(PersonalActRow.done_at.is_(None), PersonalActRow.asked_at > after(-WAITS))
    return session.scalars(query.order_by(PersonalActRow.key)).all()


def _act(row: PersonalActRow) -> Act:
    return Act(
        number=row.key,
        kind=row.kind,
        name=row.name,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        confirmed_by=row.confirmed_by or "",
        done_at=row.done_at,
    )


def _check_person(by: Principal) -> None:
    if by.program:
        raise TwoPersonsError(
            "An act about a person is asked for and confirmed by two people who are signed in, and by no program's key."
        )


def _asked(
    session: Session, kind: str, person: Principal, by: Principal, details: Mapping[str, str] | None = None
) -> PersonalActRow:
    row = PersonalActRow(
        kind=kind,
        name=person.name,
        roles=written(person.roles),
        asked_by=by.name,
        asked_salt=committed(by.name)[1],
        guest_of=by.guest_of,
        asked_at=now(),
        details=json.dumps(dict(details)) if details else "",
    )
    session.add(row)
    session.flush()
    return row


def _log(session: Session, row: PersonalActRow, kind: str, **said: str) -> None:
    """Write an act into the log: delegates by their pseudonym, citizens and offices by a commitment."""
    is_public = str(Role.DELEGATE) in row.roles.split(",") or "public" in details_of(row)
    about = {"pseudonym": row.name} if is_public else {"person": committed(row.name)[0]}
    asked = commitment(row.asked_by, row.asked_salt)
    append(session, kind, {"number": row.key, "asked_by": asked, "at": row.done_at or row.asked_at} | about | said)
