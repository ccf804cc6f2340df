"""How an operator with database and keys rewrote history, by the name of the attack; on SQLite and PostGIS.

Two witnesses are processes of their own on this machine, each with its own key; neither has anything of the operator's.
"""

from __future__ import annotations

import contextlib
import functools
import html
import http.server
import json
import shutil
import subprocess
import sys
import threading
import time

import httpx
import pytest
from sqlalchemy import delete

from geopolity.publiclog.log import Entry, LogRefused, canonical
from geopolity.publiclog.notes import NoteError, NoteRefused, read_head, read_note
from maps.pages.assembly import log_page
from maps.pages.layout import PageFrame
from services.bootstrap import open_store
from services.publiclog import cosigning
from services.publiclog.cosigning import (
    WitnessUnknown,
    add_witness,
    collect,
    list_witnesses,
    log_vkey,
    remove_witness,
    take_note,
)
from services.publiclog.export import export_log, import_log, newest_note, signing_key, verify_export
from services.publiclog.pulling import LogNotFetched, WitnessRefuses, hand_in, pull
from services.publiclog.witness import Witness, new_witness
from services.settings import Settings
from services.storage import publiclog
from services.storage.tables import CheckpointRow, CosignatureRow, LogRow
from services.verifiers import verify_log
from services.views.assembly import public_log
from tests.served import served


@contextlib.contextmanager
def _answering(folder):
    command = [sys.executable, "-m", "services.cli", "witness", "serve", str(folder), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().split()[-1].rstrip(".")
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """Two witnesses in processes of their own, and where they answer."""
    home = tmp_path_factory.mktemp("witnesses")
    with contextlib.ExitStack() as running:
        found = []
        for name in ("w1", "w2"):
            witness = new_witness(home / name, f"{name}.example/log")
            found.append((witness, running.enter_context(_answering(witness.folder))))
        yield found


@pytest.fixture
def watched(opened, pair):
    """A store whose log both follow, with three entries that both signed."""
    for witness, url in pair:
        witness.follow(log_vkey(opened))
        add_witness(witness.verifier.vkey, url, opened)
    _grow(opened, 1)
    assert [one.signed for one in collect(opened)] == [True, True]
    return opened


def _grow(store, count):
    with store.writing() as session:
        for number in range(count):
            publiclog.append(session, "vote closed: harm declared", {"yes": 70 + number, "no": 30})


def _rewrite(store):
    """Another result in entry 2, signed anew as if it had always been so."""
    with store.writing() as session:
        session.get_one(LogRow, 2).line = Entry(index=2, kind="vote closed: harm declared", facts={"yes": 1}).line
        session.execute(delete(CheckpointRow))
        publiclog.seal(session, signing_key(store.home), "2026-01-01T00:00:00Z")


def _keys(pair):
    return [witness.verifier.vkey for witness, _ in pair]


def _refusal(folder, **asked):
    with pytest.raises(LogRefused) as refused:
        verify_export(folder, **asked)
    command = [sys.executable, str(folder / "verify_log.py"), str(folder)]
    for vkey in asked.get("witnesses", ()):
        command += ["--witness", vkey]
    if "against" in asked:
        command += ["--against", str(asked["against"])]
    alone = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (alone.returncode, alone.stderr.startswith("Refused: ")) == (1, True)
    return str(refused.value)


def test_two_honest_witnesses_sign_what_grows(watched, pair, tmp_path):
    export_log(tmp_path / "old", watched)
    _grow(watched, 4)
    assert [(one.signed, one.size) for one in collect(watched)] == [(True, 7), (True, 7)]
    assert [one.signed for one in collect(watched)] == [True, True]  # nothing new is signed anew
    export_log(tmp_path / "log", watched)
    said = verify_export(tmp_path / "log", witnesses=_keys(pair), against=tmp_path / "old")
    assert "7 entries verified" in said
    assert all(f"{name}.example/log signed 7 entries on 2" in said for name in ("w1", "w2"))
    assert "from entry 3 on" in said
    view = public_log(watched)
    assert (view.witnesses, view.cosigned_by, view.cosigned_size) == (2, 2, 7)
    assert [it.size for it in list_witnesses(watched)] == [7, 7]
    (tmp_path / "note").write_text(newest_note(watched))
    assert "from entry 7 on" in verify_export(tmp_path / "log", against=tmp_path / "note")


def test_an_operator_who_rewrites_the_log_gets_no_witness_s_signature(watched, pair, tmp_path):
    """Today: the log is cut, rewritten and signed again, and both exports verify."""
    export_log(tmp_path / "shown", watched)
    _rewrite(watched)
    _grow(watched, 2)
    assert [one.signed for one in collect(watched)] == [False, False]
    export_log(tmp_path / "rewritten", watched)
    assert "is false" in _refusal(tmp_path / "rewritten", witnesses=_keys(pair))
    with watched.writing() as session:
        session.execute(delete(CosignatureRow))  # whoever forgets the witnesses' signatures has none to show
    shutil.rmtree(tmp_path / "rewritten")
    export_log(tmp_path / "rewritten", watched)
    assert "has signed nothing" in _refusal(tmp_path / "rewritten")  # the log itself says who must have signed it
    assert "has signed nothing" in _refusal(tmp_path / "rewritten", witnesses=_keys(pair))
    assert "entry 2 is not the one" in _refusal(tmp_path / "rewritten", against=tmp_path / "shown")
    assert "two histories" in _refusal(tmp_path / "rewritten", against=tmp_path / "shown" / "checkpoint")
    for witness, _ in pair:
        assert any(file.read_text().count("\n\n— ") == 2 for file in (witness.folder / "evidence").iterdir())


def test_an_operator_who_shows_two_histories_shows_each_to_one_witness_alone(watched, pair, tmp_path):
    other = open_store(Settings(home=tmp_path / "other", workers=1))
    (tmp_path / "other" / "keys").mkdir(parents=True)
    shutil.copy(watched.home / "keys" / "log.ed25519", tmp_path / "other" / "keys")
    with watched.reading() as session, other.writing() as twin:
        publiclog.restore(twin, publiclog.lines(session), publiclog.checkpoints(session))
    _grow(watched, 1)
    with other.writing() as session:
        publiclog.append(session, "vote closed: no harm", {"yes": 1})
    for store, (witness, url) in zip((watched, other), pair, strict=True):
        for name in [it.name for it in list_witnesses(store)]:
            with store.writing() as session:
                session.delete(next(row for row in publiclog.witnesses(session) if row.name == name))
        with store.writing() as session:
            publiclog.add_witness(session, witness.verifier, url, now="2026-01-01T00:00:00Z")
        assert [one.signed for one in collect(store)] == [True]
        export_log(tmp_path / witness.name[:2], store)
        assert verify_export(tmp_path / witness.name[:2], witnesses=[witness.verifier.vkey])
    assert "is not the one of" in _refusal(tmp_path / "w1", against=tmp_path / "w2")
    assert "two histories" in _refusal(tmp_path / "w1", against=tmp_path / "w2" / "checkpoint")
    assert "w1.example/log has signed nothing" in _refusal(tmp_path / "w2", witnesses=_keys(pair))
    late = json.loads((tmp_path / "w1" / "cosigned.jsonl").read_text().splitlines()[0])
    assert "w2.example" in late["note"]  # what both saw before stands in the first
    for witness, url in pair:  # and each, shown the other's, refuses it
        note = next((tmp_path / name / "checkpoint").read_text() for name in ("w1", "w2") if name != witness.name[:2])
        size = witness.last(note.split("\n")[0]).size
        answer = httpx.post(f"{url}/add-checkpoint", content=f"old {size}\n\n{note}".encode())
        assert answer.status_code == 409
        assert (witness.folder / "evidence").is_dir()


def test_a_witness_s_own_page_shows_what_it_signed_and_that_a_log_has_two_histories(watched, pair, tmp_path):
    """The operator's page may lie about the witnesses; theirs is on their own machines."""
    (witness, url), _ = pair
    _grow(watched, 1)
    collect(watched)
    note = newest_note(watched)
    shown = httpx.get(url, headers={"Accept-Language": "en"})
    assert f"Signed lines: {note.split(chr(10))[1]}." in shown.text
    assert note.split("\n")[2] in html.unescape(shown.text)
    assert witness.verifier.vkey in html.unescape(shown.text)
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
    assert '<html lang="es">' in httpx.get(f"{url}/?lang=es").text
    assert httpx.get(f"{url}/witness.ed25519").status_code == 404
    own = new_witness(tmp_path / "own", "own.example/<b>")
    own.follow(log_vkey(watched))
    assert "None was shown to this witness" in own.page("en").body
    assert "&lt;b&gt;" in own.page("en").body
    (own.folder / "evidence").mkdir()
    (own.folder / "evidence" / "one.txt").write_text("<head> and head")
    assert "could not show to be one history" in own.page("en").body
    assert "&lt;head&gt; and head" in own.page("fr").body


def test_a_witness_that_answers_without_end_holds_nobody_up():
    """A hostile witness sends what it likes; no more than a cosignature's length of it is read."""
    sent = []

    class Endless(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.send_response(200)
            self.end_headers()
            with contextlib.suppress(OSError):
                for _ in range(2_000):
                    self.wfile.write(b"x" * 10_000)
                    sent.append(10_000)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endless) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        status, answer = cosigning._post(f"http://127.0.0.1:{server.server_port}/add-checkpoint", b"old 0")
        server.shutdown()
    assert (status, len(answer)) == (200, 1_000)
    assert sum(sent) < 20_000_000


def test_a_stranger_gets_no_signature_out_of_a_witness(watched, pair, tmp_path):
    (witness, url), _ = pair
    note = newest_note(watched)
    origin = note.split("\n")[0]
    stranger = open_store(Settings(home=tmp_path / "stranger", workers=1))
    _grow(stranger, 1)
    collect(stranger)
    asked = {
        f"old 0\n\n{note}": 409,
        f"old 9\n\n{note}": 400,
        f"old 3\n\n{note.replace(origin, 'other', 1)}": 404,
        f"old 3\n\n{newest_note(stranger)}": 404,
        f"old 3\n\n{note.split('— ')[0]}— x AAAAAAAAAA==\n": 403,
        f"old 3\n\n{note.replace(chr(10) + '3' + chr(10), chr(10) + '4' + chr(10), 1)}": 403,
        f"old 03\n\n{note}": 400,
        f"old x\n\n{note}": 400,
        "old 3\n" + "AAAA\n" * 64 + f"\n{note}": 400,
        "": 400,
        "old 3\n\n": 400,
    }
    for body, status in asked.items():
        answer = httpx.post(f"{url}/add-checkpoint", content=body.encode())
        assert (answer.status_code, "— w1" in answer.text) == (status, False), body
    assert httpx.post(f"{url}/add-checkpoint", content=f"old 0\n\n{note}".encode()).text == "3\n"
    assert httpx.post(f"{url}/add-checkpoint", content=b"x" * 100_000).status_code == 413
    assert httpx.post(f"{url}/sign", content=b"").status_code == 404
    assert httpx.post(f"{url}/add-checkpoint", content=b"\xff\xfe").status_code == 400
    assert witness.last(origin).size == 3


def test_a_witness_that_is_away_or_lies_is_told_and_holds_nobody_up(watched, pair):
    _grow(watched, 1)

    def ask(url, body):
        del body
        return (0, "ConnectError") if url.startswith(pair[0][1]) else (200, "— w2.example/log AAAAAAAAAAAA\n")

    assert [(one.signed, one.answer.split()[0]) for one in collect(watched, ask)] == [(False, "0"), (False, "200")]
    assert [it.size for it in list_witnesses(watched)] == [3, 3]


def test_who_watches_is_a_line_of_the_log(watched, pair):
    remove_witness("w1.example/log", watched)
    with pytest.raises(WitnessUnknown):
        remove_witness("w1.example/log", watched)
    with watched.reading() as session:
        told = [json.loads(line) for line in publiclog.lines(session)]
    assert [line["kind"] for line in told if "witness" in line["kind"]] == ["witness added"] * 2 + ["witness removed"]
    with pytest.raises(NoteError, match="key of a log"):
        add_witness(log_vkey(watched), "http://localhost", watched)
    with pytest.raises(NoteError, match="no address"):
        add_witness(_keys(pair)[0], "file:///etc", watched)


def test_who_takes_a_log_over_keeps_what_its_witnesses_signed(watched, pair, tmp_path):
    export_log(tmp_path / "log", watched)
    other = open_store(Settings(home=tmp_path / "other", workers=1))
    (tmp_path / "other" / "keys").mkdir(parents=True)
    shutil.copy(watched.home / "keys" / "log.ed25519", tmp_path / "other" / "keys")
    import_log(tmp_path / "log", other)
    assert newest_note(other) == newest_note(watched)
    export_log(tmp_path / "again", other)
    assert "w2.example/log signed 3 entries" in verify_export(tmp_path / "again", witnesses=_keys(pair))


def test_the_service_asks_the_witnesses_by_itself_and_shows_who_signed(settings, watched):
    _grow(watched, 2)
    with served(settings, worker=False) as service:
        for _ in range(200):
            if {it.size for it in list_witnesses(watched)} == {5}:
                break
            time.sleep(0.05)
        page = service.client().get("/log", headers={"Accept-Language": "en"}).text
        assert "2 witnesses outside this service signed that the first 5 lines" in page
        assert service.client().get("/api/v1/log/checkpoint").text == newest_note(watched)


def test_a_witness_fetches_a_log_by_itself_and_signs_only_what_grew(watched, pair, settings, tmp_path):
    witness = new_witness(tmp_path / "laptop", "laptop.example/ann")
    witness.follow(log_vkey(watched))
    add_witness(witness.verifier.vkey, "http://localhost:1", watched)
    export_log(tmp_path / "log", watched)
    note = pull(witness, str(tmp_path / "log"))
    assert take_note(note, watched) == [it.verifier.vkey.partition("+")[0] for it in (witness,)]
    assert "laptop.example/ann signed 4 entries" in _exported(watched, tmp_path / "again", witness)
    _grow(watched, 2)
    with served(settings, worker=False) as service, service.client() as client:
        url = str(client.base_url).rstrip("/")
        assert "laptop.example/ann" in hand_in(pull(witness, url), url)
    assert "laptop.example/ann signed 6 entries" in _exported(watched, tmp_path / "more", witness)
    with pytest.raises(WitnessRefuses, match="has 4 lines, and had 6"):
        pull(witness, str(tmp_path / "log"))
    _rewrite(watched)
    _grow(watched, 1)
    export_log(tmp_path / "rewritten", watched)
    with pytest.raises(WitnessRefuses):
        pull(witness, str(tmp_path / "rewritten"))
    assert (witness.folder / "evidence").is_dir()
    entries = tmp_path / "rewritten" / "entries.jsonl"
    entries.write_bytes(entries.read_bytes().replace(b"yes", b"oui"))
    (tile,) = (entries.parent / "tile/0/000.p").iterdir()
    whole = tile.read_bytes()
    for content in (whole[:-1] + bytes([whole[-1] ^ 1]), whole[:-1], None):  # without tiles, the entries are read
        shutil.rmtree(entries.parent / "tile") if content is None else tile.write_bytes(content)
        with pytest.raises(LogNotFetched, match="not those of its checkpoint"):
            pull(witness, str(entries.parent))
    with pytest.raises(LogNotFetched, match="no log at"):
        pull(witness, str(tmp_path / "none"))


def test_the_log_is_read_from_static_tiles_alone_by_a_witness_and_by_the_verifier(watched, pair, settings, tmp_path):
    """Any server of files hands the log out (C2SP's tlog-tiles); nothing else of the export is needed."""
    _grow(watched, 300)
    collect(watched)
    export_log(tmp_path / "log", watched)
    bare, key = tmp_path / "bare", json.loads((tmp_path / "log" / "keys.json").read_text())["ed25519"]
    shutil.copytree(tmp_path / "log" / "tile", bare / "tile")
    shutil.copy(tmp_path / "log" / "checkpoint", bare)
    assert verify_log.check(bare, key).startswith("303 entries verified")
    witness = new_witness(tmp_path / "laptop", "laptop.example/ann")
    witness.follow(log_vkey(watched))
    with _files(bare) as url:
        assert "laptop.example/ann" in pull(witness, url)
    _grow(watched, 1)
    with served(settings, worker=False) as service, service.client() as client:
        assert witness.last(read_head(read_note(newest_note(watched))).origin).size == 303
        assert pull(witness, service.url).split("\n")[1] == "304"
        for file in sorted(it for it in bare.rglob("*") if it.is_file() and it.name != "checkpoint"):
            answer = client.get(f"/api/v1/log/{file.relative_to(bare).as_posix()}")
            assert (answer.content, "immutable" in answer.headers["Cache-Control"]) == (file.read_bytes(), True), file
        assert client.get("/api/v1/log/tile/0/002").status_code == 422
        assert client.get("/api/v1/log/tile/0/001.p/49").status_code == 422
    for file in sorted(it for it in bare.rglob("*") if it.is_file()):
        whole = file.read_bytes()
        for broken in (whole[:-1], whole[:-1] + bytes([whole[-1] ^ 1]), whole + b"x", b""):
            file.write_bytes(broken)
            with pytest.raises(ValueError, match=r"."):
                pytest.fail(f"{file} {verify_log.check(bare, key)}")
        file.write_bytes(whole)
    assert verify_log.check(bare, key).startswith("303 entries verified")


def test_a_clock_that_was_set_back_is_seen_in_the_checkpoints(opened, monkeypatch, tmp_path):
    _grow(opened, 1)
    with opened.writing() as session:
        later = publiclog.seal(session, signing_key(opened.home), "2026-06-01T00:00:00Z")
        publiclog.append(session, "vote", {})
        assert publiclog.seal(session, signing_key(opened.home), "2026-01-01T00:00:00Z").time == later.time
    export_log(tmp_path / "log", opened)
    assert "2 entries verified" in verify_export(tmp_path / "log")
    file = tmp_path / "log" / "checkpoints.jsonl"
    points = [json.loads(line) for line in file.read_text().splitlines()]
    points[1] = _signed_again(points[1] | {"time": "2026-05-31T00:00:00Z"}, opened)
    file.write_text("".join(f"{json.dumps(point)}\n" for point in points))
    with pytest.raises(LogRefused, match="the clock was set back"):
        verify_export(tmp_path / "log")


def _signed_again(point, store):
    statement = canonical({name: point[name] for name in ("size", "root", "time")})
    return point | {"signature": signing_key(store.home).sign(statement).hex()}


@contextlib.contextmanager
def _files(folder):
    """A plain server of files over a folder."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    handler.log_message = lambda *_: None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _exported(store, folder, witness):
    export_log(folder, store)
    return verify_export(folder, witnesses=[witness.verifier.vkey])


def test_a_signature_that_is_handed_in_is_a_witness_s_own_and_of_this_log(watched, pair, tmp_path):
    note = newest_note(watched)
    stranger = new_witness(tmp_path / "stranger", "w1.example/log")
    stranger.follow(log_vkey(watched))
    export_log(tmp_path / "log", watched)
    assert take_note(pull(stranger, str(tmp_path / "log")), watched) == ["w1.example/log", "w2.example/log"]
    assert newest_note(watched) == note  # what the stranger signed under the name of a witness is not kept
    with pytest.raises(NoteError, match="no checkpoint of this log"):
        take_note(note.replace("\n3\n", "\n2\n", 1), watched)
    with pytest.raises(NoteRefused):
        take_note(note.replace(note[-9:-3], "AAAAAA"), watched)


def test_a_log_without_witnesses_says_so(opened):
    assert (public_log(opened).witnesses, newest_note(opened), collect(opened)) == (0, "", [])
    frame = PageFrame(language="en", path="/log")
    assert "This log has no witness" in log_page(frame, public_log(opened))


def test_a_witness_goes_on_where_it_was_after_a_restart(watched, pair):
    (witness, _), _ = pair
    again = Witness(witness.folder)
    assert again.last(newest_note(watched).split("\n")[0]).size == 3
