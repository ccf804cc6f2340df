"""Who may come in: one-time links for people, keys for programs, and who is asking."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field, StrictInt

from services.api.principal import Principal, Role, StoreDep, guarded_router, require
from services.api.problems import NotAllowed
from services.api.v1.fields import Body, Id, Word
from services.api.v1.records import problems
from services.auth.identities import label_of
from services.auth.keys import list_keys, make_key, revoke_key
from services.auth.sessions import new_link

router = guarded_router(prefix="/api/v1", tags=["accounts"], responses=problems(401, 403, 404, 409, 413, 422, 429, 503))
PUBLIC = require(Role.PUBLIC)
CLERK = require(Role.CLERK)
ADMINISTRATOR = require(Role.ADMINISTRATOR)
BY_A_CLERK = frozenset({Role.CITIZEN, Role.DELEGATE})
"""Roles that a clerk gives links for: a summons holds one."""


class Invited(Body):
    """Somebody who is to get a link: a delegate by pseudonym, a citizen by id, anybody else by name."""

    name: Word
    roles: list[Role] = Field(min_length=1, max_length=7)
    days: StrictInt = Field(1, ge=1, le=60)


class Keyed(Body):
    """A program that is to get a key, and what it may do."""

    name: Word
    roles: list[Role] = Field(min_length=1, max_length=7)
    days: StrictInt | None = Field(365, ge=1, le=3_650)


@router.get("/me")
def me(who: Annotated[Principal, PUBLIC], store: StoreDep) -> dict[str, Any]:
    """Who is asking, and what the provider calls them."""
    label = label_of(who.name, store) or None
    return {"name": who.name, "label": label, "roles": sorted(who.roles), "program": who.program}


@router.post("/sign-in-links", status_code=201, openapi_extra={"x-secret": True})
def invite(who: Annotated[Principal, CLERK], store: StoreDep, invited: Invited) -> dict[str, str]:
    """Make a one-time link: a clerk for citizens and delegates, an administrator for everybody."""
    roles = frozenset(invited.roles) - {Role.PUBLIC}
    if not roles <= BY_A_CLERK and Role.ADMINISTRATOR not in who.roles:
        raise NotAllowed(
            "A clerk makes links for citizens and delegates, not for {roles:role}.",
            roles=sorted(roles),
        )
    secret = new_link(Principal(name=invited.name, roles=roles), store, lasts=timedelta(days=invited.days))
    return {"link": f"/sign-in?token={secret}"}


@router.get("/keys")
def keys(who: Annotated[Principal, ADMINISTRATOR], store: StoreDep) -> list[dict[str, Any]]:
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
