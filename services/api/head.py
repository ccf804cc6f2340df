"""HEAD answered as GET, without the body (RFC 9110, 9.3.2): the same status and headers on every address."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Headed:
    """An application whose addresses take HEAD wherever they take GET."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on; of the answer to HEAD only the beginning."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        begun = asyncio.Event()
        heard = False

        async def hear() -> Message:
            nonlocal heard
            if not heard:
                heard = True
                return await receive()
            await begun.wait()
            return {"type": "http.disconnect"}  # a stream has nobody left to speak to

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body", "body": b""})
                begun.set()

        await self.app({**scope, "method": "GET"}, hear, answer)
