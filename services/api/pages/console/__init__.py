"""The console: what clerks and administrators do in the browser, each act one form."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from maps.pages.console import ConsoleSaid
from services.api.pages.console import letters, lot, offices, people
from services.api.pages.console.answer import Clerk, done_with, page
from services.api.pages.frame import Visit
from services.api.principal import guarded_router
from services.views.console import person_line

router = guarded_router(tags=["pages"], include_in_schema=False)
AGAIN_SECONDS = 120
"""How often the console comes again by itself: a roll that waits for its draw shows when it is time."""


@router.get("/console")
def show(visit: Visit, who: Clerk, citizen: Annotated[str, Query(max_length=64)] = "") -> Response:
    """Show the console; with a number, a person."""
    if not citizen:
        response = page(visit, who)
        response.headers["Refresh"] = str(AGAIN_SECONDS)
        return response
    return done_with(visit, who, lambda _: ConsoleSaid(person=person_line(citizen.strip(), visit.store)))


ROUTERS = (router, people.router, letters.router, lot.router, offices.router)
