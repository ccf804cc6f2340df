"""What every form of the console answers with: the console again, saying what was done or why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from fastapi import Response

from geopolity.assembly.burden import GROUNDS
from geopolity.errors import GeopolityError
from maps.locale.texts import Texts, texts
from maps.pages.console import ConsoleSaid, console_page
from services.api.pages.frame import Visited
from services.api.principal import Principal, Role, require
from services.api.problems import status_of
from services.auth.roles import OFFICES
from services.views.console import console

Clerk = Annotated[Principal, require(Role.CLERK)]
Administrator = Annotated[Principal, require(Role.ADMINISTRATOR)]
READS = {"x-reads": True, "x-costly": True}


def done_with(visit: Visited, who: Principal, act: Callable[[Texts], ConsoleSaid]) -> Response:
    """The console after an act: what it says was done, or the refusal in the reader's language."""
    try:
        said = act(texts(visit.frame.language))
    except GeopolityError as error:
        return page(visit, who, ConsoleSaid(error=visit.said(error)), status=status_of(error))
    return page(visit, who, said)


def page(visit: Visited, who: Principal, said: ConsoleSaid | None = None, *, status: int = 200) -> Response:
    """The console as it is now, with what is to be said on top."""
    view = console(visit.store, is_administrator=Role.ADMINISTRATOR in who.roles)
    frame = replace(visit.frame, path="/console")
    roles = sorted(str(role) for role in OFFICES)
    return visit.page(console_page(frame, view, said or ConsoleSaid(), grounds=GROUNDS, roles=roles), status=status)


def file_answer(content: bytes, kind: str, name: str) -> Response:
    """A file to keep."""
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def root_of(visit: Visited) -> str:
    """The address that letters name: the public one, where it is known."""
    return str(visit.request.app.state.root) or visit.frame.root
