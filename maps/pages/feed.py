"""An Atom feed (RFC 4287) of what was done in public: nothing but links, titles and days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from maps.locale.texts import Texts, texts

ATOM = "http://www.w3.org/2005/Atom"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A public act, as the log has it.

    Attributes
    ----------
    index
        Its line in the public log, which never changes.
    kind
        A word of the catalogue.
    subject
        Title of the polity or matter that it is about; empty of acts about neither.
    path
        Where to read about it.
    """

    index: int
    kind: str
    subject: str
    path: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """Acts, the newest first, and what they are of.

    Attributes
    ----------
    path
        Address of the feed, without the service's.
    page
        Address of the page that it follows.
    subject
        What it is of; empty for everything.
    """

    path: str
    page: str
    subject: str
    happenings: Sequence[Happening]
    updated: str


def atom(feed: Feed, root: str, language: str) -> bytes:
    """Write a feed; ``root`` is the service's address without a last slash."""
    t = texts(language)
    ET.register_namespace("", ATOM)
    made = ET.Element(f"{{{ATOM}}}feed", {XML_LANG: t.language})
    _text(made, "id", f"{root}{feed.path}")
    _text(made, "title", _title(t, feed.subject))
    _text(made, "updated", feed.updated)
    _link(made, "self", f"{root}{feed.path}", "application/atom+xml")
    _link(made, "alternate", f"{root}{feed.page}", "text/html")
    _text(ET.SubElement(made, f"{{{ATOM}}}author"), "name", t("geopolity"))
    for one in feed.happenings:
        entry = ET.SubElement(made, f"{{{ATOM}}}entry")
        _text(entry, "id", f"{root}/log#{one.index}")
        _text(entry, "title", said(t, one))
        _text(entry, "updated", one.at)
        _link(entry, "alternate", f"{root}{one.path}", "text/html")
        _text(entry, "summary", t("{event}, {date}. Line {number} of the public log.", **_facts(t, one)))
    written: bytes = ET.tostring(made, encoding="utf-8", xml_declaration=True)
    return written


def said(t: Texts, one: Happening) -> str:
    """What was done, and to what."""
    event = t.term("event", one.kind)
    return f"{one.subject}: {event}" if one.subject else event[:1].upper() + event[1:]


def _title(t: Texts, subject: str) -> str:
    return t("geopolity: {subject}", subject=subject) if subject else t("geopolity: everything that is decided")


def _facts(t: Texts, one: Happening) -> dict[str, object]:
    event = t.term("event", one.kind)
    return {"event": event[:1].upper() + event[1:], "date": t.day(one.at), "number": t.whole(one.index)}


def _text(above: ET.Element, name: str, text: str) -> None:
    """An element with text, less the characters that XML has no room for."""
    kept = "".join(letter for letter in text if letter in "\t\n\r" or (letter >= " " and letter not in "\ufffe\uffff"))
    ET.SubElement(above, f"{{{ATOM}}}{name}").text = kept


def _link(above: ET.Element, relation: str, address: str, kind: str) -> None:
    ET.SubElement(above, f"{{{ATOM}}}link", {"rel": relation, "href": address, "type": kind})
