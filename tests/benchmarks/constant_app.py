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


app = LookupRoute(_nothing, Constant())
