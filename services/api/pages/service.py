"""A delegate's own page: the call to serve and its answer, sessions, and the matters that wait for a vote."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from geopolity.errors import GeopolityError
from maps.web.docket import service_page
from services.api.pages.frame import Visit, day_of
from services.api.principal import Principal, Role, guarded_router, require
from services.api.problems import status_of
from services.usecases.public_docket import own_service
from services.usecases.service import accept_summons, defer

router = guarded_router(tags=["pages"], include_in_schema=False)
Delegate = Annotated[Principal, require(Role.DELEGATE)]


class Deferral(BaseModel):
    """A ground from the closed list, and the day of return."""

    ground: str = Field("", max_length=60)
    until: str = Field("", max_length=10)


@router.get("/service")
def show(visit: Visit, who: Delegate) -> Response:
    """Show a delegate's seats, summons and matters."""
    return visit.page(service_page(visit.frame, own_service(who.name, visit.settings)))


@router.post("/service/{polity_id}/accept")
def accept(visit: Visit, polity_id: str, who: Delegate) -> Response:
    """Take the seat."""
    try:
        accept_summons(polity_id, who.name, visit.settings)
    except GeopolityError as error:
        return visit.page(
            service_page(visit.frame, own_service(who.name, visit.settings, error=str(error))),
            status=status_of(error),
        )
    return RedirectResponse("/service", 303)


@router.post("/service/{polity_id}/defer")
def put_off(
    visit: Visit,
    polity_id: str,
    who: Delegate,
    said: Annotated[Deferral, Form()],
) -> Response:
    """Put service off for hardship, once."""
    try:
        defer(polity_id, who.name, said.ground, visit.settings, until=day_of(said.until))
    except GeopolityError as error:
        return visit.page(
            service_page(visit.frame, own_service(who.name, visit.settings, error=str(error))),
            status=status_of(error),
        )
    return RedirectResponse("/service", 303)
