"""Requests of somebody who means no good: every route in every guise, and inputs that nobody would send by accident."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi.routing import APIRoute

from services.api.app import ROUTERS
from services.auth.roles import Role
from tests.route_roles import routes

NASTY: tuple[Any, ...] = (
    None, True, -1, 0, 2**31, 2**63, 2**64, -(2**63) - 1, 1e308, -0.0, float("nan"), float("inf"), "", " ", "\x00", "\ud800",
    "\u202egnp.exe", "\uffff", "0" * 300, "x" * 70_000, "../../etc/passwd", "..%2f..%2f", "/dev/zero", "file:///etc/passwd",
    "{text}", "{0.__class__}", "{{7*7}}", "%s%n", "=cmd()", "'; DROP TABLE citizens; --", "<script>alert(1)</script>",
    "http://169.254.169.254/", "2026-02-30", "9999-12-31T23:59:59Z", "-1", "1e9", "NaN", "root", "river", "river-1", "d1",
    [], {}, [[]], [None] * 2000, {"": ""}, {"__proto__": 1}, {"a": {"b": {"c": {"d": {}}}}},
)  # fmt: skip
OBJECTS = ("0", "river")
"""What takes the place of a name in an address: nothing that there is, and the polity of the court."""
COSTLY = re.compile(
    r"derivations/(interactive|curve)|uploads|rehearsals|concerns/new|private-index|letters|publish|sign-out|/export|plan$|studio|/keys"
)
"""Routes that start processes, print, or end the guise itself: tried elsewhere."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    method: str
    path: str
    options: dict[str, Any]


def every_route() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Method, filled-in address and roles of each route, for each object."""
    for method, path, roles in routes():
        for found in OBJECTS if "{" in path else OBJECTS[:1]:
            yield method, re.sub(r"\{[^}]*\}", found, path), roles


def guises(service: Any, secret: str) -> dict[str, httpx.Client]:
    """A stranger, every role by a session, and a program with all offices."""
    sessions = {str(role): service.client(*({role} - {Role.PUBLIC}), name="eve") for role in Role}
    return sessions | {"program": service.client(headers={"Authorization": f"Bearer {secret}"})}


def mutated(count: int, seed: int) -> Iterator[Asked]:
    """So many requests with something wrong in address, query, header, form or body."""
    coin, known = random.Random(seed), [it for it in _described() if not COSTLY.search(it[1])]
    for _ in range(count):
        method, path, fields = coin.choice(known)
        where = re.sub(r"\{[^}]*\}", lambda _: _in_address(coin), path)
        options: dict[str, Any] = {}
        if coin.random() < 0.5:
            options["params"] = {coin.choice(QUERIES): _text(coin) for _ in range(coin.randint(1, 3))}
        if method not in {"GET", "HEAD"}:
            options |= _body(coin, fields)
        yield Asked(method, where, options)


QUERIES = (
    "q",
    "lat",
    "lon",
    "place",
    "cursor",
    "limit",
    "start",
    "since",
    "date",
    "polity",
    "bbox",
    "f",
    "language",
    "before",
)


def _described() -> list[tuple[str, str, tuple[str, ...]]]:
    """Method, path and the names of the fields of each route's body."""
    found = []
    for router in ROUTERS:
        for route in router.routes:
            if isinstance(route, APIRoute):
                kinds = [it.field_info.annotation for it in route.dependant.body_params]
                names = tuple(name for kind in kinds for name in getattr(kind, "model_fields", {}))
                found += [(method, route.path, names) for method in sorted(route.methods or ())]
    return found


def _body(coin: random.Random, fields: tuple[str, ...]) -> dict[str, Any]:
    given = {name: coin.choice(NASTY) for name in fields if coin.random() < 0.8}
    if coin.random() < 0.2:
        given[coin.choice(("id", "x", "__class__", ""))] = coin.choice(NASTY)
    match coin.randrange(4):
        case 0:
            return {"data": {name: str(value).encode("utf-8", "surrogatepass") for name, value in given.items()}}
        case 1:
            return {"content": _bytes(coin, given), "headers": {"Content-Type": coin.choice(KINDS)}}
    return {"content": _json(given), "headers": {"Content-Type": "application/json"}}


KINDS = (
    "application/json",
    "text/plain",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
    "",
    "a/b",
)


def _bytes(coin: random.Random, given: dict[str, Any]) -> bytes:
    """JSON that is cut, flipped, or repeated."""
    whole = bytearray(_json(given)[:2000])
    for _ in range(coin.randint(1, 4)):
        if whole:
            whole[coin.randrange(len(whole))] = coin.randrange(256)
    return bytes(whole[: coin.randint(0, len(whole))]) * coin.choice((1, 1, 2))


def _json(given: dict[str, Any]) -> bytes:
    return json.dumps(given, ensure_ascii=True).encode()


def _in_address(coin: random.Random) -> str:
    """Something in the place of a name; what is in an address is percent-encoded by the client."""
    text = coin.choice((*OBJECTS, "river-1", "d1", str(coin.choice(NASTY))))[:200]
    return re.sub(r"[/?#\x00-\x1f\ud800-\udfff\uffff]", "_", text) or "_"


def _text(coin: random.Random) -> str:
    return re.sub(r"[\ud800-\udfff]", "?", str(coin.choice(NASTY)))[:500]


def answered(client: httpx.Client, asked: Asked) -> httpx.Response:
    """Send a request, and return what was answered."""
    return client.request(asked.method, asked.path, follow_redirects=False, **asked.options)


def is_an_answer(answer: httpx.Response) -> bool:
    """Whether an answer is one of ours: no failure, and of a program's address a sentence with its code."""
    if answer.status_code >= 500:
        return False
    is_problem = answer.status_code >= 400 and answer.request.url.path.startswith("/api/")
    return not is_problem or ("code" in answer.json() and "detail" in answer.json())
