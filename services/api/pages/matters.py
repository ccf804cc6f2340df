"""Pages of a matter: read it, raise one, and take the steps that the reader's role may take."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from fastapi import Form, Query, Response, UploadFile
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from geopolity.docket.remedy import Remedy
from geopolity.errors import GeopolityError
from maps.locale.texts import Said
from maps.pages.docket import Petition as Filled
from maps.pages.docket import ReceiptView, matter_page, petition_page, receipt_page
from services.api.pages.frame import PUBLIC, Day, SignedForm, Visit, Visited, day_of
from services.api.principal import HEARD, Principal, Role, StoreDep, guarded_router, require
from services.api.problems import BodyError, status_of
from services.api.security import SANDBOX
from services.docket import decisions, hearings, matters, petitions
from services.docket.hearings import MOST_EVIDENCE, Evidence
from services.docket.office_acts import ask_stay
from services.records import of_row
from services.storage.store import Store
from services.views.docket import evidence_file, public_matter
from services.views.national import active_lines

router = guarded_router(tags=["pages"], include_in_schema=False)
CLERK, DELEGATE, CIVIL_SERVANT = require(Role.CLERK), require(Role.DELEGATE), require(Role.CIVIL_SERVANT)


class Petition(BaseModel):
    """A harm that somebody raises."""

    polity: str = Field("", max_length=100)
    petitioner: str = Field("resident", max_length=40)
    title: str = Field("", max_length=200)
    law: str = Field("", max_length=80)
    text: str = Field("", max_length=100_000)
    harm: str = Field("", max_length=10_000)


class Ballot(SignedForm):
    """An answer to the one question."""

    choice: str = Field("", max_length=10)
    nonce: str = Field("", max_length=100)


class Brought(BaseModel):
    """Evidence as the form sends it."""

    summary: str = Field("", max_length=5000)
    author: str = Field("", max_length=200)
    link: str = Field("", max_length=500)
    file: UploadFile | None = None


class Testimony(BaseModel):
    """What somebody wants the assembly to hear."""

    by: str = Field("", max_length=200)
    text: str = Field("", max_length=5000)


class Proposed(BaseModel):
    """A remedy as the form sends it."""

    law: str = Field("", max_length=100_000)
    effect: str = Field("", max_length=5000)
    cost: str = Field("", max_length=5000)
    alternatives: str = Field("", max_length=5000)
    repeals: bool = False

    def remedy(self, author: str) -> Remedy:
        """Return it as the docket takes it."""
        return Remedy(
            author=author,
            effect=self.effect.strip(),
            cost=self.cost.strip(),
            alternatives=tuple(line.strip() for line in self.alternatives.splitlines() if line.strip()),
            law="" if self.repeals else self.law.strip(),
            repeals=self.repeals,
        )


class Step(BaseModel):
    """What the clerk's forms send; each step reads what it needs."""

    until: str = Field("", max_length=10)
    text: str = Field("", max_length=20_000)
    reason: str = Field("", max_length=20_000)
    review_at: str = Field("", max_length=10)
    sunset_at: str = Field("", max_length=10)
    days: str = Field("", max_length=4)


@router.get("/matters/new", dependencies=PUBLIC)
def new(visit: Visit, polity: Annotated[str, Query(max_length=100)] = "") -> Response:
    """Show the form by which anybody raises a harm."""
    return visit.page(petition_page(visit.frame, _polities(visit.store), Filled(polity=polity)))


@router.post("/matters/new", dependencies=PUBLIC)
def raise_harm(visit: Visit, said: Annotated[Petition, Form()]) -> Response:
    """File a petition."""
    try:
        if not said.title.strip() or not said.harm.strip():
            raise BodyError("A petition says what it is about, and who is harmed and how; fill both in.")
        petition = petitions.Petition(
            polity_id=said.polity,
            law=said.law,
            title=said.title.strip(),
            harm=said.harm.strip(),
            petitioner=said.petitioner,
            text=said.text.strip() or None,
            citizen_id=visit.frame.name if "citizen" in visit.frame.roles else None,
        )
        matter_id = petitions.file_matter(petition, visit.store)
    except GeopolityError as error:
        html = petition_page(visit.frame, _polities(visit.store), Filled(**said.model_dump()), error=visit.said(error))
        return visit.page(html, status=status_of(error))
    return RedirectResponse(f"/matters/{matter_id}", 303)


@router.get("/matters/{matter_id}", dependencies=PUBLIC)
def show(visit: Visit, matter_id: str) -> Response:
    """Show a matter."""
    return visit.page(_matter(visit, matter_id))


@router.get("/matters/{matter_id}/evidence/{number}", dependencies=PUBLIC)
def evidence(store: StoreDep, matter_id: str, number: int) -> Response:
    """Hand out a file of evidence, never to be run or shown by a browser."""
    name, content = evidence_file(matter_id, number, store)
    plain = "".join(letter if letter.isalnum() or letter in "._-" else "_" for letter in name)[:100]
    headers = {"Content-Disposition": f'attachment; filename="{plain}"', "Content-Security-Policy": SANDBOX}
    return Response(content, media_type="application/octet-stream", headers=headers)


@router.post("/matters/{matter_id}/ballot")
def ballot(
    visit: Visit,
    matter_id: str,
    who: Annotated[Principal, DELEGATE],
    said: Annotated[Ballot, Form()],
) -> Response:
    """Take a delegate's ballot and show the receipt, once."""
    try:
        receipt = decisions.cast(
            matter_id, who.name, said.choice, visit.store, nonce=said.nonce or None, signed=said.signed()
        )
    except GeopolityError as error:
        return visit.page(_matter(visit, matter_id, error=visit.said(error)), status=status_of(error))
    return visit.page(receipt_page(visit.frame, matter_id, of_row(ReceiptView, receipt)))


@router.post("/matters/{matter_id}/recuse")
def recuse(
    visit: Visit, matter_id: str, who: Annotated[Principal, DELEGATE], said: Annotated[SignedForm, Form()]
) -> Response:
    """Take the delegate out of a matter."""
    return _step(visit, matter_id, lambda: hearings.recuse(matter_id, who.name, visit.store, signed=said.signed()))


@router.post("/matters/{matter_id}/evidence", dependencies=[HEARD])
async def add_evidence(visit: Visit, matter_id: str, said: Annotated[Brought, Form()]) -> Response:
    """Add evidence: a file, a link, or words alone."""
    content = await said.file.read() if said.file is not None and said.file.filename else None
    return await run_in_threadpool(_step, visit, matter_id, lambda: _bring(matter_id, said, content, visit.store))


@router.post("/matters/{matter_id}/testimony", dependencies=[HEARD])
def add_testimony(visit: Visit, matter_id: str, said: Annotated[Testimony, Form()]) -> Response:
    """Add testimony."""
    return _step(
        visit,
        matter_id,
        lambda: hearings.add_testimony(matter_id, visit.store, by=_filled_in(said.by), text=_filled_in(said.text)),
    )


@router.post("/matters/{matter_id}/remedy")
def remedy(
    visit: Visit,
    matter_id: str,
    who: Annotated[Principal, CIVIL_SERVANT],
    said: Annotated[Proposed, Form()],
) -> Response:
    """Take the civil service's proposal."""
    return _step(
        visit,
        matter_id,
        lambda: decisions.propose_remedy(matter_id, said.remedy(who.name), visit.store),
    )


@router.post("/matters/{matter_id}/extend")
def extend(
    visit: Visit, matter_id: str, who: Annotated[Principal, require(Role.CLERK, Role.DELEGATE)], until: Day = ""
) -> Response:
    """Put off the end of a hearing: the clerk, or a delegate of its assembly."""
    delegate = None if who.may(Role.CLERK) else who.name
    return _step(
        visit, matter_id, lambda: hearings.extend(matter_id, visit.store, until=day_of(until), delegate=delegate)
    )


@router.post("/matters/{matter_id}/stay")
def stay(visit: Visit, matter_id: str, who: Annotated[Principal, CLERK], said: Annotated[Step, Form()]) -> Response:
    """Ask that a matter rests; another person confirms it on the docket's page."""
    return _step(visit, matter_id, lambda: ask_stay(matter_id, who, visit.store, reason=_filled_in(said.reason)))


@router.post("/matters/{matter_id}/{step}", dependencies=[CLERK])
def take_step(visit: Visit, matter_id: str, step: str, said: Annotated[Step, Form()]) -> Response:
    """Take one of the clerk's steps."""
    return _step(visit, matter_id, lambda: _clerks(step)(matter_id, said, visit.store))


STEPS: dict[str, Callable[[str, Step, Store], Any]] = {
    "admit": lambda matter_id, _, store: petitions.admit(matter_id, store),
    "reject": lambda matter_id, it, store: petitions.reject(matter_id, store, reason=_filled_in(it.reason)),
    "hear": lambda matter_id, it, store: hearings.hear(matter_id, store, until=day_of(it.until)),
    "shorten": lambda matter_id, it, store: hearings.shorten(matter_id, store, until=day_of(it.until)),
    "brief": lambda matter_id, it, store: hearings.brief(matter_id, store, text=_filled_in(it.text)),
    "ready": lambda matter_id, _, store: hearings.ready(matter_id, store),
    "open-vote": lambda matter_id, it, store: decisions.open_vote(matter_id, store, days=_days_or_none(it.days)),
    "close-vote": lambda matter_id, it, store: decisions.close_vote(
        matter_id, store, review_at=_day_or_none(it.review_at)
    ),
    "enact": lambda matter_id, it, store: decisions.enact(
        matter_id, store, review_at=_day_or_none(it.review_at), sunset_at=_day_or_none(it.sunset_at)
    ),
    "review": lambda matter_id, _, store: matters.begin_review(matter_id, store),
    "resume": lambda matter_id, _, store: matters.resume(matter_id, store),
}
"""The clerk's steps by the last part of their address."""


def _matter(visit: Visited, matter_id: str, *, error: Said | None = None) -> str:
    reader = visit.frame.name if Role.DELEGATE in visit.frame.roles else ""
    view = public_matter(matter_id, visit.store, language=visit.frame.language, reader=reader)
    return matter_page(visit.frame, view, error=error, megabytes=MOST_EVIDENCE // 2**20)


def _step(visit: Visited, matter_id: str, take: Callable[[], Any]) -> Response:
    """Take a step and show the matter after it; or as it is, with the sentence that says why not."""
    try:
        take()
    except GeopolityError as error:
        return visit.page(_matter(visit, matter_id, error=visit.said(error)), status=status_of(error))
    return RedirectResponse(f"/matters/{matter_id}", 303)


def _clerks(step: str) -> Callable[[str, Step, Store], Any]:
    if step not in STEPS:
        raise BodyError(
            "There is no step {step:quoted}; there are {steps:list}.",
            step=step[:40],
            steps=list(STEPS),
        )
    return STEPS[step]


def _bring(matter_id: str, said: Brought, content: bytes | None, store: Store) -> None:
    with contextlib.ExitStack() as stack:
        file = None
        if content is not None and said.file is not None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="geopolity-evidence-"))
            plain = PurePosixPath((said.file.filename or "file").replace("\\", "/")).name[:100] or "file"
            file = Path(folder) / plain
            file.write_bytes(content)
        evidence = Evidence(
            author=_filled_in(said.author), summary=_filled_in(said.summary), link=_link(said.link), file=file
        )
        hearings.add_evidence(matter_id, evidence, store)


def _link(text: str) -> str | None:
    if text.strip() and not text.strip().startswith(("https://", "http://")):
        raise BodyError(
            "{text:quoted} is no address of a page; it begins with https.",
            text=text[:60],
        )
    return text.strip() or None


def _filled_in(text: str) -> str:
    if not text.strip():
        raise BodyError("A field that is needed is empty; fill it in.")
    return text.strip()


def _day_or_none(text: str) -> date | None:
    return day_of(text) if text else None


def _days_or_none(text: str) -> int | None:
    if text.strip() and not (text.strip().isascii() and text.strip().isdecimal()):
        raise BodyError("{text:quoted} is no number of days; give a whole number.", text=text)
    return int(text) if text.strip() else None


def _polities(store: Store) -> list[tuple[str, str]]:
    return [(line.polity_id, line.title) for line in active_lines(store)]
