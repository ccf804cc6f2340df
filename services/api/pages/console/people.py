"""The console's people: registering them, and acts about them that another person confirms."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Literal

from fastapi import Form, Response, UploadFile
from pydantic import BaseModel, Field

from maps.locale.texts import Texts
from maps.pages.console import ConsoleSaid
from services.api.pages.console.answer import Clerk, done_with
from services.api.pages.frame import Visit, Visited, day_of
from services.api.principal import Principal, Role, guarded_router
from services.auth.personal_links import ask_link
from services.auth.registering import approve
from services.docket import office_acts, registrations
from services.storage.people.citizens import Newcomer
from services.views.console import person_line

router = guarded_router(tags=["pages"], include_in_schema=False)


class Person(BaseModel):
    """Somebody to register."""

    unit: str = Field("", max_length=60)
    of_age: str = Field("", max_length=10)


class PersonAct(BaseModel):
    """What is asked for about a person."""

    act: Literal["link", "withdraw", "erase", "move", "defer", "key"]
    unit: str = Field("", max_length=60)
    ground: str = Field("", max_length=60)
    until: str = Field("", max_length=10)
    key: str = Field("", max_length=64)


@router.post("/console/people")
def register(visit: Visit, who: Clerk, form: Annotated[Person, Form()]) -> Response:
    """Register one person."""

    def act(t: Texts) -> ConsoleSaid:
        newcomer = Newcomer(unit_id=form.unit.strip(), is_of_age=bool(form.of_age))
        number = registrations.register_person(newcomer, visit.store)
        return ConsoleSaid(done=t("Registered, under the number:"), link=number)

    return done_with(visit, who, act)


@router.post("/console/people/file")
def register_many(visit: Visit, who: Clerk, file: UploadFile) -> Response:
    """Register the people of a file."""

    def act(t: Texts) -> ConsoleSaid:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "people.csv"
            path.write_bytes(file.file.read())
            found = registrations.register_many(path, who, visit.store)
        if isinstance(found, int):
            return ConsoleSaid(
                done=t(
                    "More than {most} people take two of you: somebody else hands in the same file within a week "
                    "(act {number}).",
                    most=registrations.ALONE,
                    number=found,
                )
            )
        said = {"number": t.whole(len(found.ids)), "rejects": t.whole(len(found.rejects))}
        return ConsoleSaid(done=t("Registered: {number}; left out: {rejects}.", **said))

    return done_with(visit, who, act)


@router.post("/console/registrations")
def approve_registration(visit: Visit, who: Clerk, code: Annotated[str, Form(max_length=20)]) -> Response:
    """Say that one saw somebody's proof of residence; the second person registers them by it."""

    def act(t: Texts) -> ConsoleSaid:
        is_done = approve(code, who, visit.store)
        return ConsoleSaid(done=t("Registered; their link works now.") if is_done else t("Another person confirms it."))

    return done_with(visit, who, act)


@router.post("/console/people/{citizen_id}")
def ask_about(visit: Visit, who: Clerk, citizen_id: str, form: Annotated[PersonAct, Form()]) -> Response:
    """Ask for an act about a person, which another confirms."""

    def act(t: Texts) -> ConsoleSaid:
        number = _asked(visit, who, citizen_id, form)
        return ConsoleSaid(done=t("Act {number} waits.", number=number), person=person_line(citizen_id, visit.store))

    return done_with(visit, who, act)


def _asked(visit: Visited, who: Principal, citizen_id: str, form: PersonAct) -> int:
    store = visit.store
    match form.act:
        case "link":
            person_line(citizen_id, store)
            person = Principal(name=citizen_id, roles=frozenset({Role.CITIZEN}), guest_of=who.hand)
            return ask_link(person, who, store)
        case "withdraw":
            return office_acts.ask_withdrawal(citizen_id, who, store)
        case "erase":
            return office_acts.ask_erasure(citizen_id, who, store)
        case "move":
            return office_acts.ask_move(citizen_id, form.unit.strip(), who, store)
        case "defer":
            return office_acts.ask_deferral(citizen_id, who, store, ground=form.ground, until=day_of(form.until))
        case "key":
            return office_acts.ask_replacement(citizen_id, form.key.strip(), who, store)


@router.post("/console/acts/{number}", openapi_extra={"x-secret": True})
def confirm(visit: Visit, who: Clerk, number: int) -> Response:
    """Confirm what another person asked for."""

    def act(t: Texts) -> ConsoleSaid:
        done = office_acts.confirm(number, who, visit.store)
        link = "" if done.secret is None else f"{visit.frame.root}/sign-in?token={done.secret}"
        return ConsoleSaid(done=t("Act {number} is done.", number=number), link=link)

    return done_with(visit, who, act)
