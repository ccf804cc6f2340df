"""Which event a file of a feed is about, and which version of it, from what is inside or from its name.

A ShakeMap names its event and version; an alert (CAP) refers to those before it; the National Hurricane Center names
its files by storm and advisory (``al092024-012``, ``al092024_5day_012``); other names end in a number or a day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

from boundaries.footprints.cap import is_alert
from boundaries.footprints.chains import Sent, event_name, in_order, message_key, moment, name_key, roots_of
from boundaries.footprints.shakemap import is_shakemap
from boundaries.xml import children, read_xml, text_of

SUFFIXES = (".xml", ".zip", ".kml", ".kmz", ".geojson")
STORM = re.compile(r"(?<![a-z0-9])((?:al|ep|cp)\d{6})(?![0-9])")
DAY = r"\d{4}-\d{2}-\d{2}(?:[t_ -]\d{2}[-:.]?\d{2}(?:[-:.]?\d{2})?z?)?"
_GAP = r"[-_. ]*+"
NUMBERED = re.compile(
    rf"(?<![-_. ]){_GAP}(?:v|adv|version|advisory)?{_GAP}((?<![0-9]){DAY}|(?<![0-9])\d++[a-z]?)$", re.ASCII
)
EVENTS_FILES = {"grid"}
"""Names that every event has: the folder around the file names the event then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A version of an event's footprint, in words of the source.

    Attributes
    ----------
    sent
        Which message it is, and its place among the versions of its event.
    before
        Messages that it refers to, which are about the same event.
    is_over
        The source says that the event is cancelled.
    is_real
        It is no test, exercise or draft, which nobody acts on.
    """

    sent: Sent
    version: str
    title: str
    before: tuple[Sent, ...] = ()
    is_over: bool = False
    is_real: bool = True

    @property
    def name(self) -> str:
        """What its event is called, as far as this version alone can tell: letters, digits and hyphens."""
        return event_name(roots_of([(self.sent, self.before)])[self.sent.key])


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
    event = root.get("event_id") or said.get("event_id") or ""
    version, made = root.get("shakemap_version", ""), moment(root.get("process_timestamp", ""))
    key = name_key(event) if event else _of_name(path).sent.key
    sent = Sent(rank=f"{in_order(version)} {made}", key=key)
    return Event(sent=sent, version=version, title=said.get("event_description") or event or key)


def _of_alert(root: Element, path: Path) -> Event:
    parts = [part.split(",") for part in text_of(root, "references").split()]
    before = [
        Sent(moment(sent), message_key(sender, own)) for sender, own, sent in (it for it in parts if len(it) == 3)
    ]
    own, version = text_of(root, "identifier") or path.stem, text_of(root, "sent")
    info = next(iter(children(root, "info")), None)
    is_real = text_of(root, "status").lower() in {"", "actual"}
    return Event(
        sent=Sent(rank=moment(version), key=message_key(text_of(root, "sender"), own)),
        version=version,
        title=own if info is None else text_of(info, "headline") or text_of(info, "event") or own,
        before=tuple(before) if is_real else (),
        is_over=text_of(root, "msgType").lower() == "cancel",
        is_real=is_real,
    )


def _of_name(path: Path) -> Event:
    stem = (path.parent.name if path.stem.lower() in EVENTS_FILES else path.stem).lower()
    storm = STORM.search(stem)
    if storm is not None:
        rest = re.findall(r"\d{3}[a-z]?", stem[storm.end() :])
        return _numbered(storm.group(1), rest[-1] if rest else "", title=storm.group(1).upper())
    numbered = NUMBERED.search(stem)
    if numbered is None or not stem[: numbered.start()]:
        return _numbered(stem, "", title=stem)
    return _numbered(stem[: numbered.start()], numbered.group(1), title=stem[: numbered.start()])


def _numbered(name: str, version: str, *, title: str) -> Event:
    return Event(sent=Sent(rank=in_order(version), key=name_key(name)), version=version, title=title)
