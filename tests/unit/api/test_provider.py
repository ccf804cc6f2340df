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

from services.settings import Settings
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
        assert client.get("/api/v1/me").json() == {"name": "s-17", "roles": ["analyst", "clerk"], "program": False}


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
