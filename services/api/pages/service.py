"""A delegate's own page: the call to serve and its answer, sessions, and the matters that wait for a vote."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from fastapi import Form, Response
from fastapi.responses import RedirectResponse
from pydantic import Field

from geopolity.assembly.credential import SignatureRefused, Signed
from geopolity.docket.summons import LONGEST_PLEA
from geopolity.errors import GeopolityError
from maps.pages.docket import ServiceView, SignInAct, TypedPlea, service_page
from services.api.pages.frame import SignedForm, Visit, Visited, Words, day_of
from services.api.principal import Principal, Role, guarded_router, require
from services.api.problems import status_of
from services.assemblies.excuses import ask_excuse
from services.assemblies.jury_duty import accept_summons, defer
from services.assemblies.own_acts import open_seat
from services.auth.identities import is_linked
from services.auth.oidc import Provider
from services.auth.personal_links import acts_about
from services.records import of_row
from services.views.docket import own_service

router = guarded_router(tags=["pages"], include_in_schema=False)
Delegate = Annotated[Principal, require(Role.DELEGATE)]


class Deferral(SignedForm):
    """A ground from the closed list, and the day of return."""

    ground: str = Field("", max_length=60)
    until: str = Field("", max_length=10)


class Pleaded(SignedForm):
    """An excuse from the closed list, and words for the clerk alone."""

    ground: str = Field("", max_length=60)
    text: Words = Field("", max_length=2 * LONGEST_PLEA)


@router.get("/service")
def show(visit: Visit, who: Delegate) -> Response:
    """Show a delegate's seats, summons and matters."""
    return visit.page(service_page(visit.frame, _own(visit, who)))


@router.post("/service/{polity_id}/accept")
def accept(visit: Visit, polity_id: str, who: Delegate, said: Annotated[SignedForm, Form()]) -> Response:
    """Take the seat."""
    return _done(visit, who, lambda: accept_summons(polity_id, who.name, visit.store, signed=said.signed()))


@router.post("/service/{polity_id}/open")
def open_own(visit: Visit, polity_id: str, who: Delegate, said: Annotated[SignedForm, Form()]) -> Response:
    """Open the seat with the delegate's key."""
    return _done(visit, who, lambda: open_seat(polity_id, who.name, _signed(said), visit.store))


@router.post("/service/{polity_id}/defer")
def put_off(visit: Visit, polity_id: str, who: Delegate, said: Annotated[Deferral, Form()]) -> Response:
    """Put service off for hardship, once."""
    return _done(
        visit,
        who,
        lambda: defer(polity_id, who.name, said.ground, visit.store, until=day_of(said.until), signed=said.signed()),
    )


@router.post("/service/{polity_id}/ask")
def ask(visit: Visit, polity_id: str, who: Delegate, said: Annotated[Pleaded, Form()]) -> Response:
    """Ask the clerk to be excused, or appeal once."""
    typed = TypedPlea(polity_id=polity_id, ground=said.ground, text=said.text)
    return _done(
        visit,
        who,
        lambda: ask_excuse(polity_id, who.name, said.ground, said.text, visit.store, signed=said.signed()),
        typed,
    )


def _signed(said: SignedForm) -> Signed:
    signed = said.signed()
    if signed is None:
        raise SignatureRefused("A seat is opened by the delegate's key, which signs in the browser.")
    return signed


def _done(visit: Visited, who: Principal, act: Callable[[], object], typed: TypedPlea | None = None) -> Response:
    """Do it and show the page anew, or show it with what is wrong and what was typed."""
    try:
        act()
    except GeopolityError as error:
        view = replace(_own(visit, who), error=visit.said(error), typed=typed)
        return visit.page(service_page(visit.frame, view), status=status_of(error))
    return RedirectResponse("/service", 303)


def _own(visit: Visited, who: Principal) -> ServiceView:
    provider: Provider = visit.request.app.state.provider
    view = own_service(who.name, visit.store)
    acts = tuple(of_row(SignInAct, act) for act in acts_about(who.name, visit.store))
    return replace(view, provider=provider.host, is_linked=is_linked(who.name, visit.store), acts=acts)
