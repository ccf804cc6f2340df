"""A constant answer through the raw route of look-ups: what the look-up is compared with."""

from __future__ import annotations

import os
from pathlib import Path

from services.api.lookup_route import LookupRoute


class Constant:
    """Answers every query with the same bytes."""

    def __init__(self) -> None:
        self._body = Path(os.environ["CONSTANT_BODY"]).read_bytes()

    def quick(self, query: bytes) -> bytes:
        del query
        return self._body


async def _nothing(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})


ROUTE = LookupRoute(_nothing, Constant())
BODY = Path(os.environ["CONSTANT_BODY"]).read_bytes()
START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())],
}
END = {"type": "http.response.body", "body": BODY}


async def app(scope, receive, send):
    """Answer ``/bare`` as barely as the server allows, all else through the route."""
    if scope["type"] == "http" and scope["path"] == "/bare":
        await send(START)
        await send(END)
    else:
        await ROUTE(scope, receive, send)
