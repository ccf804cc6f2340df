"""The citizen's pages: the first page, the one box, and what a place belongs to. A place is never in an address."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Query, Request, Response
from pydantic import BaseModel, Field

from geopolity.errors import GeopolityError
from maps.locale.texts import said
from maps.pages.citizen.asking import choices_page, empty_question, lookup_page
from maps.pages.citizen.belonging import belonging_page
from maps.pages.home import home_page
from services.api.kept_pages import KEPT
from services.api.pages.frame import PUBLIC, Frame, page
from services.api.principal import StoreDep, guarded_router
from services.api.problems import status_of
from services.clock import now
from services.views.belonging import belonging, belonging_of_unit
from services.views.national import active_lines
from services.views.proposals import open_proposals

router = guarded_router(tags=["pages"], include_in_schema=False)


@router.get("/", dependencies=[*PUBLIC, KEPT])
def home(request: Request, frame: Frame, store: StoreDep) -> Response:
    """Show the box, and the polities in force."""
    return page(request, home_page(frame, active_lines(store), open_proposals(store)))


@router.get("/lookup", dependencies=PUBLIC)
def ask(
    request: Request,
    frame: Frame,
    store: StoreDep,
    unit: Annotated[str, Query(max_length=60)] = "",
    layer: Annotated[str | None, Query(max_length=100)] = None,
) -> Response:
    """Show the box; or a whole unit, as a shared link names it."""
    if not unit:
        return page(request, lookup_page(frame))
    return page(request, belonging_page(frame, belonging_of_unit(unit, now()[:10], store, layer)))


class Asked(BaseModel):
    """What was typed, or which unit or place was chosen."""

    q: str = Field("", max_length=300)
    unit: str = Field("", max_length=60)
    place: str = Field("", max_length=200)


@router.post("/lookup", dependencies=PUBLIC, openapi_extra={"x-reads": True})
def answer(request: Request, frame: Frame, store: StoreDep, asked: Annotated[Asked, Form()]) -> Response:
    """Answer what was typed, or the unit or place that was chosen; a mistake is said beside the box."""
    day = now()[:10]
    if asked.unit:
        return page(request, belonging_page(frame, belonging_of_unit(asked.unit, day, store)))
    text = asked.place or asked.q
    if not text.strip():
        return page(request, lookup_page(frame, error=empty_question(frame.language)), status=422)
    try:
        found = belonging(text, day, store)
    except GeopolityError as error:
        told = said(error, frame.language)
        return page(request, lookup_page(frame, wanted=asked.q, error=told), status=status_of(error))
    shown = choices_page(frame, found, wanted=asked.q) if found.choices else belonging_page(frame, found)
    return page(request, shown)
