"""A feed of events, looked at once: each new version of an event's footprint becomes a derivation beside the last.

Nothing is published: a version waits as a folder (and, where it is kept, as a draft) for a person who proposes it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from boundaries.footprints.events import Event, event_of
from boundaries.footprints.feed import files_of_feed
from geopolity.errors import GeopolityError
from geopolity.identifiers import IssueName
from maps.locale.catalogue import LANGUAGES
from services.derivation.derive import derive_into
from services.derivation.folder import read_inside
from services.derivation.requests.request import Request
from services.records import Json

STATE = "watch.json"
"""What has been seen, beside the folders."""
FETCHED = ".feed"

MakeRequest = Callable[[Path], Request]
Keep = Callable[[Path], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A version of an event that was new.

    Attributes
    ----------
    folder
        Of its derivation; empty where there is none.
    figures
        What ``derive --json`` prints, with what joined and left since the version before.
    said
        Why there is no polity, or what became of the draft.
    """

    event: str
    version: int
    file: str
    folder: str
    figures: Json
    said: str

    def as_json(self) -> Json:
        """A line of ``watch --json``."""
        figures = {key: value for key, value in self.figures.items() if key != "seconds"}
        return figures | {
            "event": self.event,
            "version": self.version,
            "file": self.file,
            "folder": self.folder,
            "said": self.said,
        }


def look(  # noqa: PLR0913 - a feed, and all that its files are looked at with
    feed: str, out: Path, home: Path, make: MakeRequest, keep: Keep | None = None, *, language: str = LANGUAGES[0]
) -> Iterator[Seen]:
    """Derive every version that has not been seen, in the order of names; what is seen is kept at once.

    Parameters
    ----------
    make
        A request for a footprint's file.
    keep
        Keeps a folder as a draft, and says so.
    """
    state = _read(out)
    for file in files_of_feed(feed, out / FETCHED):
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        if digest in state["seen"]:
            continue
        state["seen"][digest] = file.name
        seen = _looked(file, out, home, state, make, keep, language)
        _write(out, state)
        if seen is not None:
            yield seen


def _looked(  # noqa: PLR0913, PLR0917 - one file, and all it is looked at with
    file: Path, out: Path, home: Path, state: Json, make: MakeRequest, keep: Keep | None, language: str
) -> Seen | None:
    """What a new file comes to."""
    try:
        event = event_of(file)
    except GeopolityError as error:
        return Seen(event="", version=0, file=file.name, folder="", figures={}, said=str(error))
    before: list[str] = state["events"].setdefault(event.name, [])
    number = len(before) + 1
    told = Seen(event=event.name, version=number, file=file.name, folder="", figures={}, said="")
    if event.is_over:
        return replace(told, version=len(before), said=f"{event.title}: cancelled by its source")
    folder = out / event.name / f"v{number}"
    try:
        asked = _asked(make(file), event, Path(before[-1]) if before else None)
        made, _ = derive_into(folder, asked, home, language=language)
    except GeopolityError as error:
        return replace(told, said=str(error))
    before.append(str(folder))
    said = "" if keep is None else _draft(keep, folder)
    return replace(told, folder=str(folder), figures=made.as_json(), said=said)


def _asked(request: Request, event: Event, last: Path | None) -> Request:
    """The request for an event, which moves the boundary of the last version as little as it can."""
    issue = replace(request.issue, name=IssueName(event.name), title=_title(request, event))
    previous = None if last is None or issue.pieces > 1 or issue.affects_everyone else read_inside(last)
    return replace(request, issue=issue, previous=previous)


def _title(request: Request, event: Event) -> str:
    return event.title if event.title != event.name else request.issue.title


def _draft(keep: Keep, folder: Path) -> str:
    try:
        return keep(folder)
    except GeopolityError as error:  # such as another version that is open to objections: the folder waits
        return str(error)


def _read(out: Path) -> Json:
    try:
        found: Json = json.loads((out / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"seen": {}, "events": {}}
    return found


def _write(out: Path, state: Json) -> None:
    out.mkdir(parents=True, exist_ok=True)
    draft = out / f".{STATE}.{os.getpid()}"
    draft.write_text(json.dumps(state, sort_keys=True, indent=2) + "\n", encoding="utf-8")
    draft.replace(out / STATE)
