"""Which event a file of a feed is about, and which version of it, from what is inside or from its name.

A ShakeMap names its event and version; an alert (CAP) refers to those before it; the National Hurricane Center names
its files by storm and advisory (``al092024-012``, ``al092024_5day_012``); other names end in a number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

from boundaries.footprints.cap import is_alert
from boundaries.footprints.shakemap import is_shakemap
from boundaries.xml import children, read_xml, text_of

SUFFIXES = (".xml", ".zip", ".kml", ".kmz", ".geojson")
STORM = re.compile(r"(?<![a-z0-9])((?:al|ep|cp)\d{6})(?![0-9])")
NUMBERED = re.compile(r"[-_. ]*(?:v|adv|version|advisory)?[-_. ]*(\d+[a-z]?)$")
EVENTS_FILES = {"grid"}
"""Names that every event has: the folder around the file names the event then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event, and a version of its footprint, in words of the source.

    Attributes
    ----------
    name
        Letters, digits and hyphens.
    is_over
        The source says that it is cancelled.
    """

    name: str
    version: str
    title: str
    is_over: bool = False


def event_of(path: Path) -> Event:
    """The event of a file.

    Raises
    ------
    FileError
        If it is XML that cannot be read.
    """
    if path.suffix.lower() == ".xml":
        root = read_xml(path)
        if is_shakemap(root):
            return _of_shakemap(root, path)
        if is_alert(root):
            return _of_alert(root, path)
    return _of_name(path)


def _of_shakemap(root: Element, path: Path) -> Event:
    about = next(iter(children(root, "event")), None)
    said = {} if about is None else dict(about.attrib)
    event = root.get("event_id") or said.get("event_id") or _of_name(path).name
    title = said.get("event_description") or event
    return Event(name=_slug(event), version=root.get("shakemap_version", ""), title=title)


def _of_alert(root: Element, path: Path) -> Event:
    before = [part.split(",") for part in text_of(root, "references").split()]
    known = sorted((parts[2], parts[1]) for parts in before if len(parts) == 3)
    own = text_of(root, "identifier") or path.stem
    info = next(iter(children(root, "info")), None)
    title = own if info is None else text_of(info, "headline") or text_of(info, "event") or own
    over = text_of(root, "msgType").lower() == "cancel"
    return Event(name=_slug(known[0][1] if known else own), version=text_of(root, "sent"), title=title, is_over=over)


def _of_name(path: Path) -> Event:
    stem = (path.parent.name if path.stem.lower() in EVENTS_FILES else path.stem).lower()
    storm = STORM.search(stem)
    if storm is not None:
        rest = re.findall(r"\d{3}[a-z]?", stem[storm.end() :])
        return Event(name=storm.group(1), version=rest[-1] if rest else "", title=storm.group(1).upper())
    numbered = NUMBERED.search(stem)
    if numbered is None or not stem[: numbered.start()]:
        return Event(name=_slug(stem), version="", title=stem)
    return Event(name=_slug(stem[: numbered.start()]), version=numbered.group(1), title=stem[: numbered.start()])


def _slug(text: str) -> str:
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in text.lower()).split()
    return "-".join(words)[-80:].strip("-") or "event"
