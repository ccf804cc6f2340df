"""Public pages of assemblies, the bundle of the draw that filled one, and the public log."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response

from maps.pages.assembly import assembly_page, log_page
from maps.pages.law import law_page
from maps.pages.trust import trust_page
from services.api.kept_pages import KEPT
from services.api.pages.frame import PUBLIC, Frame, page
from services.api.principal import StoreDep, guarded_router
from services.api.problems import NotFound
from services.views.assembly import draw_bundle, public_assembly, public_log
from services.views.law import public_law
from services.views.trust import trust_view

router = guarded_router(tags=["pages"], include_in_schema=False)


@router.get("/assemblies/{polity_id}", dependencies=[*PUBLIC, KEPT])
def show(request: Request, frame: Frame, store: StoreDep, polity_id: str) -> Response:
    """Show an assembly."""
    return page(request, assembly_page(frame, public_assembly(polity_id, store)))


@router.get("/assemblies/{polity_id}/draw.zip", dependencies=PUBLIC)
def bundle(store: StoreDep, polity_id: str) -> Response:
    """Hand out the files of the draw, with their verifier."""
    packed = draw_bundle(polity_id, store)
    if packed is None:
        raise NotFound(
            "The files of the draw for {polity} are not on this server; the log holds its commitment.",
            polity=polity_id,
        )
    headers = {"Content-Disposition": f'attachment; filename="draw-{polity_id}.zip"'}
    return Response(packed, media_type="application/zip", headers=headers)


@router.get("/laws/{polity_id}/{law}", dependencies=[*PUBLIC, KEPT])
def law(request: Request, frame: Frame, store: StoreDep, polity_id: str, law: str) -> Response:
    """Show a law with all its versions."""
    return page(request, law_page(frame, public_law(polity_id, law, store)))


@router.get("/trust", dependencies=PUBLIC)
def trust(request: Request, frame: Frame, store: StoreDep) -> Response:
    """Show what is protected from whom, who watches the log, and who opens votes."""
    return page(request, trust_page(frame, trust_view(store)))


@router.get("/log", dependencies=[*PUBLIC, KEPT])
def log(request: Request, frame: Frame, store: StoreDep, before: Annotated[int | None, Query(ge=0)] = None) -> Response:
    """Show a stretch of the public log."""
    return page(request, log_page(frame, public_log(store, before)))
