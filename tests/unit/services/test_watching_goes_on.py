"""One bad thing stops no watch: it is said in one line, what has passed is tried again, and nothing is lost."""

from __future__ import annotations

import functools
import http.server
import json
import os
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from boundaries.errors import FileError
from services.cli.deriving.watch import _fingerprint, _tell
from services.derivation.watched import State, WatchStateError, read_known
from tests.feeds import FAR, TypoError, alert, looked, request, shakemap

POLYGON = '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}'


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    folder = tmp_path / "feed"
    folder.mkdir()
    return folder


def states(out: Path) -> dict[str, str]:
    return {one.file: str(one.state) for one in read_known(out).versions.values()}


def failing(error: Exception):
    def make(_: Path):
        raise error

    return make


PASSING = {
    "a typo": TypoError("There is no layer us-countys."),
    "a full disk": OSError(28, "No space left on device"),
    "no memory": MemoryError(),
    "a fault of ours": ZeroDivisionError("division by zero"),
    "another file": FileError("There is no file {path}.", path=Path("/elsewhere/codes.csv")),
}


@pytest.mark.parametrize("failure", PASSING)
def test_what_fails_and_passes_is_said_and_derived_at_the_next_look(feed: Path, tmp_path: Path, failure: str) -> None:
    (feed / "a.xml").write_bytes(alert("a", "2026-01-01T00:00:00+00:00"))
    (feed / "b.xml").write_bytes(alert("b", "2026-01-01T00:00:00+00:00"))
    told = looked(feed, tmp_path / "out", make=failing(PASSING[failure]))
    assert ["next look" in str(one.said) for one in told] == [True, True]
    assert states(tmp_path / "out") == {"a.xml": "pending", "b.xml": "pending"}
    assert [bool(one.folder) for one in looked(feed, tmp_path / "out")] == [True, True]


def test_a_disk_that_is_full_behind_an_error_of_the_file_passes_too(feed: Path, tmp_path: Path) -> None:
    """An archive is unpacked onto the disk: its reader says that the archive is broken."""
    file = feed / "flood.kmz"
    file.write_bytes(b"PK")
    error = FileError("{path} is not a zip archive.", path=file)
    error.__cause__ = OSError(28, "No space left on device")
    looked(feed, tmp_path / "out", make=failing(error))
    assert states(tmp_path / "out") == {"flood.kmz": "pending"}
    error.__cause__ = ValueError("no archive")
    looked(feed, tmp_path / "out", make=failing(error))
    assert states(tmp_path / "out") == {"flood.kmz": "refused"}


def test_a_no_is_said_once_as_long_as_it_is_asked_in_the_same_way(feed: Path, tmp_path: Path) -> None:
    (feed / "a.xml").write_bytes(alert("a", "2026-01-01T00:00:00+00:00", title=FAR))
    assert len(looked(feed, tmp_path / "out", asked="one layer")) == 1
    assert looked(feed, tmp_path / "out", asked="one layer") == []
    assert len(looked(feed, tmp_path / "out", asked="another layer")) == 1


def test_a_folder_that_could_not_be_kept_as_a_draft_is_kept_later(feed: Path, tmp_path: Path) -> None:
    (feed / "a.xml").write_bytes(alert("a", "2026-01-01T00:00:00+00:00"))
    (told,) = looked(feed, tmp_path / "out", keep=failing(TypoError("Another version is open to objections.")))
    assert told.folder
    assert "next look" in str(told.said)
    (told,) = looked(feed, tmp_path / "out", keep=lambda folder: f"kept {folder.name}")
    assert (told.folder, told.said) == ("", "kept v1")
    assert looked(feed, tmp_path / "out", keep=lambda _: "kept again") == []


def test_older_versions_are_said_and_not_derived(feed: Path, tmp_path: Path) -> None:
    for name in ("flood-10.geojson", "flood-2.geojson", "flood-9.geojson"):
        (feed / name).write_text(name)
    assert [one.file for one in looked(feed, tmp_path / "out")] == [
        "flood-2.geojson",
        "flood-9.geojson",
        "flood-10.geojson",
    ]
    (feed / "flood-3.geojson").write_text("late")
    (late,) = looked(feed, tmp_path / "out")
    assert (late.folder, late.event) == ("", "flood")
    assert "version 3 is older than 10 (of flood-10.geojson)" in str(late.said)
    assert (tmp_path / "out" / "flood" / "v3" / "of").read_text() == "flood-10.geojson"


def test_a_map_made_again_of_the_same_version_is_newer(feed: Path, tmp_path: Path) -> None:
    (feed / "z.xml").write_bytes(shakemap("us1", 9, made="2026-01-01T00:00:00Z"))
    (feed / "a.xml").write_bytes(shakemap("us1", 9, made="2026-01-01T03:00:00Z"))
    assert [(one.file, one.version) for one in looked(feed, tmp_path / "out")] == [("z.xml", 1), ("a.xml", 2)]


def test_events_alike_in_content_are_two_and_letters_of_any_script_tell_events_apart(
    feed: Path, tmp_path: Path
) -> None:
    for name in ("flood-1.geojson", "fire-1.geojson", "洪水-1.geojson", "台風-1.geojson"):
        (feed / name).write_text(POLYGON)
    assert len({one.event for one in looked(feed, tmp_path / "out")}) == 4


def test_two_senders_with_one_identifier_are_two_events_and_a_cancel_ends_its_own(feed: Path, tmp_path: Path) -> None:
    (feed / "1.xml").write_bytes(alert("1", "2026-01-01T00:00:00+00:00", sender="wx"))
    (feed / "2.xml").write_bytes(alert("1", "2026-01-01T00:00:00+00:00", sender="hydro"))
    first, second = looked(feed, tmp_path / "out")
    assert first.event != second.event
    (feed / "3.xml").write_bytes(
        alert("2", "2026-01-01T02:00:00+00:00", "hydro,1,2026-01-01T00:00:00+00:00", sender="hydro", kind="Cancel")
    )
    (over,) = looked(feed, tmp_path / "out")
    assert over.event == next(one.event for one in (first, second) if one.file == "2.xml")


@pytest.mark.parametrize("status", ["Test", "Exercise", "Draft", "System"])
def test_what_is_not_meant_ends_and_joins_no_event(feed: Path, tmp_path: Path, status: str) -> None:
    (feed / "1.xml").write_bytes(alert("1", "2026-01-01T00:00:00+00:00"))
    (feed / "2.xml").write_bytes(alert("2", "2026-01-01T00:00:00+00:00"))
    refers = [f"wx,{own},2026-01-01T00:00:00+00:00" for own in "12"]
    drill = alert("3", "2026-01-01T02:00:00+00:00", *refers, kind="Cancel")
    (feed / "3.xml").write_bytes(drill.replace(b"<sent>", f"<status>{status}</status><sent>".encode()))
    told = looked(feed, tmp_path / "out")
    assert sorted(one.file for one in told if one.folder) == ["1.xml", "2.xml"]
    assert "a test or an exercise" in str(next(one.said for one in told if one.file == "3.xml"))
    (feed / "4.xml").write_bytes(alert("4", "2026-01-01T01:00:00+00:00", refers[0], kind="Update"))
    (update,) = looked(feed, tmp_path / "out")
    assert (bool(update.folder), update.version) == (True, 2)


def test_folders_are_known_from_wherever_the_watch_is_started(
    feed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (feed / "flood-1.geojson").write_text("1")
    looked("feed", Path("out"))
    monkeypatch.chdir("/")
    (feed / "flood-2.geojson").write_text("2")
    (second,) = looked(feed, tmp_path / "out")
    assert (Path(second.folder) / "moved").read_text() == "again"
    assert [one.folder for one in read_known(tmp_path / "out").versions.values()] == ["flood/v1", "flood/v2"]


def test_what_was_derived_is_no_feed(feed: Path, tmp_path: Path) -> None:
    (feed / "flood-1.geojson").write_text("1")
    for folder, sign in (("by-hand", "certificate.json"), ("other-watch", "watch.json"), (".draft", "x")):
        (feed / folder / "v1").mkdir(parents=True)
        (feed / folder / sign).write_text("{}")
        (feed / folder / "v1" / "polity.geojson").write_text(folder)
    assert [one.file for one in looked(feed, feed / "out")] == ["flood-1.geojson"]
    (feed / "out" / "flood" / "v1" / "polity.geojson").write_text("{}")
    (feed / "link.geojson").symlink_to(feed / "out" / "flood" / "v1" / "polity.geojson")
    assert looked(feed, feed / "out") == []
    for out in (feed, feed.parent):
        with pytest.raises(FileError, match="beside the feed"):
            looked(feed, out)


def test_a_file_that_cannot_be_opened_is_said_and_the_others_are_derived(
    feed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        (feed / f"{number}.xml").write_bytes(alert(str(number), "2026-01-01T00:00:00+00:00"))
    (feed / "loop.xml").symlink_to(feed / "loop.xml")
    (feed / "gone.xml").symlink_to(feed / "nothing.xml")
    os.mkfifo(feed / "pipe.xml")
    (feed / "to-a-pipe.xml").symlink_to(feed / "pipe.xml")
    real = Path.read_bytes

    def read(file: Path) -> bytes:
        if file.name == "1.xml":
            raise PermissionError(13, "Permission denied", str(file))
        return real(file)

    monkeypatch.setattr(Path, "read_bytes", read)
    told = looked(feed, tmp_path / "out")
    assert sorted(one.file for one in told if one.folder) == ["0.xml", "2.xml"]
    assert {one.file for one in told if not one.event} == {"1.xml", "loop.xml", "gone.xml"}
    monkeypatch.undo()
    assert [one.file for one in looked(feed, tmp_path / "out") if one.folder] == ["1.xml"]


def test_a_name_of_any_bytes_takes_one_line(feed: Path, tmp_path: Path) -> None:
    for name in (b"a\nb\x1b[31m-1.geojson", b"\xff\xfe-1.geojson", b"x" * 247 + b".geojson"):
        Path(os.fsdecode(os.fsencode(feed) + b"/" + name)).write_text(repr(name))
    told = looked(feed, tmp_path / "out")
    assert len(told) == 3
    assert all(one.folder and one.file.isprintable() and len(one.event) <= 80 for one in told)


BROKEN = {
    "no JSON": "{",
    "no text": b"\xff\xfe",
    "a list": "[]",
    "nothing": "{}",
    "an older format": '{"seen": {}, "events": {}}',
    "no versions": '{"format": 2, "versions": {}}',
    "a version of nothing": '{"format": 2, "versions": [{}]}',
    "a text": '{"format": 2, "versions": ["a"]}',
    "a state that is none": '{"format": 2, "versions": [{"digest": "a", "file": "b", "state": "lost", "key": "c"}]}',
    "a folder elsewhere": '{"format": 2, "versions": [{"digest": "a", "file": "b", "state": "derived", "key": "c", '
    '"folder": "../x"}]}',
    "derived, and no folder": '{"format": 2, "versions": [{"digest": "a", "file": "b", "state": "derived", "key": "c"}]}',
    "of no event": '{"format": 2, "versions": [{"digest": "a", "file": "b", "state": "older"}]}',
    "too deep": "[" * 100_000,
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_state_that_is_broken_is_refused_by_its_name_and_left_as_it_is(
    feed: Path, tmp_path: Path, broken: str
) -> None:
    (feed / "flood-1.geojson").write_text("1")
    content = BROKEN[broken]
    kept = tmp_path / "out" / "watch.json"
    kept.parent.mkdir()
    kept.write_bytes(content if isinstance(content, bytes) else content.encode())
    before = kept.read_bytes()
    with pytest.raises(WatchStateError, match=r"watch\.json is not what .* put a copy of it back") as told:
        looked(feed, tmp_path / "out")
    assert len(str(told.value)) < 600
    assert kept.read_bytes() == before


def test_the_state_is_what_the_next_look_reads(feed: Path, tmp_path: Path) -> None:
    (feed / "1.xml").write_bytes(alert("1", "2026-01-01T00:00:00+00:00", "wx,0,2025-01-01T00:00:00+00:00"))
    (feed / "2.xml").write_bytes(b"<alert")
    looked(feed, tmp_path / "out")
    known = read_known(tmp_path / "out")
    assert [one.state for one in known.versions.values()] == [State.REFUSED, State.DERIVED]
    assert json.loads((tmp_path / "out" / "watch.json").read_text())["format"] == 2


@contextmanager
def served(folder: Path):
    """Serve a folder on this machine; its address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            if "asked.xml" not in self.path:
                super().do_GET()
                return
            self.send_response(200)
            self.end_headers()
            self.wfile.write(shakemap(f"us{self.path[-1]}", 1))

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


LINKS = {
    "twins": (["us1/download/grid.xml", "us2/download/grid.xml"], ["us1", "us2"], []),
    "asked for twice": (["asked.xml?id=1", "asked.xml?id=2"], ["us1", "us2"], []),
    "one is gone": (["gone.xml", "us1/download/grid.xml"], ["us1"], ["gone.xml"]),
    "no address": (["http://[::1", "http://[x]/a.xml", "us1/download/grid.xml"], ["us1"], ["http://[::1"]),
    "a blank": (["with blank.xml", "us1/download/grid.xml"], ["us1", "us3"], []),
    "letters": (["dañó.xml"], ["us4"], []),
    "parts of one": (["us1/download/grid.xml#a", "us1/download/grid.xml#b"], ["us1"], []),
    "a long name": (["x" * 400 + "/asked.xml/" + "y" * 400 + ".xml?id=7"], ["us7"], []),
    "the way out": (["%2e%2e%2f%2e%2e%2fasked.xml%2f%00.xml?id=7"], ["us7"], []),
    "another machine": (["http://192.0.2.1/a.xml"], [], []),
}


@pytest.mark.parametrize("links", LINKS)
def test_every_link_is_a_file_of_its_own_or_a_line(feed: Path, tmp_path: Path, links: str) -> None:
    for name, event in (
        ("us1/download/grid", "us1"),
        ("us2/download/grid", "us2"),
        ("with blank", "us3"),
        ("dañó", "us4"),
    ):
        (feed / f"{name}.xml").parent.mkdir(parents=True, exist_ok=True)
        (feed / f"{name}.xml").write_bytes(shakemap(event, 1))
    said, events, missed = LINKS[links]
    page = "".join(f'<a href="{link}">x</a>' for link in said)
    (feed / "index.html").write_text(f'<meta charset="utf-8">{page}', encoding="utf-8")
    with served(feed) as address:
        told = looked(address, tmp_path / "out")
        again = looked(address, tmp_path / "out")
    assert sorted(one.event for one in told if one.folder) == events
    assert {one.file for one in told if not one.event} >= set(missed)
    assert [one.folder for one in again if one.folder] == []
    assert not list(tmp_path.glob("*.xml"))


@pytest.mark.parametrize("address", ["http://[::1", "http://127.0.0.1:99999/", "http://127.0.0.1:1/a b", "http:///"])
def test_an_address_that_is_none_is_refused_in_a_sentence(tmp_path: Path, address: str) -> None:
    with pytest.raises(FileError, match=r"not of this machine|cannot be fetched"):
        looked(address, tmp_path / "out")


def test_what_still_fails_is_printed_once_while_it_is_the_same(
    feed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (feed / "flood-1.geojson").write_text("1")
    told: set[str] = set()
    for wrong in ("us-countys", "us-countys", "us-count"):
        _tell(looked(feed, tmp_path / "out", make=failing(TypoError(f"No layer {wrong}."))), told, as_json=False)
    _tell(looked(feed, tmp_path / "out", make=failing(TypoError("No."))), set(), as_json=True)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(": ", 1)[1] for line in lines[:2]] == [
        "No layer us-countys. It is tried again at the next look.",
        "No layer us-count. It is tried again at the next look.",
    ]
    assert json.loads("".join(lines[2:]))["said"] == "No. It is tried again at the next look."


@pytest.mark.parametrize("changed", ["option", "file", "layer", "issue"])
def test_asking_is_another_once_an_option_or_a_file_of_it_is(tmp_path: Path, changed: str) -> None:
    values = {"layers": (str(tmp_path / "a.gpkg"),), "coverage": None, "codes": str(tmp_path / "codes.csv")}
    (tmp_path / "codes.csv").write_text("a")
    first = _fingerprint(values, tmp_path)
    assert _fingerprint(dict(reversed(values.items())), tmp_path) == first
    new = {
        "file": tmp_path / "codes.csv",
        "layer": tmp_path / "layers" / "a.parquet",
        "issue": tmp_path / "issues" / "a.toml",
    }
    if changed == "option":
        values["coverage"] = 0.9
    else:
        new[changed].parent.mkdir(exist_ok=True)
        new[changed].write_text("longer")
    assert _fingerprint(values, tmp_path) != first


def test_two_watches_do_not_write_over_each_other(feed: Path, tmp_path: Path) -> None:
    (feed / "flood-1.geojson").write_text("1")

    def other(_: Path) -> str:
        with pytest.raises(WatchStateError, match="Another watch"):
            looked(feed, tmp_path / "out")
        return "told"

    (told,) = looked(feed, tmp_path / "out", keep=other)
    assert told.said == "told"
    assert looked(feed, tmp_path / "out") == []


def test_a_request_is_made_of_the_file_that_arrived(feed: Path, tmp_path: Path) -> None:
    (feed / "flood-1.geojson").write_text("1")
    asked = []
    looked(feed, tmp_path / "out", make=lambda file: asked.append(file) or request(file))
    assert asked == [feed / "flood-1.geojson"]
