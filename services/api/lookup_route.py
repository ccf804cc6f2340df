"""The raw route of look-ups: plain ASGI in front of everything, because a framework costs more than the answer.

It takes ``GET /api/lookup?lon=…&lat=…`` for today and leaves all else, mistakes included, to ``v1/lookups.py``, which
gives the same answers. Nothing of it is logged.
"""

from __future__ import annotations

import asyncio
import gc
from typing import Protocol

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from geopolity.errors import GeopolityError
from services.api.security import HEADERS
from services.lookup.current import CurrentLookup

PATHS = frozenset({"/api/lookup", "/api/v1/lookup"})
CHECK_SECONDS = 0.5
"""How long a change made by another process may stay unseen."""
COMMON = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]

log = structlog.get_logger("geopolity.lookup")


class Quick(Protocol):
    """What answers queries at once."""

    def quick(self, query: bytes) -> bytes | None:
        """Answer in JSON, or not at all."""


class LookupRoute:
    """ASGI application that answers plain look-ups itself and hands everything else on."""

    def __init__(self, app: ASGIApp, current: Quick) -> None:
        self._app, self._desk = app, current

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["path"] in PATHS and scope["method"] == "GET":
            body = self._desk.quick(scope["query_string"])
            if body is not None:
                length = (b"content-length", b"%d" % len(body))
                headers = [(b"content-type", b"application/json"), length, *COMMON]
                await send({"type": "http.response.start", "status": 200, "headers": headers})
                await send({"type": "http.response.body", "body": body})
                return
        await self._app(scope, receive, send)


async def keep_fresh(current: CurrentLookup) -> None:
    """Take in what other processes changed, for as long as the service runs; a store that is away is waited for."""
    is_away = False
    while True:
        try:
            if await run_in_threadpool(current.refresh):
                _settle()
            is_away = False
        except GeopolityError as error:
            if not is_away:
                log.warning("store away", code=error.code)
            is_away = True
        await asyncio.sleep(CHECK_SECONDS)


def _settle() -> None:
    """Leave what stays for long out of garbage collections: walking it costs more than the look-ups between."""
    gc.collect()
    gc.freeze()
