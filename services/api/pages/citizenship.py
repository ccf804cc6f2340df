"""A citizen's own page, and what they do there: consent, move, be written to, check a receipt, be forgotten."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated

from fastapi import Form, Path, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from geopolity.errors import GeopolityError
from maps.pages.calendar import ics
from maps.pages.citizen.citizenship import citizenship_page
from services.api.pages.frame import Visit, Visited
from services.api.principal import Principal, Role, guarded_router, require
from services.api.problems import status_of
from services.assemblies.citizens import erase_citizen, give_consent, move_citizen, withdraw_consent
from services.clock import now
from services.lookup.addresses import unknown_address
from services.telling.addresses import forget_mail, write_to
from services.views.citizenship import checked_receipt, own_citizenship, own_data, own_sessions, units_at

router = guarded_router(tags=["pages"], include_in_schema=False)
Citizen = Annotated[Principal, require(Role.CITIZEN)]
HERE = "/citizenship"


class Moved(BaseModel):
    """Where somebody lives now: as they type it, or a unit that they chose."""

    place: str = Field("", max_length=200)
    unit: str = Field("", max_length=60)


class Addressed(BaseModel):
    """A mail address."""

    address: str = Field("", max_length=300)


class Sure(BaseModel):
    """Whether somebody is sure."""

    sure: str = Field("", max_length=10)


@router.get("/citizenship")
def show(visit: Visit, who: Citizen) -> Response:
    """Show a citizen their own page."""
    return _page(visit, who)


@router.get("/citizenship/data.json")
def everything(visit: Visit, who: Citizen) -> Response:
    """Hand out all that is known about whoever asks."""
    body = json.dumps(own_data(who.name, visit.store), ensure_ascii=False, indent=2)
    return Response(
        body,
        media_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="my-citizenship.json"'},
    )


@router.get("/citizenship/service.ics")
def sessions(visit: Visit, who: Citizen) -> Response:
    """Hand out the sessions of a citizen's assemblies as a calendar."""
    found = own_sessions(who.name, visit.store)
    root, language = visit.frame.root, visit.frame.language
    return Response(ics(found, subject="", root=root, language=language, stamp=now()), media_type="text/calendar")


@router.post("/citizenship/consent")
def consent(visit: Visit, who: Citizen) -> Response:
    """Consent for a year without a key."""
    return _done(visit, who, lambda: give_consent(who.name, visit.store))


@router.post("/citizenship/withdraw")
def withdraw(visit: Visit, who: Citizen) -> Response:
    """End consent that no key gave."""
    return _done(visit, who, lambda: withdraw_consent(who.name, visit.store))


@router.post("/citizenship/home")
def move(visit: Visit, who: Citizen, moved: Annotated[Moved, Form()]) -> Response:
    """Move to where somebody says that they live now; where that may be several units, ask which."""
    store = visit.store
    try:
        unit = moved.unit
        if not unit:
            found = units_at(moved.place, own_citizenship(who.name, store, visit.frame.language).layer, store)
            if len(found) > 1:
                return _page(visit, who, places=found)
            if not found:
                with store.reading() as session:
                    raise unknown_address(session, moved.place)
            unit = found[0][0]
        move_citizen(who.name, unit, store, own_citizenship(who.name, store, visit.frame.language).layer)
    except GeopolityError as error:
        return _page(visit, who, error=error)
    return RedirectResponse(HERE, 303)


@router.post("/citizenship/mail")
def mail(visit: Visit, who: Citizen, given: Annotated[Addressed, Form()]) -> Response:
    """Be written to at an address, once it is confirmed."""
    return _done(visit, who, lambda: write_to(who.name, given.address, visit.store, language=visit.frame.language))


@router.post("/citizenship/mail/forget")
def no_mail(visit: Visit, who: Citizen) -> Response:
    """Be written to by letter only."""
    return _done(visit, who, lambda: forget_mail(who.name, visit.store))


@router.post("/citizenship/check/{epoch}")
def check(visit: Visit, who: Citizen, epoch: Annotated[str, Path(max_length=100)]) -> Response:
    """Check a receipt against the published draw and the public log."""
    try:
        checked = checked_receipt(who.name, epoch, visit.store, visit.frame.language)
    except GeopolityError as error:
        return _page(visit, who, error=error)
    view = own_citizenship(who.name, visit.store, visit.frame.language)
    return visit.page(citizenship_page(visit.frame, view, checked=checked))


@router.post("/citizenship/erase")
def erase(visit: Visit, who: Citizen, form: Annotated[Sure, Form()]) -> Response:
    """Forget whoever asks."""
    if not form.sure:
        return RedirectResponse(HERE, 303)
    erase_citizen(who.name, visit.store)
    return RedirectResponse("/", 303)


def _done(visit: Visited, who: Principal, act: Callable[[], object]) -> Response:
    try:
        act()
    except GeopolityError as error:
        return _page(visit, who, error=error)
    return RedirectResponse(HERE, 303)


def _page(
    visit: Visited, who: Principal, *, error: GeopolityError | None = None, places: list[tuple[str, str]] | None = None
) -> Response:
    view = own_citizenship(who.name, visit.store, visit.frame.language)
    told = None if error is None else visit.said(error)
    html = citizenship_page(visit.frame, view, error=told, places=places or ())
    return visit.page(html, status=200 if error is None else status_of(error))
