"""Citizens: registered by a clerk under random ids; their own standing and acts are theirs alone."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import Field, StrictBool

from geopolity.assembly.credential import Signed
from services.api.principal import Principal, Role, StoreDep, guarded_router, require
from services.api.problems import NotAllowed
from services.api.v1.fields import AsOf, Body, Cursor, Day, Id, Limit, Page, Word, day
from services.api.v1.paging import page_of
from services.api.v1.records import problems
from services.assemblies import citizens as use_cases
from services.assemblies import consents, seats
from services.records import Json
from services.storage.people.citizens import Newcomer

router = guarded_router(
    prefix="/api/v1/citizens", tags=["citizens"], responses=problems(401, 403, 404, 409, 413, 422, 429, 503)
)
CLERK = require(Role.CLERK)
HEX_KEY = r"^[0-9a-f]{64}$"
PublicKey = Annotated[str, Query(pattern=HEX_KEY, description="Public half of the person's key, hexadecimal.")]
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


class SignedAct(Body):
    """A statement as it was shown, the public key that signed it, and the signature (Ed25519, hexadecimal)."""

    statement: Annotated[str, Field(max_length=1_000)]
    key: Annotated[str, Field(pattern=HEX_KEY)]
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]

    def signed(self) -> Signed:
        """As the use cases take it."""
        return Signed(statement=self.statement, key=self.key, signature=self.signature)


class Deferred(Body):
    """A reason from the closed list of hardships, and the day of return."""

    ground: Word
    until: Day


@router.post("", status_code=201)
def register(who: Annotated[Principal, CLERK], store: StoreDep, newly: Newly) -> dict[str, str]:
    """Register a person; the answer holds the one name that the store knows them by."""
    del who
    newcomer = Newcomer(unit_id=newly.unit_id, is_of_age=newly.is_of_age, stratum=newly.stratum)
    return {"citizen_id": use_cases.register_citizen(newcomer, store, newly.layer)}


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
        done = consents.consent(citizen_id, act.signed(), store, is_own=who.name == citizen_id)
        return {"until": done.until, "key": done.key, "key_made_by": done.key_made_by}
    if who.name != citizen_id:
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


@router.delete("/{citizen_id}/consent", status_code=204)
def withdraw(who: Annotated[Principal, OWN], store: StoreDep, citizen_id: Id) -> None:
    """End consent now: the person becomes a resident."""
    _theirs(who, citizen_id)
    use_cases.withdraw_consent(citizen_id, store)


@router.post("/{citizen_id}/home", status_code=204)
def move(who: Annotated[Principal, OWN], store: StoreDep, citizen_id: Id, moved: Moved) -> None:
    """Give a person another home."""
    _theirs(who, citizen_id)
    use_cases.move_citizen(citizen_id, moved.unit_id, store, moved.layer)


@router.delete("/{citizen_id}", status_code=204)
def erase(who: Annotated[Principal, OWN], store: StoreDep, citizen_id: Id) -> None:
    """Forget a person; past draws still verify."""
    _theirs(who, citizen_id)
    use_cases.erase_citizen(citizen_id, store)


@router.post("/{citizen_id}/deferral", status_code=204)
def defer(who: Annotated[Principal, CLERK], store: StoreDep, citizen_id: Id, deferred: Deferred) -> None:
    """Defer a person's service, once in a life."""
    del who
    seats.defer_service(citizen_id, store, ground=deferred.ground, until=deferred.until)


@router.get("/{citizen_id}/receipts/{epoch}")
def receipt(who: Annotated[Principal, OWN], store: StoreDep, citizen_id: Id, epoch: Id) -> Json:
    """Show a person's receipt of a frozen roll: to themselves, or a clerk."""
    _theirs(who, citizen_id)
    return seats.citizen_receipt(citizen_id, epoch, store).record()


def _theirs(who: Principal, citizen_id: str) -> None:
    if who.name != citizen_id and not who.may(Role.CLERK):
        raise NotAllowed("This is about somebody else; a citizen sees and changes only what is their own.")
