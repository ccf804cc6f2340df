"""The console's offices: links for persons, keys for programs."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Response
from pydantic import BaseModel, Field

from maps.locale.texts import Texts
from maps.pages.console import ConsoleSaid
from services.api.pages.console.answer import Administrator, done_with
from services.api.pages.frame import Visit
from services.api.principal import Principal, Role, guarded_router
from services.api.problems import BodyError
from services.auth.keys import make_key, revoke_key
from services.auth.personal_links import office_link
from services.auth.roles import OFFICES

router = guarded_router(tags=["pages"], include_in_schema=False)


class Office(BaseModel):
    """Who is to come in, and as what."""

    name: str = Field("", max_length=200)
    role: str = Field("", max_length=40)


@router.post("/console/links", openapi_extra={"x-secret": True})
def link(visit: Visit, who: Administrator, form: Annotated[Office, Form()]) -> Response:
    """Make the link of somebody who is to hold an office."""

    def act(t: Texts) -> ConsoleSaid:
        person = Principal(name=_name(form), roles=frozenset({_office(form)}), guest_of=who.hand)
        secret = office_link(person, who, visit.store)
        return ConsoleSaid(
            done=t("The link of {name}:", name=form.name), link=f"{visit.frame.root}/sign-in?token={secret}"
        )

    return done_with(visit, who, act)


@router.post("/console/keys", openapi_extra={"x-secret": True})
def key(visit: Visit, who: Administrator, form: Annotated[Office, Form()]) -> Response:
    """Make a program's key."""

    def act(t: Texts) -> ConsoleSaid:
        _, secret = make_key(_name(form), str(_office(form)), visit.store, days=365)
        return ConsoleSaid(done=t("The key of {name}:", name=form.name), link=secret)

    return done_with(visit, who, act)


@router.post("/console/keys/{key_id}/end")
def end_key(visit: Visit, who: Administrator, key_id: str) -> Response:
    """End a program's key."""

    def act(t: Texts) -> ConsoleSaid:
        revoke_key(key_id, visit.store)
        return ConsoleSaid(done=t("The key is ended."))

    return done_with(visit, who, act)


def _name(form: Office) -> str:
    if not form.name.strip():
        raise BodyError("Give a name.")
    return form.name.strip()


def _office(form: Office) -> Role:
    found = next((role for role in OFFICES if str(role) == form.role), None)
    if found is None:
        raise BodyError("{role:quoted} is no office.", role=form.role)
    return found
