"""The console: what clerks and administrators do in the browser, each act one form."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from fastapi import Form, Query, Response, UploadFile
from pydantic import BaseModel, Field

from geopolity.assembly.burden import GROUNDS
from geopolity.errors import GeopolityError
from maps.locale.texts import Texts, texts
from maps.pages.console import ConsoleSaid, console_page
from services.api.pages.frame import Visit, Visited, day_of
from services.api.principal import Principal, Role, guarded_router, require
from services.api.problems import BodyError, status_of
from services.assemblies.draws import draw_assemblies, lapse_epoch, open_epoch, rehearse_assemblies
from services.assemblies.invitations import ask_invitations, invite
from services.assemblies.jury_duty import mark_silent, schedule, send_summonses
from services.assemblies.planning import LotRequest
from services.assemblies.published_draws import bundle_folder
from services.assemblies.records import draw_record
from services.auth.keys import make_key, revoke_key
from services.auth.personal_links import ask_link, office_link
from services.auth.registering import approve
from services.auth.roles import OFFICES
from services.docket import office_acts
from services.polities.lifecycle import retire_polity
from services.storage.offices.seats import Place
from services.storage.people.citizens import Newcomer
from services.telling.letters import letters_waiting, mark_printed, print_letters
from services.views.console import console, person_line, plan_view

router = guarded_router(tags=["pages"], include_in_schema=False)
Clerk = Annotated[Principal, require(Role.CLERK)]
Administrator = Annotated[Principal, require(Role.ADMINISTRATOR)]
AGAIN_SECONDS = 120
"""How often the console comes again by itself: a roll that waits for its draw shows when it is time."""
READS = {"x-reads": True, "x-costly": True}


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


class Freeze(BaseModel):
    """How a roll is frozen."""

    wait: int = Field(60, ge=1, le=10_000)
    seats: str = Field("", max_length=5)
    strata: str = Field("", max_length=300)

    def request(self) -> LotRequest:
        """What is asked of the lot."""
        seats = self.seats.strip()
        if seats and not seats.isdecimal():
            raise BodyError("{given:quoted} is no number of seats; give a whole number from 1 to 150.", given=seats)
        levels = tuple(one.strip() for one in self.strata.split(",") if one.strip())
        return LotRequest(seats=int(seats) if seats else None, levels=levels)


class AssemblyAct(BaseModel):
    """What is done with an assembly or its polity."""

    act: Literal["summon", "silent", "session", "vacate", "retire"]
    day: str = Field("", max_length=10)
    seat: str = Field("", max_length=4)
    reason: str = Field("", max_length=60)
    sure: str = Field("", max_length=10)


class Office(BaseModel):
    """Who is to come in, and as what."""

    name: str = Field("", max_length=200)
    role: str = Field("", max_length=40)


@router.get("/console")
def show(visit: Visit, who: Clerk, citizen: Annotated[str, Query(max_length=64)] = "") -> Response:
    """Show the console; with a number, a person."""
    if not citizen:
        response = _page(visit, who)
        response.headers["Refresh"] = str(AGAIN_SECONDS)
        return response
    return _done(visit, who, lambda _: ConsoleSaid(person=person_line(citizen.strip(), visit.store)))


@router.post("/console/people")
def register(visit: Visit, who: Clerk, form: Annotated[Person, Form()]) -> Response:
    """Register one person."""

    def act(t: Texts) -> ConsoleSaid:
        newcomer = Newcomer(unit_id=form.unit.strip(), is_of_age=bool(form.of_age))
        number = office_acts.register_person(newcomer, visit.store)
        return ConsoleSaid(done=t("Registered, under the number:"), link=number)

    return _done(visit, who, act)


@router.post("/console/people/file")
def register_many(visit: Visit, who: Clerk, file: UploadFile) -> Response:
    """Register the people of a file."""

    def act(t: Texts) -> ConsoleSaid:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "people.csv"
            path.write_bytes(file.file.read())
            found = office_acts.register_many(path, who, visit.store)
        if isinstance(found, int):
            return ConsoleSaid(
                done=t(
                    "More than {most} people take two of you: somebody else hands in the same file within a week "
                    "(act {number}).",
                    most=office_acts.ALONE,
                    number=found,
                )
            )
        said = {"number": t.whole(len(found.ids)), "rejects": t.whole(len(found.rejects))}
        return ConsoleSaid(done=t("Registered: {number}; left out: {rejects}.", **said))

    return _done(visit, who, act)


@router.post("/console/registrations")
def approve_registration(visit: Visit, who: Clerk, code: Annotated[str, Form(max_length=20)]) -> Response:
    """Say that one saw somebody's proof of residence; the second person registers them by it."""

    def act(t: Texts) -> ConsoleSaid:
        is_done = approve(code, who, visit.store)
        return ConsoleSaid(done=t("Registered; their link works now.") if is_done else t("Another person confirms it."))

    return _done(visit, who, act)


@router.post("/console/people/{citizen_id}")
def ask_about(visit: Visit, who: Clerk, citizen_id: str, form: Annotated[PersonAct, Form()]) -> Response:
    """Ask for an act about a person, which another confirms."""

    def act(t: Texts) -> ConsoleSaid:
        number = _asked(visit, who, citizen_id, form)
        return ConsoleSaid(done=t("Act {number} waits.", number=number), person=person_line(citizen_id, visit.store))

    return _done(visit, who, act)


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

    return _done(visit, who, act)


@router.post("/console/invitations")
def ask_to_invite(visit: Visit, who: Clerk, file: UploadFile) -> Response:
    """Ask that the people of a file are invited, which another confirms."""

    def act(t: Texts) -> ConsoleSaid:
        number = ask_invitations(file.file.read().decode("utf-8", "replace"), who, visit.store)
        return ConsoleSaid(done=t("Act {number} waits.", number=number))

    return _done(visit, who, act)


@router.post("/console/invitations/{number}", openapi_extra={"x-secret": True})
def confirm_invitations(visit: Visit, who: Clerk, number: int) -> Response:
    """Invite, and hand out the letters and links."""
    try:
        packed = invite(number, who, visit.store, root=_root(visit), language=visit.frame.language)
    except GeopolityError as error:
        return _page(visit, who, ConsoleSaid(error=visit.said(error)), status=status_of(error))
    return _file(packed, "application/zip", f"invitations-{number}.zip")


@router.get("/console/letters.pdf")
def letters(visit: Visit, who: Clerk) -> Response:
    """Print the letters that wait."""
    del who
    pdf, _ = print_letters(visit.store, root=_root(visit), language=visit.frame.language)
    return _file(pdf, "application/pdf", "letters.pdf")


@router.post("/console/letters")
def printed(visit: Visit, who: Clerk) -> Response:
    """Say that the letters that wait are printed."""

    def act(t: Texts) -> ConsoleSaid:
        number = mark_printed([one.number for one in letters_waiting(visit.store)], visit.store)
        return ConsoleSaid(done=t("Letters on their way: {number}.", number=t.whole(number)))

    return _done(visit, who, act)


@router.post("/console/plan", openapi_extra=READS)
def plan(visit: Visit, who: Clerk) -> Response:
    """Show what can be staffed."""
    return _done(visit, who, lambda _: ConsoleSaid(plan=plan_view(visit.store)))


@router.post("/console/freeze")
def freeze(visit: Visit, who: Clerk, form: Annotated[Freeze, Form()]) -> Response:
    """Freeze the roll and name the random number to come."""

    def act(t: Texts) -> ConsoleSaid:
        opened = open_epoch(form.request(), visit.store, wait=60 * form.wait)
        return ConsoleSaid(done=t("The roll of epoch {epoch} is frozen, and the log says so.", epoch=opened.epoch))

    return _done(visit, who, act)


@router.post("/console/rehearse")
def rehearse(visit: Visit, who: Clerk, seed: Annotated[str, Form(max_length=200)]) -> Response:
    """Rehearse a draw."""

    def act(t: Texts) -> ConsoleSaid:
        held = draw_record(rehearse_assemblies(seed, bundle_folder(visit.store.home), LotRequest(), visit.store))
        return ConsoleSaid(done=_held(t, held.epoch, held.assemblies))

    return _done(visit, who, act)


@router.post("/console/draw")
def draw(visit: Visit, who: Clerk, file: UploadFile) -> Response:
    """Hold the binding draw."""

    def act(t: Texts) -> ConsoleSaid:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "round.json"
            path.write_bytes(file.file.read())
            held = draw_record(draw_assemblies(path, bundle_folder(visit.store.home), visit.store))
        return ConsoleSaid(done=_held(t, held.epoch, held.assemblies))

    return _done(visit, who, act)


def _held(t: Texts, epoch: str, assemblies: dict[str, int]) -> str:
    named = t.listed(f"{name} ({seats})" for name, seats in assemblies.items())
    return t("Drawn in epoch {epoch}: {assemblies}.", epoch=epoch, assemblies=named)


@router.post("/console/lapse")
def lapse(visit: Visit, who: Clerk) -> Response:
    """Give the frozen roll up."""

    def act(t: Texts) -> ConsoleSaid:
        return ConsoleSaid(
            done=t("Epoch {epoch} is given up, and the log says so.", epoch=lapse_epoch(visit.store).epoch)
        )

    return _done(visit, who, act)


@router.post("/console/assemblies/{polity_id}")
def assembly(visit: Visit, who: Clerk, polity_id: str, form: Annotated[AssemblyAct, Form()]) -> Response:
    """Summon, replace the silent, set a session, ask for a vacancy, or retire the polity."""
    return _done(visit, who, lambda t: ConsoleSaid(done=_with_assembly(t, visit, who, (polity_id, form))))


def _with_assembly(t: Texts, visit: Visited, who: Principal, asked: tuple[str, AssemblyAct]) -> str:
    (polity_id, form), store = asked, visit.store
    match form.act:
        case "summon":
            return t("{number} delegates were summoned.", number=send_summonses(polity_id, store))
        case "silent":
            return t(
                "{number} delegates did not answer in time; the next in line take their seats.",
                number=len(mark_silent(polity_id, store)),
            )
        case "session":
            days = schedule(polity_id, day_of(form.day), store)
            return t("The assembly meets on {days}.", days=t.listed(t.day(one) for one in days))
        case "vacate":
            if not form.seat.isdecimal():
                raise BodyError("{given:quoted} is no seat; give its number.", given=form.seat)
            place = Place(polity=polity_id, number=int(form.seat), chamber=1)
            return t(
                "Act {number} waits.", number=office_acts.ask_vacancy(place, who, store, reason=form.reason.strip())
            )
        case "retire":
            if not form.sure:
                raise BodyError("Say that you are sure: a polity that is retired has no assembly any more.")
            return t("{polity} is retired.", polity=retire_polity(polity_id, store).title)


@router.post("/console/links", openapi_extra={"x-secret": True})
def link(visit: Visit, who: Administrator, form: Annotated[Office, Form()]) -> Response:
    """Make the link of somebody who is to hold an office."""

    def act(t: Texts) -> ConsoleSaid:
        person = Principal(name=_name(form), roles=frozenset({_office(form)}), guest_of=who.hand)
        secret = office_link(person, who, visit.store)
        return ConsoleSaid(
            done=t("The link of {name}:", name=form.name), link=f"{visit.frame.root}/sign-in?token={secret}"
        )

    return _done(visit, who, act)


@router.post("/console/keys", openapi_extra={"x-secret": True})
def key(visit: Visit, who: Administrator, form: Annotated[Office, Form()]) -> Response:
    """Make a program's key."""

    def act(t: Texts) -> ConsoleSaid:
        _, secret = make_key(_name(form), str(_office(form)), visit.store, days=365)
        return ConsoleSaid(done=t("The key of {name}:", name=form.name), link=secret)

    return _done(visit, who, act)


@router.post("/console/keys/{key_id}/end")
def end_key(visit: Visit, who: Administrator, key_id: str) -> Response:
    """End a program's key."""

    def act(t: Texts) -> ConsoleSaid:
        revoke_key(key_id, visit.store)
        return ConsoleSaid(done=t("The key is ended."))

    return _done(visit, who, act)


def _root(visit: Visited) -> str:
    """The address that letters name: the public one, where it is known."""
    return str(visit.request.app.state.root) or visit.frame.root


def _name(form: Office) -> str:
    if not form.name.strip():
        raise BodyError("Give a name.")
    return form.name.strip()


def _office(form: Office) -> Role:
    found = next((role for role in OFFICES if str(role) == form.role), None)
    if found is None:
        raise BodyError("{role:quoted} is no office.", role=form.role)
    return found


def _done(visit: Visited, who: Principal, act: Callable[[Texts], ConsoleSaid]) -> Response:
    try:
        said = act(texts(visit.frame.language))
    except GeopolityError as error:
        return _page(visit, who, ConsoleSaid(error=visit.said(error)), status=status_of(error))
    return _page(visit, who, said)


def _page(visit: Visited, who: Principal, said: ConsoleSaid | None = None, *, status: int = 200) -> Response:
    view = console(visit.store, is_administrator=Role.ADMINISTRATOR in who.roles)
    frame = replace(visit.frame, path="/console")
    roles = sorted(str(role) for role in OFFICES)
    return visit.page(console_page(frame, view, said or ConsoleSaid(), grounds=GROUNDS, roles=roles), status=status)


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
