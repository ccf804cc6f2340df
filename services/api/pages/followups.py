"""What an analyst asks next of a result in the studio: ordered, shown, stopped; with a script and without."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ConfigDict

from geopolity.errors import GeopolityError
from maps.pages.followup import followup_page
from maps.pages.studio import studio_page
from services.api.language import language_of
from services.api.pages.frame import Visit
from services.api.pages.studio import AGAIN_SECONDS, ANALYST, StudioForm, draft_path, in_language
from services.api.principal import Apart, Principal, StoreDep, guarded_router
from services.api.problems import status_of
from services.derivation.requests.followup import Kind, TypedFollowUp, followup
from services.derivation.requests.kept_forms import keep_form
from services.derivation.requests.spec import DerivationSpec
from services.derivation.requests.typed_form import from_form
from services.jobs import followups, queue
from services.views.followups import followup_view
from services.views.studio import studio_view, wrong

router = guarded_router(tags=["studio"], include_in_schema=False)
DraftKey = Annotated[str, Query(pattern="^([0-9a-f]{32})?$")]
"""Of the form that a question was asked with, where there was no script."""


class FollowUpAsked(TypedFollowUp):
    """A question that the studio's script asks of its draft."""

    model_config = ConfigDict(extra="forbid")
    kind: Kind
    asked: DerivationSpec


class FollowUpForm(StudioForm, TypedFollowUp):
    """The studio's form with the fields of its questions."""


@router.post("/studio/questions", status_code=202)
def ask(request: Request, store: StoreDep, asked: FollowUpAsked, who: Annotated[Principal, ANALYST]) -> queue.Job:
    """Order an answer about a draft."""
    question = followup(asked.kind, asked.asked, asked.model_dump(include=set(TypedFollowUp.model_fields)), store.home)
    job = followups.ask(question, store, by=who.name)
    request.app.state.jobs.wake()
    return in_language(job, language_of(request))


@router.post("/studio/questions/{kind}")
def ask_by_form(
    visit: Visit, kind: Kind, form: Annotated[FollowUpForm, Form()], who: Annotated[Principal, ANALYST]
) -> Response:
    """Order an answer about what the form says: the studio without a script."""
    said = form.model_dump()
    try:
        question = followup(kind, from_form(said, visit.store.home), said, visit.store.home)
        job = followups.ask(question, visit.store, by=who.name)
    except GeopolityError as error:
        view = studio_view(visit.store.home, form=said, error=wrong(error, visit.frame.language))
        return visit.page(studio_page(visit.frame, view), status=status_of(error))
    visit.request.app.state.jobs.wake()
    draft = keep_form(said, who.name, visit.store.home)
    return RedirectResponse(f"/studio/questions/{job.id}?draft={draft}", 303)


@router.get("/studio/questions/{job_id}")
def show(visit: Visit, apart: Apart, job_id: str, who: Annotated[Principal, ANALYST], draft: DraftKey = "") -> Response:
    """Show where a question stands, and its answer; while it is open, the page comes again by itself."""
    question = followups.question_of(job_id, visit.store, of=who.sees_only)
    job = in_language(queue.show(job_id, visit.store, of=who.sees_only), visit.frame.language)
    view = apart.run(followup_view, job, question, visit.store, visit.frame.language)
    response = visit.page(followup_page(visit.frame, view, back=_back(draft)))
    if job.status in queue.OPEN:
        response.headers["Refresh"] = str(AGAIN_SECONDS)
    return response


@router.post("/studio/questions/{job_id}/stop")
def stop(visit: Visit, job_id: str, who: Annotated[Principal, ANALYST], draft: DraftKey = "") -> Response:
    """Stop a question."""
    queue.cancel(job_id, visit.store, of=who.sees_only)
    return RedirectResponse(f"/studio/questions/{job_id}{f'?draft={draft}' if draft else ''}", 303)


def _back(draft: str) -> str:
    """The page that a question was asked from: that of its draft, or the studio."""
    return draft_path(draft) if draft else "/studio"
