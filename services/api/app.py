"""The service as one ASGI application: the raw look-up in front, then FastAPI behind its guards."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeGuard
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from geopolity.errors import GeopolityError
from services.api import ogc, operations, signing_in, tiles
from services.api.description import description
from services.api.head import Headed
from services.api.kept_pages import KeptPages, kept_paths
from services.api.lookup_route import LookupRoute, keep_fresh
from services.api.pages import (
    assemblies,
    citizen,
    citizenship,
    concerns,
    console,
    docket,
    embeds,
    feeds,
    followups,
    mail,
    maps,
    matters,
    polities,
    private,
    questions,
    register,
    service,
    studio,
)
from services.api.principal import guard_of
from services.api.problems import answer_to
from services.api.rates import Rates
from services.api.security import LOOPBACK, MEGABYTE, Guarded, Limits
from services.api.shared_counts import SharedCounts
from services.api.static import Assets, Guide
from services.api.v1 import routers as version_1
from services.auth.oidc import Provider
from services.bootstrap import Service
from services.confined import confinement
from services.derivation.kernels import get_ready
from services.docket.decisions import close_ended
from services.jobs import queue
from services.jobs.embedded import Elsewhere, Embedded
from services.lookup.current import CurrentLookup
from services.publiclog.cosigning import collect_if_watched
from services.settings import Settings
from services.storage.store import Store
from services.telling.sending import post_of, teller
from services.turn import Turn

if TYPE_CHECKING:
    from services.jobs.postgres import Notifying

ROUTERS: tuple[APIRouter, ...] = (
    operations.router,
    signing_in.router,
    citizen.router,
    citizenship.router,
    concerns.router,
    *console.ROUTERS,
    embeds.router,
    feeds.router,
    mail.router,
    polities.router,
    assemblies.router,
    maps.router,
    studio.router,
    followups.router,
    docket.router,
    matters.router,
    questions.router,
    register.router,
    service.router,
    tiles.router,
    *ogc.ROUTERS,
    private.router,
    *version_1.ROUTERS,
)
"""Everything that is served: one line per router."""
UPKEEP = "upkeep.lock"
"""Held by the one process that closes votes, asks witnesses and sends mail; in the folder of the state."""
CLOSING_SECONDS = 30.0
"""How long a vote may stay open after its stated end; it takes no ballots meanwhile."""
COSIGNING_SECONDS = 600.0
"""How often the log's witnesses are asked to sign how far it has grown."""

TELLING_SECONDS = 60.0
"""How often is looked what people are to be told, and mails are handed over."""


def create_app(service: Service, *, worker: bool = True) -> ASGIApp:
    """Make the application; without a ``worker``, others do what is ordered.

    Raises
    ------
    TypeError
        If a route declares no role.
    """
    settings, store = service.settings, service.store
    limits = limits_of(settings)
    api = FastAPI(
        title="geopolity",
        version="1",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
    )
    api.state.store = store
    api.state.limits = limits
    api.state.apart = confinement(settings.request_memory_mb, settings.workers, get_ready)
    api.state.rates = Rates(settings.rate_limit, SharedCounts(settings.home))
    api.state.provider = Provider(settings)
    api.state.jobs = workers(service, worker=worker)
    api.state.registers = settings.self_registration
    api.state.root = settings.public_url or ""
    api.state.tell = teller(post_of(settings))
    api.state.lookup = current = CurrentLookup(store)
    for router in ROUTERS:
        for route in router.routes:
            if is_route(route):
                guard_of(route)
        api.include_router(router)
    api.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    api.state.methods = methods_of(ROUTERS)
    api.openapi = lambda: description(api)  # type: ignore[method-assign]
    api.mount("/static", Assets(), name="static")
    api.state.guide = settings.guide
    api.mount("/guide", Guide(settings.guide), name="guide")
    for kind in (GeopolityError, RequestValidationError, HTTPException, Exception):
        api.add_exception_handler(kind, answer_to)
    pages = KeptPages(
        Guarded(api, limits),
        current,
        budget=settings.page_memory_mb * MEGABYTE,
        has_one_answer=kept_paths(route for router in ROUTERS for route in router.routes if is_route(route)),
    )
    return Headed(LookupRoute(pages, current))


def workers(service: Service, *, worker: bool) -> Embedded | Elsewhere | Notifying:
    """How workers are woken: one beside this process, others by PostgreSQL, or both."""
    own = Embedded(service.settings.environment) if worker else None
    if not service.store.is_postgresql:
        return own or Elsewhere()
    from services.jobs.postgres import Notifying  # noqa: PLC0415 - only where there is PostgreSQL

    return Notifying(service.store, own)


def methods_of(routers: Sequence[APIRouter]) -> Callable[[str], list[str]]:
    """Methods that an address takes, as a function of its path."""
    known = [route for router in routers for route in router.routes if is_route(route)]

    def methods(path: str) -> list[str]:
        found = [route for route in known if route.path_regex.match(path)]
        best = min(found, key=lambda route: len(route.param_convertors), default=None)
        same = [route for route in found if best is not None and route.path == best.path]
        return sorted({method for route in same for method in route.methods or ()})

    return methods


def is_route(route: BaseRoute) -> TypeGuard[APIRoute]:
    """Whether a route is one of ours, and no mounted application."""
    return isinstance(route, APIRoute)


def limits_of(settings: Settings) -> Limits:
    """Limits of requests, by the settings: hosts are this machine and the public address."""
    public = urlsplit(settings.public_url or "")
    hosts = {*LOOPBACK, *((public.hostname,) if public.hostname else ())}
    return Limits(hosts=frozenset(hosts), upload_mb=settings.upload_mb, secure=public.scheme == "https")


@asynccontextmanager
async def _lifespan(api: FastAPI) -> AsyncIterator[None]:
    watch = asyncio.create_task(keep_fresh(api.state.lookup))
    store, turn = api.state.store, Turn(api.state.store.home / UPKEEP)
    upkeep = [
        asyncio.create_task(_again_and_again(close_ended, store, turn, CLOSING_SECONDS)),
        asyncio.create_task(_again_and_again(collect_if_watched, store, turn, COSIGNING_SECONDS)),
        asyncio.create_task(_again_and_again(api.state.tell, store, turn, TELLING_SECONDS)),
    ]
    await run_in_threadpool(_take_up, api)
    try:
        yield
    finally:
        for task in (watch, *upkeep):
            task.cancel()
        await asyncio.gather(watch, *upkeep, return_exceptions=True)  # what is being written is finished first
        turn.close()
        await run_in_threadpool(api.state.lookup.close)
        await run_in_threadpool(api.state.jobs.close)
        api.state.store.close()


async def _again_and_again(look_after: Callable[[Store], object], store: Store, turn: Turn, seconds: float) -> None:
    """Look after something for as long as the service runs and the turn is its; a store that is away is waited for."""
    while True:
        if turn.is_mine():
            with contextlib.suppress(GeopolityError):
                await run_in_threadpool(look_after, store)
        await asyncio.sleep(seconds)


def _take_up(api: FastAPI) -> None:
    """Wake the worker if jobs were left from before; a store that is away is no reason not to start."""
    with contextlib.suppress(GeopolityError):
        left = queue.counts(api.state.store)
        if left.get("queued") or left.get("running"):
            api.state.jobs.wake()
