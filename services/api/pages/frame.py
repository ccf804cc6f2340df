"""What every page route shares: the frame around the page, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends, Form, Request
from fastapi.responses import HTMLResponse
from pydantic import AfterValidator, BaseModel, Field
from sqlalchemy import select

from geopolity.assembly.credential import Signed
from geopolity.errors import GeopolityError
from maps.locale.catalogue import LANGUAGES
from maps.locale.texts import Said, said
from maps.pages.layout import PageFrame
from services.api.language import LANGUAGE_COOKIE, language_of
from services.api.principal import Role, principal, require, store_of
from services.api.problems import BodyError
from services.auth.identities import label_of
from services.lookup.geocoder import host_of
from services.storage.store import Store
from services.storage.tables import CitizenRow

__all__ = ["PUBLIC", "Day", "Frame", "PolityId", "page"]

YEAR = 365 * 24 * 3600
PUBLIC = [require(Role.PUBLIC)]
Day = Annotated[str, Form(max_length=10)]
PolityId = Annotated[str, Form(max_length=100)]


def frame_of(request: Request) -> PageFrame:
    """Frame of the page that answers a request."""
    who, store = principal(request), store_of(request)
    return PageFrame(
        language=language_of(request),
        root=str(request.base_url).rstrip("/"),
        path=request.url.path,
        query="" if request.method == "POST" else request.url.query,
        name="" if who.is_public else who.name,
        label="" if who.is_public else label_of(who.name, store),
        roles=frozenset(str(role) for role in who.roles),
        is_demo=has_synthetic(store),
        registers=request.app.state.registers or "",
        geocoder="" if store.geocoder is None else host_of(store.geocoder),
        has_guide=request.app.state.guide.is_dir(),
    )


Frame = Annotated[PageFrame, Depends(frame_of)]
"""Argument of a page route: the frame around its page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """A request for a page, with the frame around it and the store."""

    request: Request
    frame: PageFrame
    store: Store

    def said(self, error: GeopolityError) -> Said:
        """An error in the reader's language."""
        return said(error, self.frame.language)

    def page(self, html: str, *, status: int = 200) -> HTMLResponse:
        """Answer with a page."""
        return page(self.request, html, status=status)


def _typed(text: str) -> str:
    """Take line ends as they are, and leave out what no database keeps: NUL, and halves of characters."""
    return "".join(one for one in text.replace("\r\n", "\n") if one != "\0" and not "\ud800" <= one <= "\udfff")


class SignedForm(BaseModel):
    """What a delegate's browser signed, beside what the form says; empty where they hold no key."""

    statement: str = Field("", max_length=1_000)
    key: str = Field("", max_length=64)
    signature: str = Field("", max_length=128)

    def signed(self) -> Signed | None:
        """As the use cases take it."""
        if not self.statement:
            return None
        text = self.statement.replace("\r\n", "\n")  # a form sends lines so
        return Signed(statement=text, key=self.key, signature=self.signature)


Words = Annotated[str, AfterValidator(_typed)]
"""Field of a form that people write text into."""


def visit_of(request: Request, frame: Frame) -> Visited:
    """Gather what a page route needs of a request."""
    return Visited(request=request, frame=frame, store=store_of(request))


Visit = Annotated[Visited, Depends(visit_of)]
"""Argument of a page route that takes more besides: request, frame and store as one."""


def page(request: Request, html: str, *, status: int = 200) -> HTMLResponse:
    """Answer with a page; a language that was asked for is remembered."""
    response = HTMLResponse(html, status_code=status)
    wanted = request.query_params.get("lang")
    if wanted in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, wanted, max_age=YEAR, samesite="lax")
    return response


def has_synthetic(store: Store) -> bool:
    """Whether citizens of this store are made up."""
    with store.reading() as session:
        return session.scalar(select(CitizenRow.key).where(CitizenRow.is_synthetic).limit(1)) is not None


def day_of(text: str) -> date:
    """Read a day of a form.

    Raises
    ------
    BodyError
        If it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BodyError(
            "{text:quoted} is no day; give it as 2026-11-30.",
            text=text[:20],
        ) from error
