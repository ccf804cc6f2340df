"""A trustee's own tool, on a machine of theirs: it makes a part of a vote's key, and opens a sum that may be opened.

It keeps one secret key, and of each vote what it sent and which board it opened. It believes nothing of the service: it
checks the parts of the others against their commitments, and before it opens anything the whole log of the vote, with
the witnesses that it was told (``audit``). It opens one board of a vote and never another.
"""

from __future__ import annotations

import io
import json
import secrets
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import httpx

from geopolity.ballots.ballot import digest_of
from geopolity.ballots.ceremony import Ceremony, Trustee, contribute, read_part, say, secret_share
from geopolity.ballots.group import ORDER, base, element, scalar, written
from geopolity.ballots.tally import open_part, summed
from geopolity.errors import GeopolityError, NegativeAnswer, RequestError
from geopolity.messages import Message
from geopolity.publiclog.notes import read_vkey
from services.docket.sealed.audit import check_witnessed, closed_board, lines_of
from services.docket.sealed.ceremonies import KeyShown, show_key, take_message
from services.publiclog.export import export_log
from services.records import Json, as_json
from services.storage.docket.sealed import CONFIRMED, OPENING, PART
from services.storage.store import Store
from services.whole import write_whole

SECONDS = 60.0
OWN_FILE = "trustee.json"


class TrusteeFolderError(RequestError):
    """A folder is no trustee's, or is one already."""

    code = "trustee-folder"


class TrusteeRefuses(NegativeAnswer):
    """The trustee does not do what the service wants."""

    code = "trustee-refuses"


class House(Protocol):
    """The service, as a trustee sees it."""

    def state(self) -> Json:
        """How far the key is."""

    def send(self, message: Json) -> Json:
        """Hand a message in; returns the state after it."""

    def log(self, folder: Path) -> Path:
        """The exported public log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """The service in this process: for demonstrations and tests."""

    matter: str
    store: Store

    def state(self) -> Json:
        """How far the key is."""
        return _json(show_key(self.matter, self.store))

    def send(self, message: Json) -> Json:
        """Hand a message in."""
        return _json(take_message(self.matter, message, self.store))

    def log(self, folder: Path) -> Path:
        """The exported public log."""
        export_log(folder / "log", self.store)
        return folder / "log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """The service at an address, such as ``https://polity.example``."""

    matter: str
    url: str

    def state(self) -> Json:
        """How far the key is."""
        return self._answer(httpx.get(f"{self.url}/api/v1/matters/{self.matter}/key", timeout=SECONDS))

    def send(self, message: Json) -> Json:
        """Hand a message in."""
        place = f"{self.url}/api/v1/matters/{self.matter}/key/messages"
        return self._answer(httpx.post(place, json=message, timeout=SECONDS))

    def log(self, folder: Path) -> Path:
        """The exported public log."""
        answer = httpx.get(f"{self.url}/api/v1/log/export", timeout=SECONDS)
        with zipfile.ZipFile(io.BytesIO(answer.raise_for_status().content)) as archive:
            archive.extractall(folder)
        return next(folder.rglob("entries.jsonl")).parent

    def _answer(self, answer: httpx.Response) -> Json:
        body: Json = answer.json()
        if answer.is_error:
            raise TrusteeRefuses("The service answers: {reason}", reason=str(body.get("detail", answer.status_code)))
        return body


def new_trustee(folder: Path, name: str, witnesses: Sequence[str] = ()) -> str:
    """Make a trustee's secret key in a new folder; returns the public key, which the office appoints them by.

    Raises
    ------
    TrusteeFolderError
        If the folder is there already.
    """
    trusted = [read_vkey(vkey).vkey for vkey in witnesses]
    try:
        folder.mkdir(parents=True, mode=0o700)
    except FileExistsError as error:
        raise TrusteeFolderError("{folder} is there already; name a new one.", folder=folder) from error
    secret = _coin()
    _keep(folder / OWN_FILE, {"name": name, "secret": written(secret), "witnesses": trusted})
    return base(secret).hex()


def step(folder: Path, house: House, *, witnesses: tuple[str, ...] = ()) -> Message:
    """Do what is a trustee's turn in a vote, once: send a part, confirm the key, or open the sum; says what was done.

    Raises
    ------
    TrusteeRefuses
        If the service asks for what must not be done.
    """
    own, state = _own(folder), house.state()
    trustees = tuple(Trustee(name=it["name"], key=element(it["key"])) for it in state["trustees"])
    ceremony = Ceremony(vote=state["vote"], trustees=trustees, threshold=state["threshold"])
    name, turn = own["name"], _Turn(folder=folder, house=house, ceremony=ceremony, state=state, own=own)
    if ceremony.trustees[ceremony.number(name) - 1].key != base(scalar(own["secret"])):
        raise TrusteeRefuses("The service has another key for {name} than this folder.", name=name)
    if name not in state["parts"]:
        return turn.send_part()
    if name not in state["confirmed"]:
        return turn.confirm()
    if state["board"] is None:
        return Message("{name} waits until {vote} is over.", name=name, vote=state["vote"])
    if name in state["opened"]:
        return Message("{name} has opened {vote}.", name=name, vote=state["vote"])
    return turn.open_sum(tuple(dict.fromkeys((*own.get("witnesses", ()), *witnesses))))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """What a trustee knows at its turn."""

    folder: Path
    house: House
    ceremony: Ceremony
    state: Json
    own: Json

    @property
    def memory(self) -> Path:
        """What the trustee keeps of this vote."""
        return self.folder / f"{self.ceremony.context[:32]}.json"

    def send_part(self) -> Message:
        """Make a part of the key, and remember which."""
        part = contribute(self.ceremony, self.own["name"], _coin).record()
        _keep(self.memory, {"vote": self.ceremony.vote, "part": digest_of(part)})
        self._send(PART, part)
        return Message("{name} sent a part of the key of {vote}.", name=self.own["name"], vote=self.ceremony.vote)

    def confirm(self) -> Message:
        """Check what the others sent, and say so."""
        missing = [it.name for it in self.ceremony.trustees if it.name not in self.state["parts"]]
        if missing:
            return Message("The key of {vote} waits for {names:list}.", vote=self.ceremony.vote, names=missing)
        digest = digest_of(self._parts())
        self._share()
        _keep(self.memory, _read(self.memory) | {"parts": digest})
        self._send(CONFIRMED, {"parts": digest})
        return Message("{name} confirmed the key of {vote}.", name=self.own["name"], vote=self.ceremony.vote)

    def open_sum(self, witnesses: tuple[str, ...]) -> Message:
        """Check the whole log of the vote, and open the sum of its board; of another board never."""
        with tempfile.TemporaryDirectory(prefix="geopolity-trustee-") as place:
            log = self.house.log(Path(place))
            try:
                found = closed_board(lines_of(log), self.ceremony.vote)
                check_witnessed(log, found, witnesses)
            except (GeopolityError, ValueError, KeyError, TypeError, OSError) as error:
                raise TrusteeRefuses(
                    "{vote} is not opened: {reason}", vote=self.ceremony.vote, reason=str(error)
                ) from error
        closed = found.closed
        kept, board = _read(self.memory), str(closed["board"])
        if kept.get("parts") != found.head["parts"] or kept.get("board", board) != board:
            raise TrusteeRefuses(
                "{vote} is not opened: this is another key or board than was confirmed here.", vote=self.ceremony.vote
            )
        _keep(self.memory, kept | {"board": board})
        self._send(OPENING, open_part(board, summed(found.ballots), self._share(), _coin))
        return Message("{name} opened a part of the sum of {vote}.", name=self.own["name"], vote=self.ceremony.vote)

    def _parts(self) -> list[Json]:
        found = [self.state["parts"][it.name] for it in self.ceremony.trustees]
        mine = digest_of(self.state["parts"][self.own["name"]])
        if mine != _read(self.memory).get("part"):
            raise TrusteeRefuses("The service shows another part than {name} sent.", name=self.own["name"])
        return found

    def _share(self) -> int:
        parts = [
            read_part(record, self.ceremony, it.name)
            for it, record in zip(self.ceremony.trustees, self._parts(), strict=True)
        ]
        return secret_share(self.ceremony, self.own["name"], parts, scalar(self.own["secret"]))

    def _send(self, stage: str, body: Any) -> None:
        said = (body, scalar(self.own["secret"]))
        self.house.send(say(self.ceremony, self.own["name"], stage, said, _coin).record())


def _coin() -> int:
    return secrets.randbelow(ORDER - 1) + 1


coin: Callable[[], int] = _coin
"""A random scalar, from the system's own randomness."""


def _own(folder: Path) -> Json:
    try:
        return _read(folder / OWN_FILE, needed=True)
    except (OSError, ValueError) as error:
        raise TrusteeFolderError(
            "{folder} is no trustee's; `geopolity trustee new` makes one.", folder=folder
        ) from error


def _read(file: Path, *, needed: bool = False) -> Json:
    if not needed and not file.exists():
        return {}
    found: Json = json.loads(file.read_text(encoding="utf-8"))
    return found


def _keep(file: Path, record: Json) -> None:
    write_whole(file, json.dumps(record).encode(), lasting=True, private=True)


def _json(shown: KeyShown) -> Json:
    found: Json = json.loads(json.dumps(as_json(shown)))
    return found
