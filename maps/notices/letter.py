"""Letters: one page each, printed as one PDF; with a link as text and as a QR code where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import segno

from maps import documents
from maps.assets import inline_style
from maps.locale.texts import texts
from maps.reports.polity import fetch_nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One page.

    Attributes
    ----------
    reference
        What the office knows its reader by; the service knows no name and no address.
    link
        Address that it leads to, written out and as a QR code; empty for none.
    """

    reference: str
    day: str
    subject: str
    lines: tuple[str, ...]
    link: str = ""

    @property
    def code(self) -> str:
        """The link as a QR code, SVG."""
        return segno.make(self.link, error="m").svg_inline(scale=4, border=2) if self.link else ""


def letters_html(letters: Sequence[Letter], *, sender: str, language: str) -> str:
    """The pages to print."""
    return environment.get_template("notices/letters.jinja").render(
        letters=letters, sender=sender, language=language, t=texts(language)
    )


def letters_pdf(letters: Sequence[Letter], *, sender: str, language: str) -> bytes:
    """The same as tagged PDF, a page each.

    Raises
    ------
    OSError
        If the Pango library is missing on this machine.
    """
    import weasyprint  # noqa: PLC0415 - half a second to import, and needs a system library

    html = letters_html(letters, sender=sender, language=language)
    document: bytes = weasyprint.HTML(string=html, url_fetcher=fetch_nothing).write_pdf(pdf_tags=True)
    return document


environment = documents.environment(inline_style=inline_style)
