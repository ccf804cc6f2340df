"""The page of a witness on its own machine: what it has signed of each log, and what it saw that should not be.

It is served by the witness and by nobody whom it watches, so that anybody can hold it against what a service shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from geopolity.publiclog.notes import Verifier, read_head, read_note
from maps.locale.texts import Texts, texts

STYLE = (
    "body{max-width:44rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 sans-serif}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere}"
)
HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"}


def witness_page(
    verifier: Verifier, notes: Mapping[str, str | None], evidence: Mapping[str, str], language: str
) -> str:
    """Write the page.

    Parameters
    ----------
    notes
        The last checkpoint that was signed of each log that is followed.
    evidence
        Two heads that one log signed and did not show to be of one history, by the name of the file.
    """
    t = texts(language)
    title = escape(t("Witness {name}", name=verifier.name))
    parts = "".join((*_key(verifier, t), *_logs(notes, t), *_evidence(evidence, t)))
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    body = f"<body><main><h1>{title}</h1>{parts}</main></body>"
    return f'<!doctype html><html lang="{t.language}"><head>{head}<style>{STYLE}</style></head>{body}</html>'


def _key(verifier: Verifier, t: Texts) -> Iterator[str]:
    yield _paragraph(
        t("This witness signs a log only where it grew from what it signed before. It keeps nothing else.")
    )
    yield f"<h2>{escape(t('Key'))}</h2>{_code(verifier.vkey)}"


def _logs(notes: Mapping[str, str | None], t: Texts) -> Iterator[str]:
    yield f"<h2>{escape(t('Logs that are followed'))}</h2>"
    if not notes:
        yield _paragraph(t("None yet."))
    for origin, note in sorted(notes.items()):
        size = 0 if note is None else read_head(read_note(note)).size
        yield f"<h3>{escape(origin)}</h3>" + _paragraph(t("Signed lines: {size:count}.", size=size))
        yield "" if note is None else _code(note)
    yield _paragraph(
        t("Compare size and root with what the service shows you: they are of one history, or it has two.")
    )


def _evidence(evidence: Mapping[str, str], t: Texts) -> Iterator[str]:
    yield f"<h2>{escape(t('Two histories'))}</h2>"
    yield _paragraph(
        t("A log signed what it could not show to be one history:")
        if evidence
        else t("None was shown to this witness.")
    )
    yield from (_code(both) for _, both in sorted(evidence.items()))


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _code(text: str) -> str:
    return f"<pre>{escape(text)}</pre>"
