"""The docket of all assemblies, and what the clerk does across it: what is due, calls, excuses, sessions."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import Form, Response
from pydantic import BaseModel, Field

from geopolity.docket.summons import LONGEST_PLEA, Answer, Summons
from geopolity.errors import GeopolityError
from maps.locale.texts import noop, texts
from maps.pages.docket import docket_page
from services.api.kept_pages import KEPT
from services.api.pages.frame import PUBLIC, Day, PolityId, Visit, Visited, Words, day_of
from services.api.principal import Principal, Role, guarded_router, require
from services.api.problems import status_of
from services.assemblies.excuses import decide_request
from services.assemblies.jury_duty import excuse, schedule, send_summonses
from services.docket.assembly_acts import ask_silent
from services.docket.due import run_due
from services.docket.office_acts import ask_excuse, confirm
from services.views.docket import public_docket

router = guarded_router(tags=["pages"], include_in_schema=False)
CLERK, DELEGATE, CIVIL_SERVANT = require(Role.CLERK), require(Role.DELEGATE), require(Role.CIVIL_SERVANT)


class Decision(BaseModel):
    """An excuse that the clerk decides."""

    polity: str = Field("", max_length=100)
    delegate: str = Field("", max_length=64)
    ground: str = Field("", max_length=60)
    decision: str = Field("refuse", max_length=10)


class Reply(BaseModel):
    """What the clerk answers who asked to be excused."""

    decision: str = Field("refuse", max_length=10)
    reason: Words = Field("", max_length=2 * LONGEST_PLEA)


@router.get("/docket", dependencies=[*PUBLIC, KEPT])
def show_docket(visit: Visit) -> Response:
    """Show what all assemblies deal with."""
    return _docket(visit)


@router.post("/docket/run", dependencies=[CLERK])
def run(visit: Visit) -> Response:
    """Do everything that is due."""
    done = run_due(visit.store)
    return _docket(
        visit,
        done=texts(visit.frame.language)(
            "Done: {reviews} reviews begun, {sunsets} laws ended, {seats} seats looked after.",
            reviews=len(done.reviews),
            sunsets=len(done.sunsets),
            seats=len(done.seats),
        ),
    )


@router.post("/docket/excuse")
def decide_excuse(visit: Visit, who: Annotated[Principal, CLERK], said: Annotated[Decision, Form()]) -> Response:
    """Refuse an excuse from the closed list; to grant one that nobody asked for takes another person."""
    try:
        if said.decision == "grant":
            number = ask_excuse(said.polity, said.delegate.strip(), said.ground, who, visit.store)
            return _docket(visit, done=texts(visit.frame.language)("Act {number} waits.", number=number))
        after = excuse(said.polity, said.delegate.strip(), said.ground, visit.store, is_granted=False)
    except GeopolityError as error:
        return _docket(visit, error=error)
    return _decided(visit, after)


@router.post("/docket/acts/{number}")
def confirm_act(visit: Visit, number: int, who: Annotated[Principal, CLERK]) -> Response:
    """Confirm what another person asked for."""
    try:
        done = confirm(number, who, visit.store)
    except GeopolityError as error:
        return _docket(visit, error=error)
    link = "" if done.secret is None else f" /sign-in?token={done.secret}"
    return _docket(visit, done=texts(visit.frame.language)("Act {number} is done.", number=number) + link)


@router.post("/docket/requests/{number}", dependencies=[CLERK])
def answer_request(visit: Visit, number: int, said: Annotated[Reply, Form()]) -> Response:
    """Grant what a delegate asked, or refuse it with a reason."""
    try:
        after = decide_request(number, visit.store, is_granted=said.decision == "grant", reason=said.reason)
    except GeopolityError as error:
        return _docket(visit, error=error, answering=number, answer=said.reason)
    return _decided(visit, after)


@router.post("/docket/summon", dependencies=[CLERK])
def summon(visit: Visit, polity: PolityId) -> Response:
    """Call everybody who sits and was not called yet."""
    called = send_summonses(polity, visit.store)
    return _docket(visit, done=texts(visit.frame.language)("{number} delegates were summoned.", number=called))


@router.post("/docket/session", dependencies=[CLERK])
def set_session(visit: Visit, polity: PolityId, day: Day) -> Response:
    """Set a day of session, if the assembly's year can bear it."""
    try:
        days = schedule(polity, day_of(day), visit.store)
    except GeopolityError as error:
        return _docket(visit, error=error)
    t = texts(visit.frame.language)
    return _docket(visit, done=t("The assembly meets on {days}.", days=t.listed(t.day(one) for one in days)))


@router.post("/docket/silent")
def silent(visit: Visit, who: Annotated[Principal, CLERK], polity: PolityId) -> Response:
    """Ask that those are replaced who let the time to answer pass, which another confirms."""
    t, number = texts(visit.frame.language), ask_silent(polity, who, visit.store)
    return _docket(
        visit, done=t("Everybody answered in time.") if number is None else t("Act {number} waits.", number=number)
    )


def _decided(visit: Visited, after: Summons) -> Response:
    t = texts(visit.frame.language)
    answer = (
        noop("{delegate} is excused; the next in line takes the seat.")
        if after.answer is Answer.EXCUSED
        else noop("{delegate} is not excused.")
    )
    return _docket(visit, done=t(answer, delegate=after.pseudonym[:12]))


def _docket(
    visit: Visited, *, done: str = "", error: GeopolityError | None = None, answering: int = 0, answer: str = ""
) -> Response:
    view = public_docket(
        visit.store,
        language=visit.frame.language,
        is_clerk=visit.frame.may(Role.CLERK),
        done=done,
        error=None if error is None else visit.said(error),
    )
    view = replace(view, answering=answering, answer=answer)
    return visit.page(docket_page(visit.frame, view), status=200 if error is None else status_of(error))
