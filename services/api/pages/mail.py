"""Pages about mails: follow something, confirm an address, choose and stop. A secret in a mail is what opens them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Query, Response
from pydantic import BaseModel, Field

from geopolity.errors import GeopolityError
from maps.pages.citizen.mail import FollowedLine, MailView, follow_page, mail_page
from services.api.pages.frame import PUBLIC, Visit, Visited
from services.api.principal import guarded_router
from services.api.problems import status_of
from services.telling.addresses import (
    Correspondent,
    confirm_address,
    correspondent,
    follow,
    stop,
    stop_following,
    subject_of,
)

router = guarded_router(tags=["pages"], include_in_schema=False)
Token = Annotated[str, Query(max_length=100)]
Followed = Annotated[str, Query(max_length=200)]


class Following(BaseModel):
    """Who wants to be told, of what, and how often."""

    address: str = Field("", max_length=300)
    subject: str = Field("all", max_length=200)
    every: str = Field("week", max_length=10)


class Known(BaseModel):
    """The secret of an address, and what of it is meant."""

    token: str = Field(max_length=100)
    number: int = Field(0, ge=0, le=2**31)


@router.get("/mail/follow", dependencies=PUBLIC)
def ask_to_follow(visit: Visit, subject: Followed = "all") -> Response:
    """Ask for an address to follow something by mail."""
    name = subject_of(subject, visit.store).name
    return visit.page(follow_page(visit.frame, subject=subject, name=name))


@router.post("/mail/follow", dependencies=PUBLIC)
def begin_to_follow(visit: Visit, asked: Annotated[Following, Form()]) -> Response:
    """Send a mail that asks to confirm; the page is the same whether the address was known or not."""
    name = subject_of(asked.subject, visit.store).name
    try:
        follow(asked.address, asked.subject, visit.store, every=asked.every, language=visit.frame.language)
    except GeopolityError as error:
        html = follow_page(visit.frame, subject=asked.subject, name=name, error=visit.said(error))
        return visit.page(html, status=status_of(error))
    return visit.page(follow_page(visit.frame, subject=asked.subject, name=name, is_asked=True))


@router.get("/mail/confirm", dependencies=PUBLIC)
def ask_to_confirm(visit: Visit, token: Token) -> Response:
    """Show the button that confirms: programs that follow links in mails press no buttons."""
    return _shown(visit, token, correspondent(token, visit.store), asks="confirm")


@router.post("/mail/confirm", dependencies=PUBLIC)
def confirm(visit: Visit, known: Annotated[Known, Form()]) -> Response:
    """Confirm an address."""
    return _shown(visit, known.token, confirm_address(known.token, visit.store))


@router.get("/mail/stop", dependencies=PUBLIC)
def ask_to_stop(visit: Visit, token: Token) -> Response:
    """Show what comes to an address, and the button that stops it."""
    return _shown(visit, token, correspondent(token, visit.store), asks="stop")


@router.post("/mail/stop", dependencies=PUBLIC)
def stop_all(visit: Visit, token: Token) -> Response:
    """Stop all mails at once: by the button, or by a mail program's one click (RFC 8058)."""
    return _shown(visit, token, stop(token, visit.store))


@router.post("/mail/unfollow", dependencies=PUBLIC)
def unfollow(visit: Visit, known: Annotated[Known, Form()]) -> Response:
    """Follow one thing less."""
    return _shown(visit, known.token, stop_following(known.token, known.number, visit.store))


def _shown(visit: Visited, token: str, found: Correspondent, *, asks: str = "") -> Response:
    view = MailView(
        secret=token,
        address=found.address,
        is_confirmed=found.is_confirmed,
        is_stopped=found.is_stopped,
        is_citizen=found.is_citizen,
        followed=tuple(FollowedLine(number=one.number, name=one.name, every=one.every) for one in found.followed),
    )
    return visit.page(mail_page(visit.frame, view, asks=asks))
