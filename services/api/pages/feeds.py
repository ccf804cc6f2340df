"""Feeds and calendars of everything, a polity, a place and a matter: a place is a unit, never an address."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response

from maps.pages.calendar import ics
from maps.pages.feed import atom
from services.api.kept_pages import KEPT
from services.api.pages.frame import PUBLIC, Frame
from services.api.principal import StoreDep, guarded_router
from services.clock import now
from services.storage.store import Store
from services.views.following import EVERYTHING, Subject, appointments, feed, of_matter, of_polity, of_unit

router = guarded_router(tags=["pages"], include_in_schema=False)
Unit = Annotated[str, Query(max_length=60)]
Layer = Annotated[str | None, Query(max_length=100)]


@router.get("/feeds/all.atom", dependencies=[*PUBLIC, KEPT])
def feed_of_all(request: Request, frame: Frame, store: StoreDep) -> Response:
    """Hand out what is decided everywhere."""
    return _feed(request, frame.language, store, EVERYTHING)


@router.get("/feeds/all.ics", dependencies=[*PUBLIC, KEPT])
def calendar_of_all(request: Request, frame: Frame, store: StoreDep) -> Response:
    """Hand out what is to come everywhere."""
    return _calendar(request, frame.language, store, EVERYTHING)


@router.get("/feeds/place.atom", dependencies=PUBLIC)
def feed_of_place(request: Request, frame: Frame, store: StoreDep, unit: Unit, layer: Layer = None) -> Response:
    """Hand out what is decided for a unit."""
    return _feed(request, frame.language, store, of_unit(unit, layer, store))


@router.get("/feeds/place.ics", dependencies=PUBLIC)
def calendar_of_place(request: Request, frame: Frame, store: StoreDep, unit: Unit, layer: Layer = None) -> Response:
    """Hand out what is to come for a unit."""
    return _calendar(request, frame.language, store, of_unit(unit, layer, store))


@router.get("/polities/{polity_id}/feed.atom", dependencies=[*PUBLIC, KEPT])
def feed_of_polity(request: Request, frame: Frame, store: StoreDep, polity_id: str) -> Response:
    """Hand out what is decided about and in a polity."""
    return _feed(request, frame.language, store, of_polity(polity_id, store))


@router.get("/polities/{polity_id}/calendar.ics", dependencies=[*PUBLIC, KEPT])
def calendar_of_polity(request: Request, frame: Frame, store: StoreDep, polity_id: str) -> Response:
    """Hand out what is to come in a polity."""
    return _calendar(request, frame.language, store, of_polity(polity_id, store))


@router.get("/matters/{matter_id}/feed.atom", dependencies=PUBLIC)
def feed_of_matter(request: Request, frame: Frame, store: StoreDep, matter_id: str) -> Response:
    """Hand out what is done in a matter."""
    return _feed(request, frame.language, store, of_matter(matter_id, store))


@router.get("/matters/{matter_id}/calendar.ics", dependencies=PUBLIC)
def calendar_of_matter(request: Request, frame: Frame, store: StoreDep, matter_id: str) -> Response:
    """Hand out what is to come in a matter."""
    return _calendar(request, frame.language, store, of_matter(matter_id, store))


def _feed(request: Request, language: str, store: Store, subject: Subject) -> Response:
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    content = atom(feed(subject, path, store), _root(request), language)
    return Response(content, media_type="application/atom+xml")


def _calendar(request: Request, language: str, store: Store, subject: Subject) -> Response:
    content = ics(
        appointments(subject, store), subject=subject.name, root=_root(request), language=language, stamp=now()
    )
    return Response(content, media_type="text/calendar")


def _root(request: Request) -> str:
    return str(request.base_url).rstrip("/")
