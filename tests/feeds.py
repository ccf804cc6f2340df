"""Feeds for tests of the watch: files of events as sources write them, and a derivation that costs nothing."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from geopolity.affected.people import FootprintOutsideLayer
from geopolity.errors import RequestError
from services.derivation import watching
from services.derivation.requests.request import Request
from services.derivation.watching import Seen, Watch, look
from tests.unit.polity.test_derivation import issue

FAR = "far away"
"""A title of what touches no unit."""
ALERT = (
    '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>{own}</identifier><sender>{sender}</sender>'
    "<sent>{sent}</sent><msgType>{kind}</msgType><references>{before}</references>"
    "<info><event>Flood</event><headline>{title}</headline></info></alert>"
)


def alert(own: str, sent: str, *before: str, sender: str = "wx", kind: str = "Alert", title: str = "Flood") -> bytes:
    """An alert; ``before`` are references as CAP writes them."""
    said = {"own": own, "sent": sent, "sender": sender, "kind": kind, "before": " ".join(before), "title": title}
    return ALERT.format(**said).encode()


def shakemap(event: str, version: object, title: str = "Quake", made: str = "") -> bytes:
    """A ShakeMap without its grid."""
    return (
        f'<shakemap_grid event_id="{event}" shakemap_version="{version}" process_timestamp="{made}">'
        f'<event event_description="{title}"/></shakemap_grid>'
    ).encode()


def request(file: Path) -> Request:
    """A request that remembers its file."""
    return Request(issue=issue({"1": 1.0}), options={"file": str(file)})


def derived(folder: Path, asked: Request, _home: Path, *, language: str) -> tuple[SimpleNamespace, None]:
    """Write what was read, and from which version the boundary moved on."""
    assert language == "en"
    content = Path(asked.options["file"]).read_bytes()
    if FAR.encode() in content:
        raise FootprintOutsideLayer("The footprint touches no unit.")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "of").write_bytes(content)
    (folder / "units.csv").write_text("unit_id,inside\n1,True\n")
    (folder / "moved").write_text("first" if asked.previous is None else "again")
    return SimpleNamespace(as_json=lambda: {"units": 1, "title": asked.issue.title}), None


@contextmanager
def cheap():
    """Within this, nothing is really derived."""
    with mock.patch.object(watching, "derive_into", derived):
        yield


def looked(feed: Path | str, out: Path, **how: object) -> list[Seen]:
    """One look of a watch that was just started."""
    with_it = {"out": out, "home": out, "make": request, "asked": "so"} | how
    with cheap():
        return list(look(str(feed), Watch(**with_it)))


class TypoError(RequestError):
    """A failure that somebody mends."""

    code = "request"
