"""What other sites may show in a frame: the box to look a place up, and a polity with its map."""

from __future__ import annotations

from html import escape
from typing import Any

from maps.locale.texts import texts
from maps.pages.layout import PageFrame, render
from maps.pages.polity.view import PolityView
from maps.pages.polity.words import headline, status_words
from maps.reports.deciding import who_decides

SIZES = {"lookup": (480, 320), "polity": (640, 720)}
"""Width and height that a frame is given, in pixels, by what it shows."""


def lookup_frame(chrome: PageFrame) -> str:
    """The box; its answer opens on a page of its own."""
    t = texts(chrome.language)
    return render("embed.jinja", chrome, view=None, title=t("Which polities do you belong to?"))


def polity_frame(chrome: PageFrame, view: PolityView) -> str:
    """A polity: what is asked, the finding, the map."""
    t = texts(chrome.language)
    return render(
        "embed.jinja",
        chrome,
        view=view,
        title=view.title,
        headline=headline(t, view),
        decides=who_decides(view.deciding, t),
        status=status_words(t, view.line),
    )


def oembed(root: str, path: str, title: str, kind: str, *, most: tuple[int, int]) -> dict[str, Any]:
    """An answer of oEmbed 1.0: a frame no larger than asked for; ``root`` is the service's address."""
    width, height = (min(own, asked) for own, asked in zip(SIZES[kind], most, strict=True))
    frame = (
        f'<iframe src="{escape(root + path)}" width="{width}" height="{height}" title="{escape(title)}" '
        'loading="lazy" referrerpolicy="no-referrer"></iframe>'
    )
    return {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": "geopolity",
        "provider_url": root,
        "width": width,
        "height": height,
        "html": frame,
    }
