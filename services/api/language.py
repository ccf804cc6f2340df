"""The language somebody is spoken to in."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from maps.locale.choice import spoken

LANGUAGE_COOKIE = "language"


def language_of(request: HTTPConnection) -> str:
    """Language by the address, else the cookie, else what the browser prefers."""
    return spoken(
        request.query_params.get("lang"),
        request.cookies.get(LANGUAGE_COOKIE),
        request.headers.get("accept-language"),
    )
