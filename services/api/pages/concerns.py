"""Pages of issues that citizens raise: anybody sketches, citizens raise and support, analysts decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import Form, Path, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from geopolity.errors import GeopolityError
from maps.pages.citizen.concern import concern_page, concerns_page, sketch_page
from services.api.pages.frame import PUBLIC, Visit, Visited, Words
from services.api.principal import Apart, Principal, Role, guarded_router, require
from services.api.problems import status_of
from services.concerns.raising import adopt, decline, end_support, improve, raise_concern, support
from services.storage.layers.census import find_layer
from services.views.concerns import concern_lines, concern_view, try_sketch

router = guarded_router(tags=["pages"], include_in_schema=False)
Citizen = Annotated[Principal, require(Role.CITIZEN)]
Analyst = Annotated[Principal, require(Role.ANALYST)]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


EMPTY = {"kind": "radius", "shapes": "", "distance_km": "50", "title": "", "question": ""}


class SketchForm(BaseModel):
    """Where something bites, as a citizen says it."""

    kind: Literal["radius", "area"] = "radius"
    shapes: Words = Field("", max_length=20_000)
    distance_km: str = Field("50", max_length=20)
    title: Words = Field("", max_length=200)
    question: Words = Field("", max_length=1_000)


class Supported(BaseModel):
    """Whether support ends."""

    ends: str = Field("", max_length=10)


class DecisionForm(SketchForm):
    """What an analyst decides, and why."""

    decision: Literal["adopt", "improve", "decline"]
    reason: Words = Field("", max_length=4_000)
    polity: str = Field("", max_length=100)


@router.get("/concerns", dependencies=PUBLIC)
def show_all(visit: Visit) -> Response:
    """Show all issues that were raised."""
    lines = concern_lines(visit.store)
    layer = ""
    if lines:
        with visit.store.reading() as session:
            layer = find_layer(session).name
    return visit.page(concerns_page(visit.frame, lines, layer))


@router.get("/concerns/new", dependencies=PUBLIC)
def ask(visit: Visit) -> Response:
    """Show the empty sketch."""
    return visit.page(sketch_page(visit.frame, form=EMPTY))


@router.post("/concerns/new", dependencies=PUBLIC, openapi_extra={"x-reads": True, "x-costly": True})
def try_it(visit: Visit, apart: Apart, form: Annotated[SketchForm, Form()]) -> Response:
    """Show whom a sketch affects; nothing is kept."""
    said = form.model_dump()
    try:
        tried, _ = apart.run(try_sketch, said | {"title": said["title"] or "–––"}, visit.store)
    except GeopolityError as error:
        html = sketch_page(visit.frame, form=said, error=visit.said(error))
        return visit.page(html, status=status_of(error))
    return visit.page(sketch_page(visit.frame, form=said, tried=tried))


@router.post("/concerns")
def raise_it(visit: Visit, apart: Apart, form: Annotated[SketchForm, Form()], who: Citizen) -> Response:
    """Raise what was sketched."""
    said = form.model_dump()
    try:
        _, sketched = apart.run(try_sketch, said, visit.store)
        number = raise_concern(sketched, who.name, visit.store)
    except GeopolityError as error:
        html = sketch_page(visit.frame, form=said, error=visit.said(error))
        return visit.page(html, status=status_of(error))
    return RedirectResponse(f"/concerns/{number}", 303)


@router.get("/concerns/{number}", dependencies=PUBLIC)
def show(visit: Visit, number: Number) -> Response:
    """Show an issue and what became of it."""
    return visit.page(concern_page(visit.frame, concern_view(number, visit.store, _reader(visit))))


@router.post("/concerns/{number}/support")
def support_it(visit: Visit, number: Number, form: Annotated[Supported, Form()], who: Citizen) -> Response:
    """Support an issue, or no more."""
    act = end_support if form.ends else support
    return _done(visit, number, lambda: act(number, who.name, visit.store))


@router.post("/concerns/{number}/decide")
def decide(visit: Visit, apart: Apart, number: Number, form: Annotated[DecisionForm, Form()], who: Analyst) -> Response:
    """Adopt, improve or decline an issue, with a reason."""
    del who
    store = visit.store

    def act() -> None:
        if form.decision == "adopt":
            adopt(number, store, reason=form.reason, polity=form.polity.strip())
        elif form.decision == "decline":
            decline(number, store, reason=form.reason)
        else:
            _, sketched = apart.run(try_sketch, form.model_dump(), store)
            improve(number, sketched, store, reason=form.reason)

    return _done(visit, number, act)


def _done(visit: Visited, number: int, act: Callable[[], None]) -> Response:
    try:
        act()
    except GeopolityError as error:
        view = concern_view(number, visit.store, _reader(visit))
        return visit.page(concern_page(visit.frame, view, error=visit.said(error)), status=status_of(error))
    return RedirectResponse(f"/concerns/{number}", 303)


def _reader(visit: Visited) -> str:
    return visit.frame.name if "citizen" in visit.frame.roles else ""
