"""What an analyst asked of a result: the panel that answers, as a page of its own and inside the studio."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from maps.locale.texts import Said
from maps.pages.layout import PageFrame, render

KINDS = ("who", "others", "shapes")


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelTable:
    """A table of text: rows in sections, each with a heading or none; the first cell of a row is its name."""

    caption: str
    header: tuple[str, ...]
    sections: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]
    are_words: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """An answer.

    Attributes
    ----------
    basis
        What it is about, in a sentence.
    lists
        Headings with what is listed under them.
    pictures
        Names and SVG texts.
    map
        What the studio's script draws.
    """

    basis: str
    lead: tuple[str, ...]
    tables: tuple[PanelTable, ...]
    lists: tuple[tuple[str, str], ...] = ()
    pictures: tuple[tuple[str, str], ...] = ()
    notes: tuple[Said, ...] = ()
    map: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpView:
    """Where a question stands: ``order`` is the job's record, ``panel`` the answer once there is one."""

    kind: str
    order: Mapping[str, Any]
    problem: Said | None
    panel: Panel | None


def followup_page(chrome: PageFrame, view: FollowUpView, *, back: str) -> str:
    """Write the page of a question; ``back`` is the address of the page that it was asked from."""
    order = view.order
    done = (order["progress"] or {}).get("done", 0.0) if order["status"] == "running" else 0.0
    return render("followup.jinja", chrome, view=view, order=order, done=done, back=back)
