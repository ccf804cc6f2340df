"""The page that looks places up in the reader's own browser."""

from __future__ import annotations

from maps.locale.scripts import PRIVATE
from maps.locale.texts import Texts, texts
from maps.pages.layout import PageFrame, render


def spoken_here(t: Texts) -> dict[str, str]:
    """Texts that the page's script fills in."""
    return t.words(PRIVATE)


def private_page(chrome: PageFrame, *, index: str, index_bytes: int) -> str:
    """Write the page; ``index`` is the address of the index to download."""
    t = texts(chrome.language)
    return render(
        "private.jinja",
        chrome,
        index=index,
        megabytes=t.rounded(index_bytes / 1e6),
        worker="/lookup/private-worker.js",
        scope=chrome.path,
        polities="/polities/{id}",
        proposals="/polities/{id}/proposal",
        matters="/matters/{id}",
        spoken=spoken_here(t),
    )
