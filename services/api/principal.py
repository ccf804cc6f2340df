"""Who asks, and whether they may: every route declares its role, and is refused before its body is read.

A router made by ``guarded_router`` takes only routes that say ``Depends(require(…))``.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from geopolity.errors import GeopolityError
from services.acting import acting, pseudonym_of
from services.api import once
from services.api.body import check_body
from services.api.problems import NotAllowed, SignInNeeded
from services.auth.keys import whose_key
from services.auth.roles import NOBODY, OFFICES, Principal, Role
from services.auth.sessions import whose_session
from services.confined import Confinement
from services.publiclog.keys import office_secret
from services.records import Json
from services.storage.store import Store

__all__ = ["Apart", "Caller", "Principal", "Role", "StoreDep", "guarded_router", "principal", "require", "store_of"]

log = structlog.get_logger("geopolity.http")
COOKIE = "geopolity_session"
PROGRAMS = "programs"
"""The hand of every key: whoever makes one can make several."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def store_of(request: Request) -> Store:
    """The store that the application was made with."""
    store: Store = request.app.state.store
    return store


def principal(request: Request) -> Principal:
    """Who asks; nobody if they did not sign in."""
    found = getattr(request.state, "principal", None)
    if found is None:
        found = request.state.principal = _identified(request)
    return found


def _identified(request: Request) -> Principal:
    secret = bearer_of(request.headers)
    if secret:
        return whose_key(secret, store_of(request))
    session = request.cookies.get(COOKIE)
    return whose_session(session, store_of(request)) if session else NOBODY


def bearer_of(headers: Mapping[str, str]) -> str:
    """Key that a program sends; empty if it sends none, or something else."""
    scheme, _, secret = headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


class Allowed:
    """Dependency that lets in whoever may act in one of some roles, and says who it is."""

    def __init__(self, roles: frozenset[Role]) -> None:
        self.roles = roles

    def __call__(self, request: Request) -> Principal:
        """Return who asks.

        Raises
        ------
        SignInNeeded
            If nobody signed in and the route is not public.
        NotAllowed
            If somebody signed in who has none of the roles.
        """
        who = principal(request)
        if any(who.may(role) for role in self.roles):
            return who
        if who.is_public:
            raise SignInNeeded(
                "This needs the role {wanted:role.or}; sign in at /sign-in, or send an API key.",
                wanted=sorted(self.roles),
            )
        raise NotAllowed(
            "This needs the role {wanted:role.or}, and {name} is signed in as {known:role}.",
            wanted=sorted(self.roles),
            name=who.name,
            known=sorted(who.roles),
        )


def require(*roles: Role) -> Any:
    """``Depends(...)`` that lets in these roles only: ``who: Annotated[Principal, require(Role.ANALYST)]``."""
    return Depends(Allowed(frozenset(roles)))


HEARD = require(Role.CITIZEN, Role.DELEGATE, Role.CLERK, Role.CIVIL_SERVANT, Role.ANALYST)
"""Who brings evidence and testimony to a hearing over the web: whoever can be asked about it."""


class GuardedRoute(APIRoute):
    """A route that declares its role, and asks for it before the body is read.

    Whoever may write is counted, writes with an idempotency key are done once, and what was written is in the look-ups
    before it is answered. Routes that are marked ``x-costly`` are counted although they only read. The description of
    a route says its roles as ``x-roles``.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        roles = guard_of(self).roles
        said: Json = {"x-roles": sorted(roles)}
        if Role.PUBLIC not in roles:
            said["security"] = [{"key": []}, {"session": []}]
        self.openapi_extra = (self.openapi_extra or {}) | said

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Put the guard in front of FastAPI's handler."""
        handle = super().get_route_handler()
        guard, marks = guard_of(self), self.openapi_extra or {}

        async def guarded(request: Request) -> Response:
            who = await run_in_threadpool(guard, request)
            as_office = acting(*_office_of(who, request))
            is_write = request.method not in SAFE and not marks.get("x-reads")
            if is_write or marks.get("x-costly"):
                request.app.state.rates.check(request, who)
            if is_write:
                await run_in_threadpool(store_of(request).check_room)
            await run_in_threadpool(check_body, await _json_body(request))
            if not is_write:
                return await handle(request)
            is_once = once.HEADER in request.headers and not marks.get("x-secret")
            with as_office:
                response = await (_once(request, who, handle) if is_once else handle(request))
            await run_in_threadpool(_refresh, request)
            return response

        return guarded


def _office_of(who: Principal, request: Request) -> tuple[str, str]:
    """Pseudonyms of the office that asks and of its hand; empty for everybody else."""
    if not who.roles & (OFFICES | {Role.ADMINISTRATOR}):
        return "", ""
    secret = office_secret(store_of(request).home)
    return pseudonym_of(who.known_as, secret), pseudonym_of(PROGRAMS if who.program else who.hand, secret)


async def _json_body(request: Request) -> bytes:
    """Body of a request that says it is JSON, or says nothing; it is read once the role is checked."""
    kind = request.headers.get("content-type", "")
    return await request.body() if request.method not in SAFE and (not kind or "json" in kind) else b""


def _refresh(request: Request) -> None:
    """Take what was written into the look-ups; where that fails, what was written stands, and is taken in later."""
    try:
        request.app.state.lookup.refresh()
    except GeopolityError as error:
        log.warning("look-ups not refreshed", code=error.code)


def _keep(key: str, response: Response, store: Store) -> None:
    """Keep the first answer; where that fails, it is given all the same, and a repeat is told that it is under way."""
    try:
        once.keep(key, response, store)
    except GeopolityError as error:
        log.warning("answer not kept", code=error.code)


async def _once(
    request: Request, who: Principal, handle: Callable[[Request], Coroutine[Any, Any, Response]]
) -> Response:
    store = store_of(request)
    key, answered = await run_in_threadpool(once.begin, request, await request.body(), who, store)
    if answered is not None:
        return answered
    try:
        response = await handle(request)
    except BaseException:
        await run_in_threadpool(once.forget, key, store)
        raise
    await run_in_threadpool(_keep, key, response, store)
    return response


def guarded_router(*, prefix: str = "", **options: Any) -> APIRouter:
    """Router whose routes all declare their role."""
    return APIRouter(prefix=prefix, route_class=GuardedRoute, **options)


def guard_of(route: APIRoute) -> Allowed:
    """Guard that a route declares.

    Raises
    ------
    TypeError
        If it declares none: a mistake of its author.
    """
    found = _guard(route.dependant)
    if found is None:
        raise TypeError(f"{route.path} declares no role; add Depends through require(…) to its arguments.")
    return found


def _guard(dependant: Dependant) -> Allowed | None:
    for inner in dependant.dependencies:
        if isinstance(inner.call, Allowed):
            return inner.call
        deeper = _guard(inner)
        if deeper is not None:
            return deeper
    return None


Caller = Annotated[Principal, Depends(principal)]
"""Argument of a route: who asks (the role is declared besides)."""
StoreDep = Annotated[Store, Depends(store_of)]
"""Argument of a route: the store."""


def apart_of(request: Request) -> Confinement:
    """The processes that the application does what costs in."""
    found: Confinement = request.app.state.apart
    return found


Apart = Annotated[Confinement, Depends(apart_of)]
"""Argument of a route: where what costs is done."""
