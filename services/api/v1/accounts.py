"""Who may come in: one-time links for people, keys for programs, and who is asking."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, Field, StrictInt

from services.api.principal import Principal, Role, StoreDep, guarded_router, require
from services.api.problems import NotAllowed
from services.api.v1.fields import Body, Id, OrdinalId, Word
from services.api.v1.records import problems
from services.auth.identities import label_of
from services.auth.keys import KeyListed, list_keys, make_key, revoke_key
from services.auth.personal_links import Act, ask_link, ask_unlink, office_link, waiting
from services.auth.roles import PERSONAL
from services.docket.office_acts import confirm

router = guarded_router(prefix="/api/v1", tags=["accounts"], responses=problems(401, 403, 404, 409, 413, 422, 429, 503))
PUBLIC = require(Role.PUBLIC)
CLERK = require(Role.CLERK)
ADMINISTRATOR = require(Role.ADMINISTRATOR)


class Invited(Body):
    """Somebody who is to get a link: a delegate by pseudonym, a citizen by id, anybody else by name."""

    name: Word
    roles: list[Role] = Field(min_length=1, max_length=7)
    days: StrictInt = Field(1, ge=1, le=60)


class Confirmed(Body):
    """How long the link lasts that another person asked for."""

    days: StrictInt = Field(1, ge=1, le=60)


class Keyed(Body):
    """A program that is to get a key, and what it may do."""

    name: Word
    roles: list[Role] = Field(min_length=1, max_length=7)
    days: StrictInt | None = Field(365, ge=1, le=3_650)


class Asking(BaseModel):
    """Who is asking, and what the provider calls them."""

    name: str
    label: str | None
    roles: list[str]
    program: bool


@router.get("/me")
def me(who: Annotated[Principal, PUBLIC], store: StoreDep) -> Asking:
    """Who is asking, and what the provider calls them."""
    label = label_of(who.name, store) or None
    return Asking(name=who.name, label=label, roles=sorted(who.roles), program=who.program)


@router.post("/sign-in-links", status_code=201, openapi_extra={"x-secret": True})
def invite(
    who: Annotated[Principal, CLERK], store: StoreDep, invited: Invited, response: Response
) -> dict[str, str | int | None]:
    """Make a one-time link: a clerk for citizens and delegates, an administrator for everybody.

    One for a citizen or delegate is 202: another person confirms it.
    """
    roles = frozenset(invited.roles) - {Role.PUBLIC}
    if not roles <= PERSONAL and Role.ADMINISTRATOR not in who.roles:
        raise NotAllowed(
            "A clerk makes links for citizens and delegates, not for {roles:role}.",
            roles=sorted(roles),
        )
    person = Principal(name=invited.name, roles=roles, guest_of=who.hand)
    lasts = timedelta(days=invited.days)
    if not roles & PERSONAL:
        return {"link": _address(office_link(person, who, store, lasts=lasts)), "number": None}
    if roles - PERSONAL:
        raise NotAllowed("A link is for a citizen or delegate, or for an office; make one for each.")
    response.status_code = 202
    return {"link": None, "number": ask_link(person, who, store)}


@router.get("/sign-in-links")
def waiting_links(who: Annotated[Principal, CLERK], store: StoreDep) -> list[Act]:
    """List what waits for a second person."""
    del who
    return waiting(store)


@router.post("/sign-in-links/{number}/confirm", openapi_extra={"x-secret": True})
def confirm_act(
    who: Annotated[Principal, CLERK], store: StoreDep, number: OrdinalId, confirmed: Confirmed | None = None
) -> dict[str, str | int | None]:
    """Confirm what another person asked for: a link, or the end of a linked account."""
    done = confirm(number, who, store, lasts=timedelta(days=1 if confirmed is None else confirmed.days))
    return {"link": _address(done.secret), "number": done.number}


@router.post("/linked-accounts/{name}/end", status_code=202)
def end_account(who: Annotated[Principal, CLERK], store: StoreDep, name: Id) -> dict[str, int]:
    """Ask that a delegate's linked account ends, where it is lost; another person confirms it."""
    return {"number": ask_unlink(name, who, store)}


@router.get("/keys")
def keys(who: Annotated[Principal, ADMINISTRATOR], store: StoreDep) -> list[KeyListed]:
    """List the keys of programs, without their secrets."""
    del who
    return list_keys(store)


@router.post("/keys", status_code=201, openapi_extra={"x-secret": True})
def add_key(who: Annotated[Principal, ADMINISTRATOR], store: StoreDep, keyed: Keyed) -> dict[str, str]:
    """Make a key for a program; it is shown once."""
    del who
    key_id, key = make_key(keyed.name, ",".join(keyed.roles), store, days=keyed.days)
    return {"key_id": key_id, "key": key}


@router.delete("/keys/{key_id}", status_code=204)
def end_key(who: Annotated[Principal, ADMINISTRATOR], store: StoreDep, key_id: Id) -> None:
    """End a key now."""
    del who
    revoke_key(key_id, store)


def _address(secret: str | None) -> str | None:
    return None if secret is None else f"/sign-in?token={secret}"
