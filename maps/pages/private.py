"""The page that looks places up in the reader's own browser."""

from __future__ import annotations

from maps.pages.layout import Chrome, render
from maps.texts import Texts, texts

SHARED = ("proposal", "proposals", "laws", "laws_none", "law_since")
"""What it says in the words of the other look-up."""


def spoken_here(t: Texts) -> dict[str, str]:
    """Texts that the page's script fills in."""
    return dict(t.part_of("private.")) | {name: t.part_of("lookup.")[name] for name in SHARED}


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
        proposals="/polities/{id}/proposal",
        matters="/matters/{id}",
        spoken=spoken_here(t),
    )
