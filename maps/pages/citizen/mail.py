"""Pages about mails: an address is confirmed, what comes to it chosen, and all of it stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maps.locale.texts import Said
from maps.pages.layout import PageFrame, render


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedLine:
    """Something that an address follows; ``name`` is empty for everything."""

    number: int
    name: str
    every: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailView:
    """An address as its owner sees it, by the secret in its mails."""

    secret: str
    address: str
    is_confirmed: bool
    is_stopped: bool
    is_citizen: bool
    followed: Sequence[FollowedLine]


def follow_page(
    chrome: PageFrame, *, subject: str, name: str, is_asked: bool = False, error: Said | None = None
) -> str:
    """Ask for an address to follow something by mail; or say that a mail is under way that asks to confirm it."""
    return render("follow.jinja", chrome, subject=subject, name=name, is_asked=is_asked, error=error)


def mail_page(chrome: PageFrame, view: MailView, *, asks: str = "") -> str:
    """An address and what comes to it; ``asks`` is ``confirm`` or ``stop`` where a button is to do so."""
    return render("mail.jinja", chrome, view=view, asks=asks)
