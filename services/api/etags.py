"""ETags from generations: what only the store's public acts can change keeps its tag until the next act."""

from __future__ import annotations

import hashlib

from fastapi import Depends, Request, Response
from starlette.exceptions import HTTPException

from services.api.principal import principal
from services.auth.roles import written


def has_it(request: Request, tag: str) -> bool:
    """Whether the client has this version already, or any (``*``), compared weakly (RFC 9110, 13.1.2)."""
    said = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    return "*" in said or tag.removeprefix("W/") in said


def _tagged(request: Request, response: Response) -> None:
    """Tag the answer; if the client has it already, say only that.

    The generation is read before the store is, so a tag is never newer than what it stands for.
    """
    who = principal(request)
    parts = (str(request.app.state.lookup.generation), str(request.url.query), written(who.roles), who.known_as)
    tag = f'W/"{hashlib.sha256("|".join((request.url.path, *parts)).encode()).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Cookie, Authorization"}
    if has_it(request, tag):
        raise HTTPException(304, headers=headers)
    response.headers.update(headers)


TAGGED = Depends(_tagged)
"""Dependency of routes whose answers follow from the public acts alone."""
