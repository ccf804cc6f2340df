"""Sign in by a one-time link or through a provider, and sign out."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from maps.pages.sign_in import link_page, ways_in_page
from services.api.pages.frame import Visit
from services.api.principal import COOKIE, Principal, Role, StoreDep, guarded_router, principal, require
from services.api.problems import NotFound
from services.api.security import check_own_page
from services.auth.identities import link_seat, principal_of, unlink_seat
from services.auth.oidc import Provider, new_attempt, read_attempt
from services.auth.sessions import SESSION_LASTS, SignInError, new_session, redeem, sign_out, whose_link

router = guarded_router(tags=["sign-in"], include_in_schema=False)
PUBLIC = [require(Role.PUBLIC)]
ATTEMPT = "geopolity_attempt"
ATTEMPT_SECONDS = 600


@router.get("/sign-in", dependencies=PUBLIC)
def sign_in(visit: Visit, token: Annotated[str | None, Query(max_length=200)] = None) -> Response:
    """Show the button that uses a one-time link up; without one, go to the provider, or say how to get in.

    Mail scanners and previews open links: to open one signs nobody in.
    """
    provider: Provider = visit.request.app.state.provider
    if token is None and provider.is_configured:
        attempt = new_attempt()
        response = RedirectResponse(provider.address(attempt), 303)
        return _kept(response, ATTEMPT, attempt.written(), visit.request, seconds=ATTEMPT_SECONDS)
    if token is None:
        return visit.page(ways_in_page(visit.frame))
    roles = sorted(str(role) for role in whose_link(token, visit.store).roles)
    return visit.page(link_page(visit.frame, token, roles))


@router.post("/sign-in", dependencies=PUBLIC)
def use_link(request: Request, store: StoreDep, token: Annotated[str, Form(max_length=200)] = "") -> Response:
    """Turn a one-time link into a session, at the press of its button."""
    check_own_page(request.headers)
    secret, who = redeem(token, store)
    return keep_session(RedirectResponse(_home(who), 303), secret, request)


@router.get("/sign-in/callback", dependencies=PUBLIC)
def come_back(
    request: Request,
    store: StoreDep,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4_000)] = "",
) -> Response:
    """Come back from the provider, signed in; what the browser kept of the attempt is used once."""
    provider: Provider = request.app.state.provider
    attempt = read_attempt(request.cookies.get(ATTEMPT))
    vouched = provider.finish(attempt, state=state, code=code)
    if attempt.links:
        who = principal(request)
        if Role.DELEGATE not in who.roles:
            raise SignInError("Your session has ended, so no seat is linked; sign in by a one-time link again.")
        link_seat(vouched, who, store)
        response: Response = RedirectResponse("/service", 303)
    else:
        who = principal_of(vouched, store)
        response = keep_session(RedirectResponse(_home(who), 303), new_session(who, store), request)
    response.delete_cookie(ATTEMPT, path="/sign-in")
    return response


@router.get("/sign-in/link", dependencies=[require(Role.DELEGATE)])
def link(request: Request) -> Response:
    """Go to the provider, to sign in with it from then on; only from a page of ours."""
    check_own_page(request.headers)
    provider: Provider = request.app.state.provider
    if not provider.is_configured:
        raise NotFound("People sign in by one-time links here; there is no provider to sign in with.")
    attempt = new_attempt(links=True)
    response = RedirectResponse(provider.address(attempt), 303)
    return _kept(response, ATTEMPT, attempt.written(), request, seconds=ATTEMPT_SECONDS)


@router.post("/sign-in/unlink")
def unlink(store: StoreDep, who: Annotated[Principal, require(Role.DELEGATE)]) -> Response:
    """Sign in by one-time links only again."""
    unlink_seat(who, store)
    return RedirectResponse("/service", 303)


@router.post("/sign-out", dependencies=PUBLIC)
def leave(request: Request, store: StoreDep) -> Response:
    """End the session."""
    secret = request.cookies.get(COOKIE)
    if secret:
        sign_out(secret, store)
    response = RedirectResponse("/", 303)
    response.delete_cookie(COOKIE, path="/")
    return response


def _home(who: Principal) -> str:
    if Role.DELEGATE in who.roles:
        return "/service"
    return "/citizenship" if Role.CITIZEN in who.roles else "/"


def keep_session(response: Response, secret: str, request: Request) -> Response:
    """Give the browser the session's secret."""
    return _kept(response, COOKIE, secret, request, seconds=int(SESSION_LASTS.total_seconds()))


def _kept(response: Response, name: str, value: str, request: Request, *, seconds: int) -> Response:
    """Set a cookie that no script can read, and no other site can use."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/" if name == COOKIE else "/sign-in",
        httponly=True,
        samesite="lax",
        secure=request.app.state.limits.secure,
    )
    return response
