"""The page that looks places up in the reader's own browser."""

from __future__ import annotations

from maps.texts import texts
from maps.web.layout import Chrome, render


def private_page(chrome: Chrome, *, index: str, index_bytes: int) -> str:
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
        spoken=t.part_of("private."),
    )
