"""A failure as a page: what happened, in one sentence, and where to go on."""

from __future__ import annotations

from maps.texts import LANGUAGES, texts
from maps.web.layout import Chrome, render

TITLES = {401: "error.sign_in", 403: "error.forbidden", 404: "error.not_found"}
"""What the page is called, by HTTP status; all else did not work."""


def problem_page(chrome: Chrome, *, status: int, sentence: str) -> str:
    """Write the page of an HTTP status; the sentence is English, and the page says so."""
    t = texts(chrome.language)
    title = t(TITLES.get(status, "error.title"))
    foreign = chrome.language != LANGUAGES[0]
    return render("message.jinja", chrome, title=title, sentence=sentence, is_foreign=foreign, status=status)
