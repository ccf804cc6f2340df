"""Publish everything as a static site that any file host can serve."""

from __future__ import annotations

from pathlib import Path

from services.settings import Settings
from services.site.product import Built, build
from services.site.products import products
from services.site.state import read_state
from services.storage.store import open_store, writing

LOCAL = "http://localhost:8000/"
"""Where ``python -m http.server`` serves a site, for the one list that needs whole addresses."""


def publish(
    out: Path, settings: Settings, *, language: str = "en", address: str | None = None, anew: bool = False
) -> Built:
    """Bring the site in a folder up to date; what has not changed is left as it is.

    Raises
    ------
    SiteFolderError
        If the folder holds anything but a site.
    """
    with writing(open_store(settings)) as session:
        state = read_state(session, settings, language=language)
        session.flush()
        session.expunge_all()
    wanted = products(state, settings, address or settings.public_url or LOCAL)
    return build(out, wanted, workers=settings.workers, anew=anew)
