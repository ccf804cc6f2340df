"""Every route and every role: allowed or refused as the reviewed list says, before anything else is looked at."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from services.auth.roles import Principal, Role
from services.settings import Settings
from tests.route_roles import listed, routes
from tests.served import served

GOLDEN = Path(__file__).parents[2] / "golden/route_roles.txt"


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    settings = Settings(home=tmp_path_factory.mktemp("home"), workers=1, rate_limit="1000000/minute")
    with served(settings, worker=False) as running:
        yield running


def test_the_roles_are_the_reviewed_ones():
    assert listed() == GOLDEN.read_text(encoding="utf-8"), "print the new list with `./run python -m tests.route_roles`"


@pytest.mark.parametrize("role", Role)
def test_every_route_lets_in_whom_it_should(service, role):
    who = Principal(name="x", roles=frozenset({role} - {Role.PUBLIC}))
    client = service.client(*who.roles, name="x")
    wrong = []
    for method, path, roles in routes():
        allowed = any(who.may(Role(one)) for one in roles)
        answer = client.request(method, re.sub(r"\{[^}]*\}", "0", path), content=b"\xff{", follow_redirects=False)
        refused = answer.status_code in {401, 403} and "This needs the role" in answer.text
        if refused == allowed or answer.status_code >= 500:
            wrong.append((method, path, answer.status_code, answer.text[:80]))
        if not answer.history and "sign-out" in path and who.roles:
            client = service.client(*who.roles, name="x")
    assert wrong == []


def test_nobody_is_refused_only_after_the_body_was_read(service):
    """A body that never comes: the answer does."""
    import socket
    from urllib.parse import urlsplit

    port = urlsplit(service.url).port
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        head = "POST /api/v1/polities HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n"
        line.sendall(head.encode())
        assert b"401" in line.recv(200).split(b"\r\n")[0]
