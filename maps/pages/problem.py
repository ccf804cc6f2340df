"""A failure as a page: what happened, in one sentence, and where to go on."""

from __future__ import annotations

from maps.pages.layout import Chrome, render
from maps.texts import texts
from maps.texts.refusals import Said

TITLES = {401: "error.sign_in", 403: "error.forbidden", 404: "error.not_found"}
"""What the page is called, by HTTP status; all else did not work."""


def problem_page(chrome: Chrome, *, status: int, sentence: Said) -> str:
    """Write the page of an HTTP status."""
    title = texts(chrome.language)(TITLES.get(status, "error.title"))
    return render("message.jinja", chrome, title=title, sentence=sentence, status=status)
