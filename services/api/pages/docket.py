"""The docket of all assemblies, and what the clerk does across it: what is due, calls, excuses, sessions."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Response
from pydantic import BaseModel, Field

from geopolity.errors import GeopolityError
from maps.texts import texts
from maps.web.docket import docket_page
from services.api.pages.frame import PUBLIC, Visit, day_of
from services.api.principal import Role, guarded_router, require
from services.api.problems import status_of
from services.usecases.due import run_due
from services.usecases.public_docket import public_docket
from services.usecases.service import excuse, mark_silent, schedule, send_summonses

router = guarded_router(tags=["pages"], include_in_schema=False)
CLERK, DELEGATE, CIVIL_SERVANT = require(Role.CLERK), require(Role.DELEGATE), require(Role.CIVIL_SERVANT)
HEARD = require(Role.CITIZEN, Role.DELEGATE, Role.CLERK, Role.CIVIL_SERVANT, Role.ANALYST)
"""Who brings evidence and testimony to a hearing over the web: whoever can be asked about it."""
Day = Annotated[str, Form(max_length=10)]
PolityId = Annotated[str, Form(max_length=100)]


class Decision(BaseModel):
    """An excuse that the clerk decides."""

    polity: str = Field("", max_length=100)
    delegate: str = Field("", max_length=64)
    ground: str = Field("", max_length=60)
    decision: str = Field("refuse", max_length=10)


@router.get("/docket", dependencies=PUBLIC)
def show_docket(visit: Visit) -> Response:
    """Show what all assemblies deal with."""
    return visit.page(docket_page(visit.frame, public_docket(visit.settings, language=visit.frame.language)))


@router.post("/docket/run", dependencies=[CLERK])
def run(visit: Visit) -> Response:
    """Do everything that is due."""
    done = run_due(visit.settings)
    said = texts(visit.frame.language)(
        "docket.ran", reviews=len(done.reviews), sunsets=len(done.sunsets), seats=len(done.seats)
    )
    return visit.page(docket_page(visit.frame, public_docket(visit.settings, language=visit.frame.language, done=said)))


@router.post("/docket/excuse", dependencies=[CLERK])
def decide_excuse(visit: Visit, said: Annotated[Decision, Form()]) -> Response:
    """Decide an excuse from the closed list, or the appeal."""
    try:
        is_granted = said.decision == "grant"
        after = excuse(said.polity, said.delegate.strip(), said.ground, visit.settings, is_granted=is_granted)
    except GeopolityError as error:
        view = public_docket(visit.settings, language=visit.frame.language, error=str(error))
        return visit.page(docket_page(visit.frame, view), status=status_of(error))
    done = texts(visit.frame.language)("docket.excuse_decided", answer=str(after.answer))
    return visit.page(docket_page(visit.frame, public_docket(visit.settings, language=visit.frame.language, done=done)))


@router.post("/docket/summon", dependencies=[CLERK])
def summon(visit: Visit, polity: PolityId) -> Response:
    """Call everybody who sits and was not called yet."""
    done = texts(visit.frame.language)("docket.summoned", number=send_summonses(polity, visit.settings))
    return visit.page(docket_page(visit.frame, public_docket(visit.settings, language=visit.frame.language, done=done)))


@router.post("/docket/session", dependencies=[CLERK])
def set_session(visit: Visit, polity: PolityId, day: Day) -> Response:
    """Set a day of session, if the assembly's year can bear it."""
    try:
        days = schedule(polity, day_of(day), visit.settings)
    except GeopolityError as error:
        view = public_docket(visit.settings, language=visit.frame.language, error=str(error))
        return visit.page(docket_page(visit.frame, view), status=status_of(error))
    t = texts(visit.frame.language)
    done = t("docket.session_set", days=t.listed(t.day(one) for one in days))
    return visit.page(docket_page(visit.frame, public_docket(visit.settings, language=visit.frame.language, done=done)))


@router.post("/docket/silent", dependencies=[CLERK])
def silent(visit: Visit, polity: PolityId) -> Response:
    """Replace those who let the time to answer pass."""
    done = texts(visit.frame.language)("docket.replaced", number=len(mark_silent(polity, visit.settings)))
    return visit.page(docket_page(visit.frame, public_docket(visit.settings, language=visit.frame.language, done=done)))
