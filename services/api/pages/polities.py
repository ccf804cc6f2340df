"""Public pages of polities: all on one map, one with its versions, a proposal with its objections, and their files."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from boundaries.tables.formulas import defused
from geopolity.errors import GeopolityError
from maps.locale.texts import said as sentence
from maps.pages.layout import PageFrame
from maps.pages.national import national_page
from maps.pages.polity.page import polity_page, proposal_page
from maps.pages.polity.view import PolityView
from maps.pages.polity.why import why_page
from services.api.kept_pages import KEPT
from services.api.pages.frame import PUBLIC, Frame, Visit, Visited, page
from services.api.principal import Principal, Role, StoreDep, guarded_router, require
from services.api.problems import BodyError, NotFound, status_of
from services.auth.identities import label_of
from services.polities.lifecycle import (
    activate_polity,
    answer_objection,
    object_to_polity,
    proposer,
    withdraw_polity,
)
from services.polities.shown import show_polity
from services.storage.store import Store
from services.views.national import national
from services.views.polity import members_table, proposed_polity, public_polity, published_file

router = guarded_router(tags=["pages"], include_in_schema=False)
Clerk = Annotated[Principal, require(Role.CLERK)]
Picture = Literal["map", "load"]
Version = Annotated[int | None, Query(ge=1, le=1_000_000)]


@router.get("/polities", dependencies=[*PUBLIC, KEPT])
def overview(request: Request, frame: Frame, store: StoreDep) -> Response:
    """Show all polities on one map."""
    return page(request, national_page(frame, national(store, language=frame.language)))


@router.get("/polities/{picture}.svg", dependencies=[*PUBLIC, KEPT])
def overview_picture(frame: Frame, store: StoreDep, picture: Picture) -> Response:
    """Hand out a map of the overview: where polities lie, or the load of every place."""
    view = national(store, language=frame.language)
    drawn = view.picture if picture == "map" else view.load_picture
    if not drawn:
        raise NotFound("There is nothing to draw yet: no polity is in force, or nobody is registered as a citizen.")
    return Response(drawn, media_type="image/svg+xml")


@router.get("/polities/{polity_id}", dependencies=[*PUBLIC, KEPT])
def show(request: Request, frame: Frame, store: StoreDep, polity_id: str, version: Version = None) -> Response:
    """Show a polity: the version in force, or the one asked for."""
    view = public_polity(polity_id, store, version=version, language=frame.language)
    return page(request, polity_page(frame, view))


class Asked(BaseModel):
    """Which version, and which unit by its name or id."""

    version: Version = None
    unit: str = Field("", max_length=100)


@router.get("/polities/{polity_id}/why", dependencies=PUBLIC)
def why(request: Request, frame: Frame, store: StoreDep, polity_id: str, asked: Annotated[Asked, Query()]) -> Response:
    """Say why each unit is in, or is not: what the polity would be the other way."""
    view = public_polity(polity_id, store, version=asked.version, language=frame.language)
    return page(request, why_page(frame, view, asked.unit))


@router.get("/polities/{polity_id}/proposal", dependencies=PUBLIC)
def proposal(request: Request, frame: Frame, store: StoreDep, polity_id: str, done: int | None = None) -> Response:
    """Show what a proposed version would change, and take objections."""
    return page(request, proposal_page(frame, _proposed(frame, store, polity_id), done=done))


class Objection(BaseModel):
    """What somebody objects, and who they are."""

    by: str = Field("", max_length=100)
    text: str = Field("", max_length=5000)


@router.post("/polities/{polity_id}/objections", dependencies=PUBLIC)
def object_to(
    request: Request, frame: Frame, store: StoreDep, polity_id: str, said: Annotated[Objection, Form()]
) -> Response:
    """Record an objection of anybody."""
    view = proposed_polity(polity_id, store, language=frame.language)
    try:
        if not said.text.strip() or not said.by.strip():
            raise BodyError("An objection needs a name and a reason; fill both in.")
        number = object_to_polity(polity_id, store, by=said.by.strip(), text=said.text.strip())
    except GeopolityError as error:
        told = sentence(error, frame.language)
        return page(request, proposal_page(frame, view, error=told, said=said.text), status=status_of(error))
    view = proposed_polity(polity_id, store, language=frame.language)
    return page(request, proposal_page(frame, view, done=number))


class Answer(BaseModel):
    """What the clerk answers to an objection."""

    number: int = Field(ge=1)
    text: str = Field("", max_length=5000)


@router.post("/polities/{polity_id}/answers")
def answer(visit: Visit, polity_id: str, who: Clerk, said: Annotated[Answer, Form()]) -> Response:
    """Answer an objection in public."""
    return _step(visit, polity_id, lambda: _answer(said, who.name, visit.store))


@router.post("/polities/{polity_id}/activate")
def activate(visit: Visit, polity_id: str, who: Clerk) -> Response:
    """Bring a proposal into force."""
    return _step(visit, polity_id, lambda: activate_polity(polity_id, visit.store, by=who.name), to="")


@router.post("/polities/{polity_id}/withdraw", dependencies=[require(Role.CLERK, Role.ANALYST)])
def withdraw(visit: Visit, polity_id: str) -> Response:
    """Give a proposal up."""
    return _step(visit, polity_id, lambda: withdraw_polity(polity_id, visit.store))


@router.get("/polities/{polity_id}/boundary.geojson", dependencies=PUBLIC)
def boundary(store: StoreDep, polity_id: str, version: Version = None) -> Response:
    """Hand out the unsimplified boundary."""
    shown = show_polity(polity_id, store, version)
    return _attached(shown.boundary.encode(), f"{polity_id}.geojson", "application/geo+json")


@router.get("/polities/{polity_id}/units.csv", dependencies=PUBLIC)
def units(store: StoreDep, polity_id: str, version: Version = None) -> Response:
    """Hand out the units inside, with their people."""
    table = members_table(polity_id, store, version)
    return _attached(
        defused(table).to_csv(lineterminator="\n").encode(), f"{polity_id}-units.csv", "text/csv; charset=utf-8"
    )


@router.get("/polities/{polity_id}/files/{name}", dependencies=PUBLIC)
def file(store: StoreDep, polity_id: str, name: str, version: Version = None) -> Response:
    """Hand out a file of the derivation that the version was published from; all but PDF is attached, never shown."""
    content = published_file(polity_id, name, store, version)
    if content is None:
        raise NotFound(
            "There is no file {name:quoted} of this version of {polity}.",
            name=name[:60],
            polity=polity_id,
        )
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    shown = "inline" if name.endswith(".pdf") else "attachment"
    headers = {"Content-Disposition": f'{shown}; filename="{polity_id}-{name}"'}
    return Response(content, media_type=kind, headers=headers)


def _step(visit: Visited, polity_id: str, take: Callable[[], Any], *, to: str = "/proposal") -> Response:
    """Take a step in the life of a proposal; if it is refused, the page says why."""
    try:
        take()
    except GeopolityError as error:
        view = _proposed(visit.frame, visit.store, polity_id)
        return visit.page(proposal_page(visit.frame, view, error=visit.said(error)), status=status_of(error))
    return RedirectResponse(f"/polities/{polity_id}{to}", 303)


def _proposed(frame: PageFrame, store: Store, polity_id: str) -> PolityView:
    """Show the open version; who proposed it is told to the clerk, who must be somebody else."""
    view = proposed_polity(polity_id, store, language=frame.language)
    if not frame.may(Role.CLERK):
        return view
    name = proposer(polity_id, store)
    return replace(view, proposer=label_of(name, store) or name)


def _answer(said: Answer, name: str, store: Store) -> None:
    if not said.text.strip():
        raise BodyError("An answer says something; fill it in.")
    answer_objection(said.number, store, by=name, text=said.text.strip())


def _attached(content: bytes, name: str, kind: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
