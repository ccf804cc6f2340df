"""The frame around every page: its language, where it is, who reads it, and the templates it is made of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from maps import documents
from maps.assets import asset_url, inline_style
from maps.linked_data import data_block
from maps.locale.catalogue import LANGUAGES
from maps.locale.figures import name_of
from maps.locale.texts import texts


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFrame:
    """What a page knows besides its subject.

    Attributes
    ----------
    root
        The service's address, without a last slash; empty where nobody asked over HTTP.
    path, query
        Where it is, for links to itself in another language; ``query`` without its question mark.
    name, label, roles
        Who reads it, and what people call them; nobody known by default.
    is_demo
        Whether its citizens are made up.
    registers
        Who says where somebody lives who registers themselves: ``clerk`` or ``claim:…``; empty where nobody may.
    geocoder
        Name of the machine that addresses are sent to which are not known here; empty where none is.
    has_guide
        Whether the guide was built, so that pages lead to it.
    """

    language: str = LANGUAGES[0]
    root: str = ""
    path: str = "/"
    query: str = ""
    name: str = ""
    label: str = ""
    roles: frozenset[str] = frozenset()
    has_guide: bool = False
    is_demo: bool = False
    registers: str = ""
    geocoder: str = ""

    def may(self, *roles: str) -> bool:
        """Whether the reader has one of the roles, or administers everything."""
        return bool(self.roles & {*roles, "administrator"})

    def in_language(self, language: str) -> str:
        """Address of this page in another language."""
        kept = "&".join(part for part in self.query.split("&") if part and not part.startswith("lang="))
        return f"{self.path}?{kept + '&' if kept else ''}lang={language}"


def render(template: str, chrome: PageFrame, **values: Any) -> str:
    """Fill a template of ``pages/web`` with values."""
    return environment.get_template(f"pages/{template}").render(
        t=texts(chrome.language),
        chrome=chrome,
        languages=LANGUAGES,
        with_moments=lambda text: MOMENT.sub(lambda found: _moment(chrome.language, found[1], found[2]), text),
        foreign=lambda said: (
            Markup("") if said.language == chrome.language else Markup(' lang="{}"').format(said.language)
        ),
        **values,
    )


def _moment(language: str, day: str, time: str) -> str:
    """A moment as people read it; universal time is said."""
    return f"{texts(language).day(day)}, {time} UTC"


MOMENT = re.compile(r"\b(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\dZ")
environment = documents.environment(name_of=name_of, static=asset_url, data_block=data_block, inline_style=inline_style)
environment.filters["markup"] = Markup
