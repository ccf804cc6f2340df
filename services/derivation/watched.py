"""What a watch knows of the versions that it met, and what became of each; kept beside the folders, as ``watch.json``.

    PENDING     failed, and may not fail again: every look tries it anew
    REFUSED     no polity comes of it, however often it is asked in the same way
    OLDER       came after a newer version of its event
    CANCELLED   its source says that the event is over
    DERIVED     a folder holds it

Which versions are of one event, which of them counts, and what an event is called follow from all that is known, and
not from the order in which it came.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path, PurePosixPath

from boundaries.footprints.chains import Sent, event_name, roots_of
from geopolity.errors import RequestError
from geopolity.messages import Message
from services.records import Json
from services.turn import Turn
from services.whole import write_whole

STATE = "watch.json"
FORMAT = 2


class WatchStateError(RequestError):
    """What a watch knew cannot be read, or not be kept."""

    code = "watch-state"


class State(StrEnum):
    """What became of a version."""

    PENDING = "pending"
    REFUSED = "refused"
    OLDER = "older"
    CANCELLED = "cancelled"
    DERIVED = "derived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version that was met.

    Attributes
    ----------
    digest
        Of its file, which tells it from all others.
    file
        Name of that file.
    state
        What became of it.
    key, rank, before
        Which message it is, its place among the versions of its event, and what it refers to (ranks and keys); no key
        where the file could not be read.
    version
        What its source calls it.
    asked
        Digest of how it was asked when it was refused; empty where it is refused however it is asked.
    folder
        Of its derivation, as seen from the folder of all.
    waits
        Whether its folder could not be kept as a draft yet.
    """

    digest: str
    file: str
    state: State
    key: str = ""
    rank: str = ""
    before: tuple[Sent, ...] = ()
    version: str = ""
    asked: str = ""
    folder: str = ""
    waits: bool = False

    def __post_init__(self) -> None:
        """Refuse what no watch writes: other kinds of values, and folders elsewhere."""
        object.__setattr__(self, "state", State(self.state))
        object.__setattr__(self, "before", tuple(Sent(*one) for one in self.before))
        texts = (self.digest, self.file, self.key, self.rank, self.version, self.asked, self.folder)
        folder = PurePosixPath(self.folder)
        if not all(isinstance(text, str) for text in (*texts, *(part for one in self.before for part in one))):
            raise TypeError
        if not self.key and self.state is not State.REFUSED:
            raise ValueError
        if folder.is_absolute() or ".." in folder.parts or bool(self.folder) != (self.state is State.DERIVED):
            raise ValueError

    @property
    def sent(self) -> Sent:
        """Which message it is."""
        return Sent(self.rank, self.key)

    def is_settled(self, asked: str) -> bool:
        """Whether another look, which asks so, would come to nothing else."""
        if self.state is State.REFUSED:
            return self.asked in {"", asked}
        return self.state is not State.PENDING


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All versions that were met, by their digests, in the order in which they were settled."""

    versions: Mapping[str, Version] = field(default_factory=dict)

    def with_version(self, version: Version) -> Known:
        """With what became of a version, behind all others."""
        rest = {digest: one for digest, one in self.versions.items() if digest != version.digest}
        return replace(self, versions=rest | {version.digest: version})

    def roots(self, more: Iterable[tuple[Sent, Iterable[Sent]]] = ()) -> dict[str, str]:
        """Of every message, the key of the first of its event; ``more`` are links of versions that were not met yet."""
        return roots_of([*((one.sent, one.before) for one in self.versions.values() if one.key), *more])

    def of_event(self, root: str, roots: Mapping[str, str]) -> list[Version]:
        """Versions that count for an event, derived or cancelled, the newest last; of equals, the last to come."""
        counted = (State.DERIVED, State.CANCELLED)
        found = [one for one in self.versions.values() if one.state in counted and roots[one.key] == root]
        return sorted(found, key=lambda one: one.rank)

    def next_folder(self, root: str, held: int) -> str:
        """Where the next version of an event is written that has so many: as yet of no version that is known."""
        taken, name = {one.folder for one in self.versions.values()}, event_name(root)
        return next(
            path for number in range(held + 1, held + len(taken) + 2) if (path := f"{name}/v{number}") not in taken
        )


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Look at what is known and keep what is new as one step: another watch would not know of it.

    Raises
    ------
    WatchStateError
        If another watch is at it.
    """
    turn = Turn(out / f".{STATE}.lock")
    if not turn.is_mine():
        raise WatchStateError(
            "Another watch is writing to {out}; wait until it has looked, or give this one an --out of its own.",
            out=out,
        )
    try:
        yield
    finally:
        turn.close()


def read_known(out: Path) -> Known:
    """What was kept in a folder; nothing where there is no file yet.

    Raises
    ------
    WatchStateError
        If the file is not what a watch writes.
    """
    path = out / STATE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Known()
    except (OSError, ValueError, RecursionError) as error:
        raise _broken(path, str(error)) from error
    listed = found.get("versions") if isinstance(found, dict) and found.get("format") == FORMAT else None
    if not isinstance(listed, list):
        raise _broken(path, Message("it holds no versions in the format {format}", format=FORMAT))
    versions = [_version(one, number, path) for number, one in enumerate(listed, 1)]
    return Known(versions={one.digest: one for one in versions})


def write_known(out: Path, known: Known) -> None:
    """Keep what is known, whole or not at all."""
    path = out / STATE
    record: Json = {"format": FORMAT, "versions": [asdict(one) for one in known.versions.values()]}
    try:
        write_whole(path, (json.dumps(record, sort_keys=True, indent=2) + "\n").encode())
    except OSError as error:
        raise WatchStateError(
            "{path} cannot be written ({reason}); make room, or allow it, and look again: nothing is lost.",
            path=path,
            reason=str(error),
        ) from error


def _version(record: object, number: int, path: Path) -> Version:
    try:
        return Version(**record)  # type: ignore[arg-type]  # whatever it is, it is checked there
    except (TypeError, ValueError) as error:
        raise _broken(path, Message("version {number:count} in it is not whole", number=number)) from error


def _broken(path: Path, reason: str | Message) -> WatchStateError:
    return WatchStateError(
        "{path} is not what `geopolity watch` keeps ({reason}); put a copy of it back, or give another --out, where "
        "all that is in the feed is derived anew.",
        path=path,
        reason=reason,
    )
