"""Sign-in at a provider process that signs real tokens, and every way in which its answer is refused."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from services.auth.roles import Role
from services.settings import Settings
from services.storage.tables import KnownAsRow, LinkedSeatRow
from tests.served import served

PROGRAM = Path(__file__).with_name("provider.py")


@contextlib.contextmanager
def signing_in(home, subject="s-17", roles="analyst,clerk", lie=""):
    """A service that people sign in to at a running provider."""
    process = subprocess.Popen([sys.executable, str(PROGRAM), subject, roles, lie], stdout=subprocess.PIPE, text=True)
    with process, socket.socket() as place:
        try:
            issuer = f"http://localhost:{process.stdout.readline().strip()}"
            place.bind(("127.0.0.1", 0))
            port = place.getsockname()[1]
            place.close()
            settings = Settings(home=home, workers=1, oidc_issuer=issuer, oidc_client_id="geopolity")
            settings = replace(settings, public_url=f"http://localhost:{port}", oidc_client_secret="hush")
            with served(settings, worker=False, port=port) as running:
                yield running
        finally:
            process.terminate()


def _walk(client):
    """Follow the redirects of a sign-in, as a browser would; returns the last answer."""
    answer = client.get("/sign-in")
    at_provider = httpx.get(answer.headers["location"])
    return client.get(at_provider.headers["location"])


def test_a_person_signs_in_at_the_provider(tmp_path):
    with signing_in(tmp_path) as service:
        client = service.client()
        assert _walk(client).status_code == 303
        label = "Ada Lovelace <ada@example.org>"
        who = {"name": "s-17", "label": label, "roles": ["analyst", "clerk"], "program": False}
        assert client.get("/api/v1/me").json() == who
        assert "Signed in as Ada Lovelace &lt;ada@example.org&gt;" in client.get("/").text


@pytest.mark.parametrize("lie", ["issuer", "audience", "nonce", "expired", "several", "unsigned", "signature"])
def test_a_token_that_lies_lets_nobody_in(tmp_path, lie):
    with signing_in(tmp_path, lie=lie) as service:
        client = service.client()
        refused = _walk(client)
        assert (refused.status_code, refused.headers.get("set-cookie")) == (401, None)
        assert client.get("/api/v1/me").json()["roles"] == []


def test_roles_that_the_service_does_not_know_are_none(tmp_path):
    with signing_in(tmp_path, roles="emperor") as service:
        assert _walk(service.client()).status_code == 401


def _link(client):
    begun = httpx.get(client.get("/sign-in/link").headers["location"])
    return client.get(begun.headers["location"])


def test_a_delegate_links_their_seat_and_signs_in_at_the_provider(tmp_path):
    with signing_in(tmp_path, roles="") as service:
        assert _walk(service.client()).status_code == 401  # neither a role nor a seat
        delegate = service.client(Role.DELEGATE, name="d7")
        assert "Sign in with localhost" in delegate.get("/service").text
        assert _link(delegate).headers["location"] == "/service"
        assert "You can sign in with localhost" in delegate.get("/service").text
        later = service.client()
        assert _walk(later).headers["location"] == "/service"
        assert later.get("/api/v1/me").json() == {"name": "d7", "label": None, "roles": ["delegate"], "program": False}
        with service.store.reading() as session:
            kept = " ".join(f"{row.subject_hash} {row.pseudonym}" for row in session.scalars(select(LinkedSeatRow)))
            assert session.scalars(select(KnownAsRow)).all() == []  # nobody learns the name behind a pseudonym
        assert "s-17" not in kept
        assert delegate.post("/sign-in/unlink").status_code == 401  # a one-time link is not the account
        later.headers["Sec-Fetch-Site"] = "same-origin"
        assert later.post("/sign-in/unlink").status_code == 303
        assert _walk(service.client()).status_code == 401


def test_a_new_link_takes_the_place_of_the_old_one(tmp_path):
    with signing_in(tmp_path, roles="") as service:
        for pseudonym in ("d7", "d8"):  # another epoch, another pseudonym
            assert _link(service.client(Role.DELEGATE, name=pseudonym)).status_code == 303
        later = service.client()
        _walk(later)
        assert later.get("/api/v1/me").json()["name"] == "d8"


def test_a_seat_is_linked_only_by_its_delegate_and_from_a_page_of_ours(tmp_path):
    with signing_in(tmp_path, roles="") as service:
        assert service.client(Role.CLERK).get("/sign-in/link").status_code == 403
        delegate = service.client(Role.DELEGATE, name="d7")
        assert delegate.get("/sign-in/link", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
        begun = httpx.get(delegate.get("/sign-in/link").headers["location"])
        delegate.post("/sign-out")
        ended = delegate.get(begun.headers["location"])
        assert (ended.status_code, ended.json()["code"]) == (401, "sign-in")


def test_an_office_of_the_claim_comes_before_a_seat(tmp_path):
    with signing_in(tmp_path, roles="clerk") as service:
        _link(service.client(Role.DELEGATE, name="d7"))
        client = service.client()
        _walk(client)
        assert client.get("/api/v1/me").json()["roles"] == ["clerk"]


def test_an_answer_belongs_to_the_browser_that_asked_once(tmp_path):
    with signing_in(tmp_path) as service:
        mallory, ann = service.client(), service.client()
        begun = httpx.get(mallory.get("/sign-in").headers["location"]).headers["location"]
        assert ann.get(begun).status_code == 401  # nothing was begun here
        ann.get("/sign-in")
        assert ann.get(begun).status_code == 401  # begun, but not this
        assert mallory.get(begun).status_code == 303
        assert service.client().get(begun).status_code == 401


def test_a_provider_that_is_away_is_said(tmp_path):
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        issuer = f"http://127.0.0.1:{place.getsockname()[1]}"
        settings = Settings(
            home=tmp_path, workers=1, oidc_issuer=issuer, oidc_client_id="g", public_url="http://localhost"
        )
        with served(settings, worker=False) as service:
            answer = service.client().get("/sign-in")
            assert (answer.status_code, answer.json()["code"]) == (502, "provider")
