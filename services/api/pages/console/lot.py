"""The console's lot and assemblies: freezing, rehearsing, drawing, summoning."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Literal

from fastapi import Form, Response, UploadFile
from pydantic import BaseModel, Field

from maps.locale.texts import Texts
from maps.pages.console import ConsoleSaid
from services.api.pages.console.answer import READS, Clerk, done_with
from services.api.pages.frame import Visit, Visited, day_of
from services.api.principal import Principal, guarded_router
from services.api.problems import BodyError
from services.assemblies.draws import draw_assemblies, lapse_epoch, open_epoch, rehearse_assemblies
from services.assemblies.jury_duty import schedule, send_summonses
from services.assemblies.planning import LotRequest
from services.assemblies.published_draws import bundle_folder
from services.assemblies.records import draw_record
from services.docket import office_acts
from services.docket.assembly_acts import ask_retirement, ask_silent
from services.storage.offices.seats import Place
from services.views.console import plan_view

router = guarded_router(tags=["pages"], include_in_schema=False)


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


@router.post("/console/plan", openapi_extra=READS)
def plan(visit: Visit, who: Clerk) -> Response:
    """Show what can be staffed."""
    return done_with(visit, who, lambda _: ConsoleSaid(plan=plan_view(visit.store)))


@router.post("/console/freeze")
def freeze(visit: Visit, who: Clerk, form: Annotated[Freeze, Form()]) -> Response:
    """Freeze the roll and name the random number to come."""

    def act(t: Texts) -> ConsoleSaid:
        opened = open_epoch(form.request(), visit.store, wait=60 * form.wait)
        return ConsoleSaid(done=t("The roll of epoch {epoch} is frozen, and the log says so.", epoch=opened.epoch))

    return done_with(visit, who, act)


@router.post("/console/rehearse")
def rehearse(visit: Visit, who: Clerk, seed: Annotated[str, Form(max_length=200)]) -> Response:
    """Rehearse a draw."""

    def act(t: Texts) -> ConsoleSaid:
        held = draw_record(rehearse_assemblies(seed, bundle_folder(visit.store.home), LotRequest(), visit.store))
        return ConsoleSaid(done=_held(t, held.epoch, held.assemblies))

    return done_with(visit, who, act)


@router.post("/console/draw")
def draw(visit: Visit, who: Clerk, file: UploadFile) -> Response:
    """Hold the binding draw."""

    def act(t: Texts) -> ConsoleSaid:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "round.json"
            path.write_bytes(file.file.read())
            held = draw_record(draw_assemblies(path, bundle_folder(visit.store.home), visit.store))
        return ConsoleSaid(done=_held(t, held.epoch, held.assemblies))

    return done_with(visit, who, act)


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

    return done_with(visit, who, act)


class AssemblyAct(BaseModel):
    """What is done with an assembly or its polity."""

    act: Literal["summon", "silent", "session", "vacate", "retire"]
    day: str = Field("", max_length=10)
    seat: str = Field("", max_length=4)
    reason: str = Field("", max_length=60)
    sure: str = Field("", max_length=10)


@router.post("/console/assemblies/{polity_id}")
def assembly(visit: Visit, who: Clerk, polity_id: str, form: Annotated[AssemblyAct, Form()]) -> Response:
    """Summon, replace the silent, set a session, ask for a vacancy, or retire the polity."""
    return done_with(visit, who, lambda t: ConsoleSaid(done=_with_assembly(t, visit, who, (polity_id, form))))


def _with_assembly(t: Texts, visit: Visited, who: Principal, asked: tuple[str, AssemblyAct]) -> str:
    (polity_id, form), store = asked, visit.store
    match form.act:
        case "summon":
            return t("{number} delegates were summoned.", number=send_summonses(polity_id, store))
        case "silent":
            number = ask_silent(polity_id, who, store)
            return t("Everybody answered in time.") if number is None else t("Act {number} waits.", number=number)
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
            return t("Act {number} waits.", number=ask_retirement(polity_id, who, store))
