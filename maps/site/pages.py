"""The pages of the static site: all polities, one polity, the private look-up, how to check, reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maps.locale.texts import texts
from maps.pages.citizen.private import spoken_here
from maps.pages.national import NationalView, national_values
from maps.pages.polity.page import polity_values
from maps.pages.polity.view import PolityView
from maps.pages.proposals import proposal_cards
from maps.site.layout import Site, render


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFile:
    """A file to take away: its address from the page, and its kind in the catalogue."""

    address: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFiles:
    """Downloads of one version."""

    version: int
    files: tuple[SiteFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What a site offers besides its polities.

    Attributes
    ----------
    tiles, draws
        Addresses of archives and of draws' folders.
    rehearsals
        Those of the draws that seated nobody.
    assemblies
        Polities whose assembly sits, with their titles; each has a report of ``year``.
    """

    tiles: tuple[str, ...]
    draws: tuple[str, ...]
    log_entries: int
    rehearsals: tuple[str, ...] = ()
    assemblies: tuple[tuple[str, str], ...] = ()
    year: str = ""


def index_page(site: Site, view: NationalView, extras: Extras) -> str:
    """Write the first page: the answer in a sentence, the map, the table beside it."""
    t = texts(site.language)
    cards = proposal_cards(t, view.proposals, counts_days=False)
    values = national_values(t, view)
    return render("index.jinja", site, "index.html", view=view, extras=extras, proposals=cards, **values)


def polity_page(site: Site, view: PolityView, versions: Sequence[VersionFiles]) -> str:
    """Write the page of a polity with the downloads of all its versions."""
    t = texts(site.language)
    path = f"polities/{view.polity_id}/index.html"
    values = polity_values(t, view)
    return render("polity.jinja", site, path, view=view, versions=versions, citation=citation(site, view), **values)


def private_page(site: Site, *, index: str, index_bytes: int, worker: str) -> str:
    """Write the page that looks places up in the reader's browser."""
    t = texts(site.language)
    return render(
        "private.jinja",
        site,
        "lookup/index.html",
        index=index,
        megabytes=t.rounded(index_bytes / 1e6),
        worker=worker,
        scope="./",
        polities="../polities/{id}/index.html",
        proposals="",
        matters="",
        spoken=spoken_here(t),
    )


def check_page(site: Site, extras: Extras) -> str:
    """Write the page that says how to check everything."""
    return render("check.jinja", site, "check/index.html", extras=extras)


def citation(site: Site, view: PolityView) -> str:
    """How to cite a version."""
    t = texts(site.language)
    since = t.day(view.line.since) if view.line.since else str(view.line.status)
    return t(
        "geopolity: {title}, version {version} of {date}, certificate {digest}.",
        title=view.title,
        version=view.line.version,
        date=since,
        digest=view.digest[:16],
    )
