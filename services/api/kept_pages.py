"""Public pages kept as they were rendered, until the store changes: compressed once, answered at once.

A route says ``KEPT`` where its answer is the same for everybody who did not sign in; what follows from a request is its
host, language, address and encoding. Whoever sends a session or a key is never answered from here, and nothing of their
answers is kept. What is kept is good for one state of the store: no transaction of this process since, the same size of
the public log (which tells of other processes), the same day; and for `SECONDS`, since not everything is in the log.

An answer's ETag is a hash of its words, never a count of acts: it says nothing that the page does not.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from http.cookies import CookieError, SimpleCookie

from fastapi import Depends
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from maps.locale.choice import spoken
from services.api.language import LANGUAGE_COOKIE
from services.api.metrics import METRICS
from services.api.principal import COOKIE
from services.clock import today
from services.lookup.current import CurrentLookup
from services.storage import kept

SECONDS = 60.0
"""How long an answer is good where nothing says that the store changed."""
SHARED = "public, max-age=0, s-maxage=5, must-revalidate"
"""Browsers ask every time, and are told 304; a proxy in front may keep a page for five seconds."""
VARY = "Cookie, Authorization, Accept-Language, Accept-Encoding"
ONE_VERSION = re.compile(rb"(?:version=[0-9]{1,7})?")
"""Queries whose answers are kept."""
PASSED = frozenset({b"content-encoding", b"content-length", b"cache-control", b"etag", b"vary", b"x-request-id"})
"""Headers that are said anew."""
LANGUAGES_KEPT = 1_000
PATHS_KNOWN = 4_096
LONGEST = 500
"""Characters of a path, a host or the headers that name a language: what is longer is answered, and not remembered."""

Key = tuple[bytes, str, str, bytes, str]


def _kept() -> None:
    """Declare that an answer is the same for everybody who did not sign in."""


KEPT = Depends(_kept)
"""Dependency of routes that answer everybody who did not sign in with the same."""


def kept_paths(routes: Iterable[APIRoute]) -> Callable[[str], bool]:
    """Whether a path is one of the routes that say ``KEPT``."""
    patterns = [
        route.path_regex for route in routes if any(inner.call is _kept for inner in route.dependant.dependencies)
    ]

    @lru_cache(maxsize=PATHS_KNOWN)
    def is_kept(path: str) -> bool:
        return any(pattern.match(path) for pattern in patterns)

    return is_kept


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it is sent: plain or packed, or only that it has not changed."""

    state: tuple[object, ...]
    until: float
    route: str
    etag: bytes
    plain: tuple[list[tuple[bytes, bytes]], bytes]
    packed: tuple[list[tuple[bytes, bytes]], bytes]
    unchanged: list[tuple[bytes, bytes]]

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return len(self.plain[1]) + len(self.packed[1])


@dataclass(slots=True)
class Shelf:
    """Answers within a budget of memory; those not asked for the longest give way."""

    budget: int
    size: int = 0
    answers: OrderedDict[Key, Answer] = field(default_factory=OrderedDict)

    def find(self, key: Key) -> Answer | None:
        """The answer that was put there, however old."""
        found = self.answers.get(key)
        if found is not None:
            self.answers.move_to_end(key)
        return found

    def put(self, key: Key, answer: Answer) -> None:
        """Keep an answer in place of an older one."""
        before = self.answers.pop(key, None)
        self.size -= 0 if before is None else before.size
        if answer.size > self.budget // 4:
            return
        self.answers[key] = answer
        self.size += answer.size
        while self.size > self.budget:
            self.size -= self.answers.popitem(last=False)[1].size


class KeptPages:
    """ASGI application that answers from the shelf, and fills it with what the one behind it says."""

    def __init__(
        self, app: ASGIApp, current: CurrentLookup, *, budget: int, has_one_answer: Callable[[str], bool]
    ) -> None:
        self._app, self._current, self._has_one_answer = app, current, has_one_answer
        self.shelf = Shelf(budget)
        self._making: dict[Key, asyncio.Event] = {}
        self._languages: dict[tuple[bytes, bytes], str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        key = self._key(scope)
        if key is None:
            await self._app(scope, receive, send)
            return
        answer = self._good(key)
        while answer is None and key in self._making:  # one reader has it made for all
            await self._making[key].wait()
            answer = self._good(key)
        if answer is not None:
            await _send(answer, scope, send)
        else:
            await self._make(key, scope, receive, send)

    async def _make(self, key: Key, scope: Scope, receive: Receive, send: Send) -> None:
        done = self._making[key] = asyncio.Event()
        copy = _Copy(scope, send)
        state = self._state()
        try:
            await self._app(scope, receive, copy.send)
            if copy.is_kept:
                answer = await run_in_threadpool(_answer, state, copy)
                self.shelf.put(key, answer)
        finally:
            del self._making[key]
            done.set()
        if copy.is_kept:
            await _send(answer, scope, send)

    def _state(self) -> tuple[object, ...]:
        return kept.commits(), self._current.generation, today()

    def _good(self, key: Key) -> Answer | None:
        """A kept answer of this state; one that is only old will do while somebody has it made anew."""
        answer = self.shelf.find(key)
        if answer is None or answer.state != self._state():
            return None
        return answer if time.monotonic() < answer.until or key in self._making else None

    def _key(self, scope: Scope) -> Key | None:
        """What an answer follows from; ``None`` where it may follow from who asks."""
        if scope["type"] != "http" or scope["method"] != "GET" or not ONE_VERSION.fullmatch(scope["query_string"]):
            return None
        if len(scope["path"]) > LONGEST or not self._has_one_answer(scope["path"]):
            return None
        host = cookies = accepted = b""
        for name, value in scope["headers"]:
            if name == b"host":
                host += value + b","
            elif name == b"cookie":
                cookies += value + b"; "
            elif name == b"accept-language":
                accepted += value + b","
            elif name in {b"authorization", b"range"}:
                return None
        if COOKIE.encode() in cookies or len(host) > LONGEST:
            return None
        return host, scope.get("scheme", ""), scope["path"], scope["query_string"], self._language(cookies, accepted)

    def _language(self, cookies: bytes, accepted: bytes) -> str:
        if len(cookies) + len(accepted) > LONGEST:
            return _spoken(cookies, accepted)
        found = self._languages.get((cookies, accepted))
        if found is None:
            if len(self._languages) >= LANGUAGES_KEPT:
                self._languages.clear()
            found = self._languages[cookies, accepted] = _spoken(cookies, accepted)
        return found


class _Copy:
    """An answer on its way: what may be kept is held back and copied, all else goes on as it comes."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send = scope, send
        self.is_kept = False
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = b""

    @property
    def route(self) -> str:
        return str(getattr(self._scope.get("route"), "path", "unknown"))

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.headers = list(message.get("headers", ()))
            names = {name.lower() for name, _ in self.headers}
            self.is_kept = message["status"] == 200 and b"set-cookie" not in names
        elif self.is_kept:
            self.body += message.get("body", b"")
        if not self.is_kept:
            await self._send(message)


def _answer(state: tuple[object, ...], copy: _Copy) -> Answer:
    headers = [(name.lower(), value) for name, value in copy.headers]
    is_packed = (b"content-encoding", b"gzip") in headers
    plain = gzip.decompress(copy.body) if is_packed else copy.body
    packed = gzip.compress(plain, 9, mtime=0)
    etag = f'W/"{hashlib.sha256(plain).hexdigest()[:24]}"'.encode()
    said = [
        *((name, value) for name, value in headers if name not in PASSED),
        (b"cache-control", SHARED.encode()),
        (b"vary", VARY.encode()),
        (b"etag", etag),
    ]
    length = (b"content-length", b"%d" % len(plain))
    short = [(b"content-encoding", b"gzip"), (b"content-length", b"%d" % len(packed))]
    kinds = (b"content-type", b"content-disposition")
    return Answer(
        state=state,
        until=time.monotonic() + SECONDS,
        route=copy.route,
        etag=etag,
        plain=([*said, length], plain),
        packed=([*said, *short], packed),
        unchanged=[(name, value) for name, value in said if name not in kinds],
    )


async def _send(answer: Answer, scope: Scope, send: Send) -> None:
    accepts, known = b"", b""
    for name, value in scope["headers"]:
        if name == b"accept-encoding":
            accepts += value
        elif name == b"if-none-match":
            known += value + b","
    if known and _has_it(known, answer.etag):
        status, headers, body = 304, answer.unchanged, b""
    else:
        status = 200
        headers, body = answer.packed if b"gzip" in accepts else answer.plain
    METRICS.kept(answer.route, status)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _has_it(known: bytes, etag: bytes) -> bool:
    """Whether a client has this version, or any, compared weakly (RFC 9110, 13.1.2)."""
    said = {one.strip().removeprefix(b"W/") for one in known.split(b",")}
    return b"*" in said or etag.removeprefix(b"W/") in said


def _spoken(cookies: bytes, accepted: bytes) -> str:
    return spoken(None, _kept_language(cookies), accepted.decode("latin-1"))


def _kept_language(cookies: bytes) -> str | None:
    try:
        found = SimpleCookie(cookies.decode("latin-1")).get(LANGUAGE_COOKIE)
    except CookieError:
        return None
    return None if found is None else found.value
