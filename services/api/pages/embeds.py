"""Pages that other sites may show in a frame, and oEmbed, by which their editors find them."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Query
from fastapi.responses import HTMLResponse, JSONResponse

from maps.locale.texts import texts
from maps.pages.embed import lookup_frame, oembed, polity_frame
from services.api.pages.frame import PUBLIC, Frame, Visit
from services.api.principal import StoreDep, guarded_router
from services.api.problems import NotFound
from services.api.security import FRAMED
from services.views.polity import public_polity

router = guarded_router(tags=["pages"], include_in_schema=False)
POLITY = re.compile(r"/(?:embed/polity|polities)/([^/?#]{1,100})")
Pixels = Annotated[int, Query(ge=1, le=10_000)]


@router.get("/embed/lookup", dependencies=PUBLIC)
def lookup(frame: Frame) -> HTMLResponse:
    """Show the box alone."""
    return HTMLResponse(lookup_frame(frame), headers=FRAMED)


@router.get("/embed/polity/{polity_id}", dependencies=PUBLIC)
def polity(frame: Frame, store: StoreDep, polity_id: str) -> HTMLResponse:
    """Show a polity alone."""
    return HTMLResponse(polity_frame(frame, public_polity(polity_id, store, language=frame.language)), headers=FRAMED)


@router.get("/oembed", dependencies=PUBLIC)
def describe(
    visit: Visit,
    url: Annotated[str, Query(max_length=500)],
    maxwidth: Pixels = 10_000,
    maxheight: Pixels = 10_000,
) -> JSONResponse:
    """Say which frame shows the page at an address of this service (oEmbed 1.0, JSON)."""
    root, asked = visit.frame.root, urlsplit(url)
    if asked.netloc != urlsplit(root).netloc:
        raise NotFound("{address:quoted} is no address of this service.", address=url[:100])
    most = (maxwidth, maxheight)
    found = POLITY.fullmatch(asked.path)
    if found is not None:
        view = public_polity(found[1], visit.store, language=visit.frame.language)
        return JSONResponse(oembed(root, f"/embed/polity/{view.polity_id}", view.title, "polity", most=most))
    if asked.path in {"", "/", "/lookup", "/embed/lookup"}:
        title = texts(visit.frame.language)("Which polities do you belong to?")
        return JSONResponse(oembed(root, "/embed/lookup", title, "lookup", most=most))
    raise NotFound("Nothing at {address:quoted} can be shown in a frame.", address=url[:100])
