"""Sign in by a one-time link, and sign out."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from maps.problem_page import problem_page
from services.api.principal import COOKIE, Role, Store, guarded_router, require
from services.auth.sessions import SESSION_LASTS, redeem, sign_out

router = guarded_router(tags=["sign-in"], include_in_schema=False)
PUBLIC = [require(Role.PUBLIC)]
WAYS_IN = (
    "Open the one-time link that `geopolity serve` printed, or the one that you were sent; programs send an API key."
)


@router.get("/sign-in", dependencies=PUBLIC)
def sign_in(request: Request, settings: Store, token: Annotated[str | None, Query(max_length=200)] = None) -> Response:
    """Turn a one-time link into a session, or say how to get in."""
    if token is None:
        return HTMLResponse(problem_page(status=200, title="Sign in", sentence=WAYS_IN))
    secret, _ = redeem(token, settings)
    return keep_session(RedirectResponse("/", 303), secret, request)


@router.post("/sign-out", dependencies=PUBLIC)
def leave(request: Request, settings: Store) -> Response:
    """End the session."""
    secret = request.cookies.get(COOKIE)
    if secret:
        sign_out(secret, settings)
    response = RedirectResponse("/", 303)
    response.delete_cookie(COOKIE, path="/")
    return response


def keep_session(response: Response, secret: str, request: Request) -> Response:
    """Give the browser the session's secret; no script can read it, and no other site can use it."""
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(SESSION_LASTS.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.app.state.limits.secure,
    )
    return response
