"""A feed of events, looked at once: each new version of an event's footprint becomes a derivation beside the last.

Nothing is published: a version waits as a folder (and, where it is kept, as a draft) for a person who proposes it. What
fails is said, and stops nothing else; what may not fail again is tried again at the next look.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from boundaries.errors import FileError
from boundaries.footprints.chains import event_name
from boundaries.footprints.events import Event, event_of
from boundaries.footprints.feed import Missed, files_of_feed
from geopolity.errors import GeopolityError, NegativeAnswer
from geopolity.identifiers import IssueName
from geopolity.messages import Message, Sayable
from maps.locale.catalogue import LANGUAGES
from services.derivation.derive import Derived, derive_into
from services.derivation.folder import read_inside
from services.derivation.requests.request import Request
from services.derivation.watched import Known, State, Version, alone, read_known, write_known
from services.records import Json

MakeRequest = Callable[[Path], Request]
Keep = Callable[[Path], str]
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a look came to: a version that was new, or what went wrong.

    Attributes
    ----------
    event
        Empty where the file could not be read.
    folder
        Of its derivation; empty where there is none.
    figures
        What ``derive --json`` prints, with what joined and left since the version before.
    said
        Why there is no polity, or what became of the draft.
    """

    event: str = ""
    version: int = 0
    file: str
    folder: str = ""
    figures: Json
    said: Sayable | str = ""

    def as_json(self) -> Json:
        """A line of ``watch --json``."""
        figures = {key: value for key, value in self.figures.items() if key != "seconds"}
        return figures | {
            "event": self.event,
            "version": self.version,
            "file": self.file,
            "folder": self.folder,
            "said": printable(str(self.said)),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """How a feed is looked at.

    Attributes
    ----------
    out
        Folder of all folders, and of what is known.
    make
        A request for a footprint's file.
    asked
        Digest of how requests are made: what was refused is tried again once it is another.
    keep
        Keeps a folder as a draft, and says so.
    """

    out: Path
    home: Path
    make: MakeRequest
    asked: str = ""
    keep: Keep | None = None
    language: str = LANGUAGES[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class _New:
    """A version that is not settled: its file, and what that says of its event."""

    digest: str
    path: Path
    event: Event

    def became(self, state: State, **more: Any) -> Version:
        rank, key = self.event.sent
        return Version(
            digest=self.digest,
            file=printable(self.path.name),
            state=state,
            key=key,
            rank=rank,
            before=self.event.before,
            version=self.event.version,
            **more,
        )


def look(feed: str, watch: Watch) -> Iterator[Seen]:
    """Derive every version that is not settled, event by event, the oldest first; what came of it is kept at once."""
    files = files_of_feed(feed, watch.out)
    with alone(watch.out):
        yield from _look(files, watch)


def _look(files: list[Path | Missed], watch: Watch) -> Iterator[Seen]:
    known, new = read_known(watch.out), []
    waiting = [one.digest for one in known.versions.values() if one.waits]
    for file in files:
        found = _met(file, known, watch)
        if isinstance(found, _New):
            new.append(found)
        elif found is not None:
            known = known if found[0] is None else _kept(known, found[0], watch)
            yield found[1]
    roots = known.roots((one.event.sent, one.event.before) for one in new)
    for one in sorted(new, key=lambda one: (roots[one.event.sent.key], one.event.sent.rank, str(one.path))):
        if one.digest in known.versions and known.versions[one.digest].is_settled(watch.asked):
            continue  # the same file lies there twice
        version, told = _settled(one, known, roots, watch)
        known = _kept(known, version, watch)
        yield told
    yield from _drafts(waiting, known, roots, watch)


def printable(text: str) -> str:
    """A name on one line, whatever letters or bytes it was given."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _kept(known: Known, version: Version, watch: Watch) -> Known:
    """What is known with a version, written where that is new."""
    if known.versions.get(version.digest) == version:
        return known
    known = known.with_version(version)
    write_known(watch.out, known)
    return known


def _met(file: Path | Missed, known: Known, watch: Watch) -> _New | tuple[Version | None, Seen] | None:
    """A version that is not settled, or why a file is none; nothing where it is settled."""
    if isinstance(file, Missed):
        return None, Seen(file=printable(file.name), figures={}, said=file.why)
    told = Seen(file=printable(file.name), figures={})
    digest = _tried(lambda: _digest(file))
    if isinstance(digest, Exception):
        return None, replace(told, said=_later(digest, file))
    if digest in known.versions and known.versions[digest].is_settled(watch.asked):
        return None
    event = _tried(lambda: event_of(file))
    if isinstance(event, Event):
        return _New(digest=digest, path=file, event=event)
    if _is_about(event, file):
        return Version(digest=digest, file=told.file, state=State.REFUSED), replace(told, said=_said(event))
    return None, replace(told, said=_later(event, file))


def _digest(file: Path) -> str:
    """What tells a version from all others: its content, and its name where nothing inside names the event."""
    sha = hashlib.sha256(file.read_bytes())
    if file.suffix.lower() != ".xml":
        sha.update("\0".join(("", *event_of(file).sent)).encode("utf-8", "surrogatepass"))
    return sha.hexdigest()


def _settled(new: _New, known: Known, roots: Mapping[str, str], watch: Watch) -> tuple[Version, Seen]:
    """What a version comes to."""
    root, event = roots[new.event.sent.key], new.event
    before = known.of_event(root, roots)
    derived = [one for one in before if one.state is State.DERIVED]
    told = Seen(event=event_name(root), version=len(derived), file=printable(new.path.name), figures={})
    if not event.is_real:
        said = Message("{title}: a test or an exercise; nothing is derived from it", title=printable(event.title))
        return new.became(State.REFUSED), replace(told, said=said)
    if before and event.sent.rank < before[-1].rank:
        return new.became(State.OLDER), replace(told, said=_older(new, before[-1]))
    if event.is_over:
        said = Message("{title}: cancelled by its source", title=printable(event.title))
        return new.became(State.CANCELLED), replace(told, said=said)
    folder = known.next_folder(root, len(derived))
    told = replace(told, version=int(folder.rpartition("/v")[2]))

    def derive() -> Derived:
        asked = _asked(watch.make(new.path), event, told.event, _last(derived, watch.out))
        return derive_into(watch.out / folder, asked, watch.home, language=watch.language)[0]

    made = _tried(derive)
    if isinstance(made, NegativeAnswer) or (isinstance(made, Exception) and _is_about(made, new.path)):
        return new.became(State.REFUSED, asked=watch.asked), replace(told, said=_said(made))
    if isinstance(made, Exception):
        return new.became(State.PENDING), replace(told, said=_later(made, new.path))
    waits, draft = (False, "") if watch.keep is None else _draft(watch.keep, watch.out / folder)
    version = new.became(State.DERIVED, folder=folder, waits=waits)
    return version, replace(told, folder=str(watch.out / folder), figures=made.as_json(), said=draft)


def _older(new: _New, newest: Version) -> Message:
    return Message(
        "version {version} is older than {newest} (of {file}), which came before it; nothing is derived from it",
        version=printable(new.event.version),
        newest=printable(newest.version),
        file=newest.file,
    )


def _last(derived: list[Version], out: Path) -> Path | None:
    """Folder of the newest version that is still there."""
    folders = (out / PurePosixPath(one.folder) for one in reversed(derived))
    return next((folder for folder in folders if (folder / "units.csv").is_file()), None)


def _asked(request: Request, event: Event, name: str, last: Path | None) -> Request:
    """The request for an event, which moves the boundary of the last version as little as it can."""
    title = event.title if event.title != event.name else request.issue.title
    issue = replace(request.issue, name=IssueName(name), title=title)
    previous = None if last is None or issue.pieces > 1 or issue.affects_everyone else read_inside(last)
    return replace(request, issue=issue, previous=previous)


def _drafts(waiting: list[str], known: Known, roots: Mapping[str, str], watch: Watch) -> Iterator[Seen]:
    """Keep as drafts what could not be kept before, and is the newest of its event."""
    for version in [known.versions[digest] for digest in waiting]:
        newest = known.of_event(roots[version.key], roots)[-1]
        if watch.keep is None or newest != version:
            continue
        folder = watch.out / PurePosixPath(version.folder)
        waits, said = _draft(watch.keep, folder)
        known = _kept(known, replace(version, waits=waits), watch)
        yield Seen(event=event_name(roots[version.key]), file=version.file, figures={}, said=said)


def _draft(keep: Keep, folder: Path) -> tuple[bool, Sayable | str]:
    """Whether a folder still waits to be kept as a draft, and what is said of it."""
    said = _tried(lambda: keep(folder))
    if isinstance(said, Exception):  # such as another version that is open to objections: the folder waits
        return True, _later(said, folder)
    return False, said


def _tried(work: Callable[[], Made]) -> Made | Exception:
    """What work comes to, or what stopped it, whatever that is: one bad file stops no other."""
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - each is said by who asked, and most are tried again
        return error


def _is_about(error: Exception, file: Path) -> bool:
    """Whether a failure is one of the file itself, which no other try mends; not of the disk or of memory."""
    causes: list[BaseException] = [error]
    while causes[-1].__cause__ is not None:
        causes.append(causes[-1].__cause__)
    passing = any(isinstance(cause, OSError | MemoryError) for cause in causes)
    return isinstance(error, FileError) and str(error.facts.get("path")) == str(file) and file.exists() and not passing


def _said(error: Exception) -> Sayable | str:
    return error if isinstance(error, GeopolityError) else printable(str(error))


def _later(error: Exception, file: Path) -> Message:
    """What went wrong, and that it is tried again."""
    if isinstance(error, GeopolityError):
        return Message("{reason} It is tried again at the next look.", reason=error)
    logging.getLogger(__name__).info("%s failed", printable(file.name), exc_info=error)
    return Message(
        "{file} failed ({reason}); see that it can be read and the disk has room. It is tried again at the next look.",
        file=printable(file.name),
        reason=printable(str(error) or type(error).__name__),
    )
