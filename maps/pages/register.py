"""The page where somebody registers themselves, and keeps a code and a link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maps.locale.texts import Said
from maps.pages.layout import PageFrame, render


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What they typed so far."""

    place: str = ""
    is_of_age: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What they keep: the code for the office, and the link that works once the office has seen proof."""

    code: str
    link: str


def register_page(
    chrome: PageFrame,
    *,
    form: Typed | None = None,
    units: Sequence[tuple[str, str]] = (),
    kept: Kept | None = None,
    error: Said | None = None,
) -> str:
    """Ask where somebody lives; then which unit, where it may be several; then what to keep."""
    return render("register.jinja", chrome, form=form or Typed(), units=units, kept=kept, error=error)
