"""Many hostile requests: every route in every guise at every object, mutated inputs, streams, bodies that never end."""

from __future__ import annotations

import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from services.api import security
from services.api.v1 import derivations
from services.auth.keys import make_key
from services.auth.roles import Principal, Role
from services.bootstrap import open_store
from services.settings import Settings
from services.storage.layers.census import keep_layer
from tests.contract.conftest import NOW, town
from tests.contract.court import constitute
from tests.contract.town_service import ASKED, serving_town
from tests.hostile import answered, every_route, guises, is_an_answer, mutated
from tests.served import served

SAMPLE, WHOLE = 200, 50_000


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    settings = Settings(home=tmp_path_factory.mktemp("home"), workers=1, rate_limit="1000000/minute")
    store = open_store(settings)
    with store.writing() as session:
        keep_layer(session, town(), now=NOW, is_base=True)
    constitute(store, settings)
    with served(settings, worker=False) as service:
        yield service
    store.close()


def _wrong(service, count, seed):
    """Requests whose answer is a failure of ours, or no sentence."""
    clients = list(guises(service, make_key("robot", "clerk,analyst,administrator", service.store)[1]).values())
    found = []
    for number, asked in enumerate(mutated(count, seed)):
        answer = answered(clients[number % len(clients)], asked)
        if not is_an_answer(answer):
            found.append((asked, answer.status_code, answer.text[:200]))
    return found


def test_a_sample_of_mutated_inputs_meets_no_failure(running):
    assert _wrong(running, SAMPLE, seed=1) == []


@pytest.mark.long
def test_fifty_thousand_mutated_inputs_meet_no_failure(running):
    assert _wrong(running, WHOLE, seed=2) == []


@pytest.mark.long
def test_two_thousand_requests_of_every_guise_at_every_object_do_what_the_list_says(running):
    statuses, wrong = Counter(), []
    for guise, client in guises(running, make_key("robot", "clerk", running.store)[1]).items():
        who = Principal(name="eve", roles=frozenset({Role.CLERK} if guise == "program" else {Role(guise)}))
        for method, path, roles in every_route():
            if path == "/sign-out":
                continue
            answer = client.request(method, path, content=b"{", follow_redirects=False)
            refused = answer.status_code in {401, 403} and "This needs the role" in answer.text
            statuses[answer.status_code] += 1
            if refused == any(who.may(Role(one)) for one in roles) or answer.status_code >= 500:
                wrong.append((guise, method, path, answer.status_code))
    assert wrong == []
    assert statuses.total() > 2000


def test_a_body_that_stops_in_the_middle_ends_with_a_sentence(running, monkeypatch):
    monkeypatch.setattr(security, "PIECE_SECONDS", 0.2)
    port, session = httpx.URL(running.url).port, running.session(Role.CLERK)
    with socket.create_connection(("127.0.0.1", port), timeout=30) as wire:
        head = f"POST /api/v1/citizens HTTP/1.1\r\nHost: localhost\r\nCookie: geopolity_session={session}\r\n"
        head += "Sec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
        wire.sendall(head.encode())
        answer = wire.recv(4000).decode()
    assert answer.startswith("HTTP/1.1 408")
    assert "stopped before its end" in answer


def test_open_streams_end_by_themselves_and_hold_nobody_up(settings, opened, monkeypatch):
    with serving_town(settings) as service:
        ann = service.client(Role.ANALYST)
        where = ann.post("/api/v1/derivations", json=ASKED).headers["location"]
        monkeypatch.setattr(derivations, "STREAM_SECONDS", 2.0)
        with ThreadPoolExecutor(30) as pool:
            streams = [pool.submit(ann.get, f"{where}/events") for _ in range(30)]
            time.sleep(0.3)
            took = []
            for _ in range(10):
                start = time.perf_counter()
                assert service.client().get("/health").status_code == 200
                took.append(time.perf_counter() - start)
            assert all(one.result().text.startswith("event: progress") for one in streams)
        assert sorted(took)[5] < 1.0
        assert derivations._streams == set()
