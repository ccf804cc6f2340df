"""Signing in: the button that uses a one-time link up, and how to get one."""

from __future__ import annotations

from collections.abc import Iterable

from maps.locale.texts import texts
from maps.pages.layout import PageFrame, render


def link_page(chrome: PageFrame, token: str, roles: Iterable[str]) -> str:
    """Write the page of a one-time link that signs its bearer in, in these roles."""
    t = texts(chrome.language)
    return render("sign_in.jinja", chrome, token=token, roles=t.listed(t.term("role", role) for role in roles))


def ways_in_page(chrome: PageFrame) -> str:
    """The page of how people and programs get in."""
    return render("sign_in.jinja", chrome, token="", roles="")
