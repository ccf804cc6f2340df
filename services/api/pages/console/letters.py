"""The console's letters: invitations to people on a list, and letters that wait for the printer."""

from __future__ import annotations

from fastapi import Response, UploadFile

from geopolity.errors import GeopolityError
from maps.locale.texts import Texts
from maps.pages.console import ConsoleSaid
from services.api.pages.console.answer import Clerk, done_with, file_answer, page, root_of
from services.api.pages.frame import Visit
from services.api.principal import guarded_router
from services.api.problems import status_of
from services.assemblies.invitations import ask_invitations, invite
from services.telling.letters import letters_waiting, mark_printed, print_letters

router = guarded_router(tags=["pages"], include_in_schema=False)


@router.post("/console/invitations")
def ask_to_invite(visit: Visit, who: Clerk, file: UploadFile) -> Response:
    """Ask that the people of a file are invited, which another confirms."""

    def act(t: Texts) -> ConsoleSaid:
        number = ask_invitations(file.file.read().decode("utf-8", "replace"), who, visit.store)
        return ConsoleSaid(done=t("Act {number} waits.", number=number))

    return done_with(visit, who, act)


@router.post("/console/invitations/{number}", openapi_extra={"x-secret": True})
def confirm_invitations(visit: Visit, who: Clerk, number: int) -> Response:
    """Invite, and hand out the letters and links."""
    try:
        packed = invite(number, who, visit.store, root=root_of(visit), language=visit.frame.language)
    except GeopolityError as error:
        return page(visit, who, ConsoleSaid(error=visit.said(error)), status=status_of(error))
    return file_answer(packed, "application/zip", f"invitations-{number}.zip")


@router.get("/console/letters.pdf")
def letters(visit: Visit, who: Clerk) -> Response:
    """Print the letters that wait."""
    del who
    pdf, _ = print_letters(visit.store, root=root_of(visit), language=visit.frame.language)
    return file_answer(pdf, "application/pdf", "letters.pdf")


@router.post("/console/letters")
def printed(visit: Visit, who: Clerk) -> Response:
    """Say that the letters that wait are printed."""

    def act(t: Texts) -> ConsoleSaid:
        number = mark_printed([one.number for one in letters_waiting(visit.store)], visit.store)
        return ConsoleSaid(done=t("Letters on their way: {number}.", number=t.whole(number)))

    return done_with(visit, who, act)
