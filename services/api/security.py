"""What surrounds every request: host, size, origin of the click, headers of the answer, a log of nothing personal.

Plain ASGI, so that streams stay streams.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geopolity.errors import GeopolityError
from services.api.metrics import METRICS
from services.api.principal import COOKIE, SAFE, bearer_of
from services.api.problems import CrossSiteError, HostError, TooLarge, TooSlow, answer
from services.storage import kept

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""For what others wrote and this server only hands on: evidence, and pages that carry their own scripts."""
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
    "Cache-Control": "no-store",
}
"""Of every answer that does not say otherwise."""
FRAMED = {
    "Content-Security-Policy": CSP.replace("frame-ancestors 'none'", "frame-ancestors *"),
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""Of the few pages that other sites may show in a frame."""
HOST = re.compile(r"(?P<name>[^\s:,\[\]@/]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
"""One name or address, and perhaps a port."""
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
MEGABYTE = 1_000_000
PLAIN_MB = 4
"""Largest body that is no upload of files, MB: a drawing of 50,000 vertices fits."""
PIECE_SECONDS, WHOLE_SECONDS = 20.0, 600.0
"""How long the next piece of a body may take, and all of it."""
UNLOGGED = ("/api/lookup", "/api/v1/lookup", "/lookup", "/feeds/place")
"""Where people say where they are: no line of log, no counter by path."""
BALLOTS = ("/ballot", "/ballots", "/sealed-ballot", "/sealed-ballots")
"""Ends of routes where ballots are cast: neither log nor counter tells them as they come."""

log = structlog.get_logger("geopolity.http")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a request may be.

    Attributes
    ----------
    hosts
        Names that this server answers to, without ports.
    upload_mb
        Largest upload, MB.
    secure
        Whether people reach it by HTTPS.
    """

    hosts: Collection[str]
    upload_mb: int
    secure: bool = False


class Guarded:
    """ASGI application with all of it around another one."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app, self._limits = app, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["headers"] = with_one_cookie(scope["headers"])
        kept.begin()
        exchange = _Exchange(scope, receive, send, self._limits)
        try:
            check_host(exchange.headers, self._limits.hosts)
            check_origin(scope["method"], exchange.headers)
            await self._app(scope, exchange.receive, exchange.send)
        except GeopolityError as error:
            await exchange.refuse(error)
        except Exception as error:
            log.exception("unexpected", request=exchange.name, path=_route(scope))
            await exchange.refuse(error)
        finally:
            exchange.record()


class _Exchange:
    """One request and its answer."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, limits: Limits) -> None:
        self.headers = Headers(scope=scope)
        self.name = secrets.token_hex(8)
        self._scope, self._receive, self._send, self._limits = scope, receive, send, limits
        self._status, self._started, self._read = 0, time.perf_counter(), 0
        self._most = _largest(self.headers, limits)
        self._is_whole = scope["method"] in SAFE
        scope.setdefault("state", {})["request_id"] = self.name

    async def receive(self) -> Message:
        message = await (self._receive() if self._is_whole else self._next())
        if message["type"] == "http.request":
            self._is_whole = not message.get("more_body", False)
            self._read += len(message.get("body", b""))
            announced = self.headers.get("content-length", "0")
            if self._read > self._most or (announced.isdecimal() and int(announced) > self._most):
                raise TooLarge(
                    "The request is larger than {most} MB, the most this server takes here; send less, or have "
                    "the server's GEOPOLITY_UPLOAD_MB raised for uploads.",
                    most=self._most // MEGABYTE,
                )
        return message

    async def _next(self) -> Message:
        """The next piece of a body, which comes soon, or the request is over."""
        left = WHOLE_SECONDS - (time.perf_counter() - self._started)
        try:
            return await asyncio.wait_for(self._receive(), min(PIECE_SECONDS, max(0.0, left)))
        except TimeoutError:
            raise TooSlow(
                "The request stopped before its end: a piece of it comes within {seconds} s, and all of it within "
                "{minutes} minutes. Send it again.",
                seconds=round(PIECE_SECONDS),
                minutes=round(WHOLE_SECONDS / 60),
            ) from None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = MutableHeaders(scope=message)
            is_framed = headers.get("Content-Security-Policy") == FRAMED["Content-Security-Policy"]
            for name, value in HEADERS.items():
                if not (is_framed and name == "X-Frame-Options"):
                    headers.setdefault(name, value)
            headers["X-Request-Id"] = self.name
            if self._limits.secure:
                headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        await self._send(message)

    async def refuse(self, error: Exception) -> None:
        if self._status:
            return  # the answer has begun; the connection ends
        response = answer(error, HTTPConnection(self._scope))
        await response(self._scope, self._receive, self.send)

    def record(self) -> None:
        route, seconds = _route(self._scope), time.perf_counter() - self._started
        if self._scope["path"].rstrip("/").endswith(BALLOTS):
            return
        METRICS.request(self._scope["method"], route, self._status, seconds)
        if not self._scope["path"].startswith(UNLOGGED):
            log.info(
                "request",
                request=self.name,
                method=self._scope["method"],
                route=route,
                status=self._status,
                ms=round(1000 * seconds, 1),
            )


def with_one_cookie(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Join all cookies into one header (RFC 9113, 8.2.3), so that all who read them read the same."""
    found = list(headers)
    cookies = [value for name, value in found if name == b"cookie"]
    others = [(name, value) for name, value in found if name != b"cookie"]
    return [*others, (b"cookie", b"; ".join(cookies))] if cookies else others


def check_host(headers: Headers, hosts: Collection[str]) -> None:
    """Refuse requests for other hosts, or for several: a page elsewhere may have made its name point here."""
    host = ", ".join(headers.getlist("host"))
    found = HOST.fullmatch(host)
    if found is None or found["name"].lower() not in hosts:
        raise HostError(
            "This server does not answer to {host:quoted}; GEOPOLITY_PUBLIC_URL says what it answers to.",
            host=host[:60],
        )


def check_origin(method: str, headers: Mapping[str, str]) -> None:
    """Refuse what another site makes a signed-in browser do.

    Browsers say where a request comes from; a request with a session that says nothing is refused as well.
    """
    if method in SAFE or COOKIE not in headers.get("cookie", "") or bearer_of(headers):
        return  # nothing is done in the name of whoever is signed in: no other site can send a key
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    same = site == "same-origin" if site is not None else _is_own(origin, headers.get("host", ""))
    if not same:
        raise CrossSiteError(
            "This {method} comes from {origin:quoted} and not from this site's pages; programs send an API key "
            "and no cookie.",
            method=method,
            origin=(origin or "nowhere that is said")[:80],
        )


def check_own_page(headers: Mapping[str, str]) -> None:
    """Refuse a sign-in that another site makes a browser send: it would sign people in as somebody else."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        same = site in {"same-origin", "none"}
    else:
        same = origin in {None, "null"} or _is_own(origin, headers.get("host", ""))
    if not same:
        raise CrossSiteError("This sign-in was sent by another site; open the link itself and press its button.")


def _is_own(origin: str | None, host: str) -> bool:
    return origin is not None and urlsplit(origin).netloc.lower() == host.lower()


def _largest(headers: Mapping[str, str], limits: Limits) -> int:
    is_upload = headers.get("content-type", "").startswith(("multipart/form-data", "application/octet-stream"))
    return (limits.upload_mb if is_upload else PLAIN_MB) * MEGABYTE


def _route(scope: Scope) -> str:
    """Path as it is declared, without what people put into it."""
    route = scope.get("route")
    return str(getattr(route, "path", None) or "unknown")
