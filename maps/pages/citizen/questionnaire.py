"""The questionnaire after service: a page of five-step questions, and what came of it in sums of tens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from maps.locale.texts import Said
from maps.pages.layout import PageFrame, render

STEPS = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class SumLine:
    """One question: how many gave each answer from 1 to 5, and the mean."""

    part: str
    question: str
    counts: tuple[int, ...]
    mean: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionnaireView:
    """What somebody is asked about an assembly."""

    polity_id: str
    title: str
    part: str
    questions: Sequence[str]


def questionnaire_page(
    chrome: PageFrame,
    view: QuestionnaireView,
    *,
    given: Mapping[str, int] | None = None,
    is_done: bool = False,
    error: Said | None = None,
) -> str:
    """Write the page; once it is answered, with thanks."""
    return render(
        "questionnaire.jinja", chrome, view=view, given=given or {}, steps=STEPS, is_done=is_done, error=error
    )
