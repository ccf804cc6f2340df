"""The frame of a static page: where the site's root is from here, in which language, as of when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from maps.locale.texts import texts
from maps.pages.layout import environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What all pages of a site share.

    Attributes
    ----------
    state
        Moment of the latest change that the site shows, ISO 8601; no page knows when it was built.
    is_demo
        Whether its citizens are made up.
    service
        Address of the service that takes objections and can be followed; empty where none is named.
    has_guide
        Whether the guide was built, so that pages lead to it.
    """

    state: str
    language: str = "en"
    is_demo: bool = False
    service: str = ""
    has_guide: bool = False


def render(template: str, site: Site, path: str, **values: Any) -> str:
    """Fill a template of ``pages/site`` for the page at ``path``, given from the site's root."""
    t = texts(site.language)
    root = "../" * path.count("/")
    page = environment.get_template(f"site/{template}")
    return page.render(t=t, site=site, root=root, here=path, day=t.day(site.state), **values) + "\n"
