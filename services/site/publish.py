"""Publish everything as a static site that any file host can serve."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from services.site.product import Built, build
from services.site.products import products
from services.site.state import read_state
from services.storage.store import Store

LOCAL = "http://localhost:8000/"
"""Where ``python -m http.server`` serves a site, for the one list that needs whole addresses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """In which language a site is, where it will be (for its sitemap), and which service takes objections."""

    language: str = "en"
    address: str = LOCAL
    service: str = ""


def publish(out: Path, store: Store, edition: Edition, *, workers: int, anew: bool = False) -> Built:
    """Bring the site in a folder up to date; what has not changed is left as it is.

    Raises
    ------
    SiteFolderError
        If the folder holds anything but a site.
    """
    with store.writing() as session:
        state = read_state(session, store.home, language=edition.language, service=edition.service)
        session.flush()
        session.expunge_all()
    wanted = products(state, store, edition.address)
    return build(out, wanted, workers=workers, anew=anew)
