"""Citizens: registered by a clerk under random ids; their own standing and acts are theirs alone."""

from __future__ import annotations

from typing import Annotated

from fastapi import Response
from pydantic import Field, StrictBool

from services.api.principal import Principal, Role, StoreDep, guarded_router, require
from services.api.problems import NotAllowed
from services.api.v1.fields import AsOf, Body, Cursor, Day, HexKey, Id, Limit, Page, PublicKey, SignedAct, Word, day
from services.api.v1.paging import page_of
from services.api.v1.records import NUMBERED, problems
from services.assemblies import citizens as use_cases
from services.assemblies import consents, seats
from services.docket import office_acts, registrations
from services.records import Json
from services.storage.people.citizens import Newcomer

router = guarded_router(
    prefix="/api/v1/citizens", tags=["citizens"], responses=problems(401, 403, 404, 409, 413, 422, 429, 503)
)
CLERK = require(Role.CLERK)
OWN = require(Role.CITIZEN, Role.DELEGATE, Role.CLERK)


class Newly(Body):
    """A person to register: where they live, and what the lot is balanced by. No name, no address."""

    unit_id: Word
    layer: Word | None = None
    is_of_age: StrictBool = True
    stratum: dict[Word, Word] = Field(default={}, max_length=10)


class Moved(Body):
    """A new home."""

    unit_id: Word
    layer: Word | None = None


class Lost(Body):
    """The public half of the key that takes the place of a lost one."""

    key: HexKey


class Deferred(Body):
    """A reason from the closed list of hardships, and the day of return."""

    ground: Word
    until: Day


@router.post("", status_code=201)
def register(who: Annotated[Principal, CLERK], store: StoreDep, newly: Newly) -> dict[str, str]:
    """Register a person; the answer holds the one name that the store knows them by."""
    del who
    newcomer = Newcomer(unit_id=newly.unit_id, is_of_age=newly.is_of_age, stratum=newly.stratum)
    return {"citizen_id": registrations.register_person(newcomer, store, newly.layer)}


@router.get("/review")
def review(who: Annotated[Principal, CLERK], store: StoreDep, cursor: Cursor = None, limit: Limit = 100) -> Page:
    """List people whose home was carried to a new vintage and may be wrong."""
    del who
    records = sorted(use_cases.homes_to_review(store), key=lambda one: one.id)
    return page_of(records, ("id",), cursor, limit)


@router.get("/{citizen_id}")
def show(who: Annotated[Principal, OWN], store: StoreDep, citizen_id: Id, date: AsOf = None) -> use_cases.CitizenShown:
    """Show a person's standing, polities, entitlements and obligations: to themselves, or a clerk."""
    _theirs(who, citizen_id)
    return use_cases.show_citizen(citizen_id, store, day(date))


@router.post("/{citizen_id}/consent")
def consent(
    who: Annotated[Principal, OWN], store: StoreDep, citizen_id: Id, act: SignedAct | None = None
) -> dict[str, str | None]:
    """Consent for a year, signed by one's own key; nothing renews it but doing so again.

    The key becomes the person's at their first signed act. What a clerk brings must be signed. Without a body it is an
    act without a key, which only the person's own session makes; each draw counts those in public.
    """
    _theirs(who, citizen_id)
    if act is not None:
        done = consents.consent(citizen_id, act.signed(), store, is_own=who.is_self(citizen_id))
        return {"until": done.until, "key": done.key, "key_made_by": done.key_made_by}
    if not who.is_self(citizen_id):
        raise NotAllowed("Nobody consents for somebody else: bring the act that they signed with their own key.")
    return {"until": use_cases.give_consent(citizen_id, store), "key": None, "key_made_by": None}


@router.get("/{citizen_id}/consent/statement")
def consent_statement(
    who: Annotated[Principal, OWN], store: StoreDep, citizen_id: Id, key: PublicKey
) -> dict[str, str]:
    """Show the text that a person signs to consent for a year: it names key and day of expiry."""
    _theirs(who, citizen_id)
    return {"statement": consents.consent_statement(citizen_id, key, store)}


@router.get("/{citizen_id}/consent/withdrawal")
def withdrawal_statement(
    who: Annotated[Principal, OWN], store: StoreDep, citizen_id: Id, key: PublicKey
) -> dict[str, str]:
    """Show the text that a person signs to end their consent."""
    _theirs(who, citizen_id)
    return {"statement": consents.withdrawal_statement(citizen_id, key, store)}


@router.post("/{citizen_id}/consent/withdrawal", status_code=204)
def withdraw_signed(who: Annotated[Principal, OWN], store: StoreDep, citizen_id: Id, act: SignedAct) -> None:
    """End consent by the person's own signed act, whoever hands it in: it always counts."""
    _theirs(who, citizen_id)
    consents.withdraw(citizen_id, act.signed(), store)


@router.delete("/{citizen_id}/consent", responses=NUMBERED)
def withdraw(
    who: Annotated[Principal, OWN], store: StoreDep, citizen_id: Id, response: Response
) -> dict[str, int | None]:
    """End consent without a signature: somebody without a key by themselves, anybody's by two persons of the office.

    A clerk's is 202: another person confirms the act of that number.
    """
    _theirs(who, citizen_id)
    if who.is_self(citizen_id):
        use_cases.withdraw_consent(citizen_id, store)
        return {"number": None}
    response.status_code = 202
    return {"number": office_acts.ask_withdrawal(citizen_id, who, store)}


@router.post("/{citizen_id}/key", status_code=204)
def replace_key(who: Annotated[Principal, OWN], store: StoreDep, citizen_id: Id, act: SignedAct) -> None:
    """Put a new key in the place of one's old one, which signs it."""
    _theirs(who, citizen_id)
    consents.replace_key(citizen_id, act.signed(), store, is_own=who.is_self(citizen_id))


@router.get("/{citizen_id}/key/statement")
def replacement_statement(
    who: Annotated[Principal, OWN], store: StoreDep, citizen_id: Id, key: PublicKey, new: PublicKey
) -> dict[str, str]:
    """Show the text that a person signs with their old key to hold a new one."""
    _theirs(who, citizen_id)
    return {"statement": consents.replacement_statement(citizen_id, key, new, store)}


@router.post("/{citizen_id}/key/lost", status_code=202)
def ask_replacement(who: Annotated[Principal, CLERK], store: StoreDep, citizen_id: Id, lost: Lost) -> dict[str, int]:
    """Ask that a new key takes the place of a lost or shared one; another person confirms the act of that number."""
    return {"number": office_acts.ask_replacement(citizen_id, lost.key, who, store)}


@router.post("/{citizen_id}/home", responses=NUMBERED)
def move(
    who: Annotated[Principal, OWN], store: StoreDep, citizen_id: Id, moved: Moved, response: Response
) -> dict[str, int | None]:
    """Give a person another home; a clerk's is 202, and another person confirms the act of that number."""
    _theirs(who, citizen_id)
    if who.is_self(citizen_id):
        use_cases.move_citizen(citizen_id, moved.unit_id, store, moved.layer)
        return {"number": None}
    response.status_code = 202
    return {"number": office_acts.ask_move(citizen_id, moved.unit_id, who, store, moved.layer)}


@router.delete("/{citizen_id}", responses=NUMBERED)
def erase(who: Annotated[Principal, OWN], store: StoreDep, citizen_id: Id, response: Response) -> dict[str, int | None]:
    """Forget a person; past draws still verify. A clerk's is 202, and another person confirms it."""
    _theirs(who, citizen_id)
    if who.is_self(citizen_id):
        use_cases.erase_citizen(citizen_id, store)
        return {"number": None}
    response.status_code = 202
    return {"number": office_acts.ask_erasure(citizen_id, who, store)}


@router.post("/{citizen_id}/deferral", status_code=202)
def defer(who: Annotated[Principal, CLERK], store: StoreDep, citizen_id: Id, deferred: Deferred) -> dict[str, int]:
    """Ask that a person's service is deferred, once in a life; another person confirms the act of that number."""
    number = office_acts.ask_deferral(citizen_id, who, store, ground=deferred.ground, until=deferred.until)
    return {"number": number}


@router.get("/{citizen_id}/receipts/{epoch}")
def receipt(who: Annotated[Principal, OWN], store: StoreDep, citizen_id: Id, epoch: Id) -> Json:
    """Show a person's receipt of a frozen roll: to themselves, or a clerk."""
    _theirs(who, citizen_id)
    return seats.citizen_receipt(citizen_id, epoch, store).record()


def _theirs(who: Principal, citizen_id: str) -> None:
    if not who.is_self(citizen_id) and not who.may(Role.CLERK):
        raise NotAllowed("This is about somebody else; a citizen sees and changes only what is their own.")
