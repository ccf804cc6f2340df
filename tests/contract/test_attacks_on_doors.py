"""What got past the service's doors, each by the name of the attack; on SQLite and PostGIS where the store is concerned."""

from __future__ import annotations

import shutil
import socket
import stat
from contextvars import copy_context

import httpx
import pandas as pd
import pytest
from sqlalchemy import event

from boundaries.tables.formulas import defused, plain_text
from services.api.body import check_body
from services.api.problems import BodyError
from services.api.security import with_one_cookie
from services.auth.roles import Role
from services.bootstrap import open_store
from services.jobs import working
from services.publiclog.keys import signing_key
from services.settings import Settings
from services.storage import kept, room
from services.storage.layers.census import keep_layer
from services.storage.publiclog import append
from services.storage.store import StoreUnavailableError
from services.storage.upkeep import backup
from tests.contract.conftest import NOW, town
from tests.served import served

LONE = b'{"unit_id": "\\ud800"}'
HUGE = b'{"unit_id": "01", "of_age": 99999999999999999999999999}'


@pytest.fixture
def service(settings, opened):
    with opened.writing() as session:
        keep_layer(session, town(), now=NOW, is_base=True)
    with served(settings, worker=False) as running:
        yield running


def _raw(service, *headers, path="/api/v1/citizens", method="POST", body=b'{"unit_id":"01"}'):
    """Status of a request whose headers are sent as they are given, twice if so."""
    port = httpx.URL(service.url).port
    told = [*headers, "Content-Type: application/json", f"Content-Length: {len(body)}", "Connection: close"]
    with socket.create_connection(("127.0.0.1", port), timeout=30) as wire:
        wire.sendall("\r\n".join([f"{method} {path} HTTP/1.1", *told, "", ""]).encode() + body)
        answer = wire.makefile("rb").read()
    return int(answer.split()[1]), answer


def test_doors(service):
    """One service for all that only needs a door: each check names its attack."""
    _basic_and_two_cookies(service)
    _lists_in_host(service)
    _bodies_that_broke_the_store_or_the_answer(service)
    _metrics(service)


def test_strangers_send_so_much_a_day(service):
    """Once: 255 MB of anonymous petitions in two minutes."""
    public, clerk = service.client(), service.client(Role.CLERK)
    heavy = {"text": "x" * 900_000}
    answers = [public.post("/api/v1/matters", json=heavy) for _ in range(32)]
    assert [it.status_code for it in answers[-3:]] == [429] * 3
    assert sum(it.status_code != 429 for it in answers) <= 29
    assert "25 MB a day" in answers[-1].json()["detail"]
    assert clerk.post("/api/v1/matters", json={}).status_code == 422  # who signed in goes on


def test_a_nearly_full_disk_takes_nothing_in_and_is_read(service, monkeypatch):
    """Once: whoever had many addresses filled the disk, and the store could write nothing at all any more."""
    clerk, usage = service.client(Role.CLERK), shutil.disk_usage
    monkeypatch.setattr(room.shutil, "disk_usage", lambda place: usage(place)._replace(free=499_999_999))
    refused = clerk.post("/api/v1/citizens", json={"unit_id": "01"})
    assert (refused.status_code, refused.json()["code"]) == (507, "disk-full")
    assert "has 499 MB free, and below 500 nothing is taken in" in refused.json()["detail"]
    assert clerk.post("/console/people", data={"unit": "01"}).status_code == 507
    for path in ("/polities", "/log", "/api/v1/log/entries", "/health", "/api/lookup?lat=0.5&lon=0.5"):
        assert clerk.get(path).status_code == 200, path
    assert not working._has_room(service.store)
    monkeypatch.setattr(room.shutil, "disk_usage", lambda place: usage(place)._replace(free=500_000_000))
    assert clerk.post("/api/v1/citizens", json={"unit_id": "01"}).status_code == 201
    assert working._has_room(service.store)


def _basic_and_two_cookies(service):
    cookie = f"geopolity_session={service.session(Role.CLERK)}"
    evil = "Origin: https://evil.example"
    assert _raw(service, "Host: localhost", f"Cookie: {cookie}", "Sec-Fetch-Site: same-origin")[0] == 201
    assert _raw(service, "Host: localhost", f"Cookie: {cookie}", evil)[0] == 403
    for authorization in ("Basic x", "Basic", "Bearer", "Bearer ", "Digest a=b", "x"):
        told = _raw(service, "Host: localhost", f"Cookie: {cookie}", evil, f"Authorization: {authorization}")
        assert (told[0], b"cross-site" in told[1]) == (403, True), authorization
    for cookies in (("a=b", cookie), (cookie, "a=b"), ("a=b", "c=d", cookie)):
        lines = [f"Cookie: {one}" for one in cookies]
        told = _raw(service, "Host: localhost", *lines, evil)
        assert (told[0], b"cross-site" in told[1]) == (403, True), cookies
        assert _raw(service, "Host: localhost", *lines, "Sec-Fetch-Site: same-origin")[0] == 201
    assert _raw(service, "Host: localhost", f"Cookie: {cookie}", evil, "Authorization: Bearer gpk_none")[0] == 401


def _lists_in_host(service):
    for host in ("localhost, evil.example", "localhost:80,evil.example:80", "localhost:80, evil", "localhost:evil",
                 "localhost:", "user@localhost", "localhost evil", ""):  # fmt: skip
        assert _raw(service, f"Host: {host}", path="/health", method="GET", body=b"")[0] in {400, 421}, host
    two = _raw(service, "Host: localhost", "Host: evil.example", path="/health", method="GET", body=b"")
    assert two[0] in {400, 421}
    for host in ("localhost", "LOCALHOST:1", "127.0.0.1:8000", "[::1]", "[::1]:80"):
        assert _raw(service, f"Host: {host}", path="/health", method="GET", body=b"")[0] == 200, host


def _bodies_that_broke_the_store_or_the_answer(service):
    clerk = service.client(Role.CLERK, Role.ANALYST)
    json_ = {"Content-Type": "application/json"}
    bodies = (
        LONE,
        HUGE,
        b'{"\\udfff": 1}',
        b'{"unit_id": "01", "x": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'"\\ud83d"',
    )
    for path in ("/api/v1/citizens", "/api/v1/derivations", "/api/v1/matters", "/api/lookup"):
        for body in bodies:
            answer = clerk.post(path, content=body, headers=json_)
            assert (answer.status_code, answer.json()["code"]) == (422, "body"), (path, body[:40], answer.text)
    whole = clerk.post("/api/v1/citizens", content=b'{"unit_id": "\\ud83d\\ude00"}', headers=json_)
    assert "half of a character" not in whole.text
    for path in ("/matters/river-1/evidence/99999999999999999999999", "/log?before=99999999999999999999999"):
        assert clerk.get(path).status_code < 500, path
    assert clerk.post("/docket/requests/99999999999999999999999", data={"decision": "grant"}).status_code < 500


def _metrics(service):
    assert service.client().get("/metrics").status_code == 200  # on this machine
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        assert service.client().get("/metrics", headers={header: "203.0.113.9"}).status_code == 401
        assert service.client(Role.CLERK).get("/metrics", headers={header: "203.0.113.9"}).status_code == 403
        assert service.client(Role.ADMINISTRATOR).get("/metrics", headers={header: "203.0.113.9"}).status_code == 200
    delegate = service.client(Role.DELEGATE, name="d1")
    delegate.post("/matters/river-1/ballot", data={"choice": "yes"})
    delegate.post("/api/v1/matters/river-1/ballots", json={"choice": "yes"})
    assert "ballot" not in service.client().get("/metrics").text


def test_a_write_that_was_kept_is_answered_as_done_when_the_look_ups_cannot_follow(settings, opened, monkeypatch):
    """Today a 503 says "nothing was changed" after the commit, and whoever repeats it does it twice."""
    from services.lookup.current import CurrentLookup

    with opened.writing() as session:
        keep_layer(session, town(), now=NOW, is_base=True)
    with served(settings, worker=False) as service:
        clerk = service.client(Role.CLERK)

        def away(_self):
            raise StoreUnavailableError("The look-up index is being opened; ask again in a second.")

        monkeypatch.setattr(CurrentLookup, "refresh", away)
        first = clerk.post("/api/v1/citizens", json={"unit_id": "01"}, headers={"Idempotency-Key": "a"})
        again = clerk.post("/api/v1/citizens", json={"unit_id": "01"}, headers={"Idempotency-Key": "a"})
        assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())


def test_what_fails_after_or_in_a_commit_does_not_say_that_nothing_was_changed(store):
    copy_context().run(_fail_after_a_commit, store)


def _fail_after_a_commit(store):
    engine = store.prepared()

    def away(_connection):
        from sqlalchemy.exc import OperationalError

        raise OperationalError("COMMIT", {}, Exception("the line is cut"))

    event.listen(engine, "commit", away)
    with (
        pytest.raises(StoreUnavailableError, match="may be done already, or in part") as refusal,
        store.writing() as session,
    ):
        append(session, "seat", {})
    event.remove(engine, "commit", away)
    assert "nothing was changed" not in str(refusal.value)
    kept.begin()
    with store.writing() as session:
        append(session, "seat", {})
    with pytest.raises(StoreUnavailableError, match="may be done already, or in part"), store.reading():
        away(None)
    kept.begin()
    with pytest.raises(StoreUnavailableError, match="nothing was changed"), store.writing():
        away(None)


def test_the_store_its_key_and_its_backup_are_read_by_nobody_else(tmp_path):
    home = tmp_path / "home"
    store = open_store(Settings(home=home, workers=1))
    with store.writing():
        signing_key(home)
    backup(tmp_path / "copy.sqlite", store)
    private = [*home.glob("geopolity.sqlite*"), home / "keys" / "log.ed25519", tmp_path / "copy.sqlite"]
    assert len(private) >= 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in private} == {0o600}
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (home, home / "keys")} == {0o700}
    (home / "keys").chmod(0o755)
    (home / "keys" / "log.ed25519").chmod(0o644)
    signing_key(home)
    assert [stat.S_IMODE((home / name).stat().st_mode) for name in ("keys", "keys/log.ed25519")] == [0o700, 0o600]
    store.close()


def test_a_name_that_a_spreadsheet_would_run_is_defused_and_reads_back():
    names = ["=HYPERLINK(1)", "+1", "-1", "@x", "\tx", "'=x", "''-", "'s-Hertogenbosch", "Bree", ""]
    table = pd.DataFrame({"name": names, "people": range(-5, 5)}, index=pd.Index([f"={n}" for n in names], name="id"))
    safe = defused(table)
    assert not any(str(cell).startswith(("=", "+", "-", "@", "\t")) for cell in [*safe["name"], *safe.index])
    assert [plain_text(cell) for cell in safe["name"]] == names
    assert [plain_text(cell) for cell in safe.index] == list(table.index)
    assert list(safe["people"]) == list(range(-5, 5))
    assert (
        safe.loc["='s-Hertogenbosch" if "='s-Hertogenbosch" in safe.index else "'='s-Hertogenbosch", "name"] == names[7]
    )


@pytest.mark.parametrize("body", [LONE, HUGE, b'{"a": [-9223372036854775809]}', b'["\\udc00x"]'])
def test_bodies_that_nothing_can_keep_are_refused(body):
    with pytest.raises(BodyError):
        check_body(body)


@pytest.mark.parametrize(
    "body", [b"", b"no json", b"[9223372036854775807, -9223372036854775808]", b'"\\ud83d\\ude00"', b"1e400"]
)
def test_other_bodies_are_left_to_their_readers(body):
    check_body(body)


def test_all_cookies_are_one_header():
    told = [(b"cookie", b"a=b"), (b"host", b"localhost"), (b"cookie", b"c=d")]
    assert with_one_cookie(told) == [(b"host", b"localhost"), (b"cookie", b"a=b; c=d")]
    assert with_one_cookie(told[1:2]) == told[1:2]
