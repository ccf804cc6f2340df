"""The page of one law: how it stands, every version with what it changed word by word, and what led to each."""

from __future__ import annotations

from dataclasses import dataclass

from maps.pages.assembly import TallyLine
from maps.pages.docket import RemedyView
from maps.pages.layout import PageFrame, render
from maps.pages.redline import Piece


@dataclass(frozen=True, slots=True, kw_only=True)
class LawMatter:
    """A matter about the law: what became of it, its votes, what was proposed, and when it is looked at again."""

    matter_id: str
    title: str
    state: str
    filed_at: str
    review_at: str
    tallies: tuple[TallyLine, ...]
    remedy: RemedyView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LawStep:
    """A version of the law, what it changed in the one before, and the matter that made it."""

    version: int
    since: str
    until: str
    matter_id: str
    changes: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LawPageView:
    """Everything that its page says; ``text`` is the version in force, or the latest where none is."""

    polity_id: str
    polity: str
    question: str
    law: str
    title: str
    text: str
    is_in_force: bool
    since: str
    steps: tuple[LawStep, ...]
    matters: tuple[LawMatter, ...]


def law_page(chrome: PageFrame, view: LawPageView) -> str:
    """Write the page of a law."""
    return render("law.jinja", chrome, view=view)
