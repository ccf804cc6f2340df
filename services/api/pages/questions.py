"""The questionnaire after service: delegates and organisers answer it, once for an assembly and year."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Response
from pydantic import BaseModel

from geopolity.errors import GeopolityError
from maps.pages.citizen.questionnaire import QuestionnaireView, questionnaire_page
from services.api.pages.frame import Visit, Visited
from services.api.principal import Principal, Role, guarded_router, require
from services.api.problems import status_of
from services.docket.questionnaire import DELEGATE, ORGANISER, QUESTIONS, reply
from services.storage.polities import versions

router = guarded_router(tags=["pages"], include_in_schema=False)
Asked = Annotated[Principal, require(Role.DELEGATE, Role.CLERK)]


class Answers(BaseModel):
    """Answers to every question there is, from 1 to 5; 0 for none."""

    purpose: int = 0
    independence: int = 0
    time: int = 0
    information: int = 0
    balance: int = 0
    heard: int = 0
    respect: int = 0
    influence: int = 0
    again: int = 0


@router.get("/service/questions/{polity_id}")
def ask(visit: Visit, polity_id: str, who: Asked) -> Response:
    """Show the questions."""
    return visit.page(questionnaire_page(visit.frame, _view(visit, polity_id, who)))


@router.post("/service/questions/{polity_id}")
def answer(visit: Visit, polity_id: str, who: Asked, form: Annotated[Answers, Form()]) -> Response:
    """Keep the answers."""
    view = _view(visit, polity_id, who)
    given = {name: getattr(form, name) for name in view.questions}
    try:
        reply(polity_id, who.name, given, visit.store, part=view.part)
    except GeopolityError as error:
        html = questionnaire_page(visit.frame, view, given=given, error=visit.said(error))
        return visit.page(html, status=status_of(error))
    return visit.page(questionnaire_page(visit.frame, view, is_done=True))


def _view(visit: Visited, polity_id: str, who: Principal) -> QuestionnaireView:
    part = DELEGATE if Role.DELEGATE in who.roles else ORGANISER
    with visit.store.reading() as session:
        title = versions.find(session, polity_id).title
    return QuestionnaireView(polity_id=polity_id, title=title, part=part, questions=QUESTIONS[part])
