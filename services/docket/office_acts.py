"""What an office does to a person or a matter takes two persons: one asks for it, another confirms it.

A person's own signed act always counts; these are for what they cannot or will not do themselves. Each is a line of
the log when it is asked for and when it is confirmed, with commitments to both, and is shown to the person concerned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta

from sqlalchemy.orm import Session

from geopolity.assembly import credential
from geopolity.assembly.events import rule_of
from geopolity.docket.summons import Ruling, excuse_of
from services.assemblies.consents import replace_in
from services.assemblies.jury_duty import defer_in, rule
from services.auth import personal_links
from services.auth.personal_links import Answered, Do, ask_act, details_of
from services.auth.roles import Principal
from services.auth.second_person import TwoPersonsError
from services.auth.sessions import LINK_LASTS
from services.clock import now
from services.docket import assembly_acts, registrations
from services.docket.hearings import check_recusable, recuse_in
from services.docket.matters import check_open, resume_in, stay_in
from services.docket.sealed.ceremonies import check_trustee
from services.storage.docket import matters, sealed, votes
from services.storage.layers.census import find_layer
from services.storage.offices import seats, summonses
from services.storage.offices.seats import Place
from services.storage.people import citizens, credentials
from services.storage.people.citizens import find_citizen
from services.storage.publiclog import append, committed
from services.storage.store import Store
from services.storage.tables import CitizenRow, PersonalActRow

WITHDRAW, REPLACE, ERASE = "withdrawal of consent", "replacement of a key", "erasure"
MOVE, DEFER, PUT_OFF = "change of home", "deferral", "deferral of a seat"
VACATE, RECUSE, STAY, EXCUSE = "vacancy", "recusal", "stay of a matter", "excuse"
VOID = "voiding of a vote"
ROUTE, APPOINT = "routing of a matter", "appointment of a trustee"


def ask_withdrawal(citizen_id: str, by: Principal, store: Store) -> int:
    """Ask that a person's consent ends although they did not sign it, such as after their death."""
    with store.writing() as session:
        find_citizen(session, citizen_id)
        return ask_act(WITHDRAW, citizen_id, by, session, details={})


def ask_replacement(citizen_id: str, key: str, by: Principal, store: Store) -> int:
    """Ask that another key takes the place of one that a person lost or shared."""
    credential.public_key(key)
    with store.writing() as session:
        find_citizen(session, citizen_id)
        credentials.check_free(session, key)
        return ask_act(REPLACE, citizen_id, by, session, details={"key": key})


def ask_erasure(citizen_id: str, by: Principal, store: Store) -> int:
    """Ask that a person is forgotten who did not ask for it themselves."""
    with store.writing() as session:
        find_citizen(session, citizen_id)
        return ask_act(ERASE, citizen_id, by, session, details={})


def ask_move(citizen_id: str, unit_id: str, by: Principal, store: Store, layer: str | None = None) -> int:
    """Ask that a person gets another home, which may end their seat."""
    with store.writing() as session:
        find_citizen(session, citizen_id)
        kept = find_layer(session, layer)
        citizens.home_in(session, kept, unit_id)
        return ask_act(MOVE, citizen_id, by, session, details={"unit": unit_id, "layer": kept.name})


def ask_deferral(citizen_id: str, by: Principal, store: Store, *, ground: str, until: date) -> int:
    """Ask that a person's service is put off, once in a life."""
    with store.writing() as session:
        find_citizen(session, citizen_id)
        return ask_act(DEFER, citizen_id, by, session, details={"ground": ground, "until": until.isoformat()})


def ask_seat_deferral(polity_id: str, pseudonym: str, put_off: Mapping[str, str], by: Principal, store: Store) -> int:
    """Ask that the service of somebody who sits is put off: ``ground`` and ``until``."""
    with store.writing() as session:
        summonses.seat_of(session, polity_id, pseudonym)
        said = {"public": "yes", "polity": polity_id, **put_off}
        return ask_act(PUT_OFF, pseudonym, by, session, details=said)


def ask_excuse(polity_id: str, pseudonym: str, ground: str, by: Principal, store: Store) -> int:
    """Ask that a delegate is excused who did not ask for it themselves, such as after their death."""
    excuse_of(ground)
    with store.writing() as session:
        summonses.find(session, polity_id, pseudonym)
        said = {"public": "yes", "polity": polity_id, "ground": ground}
        return ask_act(EXCUSE, pseudonym, by, session, details=said)


def ask_vacancy(place: Place, by: Principal, store: Store, *, reason: str) -> int:
    """Ask that a seat is emptied for a reason of the closed list."""
    rule_of(reason)
    with store.writing() as session:
        row = seats.held(session, place)
        said = {"polity": place.polity, "seat": str(place.number), "chamber": str(place.chamber), "reason": reason}
        return ask_act(VACATE, row.pseudonym, by, session, details={"public": "yes"} | said)


def ask_recusal(matter_id: str, pseudonym: str, by: Principal, store: Store) -> int:
    """Ask that a delegate takes no part in a matter although they did not say so."""
    with store.writing() as session:
        check_recusable(session, matter_id, pseudonym)
        return ask_act(RECUSE, pseudonym, by, session, details={"public": "yes", "matter": matter_id})


def ask_stay(matter_id: str, by: Principal, store: Store, *, reason: str) -> int:
    """Ask that a matter rests."""
    with store.writing() as session:
        matters.find_matter(session, matter_id)
        return ask_act(STAY, matter_id, by, session, details={"public": "yes", "reason": reason})


def ask_routing(matter_id: str, polity_id: str, by: Principal, store: Store) -> int:
    """Ask that a stayed matter goes on in another polity, whose assembly decides it then."""
    with store.writing() as session:
        matters.find_matter(session, matter_id)
        check_open(session, polity_id)
        return ask_act(ROUTE, matter_id, by, session, details={"public": "yes", "polity": polity_id})


def ask_void(matter_id: str, by: Principal, store: Store, *, reason: str) -> int:
    """Ask that the open vote of a matter counts for nothing, such as since a double membership decided it."""
    with store.writing() as session:
        votes.check_voting(session, matter_id)
        return ask_act(VOID, matter_id, by, session, details={"public": "yes", "reason": reason})


def ask_trustee(name: str, key: str, by: Principal, store: Store) -> int:
    """Ask that somebody becomes a trustee by the key that their own tool printed, or gets another key."""
    check_trustee(name, key)
    with store.writing() as session:
        return ask_act(APPOINT, name.strip(), by, session, details={"public": "yes", "key": key})


@contextmanager
def at_machine(kind: str, whose: Callable[[Session], CitizenRow], store: Store) -> Iterator[Store]:
    """Let the operator's machine do an act about somebody who holds no key, in the store that is yielded.

    Act and line of the log are one transaction: neither is there without the other.

    Raises
    ------
    TwoPersonsError
        If they hold one.
    """
    with store.writing() as session:
        citizen = whose(session)
        if credentials.held(session, citizen) is not None:
            raise TwoPersonsError("They hold a key: they sign it themselves, or two persons answer for it.")
        stand_in = committed(citizen.citizen_id)[0]
        yield store.within(session)
        append(session, f"{kind} at the operator's machine", {"person": stand_in, "at": now()})


def citizen(citizen_id: str) -> Callable[[Session], CitizenRow]:
    """Whose act it is: a citizen's."""
    return lambda session: find_citizen(session, citizen_id)


def holder(place: Place) -> Callable[[Session], CitizenRow]:
    """Whose act it is: of whoever holds a seat."""
    return lambda session: session.get_one(CitizenRow, seats.held(session, place).citizen)


def delegate(polity_id: str, pseudonym: str) -> Callable[[Session], CitizenRow]:
    """Whose act it is: a delegate's."""
    return lambda session: session.get_one(CitizenRow, summonses.seat_of(session, polity_id, pseudonym).citizen)


def confirm(number: int, by: Principal, store: Store, *, lasts: timedelta = LINK_LASTS) -> Answered:
    """Do what another person asked for: one of these acts, or a link; raises as ``personal_links.confirm``."""
    return personal_links.confirm(number, by, store, lasts=lasts, does=DOES)


def _withdraw(session: Session, row: PersonalActRow) -> None:
    citizens.withdraw_consent(session, find_citizen(session, row.name), now=now())


def _replace(session: Session, row: PersonalActRow) -> None:
    person = find_citizen(session, row.name)
    replace_in(session, person, details_of(row)["key"], made_by=credentials.OFFICE, how="two persons")


def _erase(session: Session, row: PersonalActRow) -> None:
    citizens.erase(session, find_citizen(session, row.name), now=now())


def _move(session: Session, row: PersonalActRow) -> None:
    said = details_of(row)
    citizens.move(session, find_citizen(session, row.name), find_layer(session, said["layer"]), said["unit"])


def _defer(session: Session, row: PersonalActRow) -> None:
    said, person = details_of(row), find_citizen(session, row.name)
    seats.defer(session, person, ground=said["ground"], until=date.fromisoformat(said["until"]), now=now())


def _put_off(session: Session, row: PersonalActRow) -> None:
    said = details_of(row)
    defer_in(session, said["polity"], row.name, said["ground"], until=date.fromisoformat(said["until"]))


def _excuse(session: Session, row: PersonalActRow) -> None:
    said = details_of(row)
    rule(session, said["polity"], row.name, Ruling(excuse=excuse_of(said["ground"]), is_granted=True))


def _vacate(session: Session, row: PersonalActRow) -> None:
    said = details_of(row)
    place = Place(polity=said["polity"], number=int(said["seat"]), chamber=int(said["chamber"]))
    if seats.held(session, place).pseudonym == row.name:
        seats.vacate(session, place, reason=said["reason"], now=now())


def _recuse(session: Session, row: PersonalActRow) -> None:
    recuse_in(session, details_of(row)["matter"], row.name)


def _stay(session: Session, row: PersonalActRow) -> None:
    stay_in(session, matters.find_matter(session, row.name), reason=details_of(row)["reason"], moment=now())


def _route(session: Session, row: PersonalActRow) -> None:
    resume_in(session, row.name, details_of(row)["polity"])


def _appoint(session: Session, row: PersonalActRow) -> None:
    sealed.appoint(session, row.name, details_of(row)["key"], now=now())


def _void(session: Session, row: PersonalActRow) -> None:
    votes.void_vote(session, row.name, now=now(), reason=details_of(row)["reason"])


DOES: Mapping[str, Do] = {
    WITHDRAW: _withdraw,
    REPLACE: _replace,
    ERASE: _erase,
    MOVE: _move,
    DEFER: _defer,
    PUT_OFF: _put_off,
    EXCUSE: _excuse,
    VACATE: _vacate,
    RECUSE: _recuse,
    STAY: _stay,
    VOID: _void,
    ROUTE: _route,
    APPOINT: _appoint,
    **registrations.DOES,
    **assembly_acts.DOES,
}
