"""A failure as a page: what happened, in one sentence, and where to go on."""

from __future__ import annotations

from maps.locale.texts import Said, noop, texts
from maps.pages.layout import PageFrame, render

TITLES = {401: noop("Sign in first"), 403: noop("This page is not open to you"), 404: noop("This page is not here")}
"""What the page is called, by HTTP status; all else did not work."""


def problem_page(chrome: PageFrame, *, status: int, sentence: Said) -> str:
    """Write the page of an HTTP status."""
    title = texts(chrome.language)(TITLES.get(status, noop("This did not work")))
    return render("message.jinja", chrome, title=title, sentence=sentence, status=status)
